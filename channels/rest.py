"""Rasa's REST channel for development, with the checks that every channel makes."""
from __future__ import annotations

import json
import logging
from typing import Any, Awaitable, Callable

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels import checks
from policy_kb.reply import Reply, plain_text

log = logging.getLogger(__name__)


class DevelopmentRest(RestInput):
    """`rest`, where a typed slash is no command and an odd message gets a notice."""

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Rasa's blueprint around checked messages."""
        routes = super().blueprint(_checked(on_new_message))

        @routes.middleware("request")
        async def take_objects_alone(request: Request) -> HTTPResponse | None:
            return _refuse(request) if request.method == "POST" else None

        return routes


def _refuse(request: Request) -> HTTPResponse | None:
    """An error for a request that Rasa would answer with silence or 500."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return response.json({"error": "请求不是 JSON。"}, status=400)
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        return response.json({"error": "请求应当是 {sender, message}，message 是文字。"}, status=400)
    if not isinstance(body.get("sender", ""), str):
        return response.json({"error": "sender 应当是文字。"}, status=400)
    return None


def _checked(on_new_message: Callable[[UserMessage], Awaitable[Any]]
             ) -> Callable[[UserMessage], Awaitable[None]]:
    """`on_new_message` for checked messages, with a notice for the others and for silence."""
    async def checked(message: UserMessage) -> None:
        message.text = checks.clean(str(message.text))
        said = _Said(message)
        refused = checks.refusal(message.text)
        if refused is not None:
            return await said.say(refused)
        try:
            await on_new_message(message)
        except Exception as error:
            log.error("turn failed: %s", type(error).__name__)
        if not said.anything:
            await said.say(checks.busy())
    return checked


class _Said:
    """Whether anything was said to a message, also where the messages go out one by one."""

    def __init__(self, message: UserMessage) -> None:
        self._message, self.anything = message, False
        self._send = message.output_channel.send_response
        message.output_channel.send_response = self._noted

    async def _noted(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.anything = True
        await self._send(recipient_id, message)

    async def say(self, one: Reply) -> None:
        """Send a notice."""
        await self._noted(self._message.sender_id, {"text": plain_text(one), "custom": one})
