"""The three calls to api.weixin.qq.com that the channel needs, within WeChat's limits.

Several workers may fetch tokens at once: `stable_token` gives all of them the same one.
"""
from __future__ import annotations

import asyncio
import json
from typing import Any, Sequence

import aiohttp

from policy_kb.reply import Choice

URL = "https://api.weixin.qq.com"
TIMEOUT = 4                         # seconds of one call
RENEWED_BEFORE = 300                # seconds by which a token is given up before it expires
TOKEN_GONE = {40001, 40014, 42001}
BUSY = -1
HINTS = {
    40013: "AppID 不对", 40125: "AppSecret 不对", 40164: "服务器出口IP不在公众号的白名单里",
    89503: "调用须公众号管理员确认", 40200: "账号类型没有这个接口的权限", 45002: "内容过长",
    45009: "接口调用次数已用完", 45015: "用户超过48小时没有发消息，或已取消关注",
    45047: "客服消息条数已用完", 48001: "账号没有这个接口的权限",
}


class ApiError(Exception):
    """WeChat has refused a call, or cannot be reached; the message is a Chinese sentence."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"微信接口返回 {code}：{HINTS.get(code, text)}。")
        self.code = code


class WeChatApi:
    """Client of one account. Use within one event loop; `close` at the end."""

    def __init__(self, appid: str, secret: str, url: str = URL) -> None:
        self.appid, self.secret, self.url = appid, secret, url.rstrip("/")
        self._token, self._until = "", 0.0
        self._fetching = asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def send_text(self, openid: str, text: str) -> None:
        """One customer-service message of at most 2,048 bytes. Raises ApiError."""
        await self._call("/cgi-bin/message/custom/send", {
            "touser": openid, "msgtype": "text", "text": {"content": text}})

    async def send_choices(self, openid: str, head: str, choices: Sequence[Choice]) -> None:
        """One menu message (`msgmenu`). Raises ApiError."""
        rows = [{"id": c["payload"], "content": c["title"]} for c in choices]
        await self._call("/cgi-bin/message/custom/send", {
            "touser": openid, "msgtype": "msgmenu",
            "msgmenu": {"head_content": head, "list": rows, "tail_content": "也可以直接回复数字"}})

    async def create_menu(self, menu: dict[str, Any]) -> None:
        """Publish the menu of the account. Raises ApiError."""
        await self._call("/cgi-bin/menu/create", menu)

    async def _call(self, path: str, body: dict[str, Any]) -> None:
        token = await self._current()
        answer = await self._post(f"{path}?access_token={token}", body)
        if answer["errcode"] in TOKEN_GONE:
            # Once and no more: a wrong secret must not use up the day's calls.
            answer = await self._post(f"{path}?access_token={await self._current(token)}", body)
        elif answer["errcode"] == BUSY:
            answer = await self._post(f"{path}?access_token={token}", body)
        if answer["errcode"]:
            raise ApiError(answer["errcode"], str(answer.get("errmsg", ""))[:60])

    async def _current(self, bad: str = "") -> str:
        """The token; a new one if it has expired or is `bad`. One fetch for all who wait."""
        async with self._fetching:
            now = asyncio.get_running_loop().time()
            if self._token in ("", bad) or now > self._until:
                answer = await self._post("/cgi-bin/stable_token", {
                    "grant_type": "client_credential", "appid": self.appid,
                    "secret": self.secret, "force_refresh": False})
                if not answer.get("access_token"):
                    raise ApiError(answer["errcode"], str(answer.get("errmsg", ""))[:60])
                self._token = answer["access_token"]
                self._until = now + float(answer.get("expires_in", 7200)) - RENEWED_BEFORE
            return self._token

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        # WeChat shows “\\u4f60” to the citizen as it stands, so the JSON keeps its Chinese.
        data = json.dumps(body, ensure_ascii=False).encode()
        try:
            async with self._session.post(self.url + path, data=data) as response:
                answer = json.loads(await response.read())
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            # The text of aiohttp's errors may hold the token.
            raise ApiError(0, f"连接不上（{type(error).__name__}）") from None
        if not isinstance(answer, dict):
            raise ApiError(0, "回答无法识别")
        return {"errcode": 0, **answer}
