"""What a button does: one function a kind of payload."""
from __future__ import annotations

from typing import Callable

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base
from actions.handoff import hand_over
from policy_kb.answers import ASKED_FOR_PERSON

Follow = Callable[[str, CollectingDispatcher, Tracker], list[EventType]]


def _entry(rest: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    return [*base.say(dispatcher, base.answers().entry(rest)), SlotSet("misses", 0)]


def _topic(rest: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    return [*base.say(dispatcher, base.answers().topic(rest)), SlotSet("misses", 0)]


def _handoff(rest: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    return hand_over(ASKED_FOR_PERSON, dispatcher, tracker)


def _interview(rest: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    return [SlotSet("interview_rule", rest or None), FollowupAction("action_start_interview")]


FOLLOW: dict[str, Follow] = {
    "entry": _entry, "topic": _topic, "handoff": _handoff, "rule": _interview,
    "interview": _interview, "resume": _interview,
}


def follow(payload: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Do what the offered `payload` says; an unknown kind is a miss."""
    kind, _, rest = payload.partition(":")
    act = FOLLOW.get(kind)
    if act is None:
        return base.say(dispatcher, base.answers().not_found())
    return act(rest, dispatcher, tracker)
