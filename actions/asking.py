"""The actions of the interview: begin it, take what is written while it is on, ask on."""
from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base, interview
from actions.answering import topics_of
from actions.interview import asks_now, begin_anew, go_on, interviewer, nothing_left, state_of
from actions.payloads import follow
from policy_kb import facts as values
from policy_kb import household, moves, plans, reply
from policy_kb.answers import Answer
from policy_kb.context import ONCE_SETTLED, bare_subject
from policy_kb.distress import in_distress
from policy_kb.entries import TOPICS
from policy_kb.interview import SETTLEMENT, SUBJECTS, Interview, Interviewer, Taken
from policy_kb.reply import Choice
from policy_kb.statements import is_question
from policy_kb.text import normalize

PERSON = re.compile(r"人工|真人|活人|客服|坐席|接线员|工作人员|12345")
SIDE_TALK = (
    "abuse", "greet", "thanks", "goodbye", "help", "bot_challenge", "feedback", "check_eligibility",
)
POLICY = (*TOPICS, "out_of_scope", "follow_up", "nlu_fallback")  # intents that action_answer answers
CALLED = {"医疗保险": "医保", "宅基地": "土地", "承包地": "土地", "退地": "土地", "入学": "上学"}
SURE = 0.6                                       # of an intent that is not to be taken for a slip
TURNED = "好的，换一个。您想问什么，请直接写，或选一个话题。"
AFTERWARDS = re.compile(rf"{ONCE_SETTLED}|落户了|落了户")


def _named_subject(leader: Interviewer, text: str) -> str | None:
    """The subject that a message calls by name; of 落户后养老 the latter."""
    plain = normalize(text)
    names = [*(s for s in SUBJECTS if s in plain), *(s for w, s in CALLED.items() if w in plain)]
    found = [name for name in dict.fromkeys(names) if leader.known_subject(name)]
    later = len(found) > 1 and found[0] == SETTLEMENT and AFTERWARDS.search(plain)
    return found[1] if later else found[0] if found else None


def _subject(leader: Interviewer, text: str, tracker: Tracker) -> str:
    """What the interview is to be about: the button's subject, or the matched entry's."""
    asked = tracker.get_slot("interview_rule")
    if asked and leader.known_subject(asked):
        return asked
    named = _named_subject(leader, text)
    if named:
        return named
    match = leader.release.matcher.match(text)
    entry = leader.release.entries.get(match.entries[0]) if match.decision == "answer" else None
    if entry is None or entry.rule is None:
        return SETTLEMENT
    return leader.release.rules[entry.rule].group or entry.rule


def _started(leader: Interviewer, state: Interview | None, tracker: Tracker) -> Taken:
    """Begin; a story that was read back before the button was pressed counts as confirmed."""
    known = plans.told_by(state, household.SELF) if state else {}
    story, text = tracker.get_slot("story") or "", base.text_of(tracker)
    if tracker.get_slot("interview_rule"):
        read_back = any(c["title"] == reply.OWN_CASE for c in base.offered(tracker))
        return leader.start(_subject(leader, text, tracker), story, known, confirmed=read_back)
    if tracker.get_intent_of_latest_message() == "inform" and story:
        text = f"{story}，{text}"
    return leader.start(_subject(leader, text, tracker), text, known)


def _says_nothing_new(leader: Interviewer, state: Interview, tracker: Tracker) -> bool:
    """Whether 帮我查一查 can only mean the interview that has not come to its end."""
    text = base.text_of(tracker)
    if state.status == "done" or tracker.get_slot("interview_rule"):
        return False
    about = _named_subject(leader, text) or state.plans[0].subject
    other = household.relatives(text) or household.only(text)
    return about == state.plans[0].subject and not other and not leader.hear(text, about)


class ActionStartInterview(base.PolicyAction):
    """Begin an interview, or go on with one that was stopped."""

    offers_first = False

    def name(self) -> str:
        """Name in the domain."""
        return "action_start_interview"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """The first question, or the verdict when the message held everything."""
        choice = base.chosen(base.text_of(tracker), base.offered(tracker))
        if choice is not None and not tracker.get_slot("interview_rule"):
            return follow(choice["payload"], dispatcher, tracker)
        leader, state = interviewer(), state_of(tracker)
        anew = begin_anew(state, dispatcher, tracker)
        if anew is not None:
            return anew
        if tracker.get_intent_of_latest_message() == "resume" and not tracker.get_slot("interview_rule"):
            return self._resume(leader, state, dispatcher, tracker)
        if state is not None and _says_nothing_new(leader, state, tracker):
            return go_on(leader.resume(state), dispatcher, tracker)
        taken = _started(leader, state, tracker)
        return [SlotSet("interview_rule", None), SlotSet("story", None),
                *go_on(taken, dispatcher, tracker)]

    def _resume(self, leader: Interviewer, state: Interview | None,
                dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if state is None or state.status == "done":
            return nothing_left(interview.NOTHING_LEFT, dispatcher, tracker)
        return go_on(leader.resume(state), dispatcher, tracker)


class ActionCorrect(base.PolicyAction):
    """Take back an answer, also after the verdict."""

    offers_first = False

    def name(self) -> str:
        """Name in the domain."""
        return "action_correct"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """The changed answer, named, and what follows from it."""
        state = state_of(tracker)
        if state is None:
            return nothing_left(interview.NOTHING_LEFT, dispatcher, tracker)
        return (begin_anew(state, dispatcher, tracker)
                or go_on(interviewer().correct(state, base.text_of(tracker)), dispatcher, tracker))


class ValidateEligibilityForm(base.PolicyAction):
    """What a message means to the interview that is on; nothing if it is about something else."""

    offers_first = False

    def name(self) -> str:
        """Name that Rasa derives from the form's."""
        return "validate_eligibility_form"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Events if the message was taken; none lets the rule of its intent answer."""
        if base.acted(tracker, interview.FORM):
            return []
        state = state_of(tracker)
        if state is None:
            return [*nothing_left(interview.EXPIRED, dispatcher, tracker),
                    SlotSet("interview", None), SlotSet("interview_done", True)]
        leader, despair = interviewer(), in_distress(base.text_of(tracker))
        other = None if despair else _other_matter(leader, state, tracker)
        if other is not None:
            return interview.leave(state, other, dispatcher, tracker)
        taken = None if despair else _taken(leader, state, tracker)
        if taken is None and tracker.get_intent_of_latest_message() == "distress":
            return interview.pause(state, dispatcher, tracker)
        if taken is None:
            return []
        said = base.say(dispatcher, interview.replies(leader, taken), tracker)
        return [*said, *interview.state_events(taken.interview)]


def _named_choice(tracker: Tracker) -> Choice | None:
    """The button that a message presses, of this turn or of an earlier one."""
    text = base.text_of(tracker)
    return base.chosen(text, base.offered(tracker)) or base.pressed(text)


def _other_matter(leader: Interviewer, state: Interview, tracker: Tracker) -> Answer | None:
    """What there is on another matter that a message turns to; None if it stays, or wants to be
    led through that matter's questions, or wants a person."""
    text = base.text_of(tracker)
    matter = None if _named_choice(tracker) else leader.turned(state, text)
    checks = moves.asks_for_check(normalize(text)) or PERSON.search(text)
    if matter is None or checks:
        return None
    if not matter:
        return Answer((reply.notice("turn", TURNED, base.answers().menu()),))
    return base.answers().message(matter, topics_of(tracker))


def _plain_answer(leader: Interviewer, state: Interview, text: str) -> bool:
    """Whether a text is just an option of the question that is asked."""
    pending = leader.pending(state)
    return pending is not None and values.option_of(leader.release.facts[pending], text) is not None


def _taken(leader: Interviewer, state: Interview, tracker: Tracker) -> Taken | None:
    text, choice = base.text_of(tracker), _named_choice(tracker)
    if choice is not None:
        return leader.choose(state, choice["payload"])
    if state.status == "asking" and leader.pending(state) is None:
        return leader.onward(state)
    intent = tracker.get_intent_of_latest_message()
    wants_person = intent == "handoff" and PERSON.search(text)
    if wants_person and not _plain_answer(leader, state, text):
        return None
    sure = tracker.latest_message["intent"]["confidence"] >= SURE
    return leader.take(state, text) or _by_intent(leader, state, intent, sure, text)


def _by_intent(leader: Interviewer, state: Interview, intent: str | None, sure: bool,
               text: str) -> Taken | None:
    """What the words alone did not tell: a sideways move, a policy question, or nothing."""
    asked = is_question(text)
    if moves.asks_for_check(normalize(text)) or bare_subject(normalize(text)):
        return None
    if intent in ("stop", "why"):
        return leader.choose(state, intent)
    if intent == "repeat":
        return Taken(state)
    if intent == "unsure" and not asked:
        return leader.unsure(state)
    if state.status == "confirming" and intent in ("affirm", "deny") and not asked:
        return leader.choose(state, "confirm:yes" if intent == "affirm" else "confirm:no")
    if intent in ("handoff", "distress") or sure and intent in SIDE_TALK or asked and intent in POLICY:
        return None
    known = intent in POLICY or asked
    if known and leader.release.matcher.match(text).decision != "out_of_scope":
        return None
    return leader.miss(state, text)


class ActionAskInterviewDone(base.PolicyAction):
    """Ask what the interview has to ask now."""

    offers_first = False

    def name(self) -> str:
        """Name that Rasa derives from the form's slot."""
        return "action_ask_eligibility_form_interview_done"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """The question; after another answer in the same turn its options are numbered on."""
        state = state_of(tracker)
        if state is None or not asks_now(state):
            return []
        return base.say(dispatcher, Answer((interviewer().prompt(state),)), tracker)
