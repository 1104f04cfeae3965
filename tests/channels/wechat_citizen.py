"""A citizen who does a whole interview over WeChat, whatever questions are asked."""
from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from channels.wechat_answers import STILL
from channels.wechat_delivery import LATE
from channels.wechat_text import MORE, PAGE
from tests.channels.wechat_server import Delivery, WeChat, links, message

BEGIN = "帮我看看我能不能落户"
UNSURE = "不清楚"
VERDICT = "这不是审批决定"
MOST_QUESTIONS = 40
PATIENCE = 30               # times that a promised answer is asked for


@dataclass
class Citizen:
    """`said`: what was sent, `read`: the whole answer to each, `waits`: seconds until its first page.

    `deliveries`: how each message came, those that fetch a page or a late answer included.
    """

    openid: str
    wechat: WeChat
    pause: float = 2            # seconds before a promised answer is asked for
    said: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    async def say(self, content: str, choice: str = "") -> str:
        """Say or tap something and read the whole answer, "" if there was none."""
        began = time.monotonic()
        pages = [await self._page(content, choice)]
        self.waits.append(time.monotonic() - began)
        while any(payload == PAGE for _, payload, _ in links(pages[-1])):
            pages.append(await self._page(MORE, PAGE))
        self.said.append(content)
        self.read.append("\n".join(pages))
        return self.read[-1]

    async def _page(self, content: str, choice: str) -> str:
        """The answer, also if it has to be fetched."""
        text = await self._send(content, choice)
        for _ in range(PATIENCE):
            if text not in (LATE, STILL):
                break
            await asyncio.sleep(self.pause)
            text = await self._send(MORE, "")
        return text

    async def _send(self, content: str, choice: str) -> str:
        fields = {"bizmsgmenuid": choice} if choice else {}
        delivery = await self.wechat.deliver(message(self.openid, content, **fields))
        self.deliveries.append(delivery)
        return delivery.text or ""

    @property
    def finished(self) -> bool:
        """Whether the verdict has been read."""
        return bool(self.read) and VERDICT in self.read[-1]

    async def next(self) -> str:
        """Begin the interview, or take the first option of what was read last."""
        offered = [(said, payload) for said, payload, _ in links(self.read[-1] if self.read else "")
                   if payload.startswith(("answer:", "confirm", "change:"))]
        assert len(self.said) < MOST_QUESTIONS, f"no verdict after {self.read[-1]!r}"
        if not self.read:
            return await self.say(BEGIN)
        return await self.say(*offered[0]) if offered else await self.say(UNSURE)

    async def interview(self) -> None:
        """From the first question to the verdict."""
        while not self.finished:
            await self.next()
