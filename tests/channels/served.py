"""A channel behind a real HTTP server, before a bot that is a list of what it was told."""
from __future__ import annotations

import asyncio
import itertools
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, AsyncIterator, Callable

from rasa.core.channels.channel import InputChannel, UserMessage, register
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Sanic

from channels import checks
from policy_kb import reply
from runtime.locks import MemoryLocks
from tests.services import free_port

_numbers = itertools.count()
Sanic.test_mode = True      # else Sanic rewrites its own code once more for every further server


class Bot:
    """Keeps conversations as Rasa does, and answers each text with `replies` of it."""

    def __init__(self) -> None:
        self.told: list[UserMessage] = []
        self.replies: Callable[[str], list[reply.Reply]] = lambda text: [
            reply.notice("echo", f"听到：{text}", [("落户", "topic:ask_settlement")])]
        self.slowness = 0.0
        self.tracker_store = InMemoryTrackerStore(Domain.empty())
        self.lock_store = MemoryLocks()

    @property
    def texts(self) -> list[str]:
        """What the bot was told, in order."""
        return [message.text for message in self.told]

    async def handle_message(self, message: UserMessage) -> None:
        """One turn."""
        async with self.lock_store.lock(message.sender_id):
            self.told.append(message)
            await asyncio.sleep(self.slowness)
            tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
            tracker.update(UserUttered(message.text, message_id=message.message_id))
            for one in self.replies(message.text):
                said = checks.message(one)
                tracker.update(BotUttered(
                    said["text"], {"custom": said["custom"], "buttons": said["buttons"]}))
                await message.output_channel.send_response(message.sender_id, dict(said))
            await self.tracker_store.save(tracker)


@asynccontextmanager
async def served(channel: InputChannel, bot: Bot) -> AsyncIterator[str]:
    """Base address of `channel` while the block runs."""
    app = Sanic(f"test_{next(_numbers)}", configure_logging=False)
    app.ctx.agent = SimpleNamespace(
        handle_message=bot.handle_message, tracker_store=bot.tracker_store,
        lock_store=bot.lock_store,
    )
    register([channel], app, route="/webhooks/")
    port = free_port()
    server = await app.create_server(
        host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()
    try:
        yield f"http://127.0.0.1:{port}/webhooks/{channel.name()}"
    finally:
        await server.close()


async def said(response: Any) -> str:
    """The texts of an answer of the web channel in one."""
    return "\n".join(one["text"] for one in (await response.json())["replies"])
