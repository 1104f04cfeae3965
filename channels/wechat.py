"""The channel of a WeChat official account: `/webhooks/wechat/webhook`.

GET verifies the URL, POST takes messages and events. Without WECHAT_TOKEN the channel is off.
"""
from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels import checks, wechat_menu, wechat_settings, wechat_trial
from channels.turns import MemoryStore, RedisStore, Turns
from channels.wechat_answers import WeChatAnswers
from channels.wechat_api import WeChatApi
from channels.wechat_bot import CHANNEL, Bot, OnMessage
from channels.wechat_delivery import BUDGET, Delivery
from channels.wechat_envelope import Envelope, Refused, echo, open_envelope
from channels.wechat_message import Message, parse, reply_xml
from channels.wechat_settings import Settings
from channels.wechat_text import anchor, numbered

log = logging.getLogger(__name__)

SUCCESS = "success"         # tells WeChat that there is no passive reply
PAUSES = (0, 5, 60, 600, 3600)      # seconds before each attempt at deleting a conversation


class WeChatInput(InputChannel):
    """The channel `wechat`. With `settings` None it is off and has no routes."""

    @classmethod
    def name(cls) -> str:
        """Name in the path and in trackers."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WeChatInput:
        """From credentials.yml and the environment. Raises SettingsError."""
        return cls(wechat_settings.read(credentials))

    def __init__(self, settings: Settings | None) -> None:
        self.settings = settings

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """Routes below /webhooks/wechat."""
        routes = Blueprint("wechat_channel")
        if self.settings is None:
            log.info("WeChat is off: WECHAT_TOKEN is not set")
            return routes
        account = _Account(self.settings, on_new_message)

        @routes.get("/webhook")
        async def verify(request: Request) -> HTTPResponse:
            return await account.verify(request)

        @routes.post("/webhook")
        async def take(request: Request) -> HTTPResponse:
            return await account.take(request)

        routes.listener("after_server_start")(account.start)
        routes.listener("after_server_stop")(account.stop)
        if self.settings.trial:
            log.warning("WeChat is on trial: its test endpoints are open")
            wechat_trial.add_routes(routes, account.delivery)
        return routes


class _Account:
    """One account at work in one server."""

    def __init__(self, settings: Settings, on_new_message: OnMessage) -> None:
        self._settings, self._agreed = settings, settings.account
        self._app: Sanic | None = None
        self._deleting: set[asyncio.Task[None]] = set()
        self.bot = Bot(on_new_message, self._agent)
        self.turns = Turns(RedisStore(settings.redis) if settings.redis else MemoryStore())
        self.api = WeChatApi(self._agreed.appid, settings.secret, settings.api_url) \
            if settings.customer_service else None
        self.delivery = Delivery(self.turns, self._answers(), self.api,
                                 menus=settings.choices == "msgmenu")

    def _answers(self) -> WeChatAnswers:
        ask = wechat_trial.slow(self.bot.ask) if self._settings.trial else self.bot.ask
        sayings = wechat_menu.sayings(wechat_menu.load())
        link = anchor if self._settings.choices == "links" else numbered
        return WeChatAnswers(self.turns, ask, self.bot.recall, sayings, link)

    def _agent(self) -> Agent:
        return self._app.ctx.agent

    async def start(self, app: Sanic, _: asyncio.AbstractEventLoop) -> None:
        """Remember the app, whose agent may be replaced while it runs."""
        self._app = app

    async def stop(self, *_: Any) -> None:
        """Close the connections to WeChat."""
        if self.api:
            await self.api.close()

    async def verify(self, request: Request) -> HTTPResponse:
        """WeChat asks whether this URL belongs to the account."""
        query = _query(request)
        try:
            answer = echo(self._agreed, query)
            # In plain mode whoever has seen this signature could put it on a message.
            if not await self.turns.belongs(query["signature"], "verification"):
                raise Refused("signature of a message")
            return response.text(answer)
        except Refused as refused:
            return _refusal(refused)
        except Exception as error:
            log.error("not verified: %s", type(error).__name__)
            return response.empty(503)

    async def take(self, request: Request) -> HTTPResponse:
        """WeChat brings a message or an event."""
        try:
            envelope = open_envelope(self._agreed, _query(request), request.body)
            message = parse(envelope.xml, self._settings.sender_key)
            text = await self._text(envelope, message)
        except Refused as refused:
            return _refusal(refused)
        if not text:
            return response.text(SUCCESS)
        sealed = envelope.seal(reply_xml(message, text))
        return response.text(sealed, content_type="application/xml; charset=utf-8")

    async def _text(self, envelope: Envelope, message: Message) -> str | None:
        """Text of the passive reply, None for none. Raises Refused."""
        try:
            if message.event == "unsubscribe":
                return await self._unsubscribed(message, envelope.signature)
            return await self.delivery.reply(message, envelope.signature)
        except Refused:
            raise
        except Exception as error:      # uncaught, Sanic would log the URL, which holds the openid
            log.error("message not answered: %s", type(error).__name__)
            return checks.BUSY if message.wants_words else None

    async def _unsubscribed(self, message: Message, signature: str) -> None:
        if not await self.turns.belongs(signature, message.key):
            raise Refused("signature of another message")
        task = asyncio.ensure_future(self._delete(message.citizen))
        self._deleting.add(task)
        task.add_done_callback(self._deleting.discard)
        await asyncio.wait({task}, timeout=BUDGET)

    async def _delete(self, citizen: str) -> None:
        """Delete everything that is stored of a citizen; again later if that fails."""
        for pause in PAUSES:
            await asyncio.sleep(pause)
            try:
                await self.delivery.finish(citizen)
                await self.bot.forget(citizen)
                await self.turns.forget(citizen)
                return
            except Exception as error:
                log.error("conversation not deleted after unsubscribing: %s", type(error).__name__)


def _query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in request.args.items()}


def _refusal(refused: Refused) -> HTTPResponse:
    log.warning("refused: %s", refused)
    return response.empty(refused.status)
