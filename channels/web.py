"""The channel of the citizen page: plain HTTP, sessions that the server gives out.

`POST messages` {text | payload, message_id?, again?} → {replies: [{text, custom, buttons}]}.
`GET history` → {turns: [{from, text, custom, buttons}]} of this session; `DELETE history` ends it.
An error is {error}: a sentence for the citizen.
A page of this host keeps its session in a cookie. A page of another host, for which browsers
keep no cookie, finds it as `session` in every answer and sends it as `x-policy-session`.
"""
from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import Any, Awaitable, Callable, Iterable, Sequence
from urllib.parse import urlsplit

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.events import BotUttered, Event, UserUttered
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels import checks
from channels.collector import Collector
from channels.sessions import LONGEST, Session, Sessions
from policy_kb.answers import LONGEST_TEXT, TOO_LONG
from runtime.trackers import delete_conversation

log = logging.getLogger(__name__)

COOKIE = "policy_session"
HEADER = "x-policy-session"
LARGEST_BODY = 16 * 1024                         # bytes
ANSWERS_KEPT = 2_000                             # for messages that are sent again
TURNS_SHOWN = 40
MESSAGE_ID = re.compile(r"[\w-]{1,64}", re.ASCII)

Messages = list[dict[str, Any]]
OnMessage = Callable[[UserMessage], Awaitable[Any]]
_json = partial(response.json, dumps=partial(json.dumps, ensure_ascii=False))


class Refused(Exception):
    """The request is not taken; `status` is the HTTP code, the text says why in Chinese."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Asked:
    """One message. `again`: the sender has sent it before and saw no answer."""

    text: str
    id: str
    again: bool


def asked(request: Request) -> Asked:
    """What a request asks. Raises Refused."""
    if len(request.body) > LARGEST_BODY:
        raise Refused(413, TOO_LONG.format(limit=LONGEST_TEXT))
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Refused(400, "请求不是 JSON。") from None
    if not isinstance(body, dict):
        raise Refused(400, "请求应当是一个 JSON 对象。")
    text = body.get("payload") or body.get("text")
    number = body.get("message_id") or secrets.token_hex(8)
    if not isinstance(text, str):
        raise Refused(400, "text 或 payload 应当是文字。")
    if not isinstance(number, str) or not MESSAGE_ID.fullmatch(number):
        raise Refused(400, "message_id 应当是不超过 64 个的字母、数字、- 或 _。")
    return Asked(text, number, bool(body.get("again")))


class WebInput(InputChannel):
    """The channel `web`.

    `secret`: key of the sessions, at least 32 characters. `origins`: pages of other hosts that
    may use it; pages of the same host always may. `secure`: cookies over https only.
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
        self._sessions = Sessions(secret)
        self._origins, self._secure = set(origins), secure
        self._rate = checks.Rate()
        self._turns: OrderedDict[tuple[str, str], asyncio.Task[Messages]] = OrderedDict()

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """Routes below /webhooks/web."""
        routes = Blueprint("web_channel")

        @routes.post("/messages")
        async def messages(request: Request) -> HTTPResponse:
            self._check_origin(request)
            one, session = asked(request), self._session(request)
            found = await self._turn(request.app.ctx.agent, session.id, one, on_new_message)
            return self._give(request, session, {"replies": found})

        @routes.get("/history")
        async def history(request: Request) -> HTTPResponse:
            self._check_origin(request)
            session = self._session(request)
            turns = [] if session.fresh else await _history(request.app.ctx.agent, session.id)
            return self._give(request, session, {"turns": turns})

        @routes.delete("/history", name="forget")
        async def forget(request: Request) -> HTTPResponse:
            self._check_origin(request)
            old = self._session(request)
            if not old.fresh:
                await _forget(request.app.ctx.agent, old.id)
                self._turns = OrderedDict(i for i in self._turns.items() if i[0][0] != old.id)
            return self._give(request, self._sessions.new(), {"turns": []})

        @routes.options("/messages")
        @routes.options("/history", name="history_options")
        async def preflight(request: Request) -> HTTPResponse:
            self._check_origin(request)
            return self._with_headers(request, response.empty())

        @routes.exception(Refused)
        async def refused(request: Request, error: Refused) -> HTTPResponse:
            return self._with_headers(request, _json({"error": str(error)}, status=error.status))

        return routes

    def _check_origin(self, request: Request) -> None:
        """Raise Refused for a page of a host that may not use the channel."""
        origin = request.headers.get("origin")
        if origin and origin not in self._origins and not _same_host(origin, request.host):
            raise Refused(403, "这个网页不在允许的来源里。")

    def _elsewhere(self, request: Request) -> bool:
        return request.headers.get("origin") in self._origins

    def _session(self, request: Request) -> Session:
        if self._elsewhere(request):
            return self._sessions.read(request.headers.get(HEADER) or "")
        return self._sessions.read(request.cookies.get(COOKIE) or "")

    def _give(self, request: Request, session: Session, body: dict[str, Any]) -> HTTPResponse:
        """The answer, with the session where its page keeps it."""
        if self._elsewhere(request):
            return self._with_headers(request, _json({**body, "session": session.token}))
        answer = _json(body)
        if session.fresh:
            answer.cookies[COOKIE] = session.token
            cookie = answer.cookies[COOKIE]
            cookie["httponly"], cookie["secure"] = True, self._secure
            cookie["path"], cookie["max-age"], cookie["samesite"] = "/", LONGEST, "Lax"
        return self._with_headers(request, answer)

    def _with_headers(self, request: Request, answer: HTTPResponse) -> HTTPResponse:
        answer.headers["cache-control"] = "no-store"
        if self._origins:
            answer.headers["vary"] = "origin"
        if self._elsewhere(request):
            answer.headers.update({
                "access-control-allow-origin": request.headers["origin"],
                "access-control-allow-headers": f"content-type, {HEADER}",
                "access-control-allow-methods": "GET, POST, DELETE",
                "access-control-max-age": "600",
            })
        return answer

    async def _turn(self, agent: Any, session: str, one: Asked, on_new: OnMessage) -> Messages:
        """The bot's messages; one sent again is waited for, not answered twice."""
        key = (session, one.id)
        if key not in self._turns:
            self._turns[key] = asyncio.ensure_future(self._answer(agent, session, one, on_new))
            while len(self._turns) > ANSWERS_KEPT:
                self._turns.popitem(last=False)
        # A browser that hangs up must not end the turn half-way.
        return await asyncio.shield(self._turns[key])

    async def _answer(self, agent: Any, session: str, one: Asked, on_new: OnMessage) -> Messages:
        text = checks.clean(one.text)
        refused = checks.refusal(text)
        if refused is None and not self._rate.allows(session):
            refused = checks.too_fast()
        if refused is not None:
            return [checks.message(refused)]
        collector = Collector(self.name())
        try:
            before = await _answered(agent, session, one.id) if one.again else []
            if before:
                return before
            await on_new(UserMessage(text, collector, session, input_channel=self.name(),
                                     message_id=one.id))
        except Exception as error:
            log.error("turn failed: %s", type(error).__name__)
        return checks.complete(collector.messages)


def _same_host(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


def _said(event: BotUttered) -> dict[str, Any]:
    data = event.data or {}
    return {"text": event.text, "custom": data.get("custom"), "buttons": data.get("buttons") or []}


async def _events(agent: Any, session: str) -> list[Event]:
    """Events of the conversation so far, after the turn that may be running."""
    async with agent.lock_store.lock(session):
        tracker = await agent.tracker_store.retrieve(session)
    return list(tracker.events) if tracker else []


async def _answered(agent: Any, session: str, message_id: str) -> Messages:
    """What was said to a message before, by whichever worker; empty if it never arrived."""
    found: Messages = []
    inside = False
    for event in await _events(agent, session):
        if isinstance(event, UserUttered):
            inside = event.message_id == message_id
        elif inside and isinstance(event, BotUttered):
            found.append(_said(event))
    return found


def _turns(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Who said what. A choice reads as its button did."""
    turns: list[dict[str, Any]] = []
    labels: dict[str, str] = {}
    for event in events:
        if isinstance(event, UserUttered) and event.text:
            text = labels.get(event.text, event.text)
            turns.append({"from": "citizen", "text": text, "custom": None, "buttons": []})
            labels = {}
        elif isinstance(event, BotUttered):
            turns.append({"from": "bot", **_said(event)})
            labels |= {b["payload"]: b["title"] for b in turns[-1]["buttons"]}
    return turns[-TURNS_SHOWN:]


async def _history(agent: Any, session: str) -> list[dict[str, Any]]:
    try:
        return _turns(await _events(agent, session))
    except Exception as error:
        log.error("history failed: %s", type(error).__name__)
        raise Refused(503, checks.BUSY) from None


async def _forget(agent: Any, session: str) -> None:
    try:
        await delete_conversation(agent, session)
    except Exception as error:
        log.error("deletion failed: %s", type(error).__name__)
        raise Refused(503, "现在清除不了，请稍后再试。") from None
