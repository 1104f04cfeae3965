"""A tester of conversations: says something to the really trained bot and looks at the replies."""
from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from channels import checks
from channels.collector import Collector
from policy_kb.reply import Reply

Loop = asyncio.AbstractEventLoop


class Conversation:
    """One citizen. `says` returns the bot's reply objects; each turn must have one."""

    def __init__(self, agent: Agent, loop: Loop) -> None:
        self._agent, self._loop = agent, loop
        self.sender = uuid4().hex
        self.replies: list[Reply] = []
        self.texts: list[str] = []

    def says(self, text: str) -> list[Reply]:
        """Send a message as a channel does."""
        out = Collector("test")
        message = UserMessage(checks.clean(text), out, self.sender, input_channel="test")
        self._loop.run_until_complete(self._agent.handle_message(message))
        assert out.messages, f"no answer to {text!r}"
        self.replies = [m["custom"] for m in out.messages if m["custom"]]
        self.texts = [m["text"] for m in out.messages]
        assert len(self.replies) == len(out.messages), "a message without a reply object"
        for text_of_reply in self.texts:
            assert text_of_reply.strip()
        return self.replies

    def tells(self, *texts: str) -> Reply:
        """Several messages; the last reply."""
        for text in texts:
            self.says(text)
        return self.last

    @property
    def last(self) -> Reply:
        """The last reply object."""
        return self.replies[-1]

    @property
    def asked(self) -> str | None:
        """The fact that is being asked, None if the last reply is no question."""
        return self.last["fact"] if self.last["type"] == "interview_question" else None

    def types(self) -> list[str]:
        """Types of the last turn's replies."""
        return [r["type"] for r in self.replies]

    def codes(self) -> list[str]:
        """Codes of the last turn's notices."""
        return [r["code"] for r in self.replies if r["type"] == "notice"]

    def outcome(self) -> str:
        """Outcome of the verdict that was given last."""
        assert self.last["type"] == "verdict", self.texts
        return self.last["rules"][0]["outcome"]

    def tracker(self) -> Any:
        """Rasa's tracker of this conversation."""
        return self._loop.run_until_complete(self._agent.tracker_store.retrieve(self.sender))
