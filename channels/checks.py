"""What every channel asks of a message before Rasa sees it, and of an answer before it goes out."""
from __future__ import annotations

import re
import time
import unicodedata
from collections import OrderedDict, deque
from typing import Any, Sequence

from policy_kb import reply
from policy_kb.answers import LONGEST_TEXT, NO_WORDS, TOO_LONG, help_at_once
from policy_kb.distress import in_distress
from policy_kb.reply import Reply

BUSY = f"系统繁忙，请稍后再试，或拨打{reply.HOTLINE}。"
TOO_FAST = f"您发得太快了，请歇一会儿再发。着急可拨打{reply.HOTLINE}。"
INVISIBLE = ("Cc", "Cf", "Cs")                   # control, format (bidi, zero width), surrogates
LEADING_SLASHES = re.compile(r"^[\s/／]+")


def clean(text: str) -> str:
    """What was typed, without invisible characters and without leading slashes.

    Rasa takes a text that begins with a slash for a command; here nobody types commands.
    """
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in INVISIBLE)
    return LEADING_SLASHES.sub("", kept).rstrip()


def refusal(text: str) -> Reply | None:
    """A notice for a cleaned text that must not reach Rasa; None for one that may."""
    if len(text) > LONGEST_TEXT:
        if in_distress(text):
            return help_at_once()
        return reply.notice("too_long", TOO_LONG.format(limit=LONGEST_TEXT))
    if not any(c.isalnum() for c in text):
        return reply.notice("no_words", NO_WORDS)
    return None


def busy() -> Reply:
    """What is said when there is no answer."""
    return reply.notice("unavailable", BUSY)


def too_fast() -> Reply:
    """What is said to somebody who sends more than a person would."""
    return reply.notice("rate_limited", TOO_FAST)


def message(one: Reply) -> dict[str, Any]:
    """A reply object as a channel sends it: {text, custom, buttons}."""
    return {"text": reply.plain_text(one), "custom": one, "buttons": reply.choices(one)}


def complete(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bot's messages, or the busy notice where there are none: silence is no answer."""
    return list(messages) or [message(busy())]


class Rate:
    """At most `limit` messages of one sender in `window` seconds; remembers `most` senders."""

    def __init__(self, limit: int = 30, window: float = 60, most: int = 10_000) -> None:
        self._limit, self._window, self._most = limit, window, most
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, sender: str, now: float | None = None) -> bool:
        """Count one message of `sender`; False if it is one too many."""
        now = time.monotonic() if now is None else now
        times = self._seen.setdefault(sender, deque())
        self._seen.move_to_end(sender)
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        while times and times[0] <= now - self._window:
            times.popleft()
        if len(times) >= self._limit:
            return False
        times.append(now)
        return True
