"""The citizen page's channel: who may speak, what reaches the bot, what comes back."""
from __future__ import annotations

import asyncio
import json
import logging
from typing import AsyncIterator

import aiohttp
import pytest
from itsdangerous import TimestampSigner

from channels.web import COOKIE, HEADER, WebInput
from policy_kb import reply
from runtime.trackers import TrackersUnavailable
from tests.channels.served import Bot, said, served

SECRET = "a-secret-of-the-tests-and-nothing-else"
PAGE = "https://www.example.gov.cn"


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def base(bot: Bot) -> AsyncIterator[str]:
    async with served(WebInput(SECRET, [PAGE], secure=False), bot) as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    # Servers of tests have no name, and cookies of plain addresses are dropped by default.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def ask(browser: aiohttp.ClientSession, base: str, text: str, **more: object) -> str:
    """What is said to one message."""
    async with browser.post(f"{base}/messages", json={"text": text, **more}) as answer:
        assert answer.status == 200
        return await said(answer)


async def history(browser: aiohttp.ClientSession, base: str) -> list[str]:
    async with browser.get(f"{base}/history") as answer:
        return [turn["text"] for turn in (await answer.json())["turns"]]


# -- the conversation

async def test_an_answer_is_a_text_a_reply_object_and_its_buttons(browser, base):
    async with browser.post(f"{base}/messages", json={"text": "你好"}) as answer:
        body = await answer.json()
    assert body == {"replies": [{
        "text": "听到：你好\n\n可以回复数字：\n1. 落户",
        "custom": {"type": "notice", "code": "echo", "text": "听到：你好",
                   "choices": [{"title": "落户", "payload": "topic:ask_settlement"}]},
        "buttons": [{"title": "落户", "payload": "topic:ask_settlement"}],
    }]}


async def test_one_browser_is_one_conversation_and_another_is_another(browser, base, bot):
    await ask(browser, base, "第一句")
    await ask(browser, base, "第二句")
    async with aiohttp.ClientSession() as other:
        await ask(other, base, "别人")
    first, second, third = (message.sender_id for message in bot.told)
    assert first == second != third


async def test_a_button_reaches_the_bot_as_its_payload(browser, base, bot):
    async with browser.post(f"{base}/messages", json={"payload": "entry:4-1"}) as answer:
        assert answer.status == 200
    assert bot.texts == ["entry:4-1"]


async def test_a_reload_brings_the_conversation_back_with_buttons_as_they_read(browser, base):
    await ask(browser, base, "你好")
    await ask(browser, base, "topic:ask_settlement")
    texts = await history(browser, base)
    assert [text.splitlines()[0] for text in texts] == [
        "你好", "听到：你好", "落户", "听到：topic:ask_settlement"]


async def test_deleting_the_history_deletes_it_and_begins_a_new_conversation(browser, base, bot):
    await ask(browser, base, "我的事", message_id="m-1")
    async with browser.delete(f"{base}/history") as answer:
        assert answer.status == 200
    assert await history(browser, base) == []
    assert await bot.tracker_store.retrieve(bot.told[0].sender_id) is None
    await ask(browser, base, "新的事")
    assert bot.told[1].sender_id != bot.told[0].sender_id


async def test_a_deleted_answer_is_not_kept_for_sending_it_again(browser, base, bot):
    await ask(browser, base, "我的事", message_id="m-1")
    token = next(iter(browser.cookie_jar)).value
    async with browser.delete(f"{base}/history") as answer:
        assert answer.status == 200
    async with aiohttp.ClientSession(headers={"cookie": f"{COOKIE}={token}"}) as old:
        await ask(old, base, "我的事", message_id="m-1", again=True)
    assert len(bot.told) == 2


# -- sessions cannot be made up

async def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(browser, base):
    async with browser.get(f"{base}/history") as answer:
        cookie = answer.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"


async def test_in_production_the_cookie_goes_over_https_alone(bot, browser):
    async with served(WebInput(SECRET), bot) as base, browser.get(f"{base}/history") as answer:
        assert answer.cookies[COOKIE]["secure"]


@pytest.mark.parametrize("forged", [
    "web-somebody", "web-somebody.aaaa.bbbb", "", "\u00e9",
    TimestampSigner("another-secret-of-the-same-length-as-ours", salt="policy-session")
    .sign("web-somebody").decode(),
], ids=ascii)
async def test_a_forged_session_is_a_new_session(base, bot, forged):
    async with aiohttp.ClientSession() as thief:
        async with thief.post(f"{base}/messages", json={"text": "你好"},
                              headers={"cookie": f"{COOKIE}={forged}"}) as answer:
            assert COOKIE in answer.cookies
    assert bot.told[0].sender_id.startswith("web-") and "somebody" not in bot.told[0].sender_id


@pytest.mark.parametrize("secret", ["", "short"])
def test_without_a_long_secret_the_channel_does_not_start(secret):
    with pytest.raises(ValueError, match="WEB_SECRET"):
        WebInput.from_credentials({"secret": secret})


# -- origins

@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "http://127.0.0.1"])
@pytest.mark.parametrize("method", ["post", "get", "delete", "options"])
async def test_a_page_of_another_host_is_refused(browser, base, bot, origin, method):
    path = "/messages" if method == "post" else "/history"
    async with browser.request(method, base + path, json={"text": "你好"},
                               headers={"origin": origin}) as answer:
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers
        assert COOKIE not in answer.cookies
    assert not bot.told


async def test_a_page_of_the_same_host_may_speak(browser, base):
    origin = base.partition("/webhooks")[0]
    async with browser.post(f"{base}/messages", json={"text": "你好"},
                            headers={"origin": origin}) as answer:
        assert answer.status == 200


async def test_a_listed_page_keeps_its_session_in_a_header_and_no_cookie(base, bot):
    async with aiohttp.ClientSession(headers={"origin": PAGE}) as page:
        async with page.post(f"{base}/messages", json={"text": "你好"}) as answer:
            assert answer.headers["access-control-allow-origin"] == PAGE
            assert COOKIE not in answer.cookies
            session = (await answer.json())["session"]
        async with page.get(f"{base}/history", headers={HEADER: session}) as answer:
            assert len((await answer.json())["turns"]) == 2


async def test_a_listed_page_is_told_beforehand_what_it_may_send(browser, base):
    async with browser.options(f"{base}/messages", headers={
        "origin": PAGE, "access-control-request-method": "POST",
    }) as answer:
        assert answer.status == 204
        assert HEADER in answer.headers["access-control-allow-headers"]
        assert "DELETE" in answer.headers["access-control-allow-methods"]


# -- what reaches the bot

@pytest.mark.parametrize("typed, told", [
    ("/restart", "restart"), ("／restart", "restart"), (" / / /restart", "restart"),
    ("\u200b/restart", "restart"), ("\u3000/restart", "restart"), ("\x00/restart", "restart"),
    ('/inform{"age": 60}', 'inform{"age": 60}'), ("/养老保险怎么办", "养老保险怎么办"),
], ids=ascii)
async def test_a_typed_slash_is_no_command(browser, base, bot, typed, told):
    await ask(browser, base, typed)
    assert bot.texts == [told]


@pytest.mark.parametrize("typed, told", [
    ("有居\x00住证\x1b[31m吗", "有居住证[31m吗"), ("落\u202e户", "落户"), ("两\n行", "两\n行"),
    ("\ud800落户", "落户"),
], ids=ascii)
async def test_invisible_characters_are_dropped(browser, base, bot, typed, told):
    body = json.dumps({"text": typed})
    async with browser.post(f"{base}/messages", data=body) as answer:
        assert answer.status == 200
    assert bot.texts == [told]


@pytest.mark.parametrize("typed", [
    "落户'; DROP TABLE entry; --", '" OR 1=1 落户', "落户 AND NOT 养老 NEAR(居住证, 2)*",
    "<img src=x onerror=alert(1)>", "{{7*7}} ${jndi:x}", "落户%00",
], ids=ascii)
async def test_operators_and_markup_are_words_like_any_other(browser, base, bot, typed):
    assert typed in await ask(browser, base, typed)
    assert bot.texts == [typed]


@pytest.mark.parametrize("typed", ["", "   ", "？？？！！", "……", "😀😀", "👨‍👩‍👧", "/", "\x00"], ids=ascii)
async def test_without_words_the_citizen_is_asked_for_some(browser, base, bot, typed):
    assert "没有看到文字" in await ask(browser, base, typed)
    assert not bot.told


async def test_a_thousand_characters_are_taken_and_one_more_is_not(browser, base, bot):
    await ask(browser, base, "落" * 1000)
    assert "超过1000个字" in await ask(browser, base, "落" * 1001)
    assert len(bot.told) == 1


async def test_ten_thousand_characters_get_one_clear_sentence(browser, base, bot):
    async with browser.post(f"{base}/messages", json={"text": "落户" * 5000}) as answer:
        assert answer.status == 413
        assert "超过1000个字" in (await answer.json())["error"]
    assert not bot.told


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"1", b"null", b'"text"', b"[" * 9000, b"\xff\xfe", b"{}",
    b'{"text": 5}', b'{"text": null}', b'{"text": ["a"]}', b'{"payload": {"a": 1}}',
    b'{"text": "a", "message_id": 5}', b'{"text": "a", "message_id": "\\u0000"}',
    b'{"text": "a", "message_id": "' + b"x" * 65 + b'"}',
], ids=ascii)
async def test_a_broken_request_is_refused_in_words(browser, base, bot, body):
    async with browser.post(f"{base}/messages", data=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"].endswith("。")
    assert not bot.told


async def test_who_sends_more_than_a_person_would_is_asked_to_rest(browser, base, bot):
    answers = [await ask(browser, base, f"第{n}句") for n in range(32)]
    assert len(bot.told) == 30
    assert all("太快" in answer for answer in answers[30:])


# -- sent again

async def test_a_message_sent_again_has_the_same_answer_and_one_turn(browser, base, bot):
    first = await ask(browser, base, "你好", message_id="m-1")
    assert await ask(browser, base, "你好", message_id="m-1", again=True) == first
    assert len(bot.told) == 1


async def test_a_message_sent_again_while_it_is_worked_on_waits_for_the_answer(
        browser, base, bot):
    await ask(browser, base, "你好")
    bot.slowness = .3
    one, two = await asyncio.gather(*(
        ask(browser, base, "等一等", message_id="m-1") for _ in range(2)))
    assert one == two and bot.texts == ["你好", "等一等"]


async def test_who_hangs_up_and_asks_again_finds_the_answer(browser, base, bot):
    await ask(browser, base, "你好")
    bot.slowness = .5
    with pytest.raises(asyncio.TimeoutError):
        await browser.post(f"{base}/messages", json={"text": "等一等", "message_id": "m-1"},
                           timeout=aiohttp.ClientTimeout(total=.1))
    assert "等一等" in await ask(browser, base, "等一等", message_id="m-1", again=True)
    assert bot.texts == ["你好", "等一等"]


async def test_another_worker_finds_the_answer_too(browser, base, bot):
    first = await ask(browser, base, "你好", message_id="m-1")
    token = next(cookie for cookie in browser.cookie_jar if cookie.key == COOKIE).value
    async with served(WebInput(SECRET), bot) as other, aiohttp.ClientSession(
            cookies={COOKIE: token}, cookie_jar=aiohttp.CookieJar(unsafe=True)) as same:
        assert await ask(same, other, "你好", message_id="m-1", again=True) == first
        assert len(bot.told) == 1
        assert "听到" in await ask(same, other, "没到过", message_id="m-2", again=True)
    assert bot.texts == ["你好", "没到过"]


# -- when something fails

async def test_silence_is_no_answer(browser, base, bot):
    bot.replies = lambda text: []
    assert "系统繁忙" in await ask(browser, base, "你好")


async def test_a_failing_turn_is_told_with_the_hotline_and_logged_without_the_words(
        browser, base, bot, caplog):
    def fail(text: str) -> list[reply.Reply]:
        raise ValueError(f"cannot read {text}")
    bot.replies = fail
    with caplog.at_level(logging.INFO):
        answer = await ask(browser, base, "我的秘密")
    assert "系统繁忙" in answer and "12345" in answer
    assert "ValueError" in caplog.text and "秘密" not in caplog.text


async def test_when_conversations_cannot_be_read_the_history_says_so(browser, base, bot):
    await ask(browser, base, "你好")

    async def fail(sender_id: str) -> None:
        raise TrackersUnavailable("OperationalError")
    bot.tracker_store.retrieve = fail
    async with browser.get(f"{base}/history") as answer:
        assert answer.status == 503 and "系统繁忙" in (await answer.json())["error"]
