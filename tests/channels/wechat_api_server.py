"""Plays api.weixin.qq.com on loopback, with the limits that matter."""
from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, AsyncIterator

import asyncio

from aiohttp import web

SECRET = "s"


@dataclass
class FakeApi:
    """`budget`: messages an openid may be sent, 5 unless set. `errors`: answered first, in order."""

    url: str = ""
    token: str = "token-1"
    pause: float = 0
    budget: dict[str, int] = field(default_factory=dict)
    errors: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str, token: str | None, body: dict[str, Any]) -> dict[str, Any]:
        """What WeChat answers to a call."""
        self.calls.append(path.rsplit("/", 1)[1])
        if path == "/cgi-bin/stable_token":
            if body["secret"] != SECRET:
                return {"errcode": 40125, "errmsg": "invalid appsecret"}
            return {"access_token": self.token, "expires_in": 7200}
        if self.errors:
            return {"errcode": self.errors.pop(0), "errmsg": "told"}
        if token != self.token:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        if path == "/cgi-bin/message/custom/send":
            return {"errcode": self._send(body)}
        self.sent.append(body)
        return {"errcode": 0}

    def _send(self, body: dict[str, Any]) -> int:
        left = self.budget.setdefault(body["touser"], 5)
        if body["msgtype"] == "text" and len(body["text"]["content"].encode()) > 2048:
            return 45002
        if not left:
            return 45047
        self.budget[body["touser"]] = left - 1
        self.sent.append(body)
        return 0

    async def handle(self, request: web.Request) -> web.Response:
        """HTTP around `answer`."""
        await asyncio.sleep(self.pause)
        found = self.answer(request.path, request.query.get("access_token"), await request.json())
        return web.json_response(found)


@asynccontextmanager
async def fake_api(**options: Any) -> AsyncIterator[FakeApi]:
    """A running FakeApi."""
    api = FakeApi(**options)
    app = web.Application()
    app.router.add_post("/{path:.*}", api.handle)
    runner = web.AppRunner(app, shutdown_timeout=.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()
