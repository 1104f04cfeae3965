"""The way to a person, from any state."""
from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import base, interview
from policy_kb.answers import ASKED_FOR_PERSON


def hand_over(reason: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    """Name the hotline and sum up what was looked at."""
    last, state = tracker.get_slot("last_entry"), interview.state_of(tracker)
    basis = interview.interviewer().basis(state) if state else []
    answer = base.answers().handoff(reason, [last] if last else basis)
    return [*base.say(dispatcher, answer, tracker), SlotSet("misses", 0)]


class ActionHandoff(base.PolicyAction):
    """The citizen asks for a person."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_handoff"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Name the hotline."""
        return hand_over(ASKED_FOR_PERSON, dispatcher, tracker)
