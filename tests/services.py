"""Real services for tests, each on a free port of loopback and gone with the test."""
from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Callable, Iterator

import psycopg2
import pytest
import redis

PATIENCE = 30       # seconds until a service must answer


def free_port() -> int:
    """A port that nobody uses now."""
    with closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(ready: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Return when `ready` says so; fail after `patience` seconds."""
    end = time.monotonic() + patience
    while not ready():
        assert time.monotonic() < end, f"{what} did not come up"
        time.sleep(.1)


def stop(process: subprocess.Popen) -> None:
    """End a process that the test has started."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        (str(p) for p in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), None
    )
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def redis_server() -> Iterator[int]:
    """Port of a Redis server that stores nothing on disk."""
    port = free_port()
    command = [_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1",
               "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def answers() -> bool:
        try:
            return redis.Redis(port=port, socket_timeout=1).ping()
        except redis.RedisError:
            return False
    try:
        wait_for(answers, "redis-server")
        yield port
    finally:
        stop(process)


@contextmanager
def postgres_server() -> Iterator[int]:
    """Port of a PostgreSQL server with the database and user `postgres`, without a password."""
    initdb, postgres = _program("initdb"), _program("postgres")
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp())
    if user:
        shutil.chown(folder, user)
    port = free_port()
    subprocess.run([initdb, "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"],
                   check=True, user=user, stdout=subprocess.DEVNULL, cwd=folder)
    process = subprocess.Popen(
        [postgres, "-D", folder / "data", "-p", str(port), "-k", folder, "-c",
         "listen_addresses=127.0.0.1"],
        user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )

    def answers() -> bool:
        try:
            psycopg2.connect(host="127.0.0.1", port=port, user="postgres").close()
            return True
        except psycopg2.OperationalError:
            return False
    try:
        wait_for(answers, "postgres")
        yield port
    finally:
        stop(process)
        shutil.rmtree(folder, ignore_errors=True)
