"""The real launcher as a process of its own, with everything that it writes in a folder."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

from policy_kb import paths
from tests.services import free_port, stop

PATIENCE = 120              # seconds, on a machine that does other work as well
ENDPOINTS = """
tracker_store: {{type: runtime.trackers.SqlTrackers, dialect: sqlite, db: {db}}}
lock_store: {{type: runtime.locks.MemoryLocks}}
"""


@dataclass(frozen=True)
class Launched:
    """A bot that answers at `base`; `seconds` is how long that took."""

    process: subprocess.Popen
    base: str
    folder: Path
    seconds: float

    @property
    def cpu(self) -> float:
        """Seconds of CPU that the process has used: what a machine of its own would take."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def get(self, path: str, body: Any = None) -> tuple[int, Any]:
        """(status, JSON) of a request; with a body it is a POST."""
        return fetch(self.base + path, body)


def fetch(address: str, body: Any = None) -> tuple[int, Any]:
    """(status, JSON or None) of a request; with a body it is a POST."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status, raw = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, raw = refused.code, refused.read()
    try:
        return status, json.loads(raw)
    except ValueError:
        return status, None


def prepare(folder: Path) -> dict[str, str]:
    """Environment of a launcher that reads the prepared release and writes to `folder` alone."""
    shutil.copytree(paths.releases(), folder / "releases")
    (folder / "endpoints.yml").write_text(ENDPOINTS.format(db=folder / "tracker.sqlite"), "utf-8")
    return {**os.environ, "POLICY_KB_VAR": str(folder), "PYTHONWARNINGS": "ignore"}


def command(folder: Path, port: int, *arguments: str) -> list[str]:
    """Command line of a launcher with the prepared model."""
    return [sys.executable, "-m", "runtime", "--port", str(port), "--models",
            str(paths.var() / "models"), "--endpoints", str(folder / "endpoints.yml"), *arguments]


def start(folder: Path, *arguments: str, **environment: str) -> Launched:
    """Start a launcher and wait until it answers."""
    port, begun = free_port(), time.monotonic()
    with open(folder / "log.txt", "wb") as log:
        process = subprocess.Popen(
            command(folder, port, *arguments), env={**prepare(folder), **environment},
            cwd=paths.ROOT, stdout=log, stderr=log, start_new_session=True)
    base = f"http://127.0.0.1:{port}"
    while time.monotonic() < begun + PATIENCE:
        assert process.poll() is None, (folder / "log.txt").read_text("utf-8")
        try:
            if fetch(f"{base}/health")[0] == 200:
                return Launched(process, base, folder, time.monotonic() - begun)
        except urllib.error.URLError:
            time.sleep(.1)
    stop(process)
    raise AssertionError(f"no answer in {PATIENCE} s:\n{(folder / 'log.txt').read_text('utf-8')}")


@contextmanager
def launched(folder: Path, *arguments: str, **environment: str) -> Iterator[Launched]:
    """A launcher that runs while the block does."""
    bot = start(folder, *arguments, **environment)
    try:
        yield bot
    finally:
        stop(bot.process)
