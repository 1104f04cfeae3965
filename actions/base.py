"""What every action of the bot shares: offers first, then its own work, and never silence."""
from __future__ import annotations

import datetime as dt
import logging
import re
import uuid
from abc import ABC, abstractmethod
from typing import Any, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from policy_kb import paths, reply
from policy_kb.answers import Answer, Answers, texts
from policy_kb.receipt import Receipts
from policy_kb.release import Release, Releases
from policy_kb.reply import Choice
from policy_kb.text import normalize

log = logging.getLogger(__name__)

BUSY = f"系统繁忙，请稍后再试，或拨打{reply.HOTLINE}。"
ORDINAL = re.compile(
    r"^(?:我?(?:就|要|想|选|择|点|看|按|回复|问)*)第?([0-9]{1,2}|[一二三四五六七八九十])(?:个|项|条|号|种)?(?:选项)?[吧的呗啊]?[.、。！]?$"
)
PAYLOAD = re.compile(r"^(?:(?:entry|topic|rule|answer|change|confirm):\S{1,80}|interview|resume|restart)$")
CHINESE_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}

_releases: dict[str, Releases] = {}


def current_release() -> Release:
    """The release that the pointer names now."""
    folder = paths.releases()
    return _releases.setdefault(str(folder), Releases(folder)).current()


def receipts() -> Receipts:
    """The store of receipts."""
    return Receipts(paths.receipts())


def today() -> dt.date:
    """The day on which an answer is given."""
    return dt.date.today()


def answers() -> Answers:
    """Answers from the current release, today."""
    return Answers(current_release(), receipts().issue, today())


def ordinal(text: str) -> int | None:
    """The number that a bare “2”, “２”, “第二个” or “选2” names; None for anything else."""
    found = ORDINAL.match(normalize(text).strip())
    if not found:
        return None
    return CHINESE_DIGITS.get(found[1]) or int(found[1])


def chosen(text: str, offered: Sequence[Choice]) -> Choice | None:
    """The offered choice that `text` names by payload, label or number."""
    text = text.strip()
    for choice in offered:
        if text == choice["payload"] or normalize(text) == normalize(choice["title"]):
            return choice
    number = ordinal(text)
    return offered[number - 1] if number and 0 < number <= len(offered) else None


def pressed(text: str) -> Choice | None:
    """A button of an earlier turn, known by its payload; None if `text` is none."""
    text = text.strip()
    return {"title": text, "payload": text} if PAYLOAD.match(text) else None


def offered(tracker: Tracker) -> list[Choice]:
    """The choices of the bot's last turn."""
    return tracker.get_slot("offered") or []


def text_of(tracker: Tracker) -> str:
    """What the citizen wrote last."""
    return tracker.latest_message.get("text") or ""


def acted(tracker: Tracker, form: str) -> bool:
    """Whether an action other than the form has already dealt with the citizen's last message."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] != form:
            return True
    return False


def _offered_this_turn(tracker: Tracker) -> list[Choice]:
    """What was offered since the citizen wrote: later choices are numbered on."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return []
        if event["event"] == "slot" and event["name"] == "offered":
            return event["value"] or []
    return []


def say(dispatcher: CollectingDispatcher, answer: Answer, tracker: Tracker) -> list[EventType]:
    """Send the replies of a turn and remember what they offered and showed."""
    before = _offered_this_turn(tracker)
    for one, text in zip(answer.replies, texts(answer.replies, len(before) + 1)):
        dispatcher.utter_message(text=text, json_message=one, buttons=reply.choices(one) or None)
    events: list[EventType] = [SlotSet("offered", [*before, *answer.choices])]
    if answer.entries:
        events.append(SlotSet("last_entry", answer.entries[0]))
    return events


class PolicyAction(Action, ABC):
    """An action that answers an offered choice first and never leaves a citizen without a reply.

    `offers_first` is off where the interview itself decides what a message means.
    """

    offers_first = True

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker,
                  domain: dict[str, Any]) -> list[EventType]:
        """Rasa's entry point."""
        try:
            return self._act(dispatcher, tracker)
        except Exception:
            number = uuid.uuid4().hex[:8]
            log.exception("action %s failed, error %s", self.name(), number)
            dispatcher.messages.clear()
            text = f"{BUSY}（故障号 {number}）"
            return say(dispatcher, Answer((reply.notice("unavailable", text),)), tracker)

    def _act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        from actions.payloads import follow, take_back

        if self.offers_first:
            text = text_of(tracker)
            choice = chosen(text, offered(tracker)) or pressed(text)
            if choice is not None:
                return follow(choice["payload"], dispatcher, tracker)
            corrected = take_back(dispatcher, tracker)
            if corrected is not None:
                return corrected
        return self.act(dispatcher, tracker)

    @abstractmethod
    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """The action's own work, when the message does not name an offered choice."""
