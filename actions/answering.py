"""Questions about policy: the matcher finds the entry, the reply object says it."""
from __future__ import annotations

import re
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.handoff import hand_over
from actions.interview import interviewer, last_verdict, state_of
from policy_kb import household, moves, reply
from policy_kb.answers import TWICE_MISSED, Answer
from policy_kb.context import ONCE_SETTLED, bare_subject
from policy_kb.entries import TOPICS
from policy_kb.interview import SETTLEMENT
from policy_kb.statements import is_question
from policy_kb.text import normalize

SETTLING = re.compile(r"(?:能|可以|可不可以|想|要|够|咋|怎么)[^，。？?]{0,8}(?:落户|迁户|上户口|落个户)")
_THEN = re.compile(rf"^(?:进城)?{ONCE_SETTLED}的?")
BRIEF = 80      # characters; a longer story is answered, and the interview offered beside it


def topics_of(tracker: Tracker) -> dict[str, float]:
    """Rasa's confidence in each topic intent, 0–1."""
    ranking = tracker.latest_message.get("intent_ranking") or []
    return {i["name"]: i["confidence"] for i in ranking if i["name"] in TOPICS}


def _wants_check(text: str, answer: Answer, decided: bool) -> bool:
    """Whether a message is about its writer's own case, or a household's, not about the rules.

    A question beside 帮我查查 that names more than a subject (落户后 aside) goes to its entry, if
    there is one; so does a household's, if the document is silent on it. `decided`: a verdict was
    told; then 那我媳妇呢 asks for another.
    """
    plain = normalize(text)
    if moves.asks_for_check(plain):
        rest = moves.without_check(plain)
        about = bare_subject(_THEN.sub("", rest))
        return not answer.entries or not is_question(rest) or about is not None
    if len(plain) <= BRIEF and household.relatives(plain) and SETTLING.search(plain):
        return all(one["type"] != "not_regulated" for one in answer.replies)
    return decided and answer.missed and household.only(plain) is not None


def _brief(answer: Answer) -> Answer:
    """A miss without the menu, whose numbers would come before those of the pending question."""
    short = [reply.notice(r["code"], r["text"]) if r["type"] == "notice" else r
             for r in answer.replies]
    return replace(answer, replies=tuple(short))


def _with_what_was_heard(answer: Answer, dispatcher: CollectingDispatcher,
                         tracker: Tracker) -> list[EventType]:
    """Say the answer; where it offers an interview, name what the message tells already."""
    text, leader = base.text_of(tracker), interviewer()
    for one in answer.replies:
        if one.get("interview"):
            one["heard"] = leader.heard(text, one["interview"])
    story = text if leader.hear(text, SETTLEMENT) or any(r.get("heard") for r in answer.replies) else None
    return [*base.say(dispatcher, answer, tracker), SlotSet("story", story)]


class ActionAnswer(base.PolicyAction):
    """Answer what the citizen wrote, ask back, or say that the document is silent."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """One turn; the second miss in a row brings a person."""
        last = tracker.get_slot("last_entry")
        answer = base.answers().message(base.text_of(tracker), topics_of(tracker), last)
        if self._begins(tracker, answer):
            return [FollowupAction("action_start_interview")]
        if tracker.active_loop and answer.missed:
            answer = _brief(answer)
        misses = (tracker.get_slot("misses") or 0) + 1 if answer.missed else 0
        if misses >= 2:
            return hand_over(TWICE_MISSED, dispatcher, tracker)
        return [*_with_what_was_heard(answer, dispatcher, tracker), SlotSet("misses", misses)]

    def _begins(self, tracker: Tracker, answer: Answer) -> bool:
        state = state_of(tracker)
        decided = state is not None and state.status == "done"
        procedure = tracker.get_intent_of_latest_message() == "ask_procedure"
        return not procedure and _wants_check(base.text_of(tracker), answer, decided)


class ActionRepeat(base.PolicyAction):
    """Show the last answer again."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_repeat"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """The last entry or verdict, or the menu when there was none."""
        last, answers = tracker.get_slot("last_entry"), base.answers()
        told = answers.entry(last) if last else last_verdict(state_of(tracker))
        return base.say(dispatcher, told or answers.not_found(), tracker)
