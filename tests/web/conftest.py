"""A real browser before the real bot."""
from __future__ import annotations

import shutil
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.runtime.launched import Launched, launched
from tests.services import free_port

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
CREDENTIALS = """
channels.rest.DevelopmentRest:
channels.web.WebInput:
  secret: ${{WEB_SECRET}}
  origins: ["{origin}"]
  secure: false
"""
# A government page that allows itself and the widget's host and nothing else, hostile in style.
HOST_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>政府网站</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; script-src {bot};
 style-src 'self' {bot}; connect-src {bot}"><link rel="stylesheet" href="own.css">
<body><h1>通知公告</h1><script src="{bot}/citizen/widget.js"></script></body></html>"""
HOST_STYLE = b"* { font-size: 11px !important } button, textarea { display: none !important }"
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective));
"""


class _HostPage(BaseHTTPRequestHandler):
    """Serves one page and its style."""

    def __init__(self, page: bytes, *args: object) -> None:
        self.page = page
        super().__init__(*args)

    def do_GET(self) -> None:
        """The page, and its style."""
        style = self.path.endswith(".css")
        self.send_response(200)
        self.send_header("content-type", "text/css" if style else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(HOST_STYLE if style else self.page)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def other_host() -> str:
    """Origin of a page of another host, which the bot lists."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory, other_host: str) -> Iterator[Launched]:
    """The bot with its citizen page."""
    folder = tmp_path_factory.mktemp("bot")
    credentials = tmp_path_factory.mktemp("credentials") / "credentials.yml"
    credentials.write_text(CREDENTIALS.format(origin=other_host), "utf-8")
    with launched(folder, "--dev", "--credentials", str(credentials)) as running:
        yield running


@pytest.fixture(scope="session")
def host_page(bot: Launched, other_host: str) -> Iterator[str]:
    """Address of a page of another host with the widget's one script tag."""
    page = HOST_PAGE.format(bot=bot.base).encode()
    port = int(other_host.rpartition(":")[2])
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_HostPage, page))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"{other_host}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium")
    assert program, "请先安装：apt-get install chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh profile on a phone. Fails if the page broke its own content policy or a script."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_init_script(WATCH)
    one, faults = context.new_page(), []
    one.on("pageerror", lambda error: faults.append(str(error)))
    one.set_default_timeout(15_000)
    yield one
    assert one.evaluate("window.violations") == []
    assert faults == []
    context.close()


@pytest.fixture
def chat(page: Page, bot: Launched) -> Page:
    """The citizen page, ready for a question."""
    page.goto(f"{bot.base}/citizen/")
    page.wait_for_selector(".example")
    return page
