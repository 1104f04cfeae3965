"""The bot as one process: Rasa's Sanic app with our actions, stores, health and page."""
from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

import rasa.core.run
import rasa.telemetry
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.base import answers
from runtime.actions import InProcessActions
from runtime.trackers import TrackersUnavailable, report_failures
from runtime.validation import compile_action_schema

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
WARM = "有居住证能落户吗"
LARGEST_BODY = 64 * 1024                         # bytes; a channel may allow less


def _newest(models: Path) -> Path:
    found = sorted(models.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime)
    if not found:
        raise FileNotFoundError(2, "没有训练好的模型，请先运行 make train", str(models))
    return found[-1]


async def _warm(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
    """Answer once before anybody asks: dictionaries and encoders load on the first message."""
    report_failures(app.ctx.agent)
    await app.ctx.agent.parse_message(WARM)
    found = answers().message(WARM)
    app.ctx.ready = bool(found.entries)
    log.info("ready: release %s", found.replies[0].get("release"))


async def _health(request: Request) -> HTTPResponse:
    """200 when a message would be answered, else 503 with what is missing."""
    app = request.app
    if not getattr(app.ctx, "ready", False):
        return json({"status": "starting"}, status=503)
    try:
        await app.ctx.agent.tracker_store.retrieve("health")
        release = answers().release.number
    except (TrackersUnavailable, RuntimeError) as error:
        return json({"status": "failing", "reason": type(error).__name__}, status=503)
    return json({"status": "ok", "release": release})


def make_app(port: int, credentials: str, endpoints_file: str, models: Path,
             with_page: bool) -> Sanic:
    """Rasa's app, not yet running. Raises FileNotFoundError without a trained model."""
    compile_action_schema()
    rasa.telemetry.TELEMETRY_ENABLED_BY_DEFAULT = False
    model = _newest(models)
    endpoints = AvailableEndpoints.read_endpoints(endpoints_file)
    endpoints.action = InProcessActions("actions")
    app = rasa.core.run.configure_app(
        rasa.core.run.create_http_input_channels(None, credentials),
        enable_api=False, port=port, endpoints=endpoints,
    )
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.add_route(_health, "/health")
    if with_page:
        app.static("/citizen/", str(ROOT / "web" / "index.html"), name="page")
        app.static("/widget.js", str(ROOT / "web" / "widget.js"), name="widget")
    app.register_listener(
        partial(rasa.core.run.load_agent_on_start, str(model), endpoints, None),
        "before_server_start",
    )
    app.register_listener(_warm, "after_server_start")
    app.register_listener(rasa.core.run.close_resources, "after_server_stop")
    return app
