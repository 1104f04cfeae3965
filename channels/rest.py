"""Rasa's REST channel for development, with the checks that every channel makes."""
from __future__ import annotations

import logging
from typing import Any, Awaitable, Callable

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint

from channels import checks
from policy_kb.reply import Reply, plain_text

log = logging.getLogger(__name__)


class DevelopmentRest(RestInput):
    """`rest`, where a typed slash is no command and an odd message gets a notice."""

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Rasa's blueprint around checked messages."""
        async def checked(message: UserMessage) -> None:
            message.text = checks.clean(str(message.text or ""))
            refused = checks.refusal(message.text)
            if refused is None:
                try:
                    await on_new_message(message)
                except Exception as error:
                    log.error("turn failed: %s", type(error).__name__)
            if refused is not None or not message.output_channel.messages:
                await _send(message, refused or checks.busy())

        return super().blueprint(checked)


async def _send(message: UserMessage, one: Reply) -> None:
    out = message.output_channel
    await out.send_text_message(message.sender_id, plain_text(one))
    await out.send_custom_json(message.sender_id, one)
