"""The channel of the citizen page: plain HTTP, sessions that the server gives out.

`POST messages` {text | payload, message_id?} → {replies: [{text, custom, buttons}]}.
`GET history` → {turns: [{from, text, custom, buttons}]} of this session.
"""
from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from typing import Any, Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from itsdangerous import BadSignature, TimestampSigner
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels import checks
from channels.collector import Collector

log = logging.getLogger(__name__)

COOKIE = "policy_session"
LARGEST_BODY = 16 * 1024                         # bytes
SESSION_AGE = 30 * 24 * 3600                     # seconds
ANSWERS_KEPT = 2_000                             # for messages that are sent again
SHORTEST_SECRET = 32                             # characters
TURNS_SHOWN = 40

Messages = list[dict[str, Any]]
OnMessage = Callable[[UserMessage], Awaitable[Any]]


class BadRequest(ValueError):
    """The request cannot be taken; the message says why in Chinese."""


def _asked(request: Request) -> tuple[str, str]:
    """(text, message id) of a request. Raises BadRequest."""
    if len(request.body) > LARGEST_BODY:
        raise BadRequest("内容太大。")
    try:
        body = request.json
    except Exception:
        raise BadRequest("请求不是 JSON。") from None
    if not isinstance(body, dict):
        raise BadRequest("请求应当是一个 JSON 对象。")
    text = body.get("payload") or body.get("text")
    number = body.get("message_id") or secrets.token_hex(8)
    if not isinstance(text, str) or not isinstance(number, str) or len(number) > 64:
        raise BadRequest("text、payload、message_id 应当是文字。")
    return text, number


class WebInput(InputChannel):
    """The channel `web`.

    `secret`: key of the session cookies, at least 32 characters. `origins`: pages of other
    hosts that may use it; pages of the same host always may.
    """

    @classmethod
    def name(cls) -> str:
        """Name in the path and in credentials."""
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebInput:
        """From credentials.yml. Raises ValueError when the secret is missing or short."""
        given = credentials or {}
        return cls(given.get("secret") or "", given.get("origins") or [],
                   bool(given.get("secure", True)))

    def __init__(self, secret: str, origins: Sequence[str] = (), secure: bool = True) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"web 通道的 secret 至少要 {SHORTEST_SECRET} 个字符（环境变量 WEB_SECRET）。")
        self._signer = TimestampSigner(secret, salt="policy-session")
        self._origins, self._secure = set(origins), secure
        self._rate = checks.Rate()
        self._turns: OrderedDict[tuple[str, str], asyncio.Task[Messages]] = OrderedDict()

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """Routes below /webhooks/web."""
        routes = Blueprint("web_channel")

        @routes.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return response.json({"error": "这个网页不在允许的来源里。"}, status=403)
            try:
                text, number = _asked(request)
            except BadRequest as refused:
                return response.json({"error": str(refused)}, status=400)
            session, fresh = self._session(request)
            found = await self._turn(session, number, text, on_new_message)
            return self._with_cookie(request, response.json({"replies": found}), session, fresh)

        @routes.get("/history")
        async def history(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return response.json({"error": "这个网页不在允许的来源里。"}, status=403)
            session, fresh = self._session(request)
            turns = [] if fresh else await _history(request, session)
            return self._cors(request, response.json({"turns": turns}))

        @routes.options("/messages")
        @routes.options("/history", name="history_options")
        async def preflight(request: Request) -> HTTPResponse:
            allowed = self._allowed(request)
            return self._cors(request, response.empty(status=204 if allowed else 403))

        return routes

    def _allowed(self, request: Request) -> bool:
        origin = request.headers.get("origin")
        return not origin or origin in self._origins or urlsplit(origin).netloc == request.host

    def _cors(self, request: Request, answer: HTTPResponse) -> HTTPResponse:
        origin = request.headers.get("origin")
        if origin in self._origins:
            answer.headers |= {
                "access-control-allow-origin": origin, "vary": "origin",
                "access-control-allow-credentials": "true",
                "access-control-allow-headers": "content-type",
                "access-control-allow-methods": "GET, POST",
            }
        answer.headers["cache-control"] = "no-store"
        return answer

    def _session(self, request: Request) -> tuple[str, bool]:
        """(session id, whether it is new); a forged or old cookie gets a new session."""
        try:
            signed = request.cookies.get(COOKIE) or ""
            return self._signer.unsign(signed, max_age=SESSION_AGE).decode(), False
        except BadSignature:
            return f"web-{secrets.token_urlsafe(18)}", True

    def _with_cookie(self, request: Request, answer: HTTPResponse, session: str,
                     fresh: bool) -> HTTPResponse:
        if fresh:
            answer.cookies[COOKIE] = self._signer.sign(session).decode()
            cookie = answer.cookies[COOKIE]
            cookie["httponly"], cookie["path"], cookie["max-age"] = True, "/", SESSION_AGE
            cookie["samesite"] = "None" if self._origins and self._secure else "Lax"
            cookie["secure"] = self._secure
        return self._cors(request, answer)

    async def _turn(self, session: str, number: str, text: str, on_new: OnMessage) -> Messages:
        """The bot's messages; one sent again is waited for, not answered twice."""
        key = (session, number)
        if key not in self._turns:
            self._turns[key] = asyncio.ensure_future(self._answer(session, text, on_new))
            while len(self._turns) > ANSWERS_KEPT:
                self._turns.popitem(last=False)
        return await asyncio.shield(self._turns[key])

    async def _answer(self, session: str, text: str, on_new: OnMessage) -> Messages:
        text = checks.clean(text)
        refused = checks.refusal(text)
        if refused is None and not self._rate.allows(session):
            refused = checks.too_fast()
        if refused is not None:
            return [checks.message(refused)]
        collector = Collector(self.name())
        try:
            await on_new(UserMessage(text, collector, session, input_channel=self.name()))
        except Exception as error:
            log.error("turn failed: %s", type(error).__name__)
        return checks.complete(collector.messages)


async def _history(request: Request, session: str) -> list[dict[str, Any]]:
    tracker = await request.app.ctx.agent.tracker_store.retrieve(session)
    turns: list[dict[str, Any]] = []
    for event in tracker.events if tracker else ():
        if isinstance(event, UserUttered) and event.text:
            turns.append({"from": "citizen", "text": event.text, "custom": None, "buttons": []})
        elif isinstance(event, BotUttered):
            data = event.data or {}
            turns.append({"from": "bot", "text": event.text, "custom": data.get("custom"),
                          "buttons": data.get("buttons") or []})
    return turns[-TURNS_SHOWN:]
