"""The calls to WeChat: one token for all, one retry, a limit of time, errors in words."""
import asyncio
from contextlib import asynccontextmanager

import pytest

from channels import wechat_api
from channels.wechat_api import ApiError, WeChatApi
from tests.channels.wechat_api_server import SECRET, fake_api
from tests.services import free_port


@asynccontextmanager
async def talking(secret: str = SECRET, **options):
    async with fake_api(**options) as server:
        api = WeChatApi("wx1", secret, server.url)
        try:
            yield server, api
        finally:
            await api.close()


async def test_a_text_arrives_with_its_chinese_as_it_is():
    async with talking() as (server, api):
        await api.send_text("o-a", "住满2年😀")
    assert server.sent == [{"touser": "o-a", "msgtype": "text", "text": {"content": "住满2年😀"}}]


async def test_choices_arrive_as_a_menu_message():
    async with talking() as (server, api):
        await api.send_choices("o-a", "请选：", [{"title": "落户", "payload": "topic:a"}])
    assert server.sent[0]["msgmenu"]["list"] == [{"id": "topic:a", "content": "落户"}]


async def test_twenty_at_once_fetch_one_token():
    async with talking() as (server, api):
        await asyncio.gather(*(api.send_text(f"o-{n}", "答") for n in range(20)))
    assert server.calls.count("stable_token") == 1 and len(server.sent) == 20


async def test_a_revoked_token_is_fetched_anew_once_for_all():
    async with talking() as (server, api):
        await api.send_text("o-a", "一")
        server.token = "token-2"
        await asyncio.gather(*(api.send_text(f"o-{n}", "二") for n in range(20)))
    assert server.calls.count("stable_token") == 2 and len(server.sent) == 21


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_that_is_never_accepted_costs_two_calls_and_no_more(code):
    async with talking(errors=[code] * 50) as (server, api):
        with pytest.raises(ApiError, match=str(code)):
            await api.send_text("o-a", "答")
    assert server.calls == ["stable_token", "send", "stable_token", "send"]


async def test_a_wrong_secret_is_said_in_words_and_asked_once():
    async with talking(secret="wrong") as (server, api):
        with pytest.raises(ApiError, match="AppSecret 不对"):
            await api.send_text("o-a", "答")
    assert server.calls == ["stable_token"]


async def test_a_busy_answer_is_asked_again_once():
    async with talking(errors=[-1]) as (server, api):
        await api.send_text("o-a", "答")
    assert server.calls == ["stable_token", "send", "send"]


@pytest.mark.parametrize("code, told", [(45015, "48小时"), (45047, "条数"), (48001, "权限"), (40164, "白名单"), (99999, "told")])
async def test_an_error_is_told_in_chinese(code, told):
    async with talking(errors=[code]) as (_, api):
        with pytest.raises(ApiError, match=told) as error:
            await api.send_text("o-a", "答")
    assert error.value.code == code


async def test_a_server_that_does_not_answer_is_given_up(monkeypatch):
    monkeypatch.setattr(wechat_api, "TIMEOUT", .2)
    async with talking(pause=1) as (_, api):
        with pytest.raises(ApiError, match="连接不上"):
            await api.send_text("o-a", "答")


async def test_no_server_is_an_error_without_token_or_openid():
    api = WeChatApi("wx1", SECRET, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ApiError) as error:
        await api.send_text("o-secret", "答")
    await api.close()
    assert "o-secret" not in str(error.value) and SECRET not in str(error.value).split("：")[1]


async def test_an_old_token_is_renewed_before_it_expires(monkeypatch):
    monkeypatch.setattr(wechat_api, "RENEWED_BEFORE", 7200)
    async with talking() as (server, api):
        await api.send_text("o-a", "一")
        await asyncio.sleep(.01)
        await api.send_text("o-a", "二")
    assert server.calls.count("stable_token") == 2
