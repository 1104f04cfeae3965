"""The channel of a WeChat official account: `/webhooks/wechat/webhook`.

GET verifies the URL, POST takes messages and events. Without WECHAT_TOKEN the channel is off.
"""
from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels import checks, wechat_menu, wechat_settings, wechat_trial
from channels.turns import MemoryStore, RedisStore, Turns
from channels.wechat_answers import WeChatAnswers
from channels.wechat_api import WeChatApi
from channels.wechat_bot import CHANNEL, Bot, OnMessage
from channels.wechat_delivery import Delivery
from channels.wechat_envelope import Envelope, Refused, echo, open_envelope
from channels.wechat_message import Message, parse, reply_xml
from channels.wechat_settings import Settings
from channels.wechat_text import anchor, numbered
from policy_kb.reply import plain_text

log = logging.getLogger(__name__)

SUCCESS = "success"         # tells WeChat that no passive reply will come
PAUSES = (0, 5, 60, 600, 3600)      # seconds before each attempt at deleting a conversation


class WeChatInput(InputChannel):
    """The channel `wechat`. `settings` None: off, no route is opened."""

    @classmethod
    def name(cls) -> str:
        """Name in the path and in trackers."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WeChatInput:
        """From credentials.yml and the environment. Raises SettingsError, MenuError."""
        return cls(wechat_settings.read(credentials))

    def __init__(self, settings: Settings | None) -> None:
        self.settings = settings
        self.sayings = wechat_menu.sayings(wechat_menu.load()) if settings else {}

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """Routes below /webhooks/wechat."""
        routes = Blueprint("wechat_channel")
        if self.settings is None:
            log.info("WeChat is off: WECHAT_TOKEN is not set")
            return routes
        account = _Account(self.settings, self.sayings, on_new_message)
        routes.add_route(account.verify, "/webhook", methods=["GET"])
        routes.add_route(account.take, "/webhook", methods=["POST"])
        routes.listener("after_server_start")(account.start)
        routes.listener("after_server_stop")(account.stop)
        if self.settings.trial:
            log.warning("WeChat runs on trial: its test endpoints are open")
            wechat_trial.add_routes(routes, account.delivery)
        return routes
