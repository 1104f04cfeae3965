"""The whole bot, started for a measurement and asked over REST."""
from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Iterator

from policy_kb import paths
from policy_kb.paths import ROOT

PATIENCE = 180          # seconds until the bot must answer
ENDPOINTS = "tracker_store: {type: InMemory}\nlock_store: {type: runtime.locks.MemoryLocks}\n"


class BotError(RuntimeError):
    """The bot cannot be started or does not answer; the message says in Chinese what to do."""


def _free_port() -> int:
    with closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def _workplace(folder: Path) -> Path:
    """`folder` with the release and the model that there are, and nothing else of theirs."""
    for name in ("releases", "models", "cache"):
        (folder / name).symlink_to((paths.var() / name).resolve())
    (folder / "endpoints.yml").write_text(ENDPOINTS, "utf-8")
    return folder


@contextmanager
def running() -> Iterator[str]:
    """Address of a bot of one's own, gone with the block; what it writes goes too."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = _workplace(Path(name)), _free_port()
        command = [sys.executable, "-m", "runtime", "--dev", "--port", str(port),
                   "--endpoints", str(folder / "endpoints.yml")]
        log = folder / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out,
                                       env={**os.environ, "POLICY_KB_VAR": str(folder)})
        try:
            _wait(process, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen, url: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > end:
            said = log.read_text("utf-8", errors="replace").strip().splitlines()
            raise BotError(f"机器人没有启动：{said[-1] if said else '没有输出'}")
        time.sleep(.5)


def ask(url: str, text: str) -> list[dict[str, Any]]:
    """Reply objects to `text` in a fresh conversation. Raises BotError."""
    body = json.dumps({"sender": f"eval-{uuid.uuid4().hex}", "message": text}).encode()
    request = urllib.request.Request(
        f"{url.rstrip('/')}/webhooks/rest/webhook", data=body,
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            messages = json.load(response)
    except (OSError, ValueError) as error:
        raise BotError(f"{url} 没有回答（{type(error).__name__}）；请检查地址，REST 通道要用 --dev 打开。") from None
    return [m["custom"] for m in messages if isinstance(m.get("custom"), dict)]
