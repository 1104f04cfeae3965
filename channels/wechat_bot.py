"""Rasa as the WeChat channel uses it: ask, look up what was answered, delete."""
from __future__ import annotations

import asyncio
import time
from typing import Any, Awaitable, Callable, Iterable

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered, Event, UserUttered

from channels.collector import Collector
from runtime.trackers import delete_conversation

CHANNEL = "wechat"
AT_ONCE = 2                 # turns worked on: with more, all are late, and so are the promises
FRESH = 1800                # seconds during which the last turn may be shown again

Messages = list[dict[str, Any]]
OnMessage = Callable[[UserMessage], Awaitable[Any]]


class Bot:
    """The bot behind one account. `agent` gives Rasa's agent once the server has started."""

    def __init__(self, on_new_message: OnMessage, agent: Callable[[], Agent]) -> None:
        self._on_new, self._agent = on_new_message, agent
        self._places = asyncio.Semaphore(AT_ONCE)

    async def ask(self, citizen: str, text: str, key: str) -> Messages:
        """The bot's messages to `text`, whose key the tracker keeps. Raises what the bot raises."""
        collector = Collector(CHANNEL)
        message = UserMessage(text, collector, citizen, input_channel=CHANNEL, message_id=key)
        async with self._places:
            await self._on_new(message)
        return collector.messages

    async def recall(self, citizen: str, key: str | None = None) -> Messages | None:
        """What was answered to the message `key`, or without a key in a last turn that is fresh.

        None if there is no such turn. Raises TrackersUnavailable.
        """
        tracker = await self._agent().tracker_store.retrieve(citizen)
        events = list(tracker.events) if tracker else []
        if key is None:
            said = [e for e in events if isinstance(e, UserUttered)]
            fresh = said and time.time() - said[-1].timestamp < FRESH
            key = said[-1].message_id if fresh else None
        return _answered(events, key) if key else None

    async def forget(self, citizen: str) -> None:
        """Delete the conversation and its slots. Raises TrackersUnavailable."""
        await delete_conversation(self._agent(), citizen)


def _answered(events: Iterable[Event], key: str) -> Messages | None:
    found: Messages | None = None
    for event in events:
        if isinstance(event, UserUttered):
            if found is not None:
                break
            found = [] if event.message_id == key else None
        elif isinstance(event, BotUttered) and found is not None:
            data = event.data or {}
            found.append({"text": event.text, "custom": data.get("custom"),
                          "buttons": data.get("buttons") or []})
    return found
