"""A tester of conversations: says something to the really trained bot and looks at the replies."""
from __future__ import annotations

import asyncio
import re
from typing import Any
from uuid import uuid4

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from channels import checks
from channels.collector import Collector
from policy_kb import reply
from policy_kb.reply import Choice, Reply

Loop = asyncio.AbstractEventLoop
PROMISED = re.compile(r"一定(?!期|时|的|程度)|保证|肯定可以|肯定能")
REFUSED = re.compile(r"(?<!符)不符合")
NEXT_STEP = re.compile(r"12345|请写|接着写|回复|请选|再问|来问")


class Conversation:
    """One citizen. `says` returns the bot's reply objects; each turn must have one, must not
    promise or refuse, and must leave something to do next."""

    def __init__(self, agent: Agent, loop: Loop) -> None:
        self._agent, self._loop = agent, loop
        self.sender = uuid4().hex
        self.replies: list[Reply] = []
        self.texts: list[str] = []

    async def says_async(self, text: str) -> list[Reply]:
        """Send a message as a channel does."""
        out = Collector("test")
        message = UserMessage(checks.clean(text), out, self.sender, input_channel="test")
        await self._agent.handle_message(message)
        assert out.messages, f"no answer to {text!r}"
        self.replies = [m["custom"] for m in out.messages if m["custom"]]
        self.texts = [m["text"] for m in out.messages]
        self._check(text)
        return self.replies

    def says(self, text: str) -> list[Reply]:
        """The same, for a test that does one thing after the other."""
        return self._loop.run_until_complete(self.says_async(text))

    def _check(self, text: str) -> None:
        assert len(self.replies) == len(self.texts), "a message without a reply object"
        assert all(t.strip() for t in self.texts)
        whole = "\n".join(self.texts)
        assert "unavailable" not in self.codes(), f"an action failed at {text!r}"
        assert not PROMISED.search(whole), f"{text!r} got a promise: {PROMISED.search(whole)}"
        assert not REFUSED.search(whole), f"{text!r} got a bare refusal: {REFUSED.search(whole)}"
        assert self.choices() or NEXT_STEP.search(whole), f"{text!r} led nowhere: {whole}"

    def tells(self, *texts: str) -> Reply:
        """Several messages; the last reply."""
        for text in texts:
            self.says(text)
        return self.last

    def choices(self) -> list[Choice]:
        """What the last turn offered, in the order of its numbers."""
        return [choice for one in self.replies for choice in reply.choices(one)]

    def presses(self, *labels: str) -> Reply:
        """Buttons of the last turn, one after the other, by their labels."""
        for label in labels:
            found = [c["payload"] for c in self.choices() if c["title"] == label]
            assert found, f"no button {label!r} among {[c['title'] for c in self.choices()]}"
            self.says(found[0])
        return self.last

    def dials(self, *labels: str) -> Reply:
        """The numbers of these options, as somebody types who has digits only."""
        for label in labels:
            titles = [c["title"] for c in self.choices()]
            assert label in titles, f"no option {label!r} among {titles}"
            self.says(str(titles.index(label) + 1))
        return self.last

    @property
    def last(self) -> Reply:
        """The last reply object."""
        return self.replies[-1]

    @property
    def asked(self) -> str | None:
        """The fact that is being asked, None if the last reply is no question."""
        return self.last["fact"] if self.last["type"] == "interview_question" else None

    @property
    def text(self) -> str:
        """All words of the last turn."""
        return "\n".join(self.texts)

    def types(self) -> list[str]:
        """Types of the last turn's replies."""
        return [r["type"] for r in self.replies]

    def codes(self) -> list[str]:
        """Codes of the last turn's notices."""
        return [r["code"] for r in self.replies if r["type"] == "notice"]

    def verdict(self) -> Reply:
        """The last verdict of the turn; it must be complete."""
        found = [r for r in self.replies if r["type"] == "verdict"]
        assert found, self.texts
        complete(found[-1])
        return found[-1]

    def outcome(self) -> str:
        """Outcome of the verdict that was given last."""
        return self.verdict()["rules"][0]["outcome"]

    def told(self) -> dict[str, str]:
        """The facts of the last verdict, in words."""
        return {f["fact"]: f["value"] for f in self.verdict()["facts"]}

    def tracker(self) -> Any:
        """Rasa's tracker of this conversation."""
        return self._loop.run_until_complete(self._agent.tracker_store.retrieve(self.sender))


def complete(verdict: Reply) -> None:
    """Fail unless a verdict has all that a verdict must have."""
    row, told = verdict["rules"][0], {f["fact"]: f["value"] for f in verdict["facts"]}
    assert verdict["status"]["label"] and verdict["receipt"] and verdict["release"]
    assert row["outcome"] in reply.OUTCOMES and row["summary"] and row["trace"] and row["unchecked"]
    assert all(t["clause"] and t["quote"] for t in row["trace"])
    words = reply.plain_text(verdict)
    assert "效力：" in words and "凭证号" in words and "以受理窗口认定为准" in words
    assert verdict["rights"] or told.get("户口性质") != "农业户口"
