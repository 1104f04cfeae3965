"""The interview in Rasa's terms: its state in a slot, its replies, and the form that asks on."""
from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from policy_kb import interview as talk
from policy_kb import moves, plans, reply
from policy_kb.answers import Answer
from policy_kb.interview import Interview, Interviewer, Taken
from policy_kb.reply import Reply
from policy_kb.text import normalize

FORM = "eligibility_form"
LOOK = ("看看我能不能落户", "interview")
NOTHING_LEFT = "没有没做完的问答。想看自己能不能落户，请回复“帮我查一查”。"
PAUSED = "刚才的问答先停在这里，答过的还留着。什么时候想接着来，回复“继续”。"
EXPIRED = "这是以前的按钮，那次问答已经不在了。想看自己能不能落户，请回复“帮我查一查”。"


def interviewer() -> Interviewer:
    """Interviews by the current release, today."""
    return Interviewer(base.current_release(), base.receipts().issue, base.today())


def state_of(tracker: Tracker) -> Interview | None:
    """The interview of this conversation, running or not, as far as the release still knows it."""
    raw = tracker.get_slot("interview")
    return interviewer().fit(plans.load(raw)) if raw else None


def asks_now(state: Interview) -> bool:
    """Whether an interview waits for an answer."""
    return state.status in ("asking", "confirming")


def state_events(state: Interview) -> list[EventType]:
    """The state; the form's slot is filled when the interview rests."""
    kept = talk.after_verdict(state) if state.status == "done" else state
    return [
        SlotSet("interview", plans.dump(kept)),
        SlotSet("interview_done", None if asks_now(state) else True), SlotSet("misses", 0),
    ]


def _end(leader: Interviewer, state: Interview) -> Reply:
    """What is said when the interview rests: the verdict, or how to go on."""
    if state.status == "stopped":
        return reply.notice("stop", talk.STOPPED, [("继续", "resume"), ("转人工", "handoff")])
    return leader.verdict(state)


def replies(leader: Interviewer, taken: Taken) -> Answer:
    """Remarks, and the end if the interview came to it."""
    if asks_now(taken.interview) or taken.remarks and not taken.ends:
        return Answer(taken.remarks)
    return Answer((*taken.remarks, _end(leader, taken.interview)))


def go_on(taken: Taken, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Say what there is to say, keep the state, and let the form ask on."""
    said = base.say(dispatcher, replies(interviewer(), taken), tracker)
    events = [*said, *state_events(taken.interview)]
    if asks_now(taken.interview):
        return [*events, FollowupAction(FORM)]
    shown = [SlotSet("last_entry", None)] if taken.interview.status == "done" else []
    return [*events, *shown, FollowupAction("action_listen")]


def pause(state: Interview, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Help comes before any question: where to find it, and how to go on later."""
    return leave(state, base.answers().comfort(base.text_of(tracker)), dispatcher, tracker)


def leave(state: Interview, answer: Answer, dispatcher: CollectingDispatcher,
          tracker: Tracker) -> list[EventType]:
    """Answer something else, and ask nothing more until the citizen wants to go on."""
    later = reply.notice("stop", PAUSED, [("继续", "resume")])
    said = base.say(dispatcher, replace(answer, replies=(*answer.replies, later)), tracker)
    return [*said, *state_events(replace(state, status="stopped"))]


def last_verdict(state: Interview | None) -> Answer | None:
    """The verdict that was told last, once more; None if there is none."""
    if state is None or state.status != "done":
        return None
    return Answer((interviewer().verdict(state),))


def nothing_left(text: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Say that there is no interview to go on with, and offer one."""
    return base.say(dispatcher, Answer((reply.notice("resume", text, [LOOK]),)), tracker)


def begin_anew(state: Interview | None, dispatcher: CollectingDispatcher,
               tracker: Tracker) -> list[EventType] | None:
    """The interview from its beginning, if there is one and the message asks for that."""
    if state is None or not moves.restarts(normalize(base.text_of(tracker))):
        return None
    return go_on(interviewer().restart(state), dispatcher, tracker)
