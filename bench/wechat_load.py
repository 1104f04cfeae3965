"""Many citizens at once over WeChat, each a whole interview and some questions, with retries.

    python -m bench.wechat_load [--citizens 200] [--workers 2] [--think 0] [--retries 0.2]

Starts everything it needs: the bot as it runs in production (one worker with SQLite and state in
memory, or several with PostgreSQL and Redis) and a WeChat of its own, on this machine, whose cores
they share. A share of the messages is asked twice at once or cut off within a second and asked
again; any worker may get any attempt. Ends with 1 if a turn was doubled or an answer lost.
"""
from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

import sqlalchemy as sa

from channels.wechat_delivery import LATE
from channels.wechat_message import citizen_of
from policy_kb import paths
from tests.channels.wechat_citizen import VERDICT, Citizen
from tests.channels.wechat_server import SECONDS, Account, WeChat
from tests.runtime.launched import fetch
from tests.services import free_port, postgres_server, redis_server, stop, wait_for

QUESTIONS = ("有居住证能落户吗", "落户以后养老保险怎么办", "孩子上学怎么办", "农村的地还能保留吗")
SENDER_KEY = "a-key-of-the-benchmark"
PERCENTILES = (50, 95, 99, 100)


@dataclass(frozen=True)
class Place:
    """Where the bot runs: addresses of the callback, and the database of its trackers."""

    urls: Sequence[str]
    database: str


@contextmanager
def running(workers: int, account: Account) -> Iterator[Place]:
    """The bot with `workers` processes, gone with the block."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("releases", "models", "cache"):
            (folder / name).symlink_to((paths.var() / name).resolve())
        store, locks, database, redis = _stores(stack, folder, workers)
        (folder / "endpoints.yml").write_text(json.dumps({"tracker_store": store, "lock_store": locks}))
        environment = {
            **os.environ, "POLICY_KB_VAR": str(folder), "WECHAT_TOKEN": account.token,
            "WECHAT_APPID": account.appid, "WECHAT_AES_KEY": account.aes_key,
            "WECHAT_SENDER_KEY": SENDER_KEY, "WECHAT_REDIS": redis,
        }
        ports = [free_port() for _ in range(workers)]
        for port in ports:
            process = _worker(folder, port, environment)
            stack.callback(stop, process)
            wait_for(lambda: _healthy(process, port, folder), "the bot", patience=180)
        yield Place([f"http://127.0.0.1:{p}/webhooks/wechat/webhook" for p in ports], database)


def _stores(stack: ExitStack, folder: Path, workers: int) -> tuple[dict, dict, str, str]:
    """(tracker store, lock store, database URL, Redis URL) for one worker or several."""
    if workers == 1:
        file = folder / "trackers.sqlite"
        return ({"type": "runtime.trackers.SqlTrackers", "dialect": "sqlite", "db": str(file)},
                {"type": "runtime.locks.MemoryLocks"}, f"sqlite:///{file}", "")
    postgres, redis = stack.enter_context(postgres_server()), stack.enter_context(redis_server())
    return ({"type": "runtime.trackers.SqlTrackers", "dialect": "postgresql", "url": "127.0.0.1",
             "port": postgres, "db": "postgres", "username": "postgres"},
            {"type": "runtime.locks.RedisLocks", "url": "127.0.0.1", "port": redis, "db": 1},
            f"postgresql://postgres@127.0.0.1:{postgres}/postgres", f"redis://127.0.0.1:{redis}/2")


def _worker(folder: Path, port: int, environment: Mapping[str, str]) -> subprocess.Popen:
    command = [sys.executable, "-m", "runtime", "--dev", "--port", str(port),
               "--endpoints", str(folder / "endpoints.yml")]
    with open(folder / f"log-{port}.txt", "wb") as log:
        return subprocess.Popen(command, cwd=paths.ROOT, env=environment, stdout=log, stderr=log)


def _healthy(process: subprocess.Popen, port: int, folder: Path) -> bool:
    assert process.poll() is None, (folder / f"log-{port}.txt").read_text("utf-8")
    try:
        return fetch(f"http://127.0.0.1:{port}/health")[0] == 200
    except OSError:
        return False


async def talk(citizen: Citizen, think: float) -> None:
    """A whole interview, a question in its middle and one after it."""
    middle = random.randrange(1, 5)
    while not citizen.finished:
        await asyncio.sleep(random.uniform(0, 2 * think))
        if len(citizen.said) == middle:
            await citizen.say(random.choice(QUESTIONS))
        await citizen.next()
    await citizen.say(random.choice(QUESTIONS))


async def load(place: Place, account: Account, citizens: int, think: float,
               retries: float) -> tuple[list[Citizen], list[str], float]:
    """(the citizens, kinds of errors, seconds) of all of them at once."""
    async with WeChat(place.urls, account, retries) as wechat:
        everybody = [Citizen(f"o-{n}", wechat) for n in range(citizens)]
        began = time.monotonic()
        results = await asyncio.gather(
            *(talk(citizen, think) for citizen in everybody), return_exceptions=True)
        seconds = time.monotonic() - began
    return everybody, [repr(r) for r in results if r is not None], seconds


def turns(database: str) -> dict[str, Counter[str]]:
    """How often each message of each citizen is in the trackers."""
    found: dict[str, Counter[str]] = {}
    rows = sa.text("select sender_id, data from events where type_name = 'user'")
    with sa.create_engine(database).connect() as connection:
        for sender, data in connection.execute(rows):
            found.setdefault(sender, Counter())[json.loads(data)["message_id"]] += 1
    return found


def report(everybody: Sequence[Citizen], errors: Sequence[str], seconds: float,
           stored: Mapping[str, Counter[str]]) -> dict[str, Any]:
    """Figures of a run; times in seconds."""
    deliveries = [d for c in everybody for d in c.deliveries]
    answered = sorted(d.seconds[-1] for d in deliveries if not d.lost)
    waits = sorted(wait for c in everybody for wait in c.waits)
    in_trackers = {c.openid: stored.get(citizen_of(c.openid, SENDER_KEY), Counter()) for c in everybody}
    return {
        "citizens": len(everybody), "finished": sum(VERDICT in "".join(c.read) for c in everybody),
        "errors": errors, "seconds": round(seconds, 1), "messages": len(deliveries),
        "messages_a_second": round(len(deliveries) / seconds, 1),
        "answered_at_attempt": dict(sorted(Counter(
            d.attempts for d in deliveries if not d.lost and d.text != LATE).items())),
        "promised": sum(d.text == LATE for d in deliveries),
        "lost": sum(d.lost for d in deliveries),
        "silent": sum(not d.lost and not d.text for d in deliveries),
        "doubled_turns": sum(n - 1 for t in in_trackers.values() for n in t.values()),
        "turns_missing_or_extra": sum(abs(len(c.said) - len(in_trackers[c.openid])) for c in everybody),
        "reply_seconds": _percentiles(answered), "wait_seconds": _percentiles(waits),
    }


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    at = {p: values[min(len(values) - 1, len(values) * p // 100)] for p in PERCENTILES}
    return {f"p{p}" if p < 100 else "max": round(v, 2) for p, v in at.items()}


def fell_short(found: Mapping[str, Any]) -> bool:
    """Whether an answer was lost or a turn doubled."""
    wrong = ("errors", "lost", "silent", "doubled_turns", "turns_missing_or_extra")
    return any(found[name] for name in wrong) or found["finished"] < found["citizens"] \
        or found["reply_seconds"]["max"] > SECONDS


def main() -> int:
    """Entry point; 1 if anything fell short."""
    parser = argparse.ArgumentParser(prog="python -m bench.wechat_load", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citizens", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--think", type=float, default=0, help="seconds between two messages, on average")
    parser.add_argument("--retries", type=float, default=.2, help="share of messages with a fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="file for the figures")
    args = parser.parse_args()
    random.seed(args.seed)
    account = Account()
    with running(args.workers, account) as place:
        ran = asyncio.run(load(place, account, args.citizens, args.think, args.retries))
        found = {"workers": args.workers, "think": args.think, "retries": args.retries,
                 **report(*ran, turns(place.database))}
    text = json.dumps(found, ensure_ascii=False, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", "utf-8")
    return int(fell_short(found))


if __name__ == "__main__":
    sys.exit(main())
