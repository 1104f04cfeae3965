"""The bot as one process: Rasa's channels and agent with our actions, stores, health and page."""
from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

import rasa.core.channels.channel
import rasa.core.run
import rasa.telemetry
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, file, json

from actions.base import answers
from runtime.actions import InProcessActions
from runtime.trackers import report_failures
from runtime.validation import compile_action_schema

log = logging.getLogger(__name__)

WEB = Path(__file__).resolve().parent.parent / "web"
WARM = "有居住证能落户吗"
LARGEST_BODY = 64 * 1024                         # bytes; a channel may allow less
PAGE_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
                               "connect-src 'self'; img-src 'self'; base-uri 'none'; "
                               "form-action 'none'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


class NotReady(RuntimeError):
    """The bot cannot answer; the message says in Chinese what to do."""


async def _load(model: Path, endpoints: AvailableEndpoints, app: Sanic,
                loop: asyncio.AbstractEventLoop) -> None:
    """Load the agent and answer once: dictionaries and encoders load on the first message.

    Raises NotReady: Rasa itself would start without a model and answer nothing.
    """
    try:
        await rasa.core.run.load_agent_on_start(str(model), endpoints, None, app, loop)
    except Exception as error:
        log.exception("agent not loaded")
        raise NotReady(f"对话存储或锁打不开（{type(error).__name__}）；请检查 endpoints.yml。") from None
    if not app.ctx.agent.is_ready():
        raise NotReady(f"模型 {model} 打不开；请运行 make train 重新训练。")
    report_failures(app.ctx.agent)
    await app.ctx.agent.parse_message(WARM)
    log.info("ready: release %s", answers().message(WARM).replies[0].get("release"))


async def _health(request: Request) -> HTTPResponse:
    """200 when a message would be answered, else 503 with the kind of failure."""
    agent = request.app.ctx.agent
    try:
        async with agent.lock_store.lock("health"):
            await agent.tracker_store.retrieve("health")
        return json({"status": "ok", "release": answers().release.number})
    except Exception as error:
        log.exception("not healthy")
        return json({"status": "failing", "reason": type(error).__name__}, status=503)


def _add_page(app: Sanic) -> None:
    """Serve the citizen page, as a web server in front would."""
    async def page(request: Request, name: str = "index.html") -> HTTPResponse:
        return await file(str(WEB / name), headers=PAGE_HEADERS)

    app.add_route(page, "/citizen/", name="citizen_page")
    for one in WEB.iterdir():
        app.add_route(partial(page, name=one.name), f"/citizen/{one.name}", name=one.name)


def make_app(credentials: str, endpoints_file: str, model: Path, with_page: bool) -> Sanic:
    """The app, not yet running; when it starts it raises NotReady if it cannot answer.

    Rasa's own app would add a page that names its version, and answer the browser's questions
    about other origins in place of the channels.
    """
    compile_action_schema()
    rasa.telemetry.TELEMETRY_ENABLED_BY_DEFAULT = False
    endpoints = AvailableEndpoints.read_endpoints(endpoints_file)
    endpoints.action = InProcessActions("actions")
    app = Sanic("policy_bot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    channels = rasa.core.run.create_http_input_channels(None, credentials)
    rasa.core.channels.channel.register(channels, app, route="/webhooks/")
    app.add_route(_health, "/health")
    if with_page:
        _add_page(app)
    app.register_listener(partial(_load, model, endpoints), "before_server_start")
    app.register_listener(rasa.core.run.close_resources, "after_server_stop")
    return app
