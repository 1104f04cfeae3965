"""For trying the channel out with WECHAT_TRIAL=1, never with an account that citizens use.

`GET …/trial/count` says how many turns were begun; a text “慢8” is answered 8 seconds later.
"""
from __future__ import annotations

import asyncio
import re

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.wechat_answers import Ask, BotMessages
from channels.wechat_delivery import Delivery

_SLOW = re.compile(r"慢(\d{1,2})")


def slow(ask: Ask) -> Ask:
    """The same bot, that takes as many seconds as a text asks for."""
    async def asked(citizen: str, text: str, key: str) -> BotMessages:
        wanted = _SLOW.fullmatch(text)
        await asyncio.sleep(int(wanted[1]) if wanted else 0)
        return await ask(citizen, text, key)
    return asked


def add_routes(routes: Blueprint, delivery: Delivery) -> None:
    """Add the endpoint that counts."""
    @routes.get("/trial/count")
    async def count(_: Request) -> HTTPResponse:
        return response.text(str(delivery.started))
