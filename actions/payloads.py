"""What a button does: one function a kind of payload."""
from __future__ import annotations

from typing import Callable

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base, interview
from actions.handoff import hand_over
from policy_kb.answers import ASKED_FOR_PERSON
from policy_kb.interview import SETTLEMENT

Follow = Callable[[str, CollectingDispatcher, Tracker], list[EventType]]


def _entry(payload: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    answer = base.answers().entry(payload.partition(":")[2])
    return [*base.say(dispatcher, answer, tracker), SlotSet("misses", 0), SlotSet("story", None)]


def _topic(payload: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    answer = base.answers().topic(payload.partition(":")[2])
    return [*base.say(dispatcher, answer, tracker), SlotSet("misses", 0)]


def _handoff(payload: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    return hand_over(ASKED_FOR_PERSON, dispatcher, tracker)


def _begin(payload: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    subject = payload.partition(":")[2] or SETTLEMENT
    return [SlotSet("interview_rule", subject), FollowupAction("action_start_interview")]


def _go_on(payload: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    state = interview.state_of(tracker)
    if state is None:
        return interview.nothing_left(interview.EXPIRED, dispatcher, tracker)
    leader = interview.interviewer()
    taken = leader.resume(state) if payload == "resume" else leader.choose(state, payload)
    return interview.go_on(taken or leader.onward(state), dispatcher, tracker)


FOLLOW: dict[str, Follow] = {
    "entry": _entry, "topic": _topic, "handoff": _handoff, "rule": _begin, "interview": _begin,
    "resume": _go_on, "answer": _go_on, "confirm": _go_on, "change": _go_on, "why": _go_on,
    "stop": _go_on, "correct": _go_on, "restart": _go_on,
}


def follow(payload: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Do what the offered `payload` says; an unknown kind is a miss."""
    act = FOLLOW.get(payload.partition(":")[0])
    if act is None:
        return base.say(dispatcher, base.answers().not_found(), tracker)
    return act(payload, dispatcher, tracker)


def take_back(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType] | None:
    """Correct an answer of an interview that is not on now, or begin it anew; None if the
    message does neither."""
    state = None if tracker.active_loop else interview.state_of(tracker)
    if state is None:
        return None
    anew = interview.begin_anew(state, dispatcher, tracker)
    if anew is not None:
        return anew
    leader, text = interview.interviewer(), base.text_of(tracker)
    if leader.corrects(state, text):
        return interview.go_on(leader.correct(state, text), dispatcher, tracker)
    return None
