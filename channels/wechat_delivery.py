"""Getting an answer to the citizen: within WeChat's 5 seconds, at one of its three attempts, or late.

With the customer-service API a late answer is sent as soon as it is there.
Without it WeChat is left to ask again, and the third time is told how to fetch the answer.
"""
from __future__ import annotations

import asyncio
import logging
from itertools import chain, repeat
from typing import Awaitable, Callable

from channels.turns import Owed, Reply, Turns
from channels.wechat_answers import Said
from channels.wechat_api import ApiError, WeChatApi
from channels.wechat_envelope import Refused
from channels.wechat_message import Message
from channels.wechat_text import CONTINUED, MORE, page

log = logging.getLogger(__name__)

BUDGET = 4.2                # seconds for an answer; WeChat hangs up after 5
HANG_UP = 5                 # seconds after the budget in which WeChat has surely hung up
ATTEMPTS = 3
LOOKS = (.1, .2, .4, .8)    # seconds between looks at a message that another worker has
SENDS = {"text": 5}         # customer-service messages after a message of the citizen …
SENDS_AFTER_EVENT = 3       # … and after an event
MENU_PAUSE = 1              # seconds that keep the menu message behind the reply
LATE = f"正在查，请过几秒回复“{MORE}”看答复。"
CHOOSE = "请点选："

Answer = Callable[[Message], Awaitable[Said | None]]


class Delivery:
    """Delivery for one account in one worker. `started` counts the turns begun here."""

    def __init__(self, turns: Turns, answer: Answer, api: WeChatApi | None = None,
                 menus: bool = False, budget: float = BUDGET) -> None:
        """`menus`: offer choices in a menu message of the API after the reply."""
        self.turns, self.answer, self.api = turns, answer, api
        self.menus, self.budget = menus, budget
        self.started = 0
        self._running: dict[str, asyncio.Task[None]] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def reply(self, message: Message, signature: str) -> str | None:
        """Text of the passive reply to this attempt; None to answer “success”.

        Raises Refused for a signature that belongs to another message, and whatever the store of
        the turns raises.
        """
        end = asyncio.get_running_loop().time() + self.budget
        attempt, belongs = await asyncio.gather(
            self.turns.attempt(message.key), self.turns.belongs(signature, message.key))
        if not belongs:
            raise Refused("signature of another message")
        promised = attempt >= ATTEMPTS and self.api is None
        if promised:        # noted before it is said: when time is up there is none left for it
            await self.turns.promise(message.citizen, message.key)
        reply = await self._until(end, message)
        if reply is None and self.api:
            await self.turns.give_up(message.key)
            reply = await self.turns.reply(message.key)
        if reply is not None:
            if promised and attempt == ATTEMPTS:        # else it may have been said already
                await self.turns.promise(message.citizen, "")
            return await self._passive(message, reply)
        return LATE if promised else await self._without(message)

    async def finish(self, citizen: str) -> None:
        """Return when no turn of a citizen is running here."""
        running = [t for key, t in self._running.items() if key.startswith(f"{citizen}:")]
        if running:
            await asyncio.wait(running)

    async def _until(self, end: float, message: Message) -> Reply | None:
        """The answer, if there is one in time; begins the work if nobody has."""
        now, pauses = asyncio.get_running_loop().time, chain(LOOKS, repeat(LOOKS[-1]))
        while (left := end - now()) > 0:
            task = self._running.get(message.key)
            if task is None and await self.turns.claim(message.key):
                task = self._start(message)
            if task is not None:
                # wait() leaves the turn running when WeChat hangs up; wait_for() would not.
                done, _ = await asyncio.wait({task}, timeout=left)
                return await self._result(task, message) if done else None
            reply = await self.turns.reply(message.key)
            if reply is not None:
                return reply
            await asyncio.sleep(min(next(pauses), left))
        return None

    async def _result(self, task: asyncio.Task[None], message: Message) -> Reply | None:
        task.result()
        return await self.turns.reply(message.key)

    def _start(self, message: Message) -> asyncio.Task[None]:
        self.started += 1
        task = asyncio.ensure_future(self._turn(message))
        self._running[message.key] = task
        task.add_done_callback(lambda _: self._running.pop(message.key, None))
        return task

    async def _turn(self, message: Message) -> None:
        renewal = asyncio.ensure_future(self._renew(message.key))
        try:
            said = await self.answer(message) or Said("", aside=True)
            await self._settle(message, said)
        finally:
            renewal.cancel()

    async def _renew(self, key: str) -> None:
        while True:
            await asyncio.sleep(self.turns.lease / 3)
            await self.turns.renew(key)

    async def _settle(self, message: Message, said: Said) -> None:
        if not said.aside:
            await self.turns.owe(message.citizen, Owed(said.text, message.key))
        await self.turns.settle(message.key, Reply(said.text))
        # Asked after settling: an attempt gives up first and then looks for the answer once more.
        if self.api and await self.turns.given_up(message.key):
            await self._serve(message, said)
        elif self.menus and said.choices:
            self._later(self._offer(message, said))

    async def _passive(self, message: Message, reply: Reply) -> str | None:
        if await self.turns.deliver(message.key, "reply") != "reply":
            return None
        shown, rest = page(reply.text)
        await self._leave(message, rest)
        return shown or None

    async def _leave(self, message: Message, rest: str) -> None:
        """What is owed after a message was answered, unless another message was meanwhile."""
        owed = await self.turns.owed(message.citizen)
        if owed and owed.key == message.key:
            await self.turns.owe(message.citizen, Owed(rest))

    async def _without(self, message: Message) -> None:
        """An attempt that has no answer in time; without the API it is left to be made again."""
        if self.api is None:
            await self.turns.give_up(message.key)
            await asyncio.sleep(HANG_UP)

    async def _serve(self, message: Message, said: Said) -> None:
        """Send a late answer as far as the quota allows; what is left waits for 继续."""
        if not said.text or await self.turns.deliver(message.key, "service") != "service":
            return
        left = SENDS.get(message.kind, SENDS_AFTER_EVENT) - bool(self.menus and said.choices)
        rest = await self._sent(message.openid, said.text, left)
        if rest != said.text:
            await self._leave(message, rest)
            if self.menus and said.choices:
                await self._offer(message, said)

    async def _sent(self, openid: str, text: str, most: int) -> str:
        """Send `text` in at most `most` messages; the rest that was not sent."""
        for left in reversed(range(most)):
            shown, rest = page(text, more="" if left else CONTINUED)
            try:
                await self.api.send_text(openid, shown)
            except ApiError as error:
                log.warning("late answer not sent: %s", error)
                return text
            text = rest
            if not text:
                break
        return text

    async def _offer(self, message: Message, said: Said) -> None:
        await asyncio.sleep(MENU_PAUSE)
        try:
            await self.api.send_choices(message.openid, CHOOSE, said.choices)
        except ApiError as error:       # the reply has the same choices as numbers
            log.warning("menu message not sent: %s", error)

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._sending.add(task)         # else the loop may drop it
        task.add_done_callback(self._sending.discard)
