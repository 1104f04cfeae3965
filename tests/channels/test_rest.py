"""The REST channel of development: Rasa's own protocol, with the checks of every channel."""
from __future__ import annotations

import json
from typing import Any, AsyncIterator

import aiohttp
import pytest

from channels.rest import DevelopmentRest
from tests.channels.served import Bot, served


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def webhook(bot: Bot) -> AsyncIterator[str]:
    async with served(DevelopmentRest(), bot) as address:
        yield f"{address}/webhook"


async def post(address: str, body: Any) -> tuple[int, Any]:
    """(status, answer) of one request; bytes are sent as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with aiohttp.ClientSession() as client:
        async with client.post(address, data=raw) as answer:
            return answer.status, json.loads(await answer.read())


async def test_an_answer_is_a_text_with_buttons_and_the_reply_object(webhook):
    status, messages = await post(webhook, {"sender": "a", "message": "你好"})
    assert status == 200
    assert [set(message) for message in messages] == [
        {"recipient_id", "text", "buttons"}, {"recipient_id", "custom"}]
    assert messages[1]["custom"]["text"] == "听到：你好"


async def test_answers_may_be_streamed(webhook):
    async with aiohttp.ClientSession() as client:
        body = {"sender": "a", "message": "你好"}
        async with client.post(f"{webhook}?stream=true", json=body) as answer:
            rows = [json.loads(line) async for line in answer.content]
    assert rows[-1]["custom"]["text"] == "听到：你好"


@pytest.mark.parametrize("typed, told", [
    ("/restart", "restart"), ("/ ／restart", "restart"), ("落\x00户", "落户"),
], ids=ascii)
async def test_a_typed_slash_is_no_command_and_control_characters_are_dropped(
        webhook, bot, typed, told):
    await post(webhook, {"sender": "a", "message": typed})
    assert bot.texts == [told]


@pytest.mark.parametrize("typed, code", [
    ("", "no_words"), ("😀", "no_words"), ("落" * 10_000, "too_long"),
], ids=ascii)
@pytest.mark.parametrize("query", ["", "?stream=true"])
async def test_what_cannot_be_answered_gets_a_notice(webhook, bot, typed, code, query):
    async with aiohttp.ClientSession() as client:
        body = {"sender": "a", "message": typed}
        async with client.post(webhook + query, json=body) as answer:
            text = await answer.text()
    assert f'"{code}"' in text
    assert not bot.told


@pytest.mark.parametrize("body", [
    b"", b"{", [], 1, None, {}, {"message": 5}, {"message": None}, {"message": ["a"]},
    {"sender": ["a"], "message": "你好"}, {"sender": 5, "message": "你好"},
], ids=ascii)
async def test_a_broken_request_is_refused_and_does_not_reach_the_bot(webhook, bot, body):
    status, answer = await post(webhook, body)
    assert status == 400 and isinstance(answer, dict)
    assert not bot.told


@pytest.mark.parametrize("query", ["", "?stream=true"])
async def test_silence_and_failure_are_told(webhook, bot, query):
    for broken in (lambda text: [], lambda text: 1 / 0):
        bot.replies = broken
        async with aiohttp.ClientSession() as client:
            body = {"sender": "a", "message": "你好"}
            async with client.post(webhook + query, json=body) as answer:
                assert '"unavailable"' in await answer.text()
