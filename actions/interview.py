"""The interview inside Rasa: one form with one slot; `policy_kb.interview` does the asking."""
from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from policy_kb import facts as values
from policy_kb import interview as talk
from policy_kb import reply
from policy_kb.answers import Answer
from policy_kb.entries import TOPICS
from policy_kb.interview import Interview, Interviewer, Taken
from policy_kb.reply import Reply
from policy_kb.statements import is_question

FORM = "eligibility_form"
FIRST_OF_ALL = ("handoff", "distress")           # intents that no question may swallow
SIDE_TALK = (
    "abuse", "greet", "thanks", "goodbye", "help", "bot_challenge", "feedback", "repeat",
    "check_eligibility",
)
NOTHING_LEFT = "没有没做完的问答。想看自己能不能落户，请回复“帮我查一查”。"


def interviewer() -> Interviewer:
    """Interviews by the current release, today."""
    return Interviewer(base.current_release(), base.receipts().issue, base.today())


def state_of(tracker: Tracker) -> Interview | None:
    """The interview of this conversation, running or not."""
    raw = tracker.get_slot("interview")
    return talk.load(raw) if raw else None


def _known(tracker: Tracker) -> dict[str, Any]:
    """What the writer has told before in this conversation."""
    state = state_of(tracker)
    return dict(state.plans[0].facts) if state else {}


def _state_events(taken: Taken) -> list[EventType]:
    """The state; the form's slot is filled when the interview rests."""
    rests = taken.interview.status in ("done", "stopped")
    state = talk.after_verdict(taken.interview) if rests else taken.interview
    return [
        SlotSet("interview", talk.dump(state)), SlotSet("interview_done", True if rests else None),
        SlotSet("misses", 0),
    ]


def _end(leader: Interviewer, state: Interview) -> Reply:
    """What is said when the interview rests: the verdict, or how to go on."""
    if state.status == "stopped":
        return reply.notice("stop", talk.STOPPED, [("继续", "resume"), ("转人工", "handoff")])
    return leader.verdict(state)


def _replies(leader: Interviewer, taken: Taken) -> Answer:
    """Remarks, and the end if there is nothing more to ask."""
    asking = taken.interview.status in ("asking", "confirming")
    return Answer(taken.remarks if asking else (*taken.remarks, _end(leader, taken.interview)))


def go_on(taken: Taken, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Say what there is to say, keep the state, and let the form ask on."""
    events = [*base.say(dispatcher, _replies(interviewer(), taken), tracker), *_state_events(taken)]
    asking = taken.interview.status in ("asking", "confirming")
    return [*events, FollowupAction(FORM)] if asking else events


def _subject(tracker: Tracker) -> str:
    """What the interview is to be about: the button's subject, or the matched entry's."""
    asked, leader = tracker.get_slot("interview_rule"), interviewer()
    if asked and leader.known_subject(asked):
        return asked
    text = base.text_of(tracker)
    named = [subject for subject in talk.SUBJECTS if subject in text and leader.known_subject(subject)]
    if named:
        return named[0]
    match = leader.release.matcher.match(text)
    entry = leader.release.entries.get(match.entries[0]) if match.decision == "answer" else None
    if entry is None or entry.rule is None:
        return talk.SETTLEMENT
    return leader.release.rules[entry.rule].group or entry.rule


class ActionStartInterview(base.PolicyAction):
    """Begin an interview, or go on with one that was stopped."""

    offers_first = False

    def name(self) -> str:
        """Name in the domain."""
        return "action_start_interview"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """The first question, or the verdict when the message held everything."""
        from actions.payloads import follow

        state = state_of(tracker)
        choice = base.chosen(base.text_of(tracker), base.offered(tracker))
        if choice is not None and not tracker.get_slot("interview_rule"):
            return follow(choice["payload"], dispatcher, tracker)
        if tracker.get_intent_of_latest_message() == "resume":
            return self._resume(state, dispatcher, tracker)
        taken = _started(interviewer(), tracker)
        return [SlotSet("interview_rule", None), SlotSet("story", None),
                *go_on(taken, dispatcher, tracker)]

    def _resume(self, state: Interview | None, dispatcher: CollectingDispatcher,
                tracker: Tracker) -> list[EventType]:
        if state is None or state.status == "done":
            return base.say(dispatcher, Answer((reply.notice("resume", NOTHING_LEFT),)), tracker)
        return go_on(interviewer().resume(state), dispatcher, tracker)


def _started(leader: Interviewer, tracker: Tracker) -> Taken:
    """Begin; a story that was read back before the button was pressed counts as confirmed."""
    subject, known = _subject(tracker), _known(tracker)
    if tracker.get_slot("interview_rule"):
        heard = leader.hear(tracker.get_slot("story") or "", subject)
        return leader.start(subject, known={**known, **heard})
    return leader.start(subject, base.text_of(tracker), known)


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
            return base.say(dispatcher, Answer((reply.notice("resume", NOTHING_LEFT),)), tracker)
        return go_on(interviewer().correct(state, base.text_of(tracker)), dispatcher, tracker)


class ValidateEligibilityForm(base.PolicyAction):
    """What a message means to the interview that is on; nothing if it is about something else."""

    offers_first = False

    def name(self) -> str:
        """Name that Rasa derives from the form's."""
        return "validate_eligibility_form"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Events if the message was taken; none lets the rule of its intent answer."""
        state = state_of(tracker)
        if state is None:
            return [SlotSet("interview_done", True)]
        if base.acted(tracker, FORM):
            return []
        leader = interviewer()
        taken = _taken(leader, state, tracker)
        if taken is None:
            return []
        return [*base.say(dispatcher, _replies(leader, taken), tracker), *_state_events(taken)]


def _taken(leader: Interviewer, state: Interview, tracker: Tracker) -> Taken | None:
    text = base.text_of(tracker)
    choice = base.chosen(text, base.offered(tracker))
    if choice is not None:
        return leader.choose(state, choice["payload"])
    pending = leader.pending(state)
    plain_answer = pending and values.option_of(leader.release.facts[pending], text) is not None
    intent = tracker.get_intent_of_latest_message()
    if intent in FIRST_OF_ALL and not plain_answer:
        return None
    return leader.take(state, text) or _by_intent(leader, state, intent, text)


def _by_intent(leader: Interviewer, state: Interview, intent: str | None, text: str) -> Taken | None:
    """What the words alone did not tell: a sideways move, a policy question, or nothing."""
    moves = {"stop": "stop", "why": "why"}
    if intent in moves:
        return leader.choose(state, moves[intent])
    if intent in SIDE_TALK or is_question(text):
        return None
    if intent in TOPICS and leader.release.matcher.match(text).decision != "out_of_scope":
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
        if state is None or state.status in ("done", "stopped"):
            return []
        return base.say(dispatcher, Answer((interviewer().prompt(state),)), tracker)
