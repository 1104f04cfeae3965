"""What has to be remembered between WeChat's requests: in memory, or in Redis for several workers.

WeChat asks up to three times for the same message; whichever worker is asked must know whether
the message is being worked on, what the answer is, and who has delivered it.
"""
from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import Protocol

import redis.asyncio

KEEP_TURN = 600             # seconds: far beyond WeChat's three attempts and our age window
KEEP_REST = 1800            # seconds that the rest of a long answer waits, as long as a session
LEASE = 6                   # seconds after which the turn of a killed worker may be taken over
MOST = 200_000              # entries in memory


class Store(Protocol):
    """Values that expire."""

    async def add(self, key: str, value: str, seconds: float) -> str:
        """Set unless set; the value that is there now."""

    async def put(self, key: str, value: str, seconds: float) -> None:
        """Set."""

    async def get(self, key: str) -> str | None:
        """Value, or None."""

    async def count(self, key: str, seconds: float) -> int:
        """Add one; the new number."""

    async def drop(self, prefix: str) -> None:
        """Delete every key that begins with `prefix`."""


class MemoryStore:
    """For one worker. Gone with the process."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._values: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def add(self, key: str, value: str, seconds: float) -> str:
        """See Store."""
        there = await self.get(key)
        if there is None:
            await self.put(key, value, seconds)
        return value if there is None else there

    async def put(self, key: str, value: str, seconds: float) -> None:
        """See Store."""
        self._values[key] = time.monotonic() + seconds, value
        self._values.move_to_end(key)
        self._sweep()

    async def get(self, key: str) -> str | None:
        """See Store."""
        until, value = self._values.get(key, (0.0, ""))
        return value if until > time.monotonic() else None

    async def count(self, key: str, seconds: float) -> int:
        """See Store."""
        number = int(await self.get(key) or 0) + 1
        await self.put(key, str(number), seconds)
        return number

    async def drop(self, prefix: str) -> None:
        """See Store."""
        for key in [k for k in self._values if k.startswith(prefix)]:
            del self._values[key]

    def _sweep(self) -> None:
        """Forget from the oldest on what has expired, and what is too much."""
        now = time.monotonic()
        while self._values:
            until, _ = next(iter(self._values.values()))
            if until > now and len(self._values) <= self.most:
                return
            self._values.popitem(last=False)


class RedisStore:
    """For several workers. Raises redis.RedisError when Redis cannot be reached."""

    def __init__(self, url: str, prefix: str = "wechat:") -> None:
        self._redis = redis.asyncio.Redis.from_url(
            url, decode_responses=True, socket_timeout=2, socket_connect_timeout=2)
        self.prefix = prefix

    async def add(self, key: str, value: str, seconds: float) -> str:
        """See Store."""
        while True:
            if await self._redis.set(self.prefix + key, value, px=int(seconds * 1000), nx=True):
                return value
            there = await self.get(key)
            if there is not None:       # else it has expired between the two commands
                return there

    async def put(self, key: str, value: str, seconds: float) -> None:
        """See Store."""
        await self._redis.set(self.prefix + key, value, px=int(seconds * 1000))

    async def get(self, key: str) -> str | None:
        """See Store."""
        return await self._redis.get(self.prefix + key)

    async def count(self, key: str, seconds: float) -> int:
        """See Store."""
        async with self._redis.pipeline() as commands:
            commands.incr(self.prefix + key).pexpire(self.prefix + key, int(seconds * 1000))
            return (await commands.execute())[0]

    async def drop(self, prefix: str) -> None:
        """See Store. `prefix` holds no pattern: it is a citizen's hash."""
        async for key in self._redis.scan_iter(f"{self.prefix}{prefix}*", count=1000):
            await self._redis.delete(key)


@dataclass(frozen=True)
class Reply:
    """The answer to a message, "" if it wants none."""

    text: str


@dataclass(frozen=True)
class Owed:
    """Text that a citizen has not seen. `key`: of its message, if nothing of it was delivered."""

    text: str
    key: str = ""


class Turns:
    """The state of the channel. Keys begin with the citizen's hash; no openid is stored."""

    def __init__(self, store: Store, lease: float = LEASE) -> None:
        self.store, self.lease = store, lease

    async def belongs(self, signature: str, key: str) -> bool:
        """Whether the signature is new or was seen with this very message."""
        # A digest, for what is kept here is not found when a citizen is forgotten.
        owner = hashlib.sha256(key.encode()).hexdigest()
        return await self.store.add(f"signature:{signature}", owner, KEEP_TURN) == owner

    async def attempt(self, key: str) -> int:
        """Number of this attempt at delivering the message, from 1."""
        return await self.store.count(f"{key}:attempts", KEEP_TURN)

    async def claim(self, key: str) -> bool:
        """Whether the caller is to work on the message: nobody has and nobody does."""
        token = uuid.uuid4().hex
        won = await self.store.add(f"{key}:lease", token, self.lease) == token
        return won and await self.reply(key) is None

    async def renew(self, key: str) -> None:
        """Say that the work goes on; due within `lease` seconds."""
        await self.store.put(f"{key}:lease", "renewed", self.lease)

    async def working(self, key: str) -> bool:
        """Whether somebody works on the message, as far as is known."""
        return await self.store.get(f"{key}:lease") is not None

    async def settle(self, key: str, reply: Reply) -> None:
        """Store the answer."""
        await self.store.put(f"{key}:reply", json.dumps(asdict(reply)), KEEP_TURN)

    async def reply(self, key: str) -> Reply | None:
        """The answer, or None while there is none."""
        stored = await self.store.get(f"{key}:reply")
        return Reply(**json.loads(stored)) if stored else None

    async def give_up(self, key: str) -> None:
        """Note that an attempt had to end without the answer."""
        await self.store.put(f"{key}:given-up", "1", KEEP_TURN)

    async def given_up(self, key: str) -> bool:
        """Whether an attempt has ended without the answer."""
        return await self.store.get(f"{key}:given-up") is not None

    async def deliver(self, key: str, way: str) -> str:
        """Announce delivery; the way that was announced first."""
        return await self.store.add(f"{key}:delivered", way, KEEP_TURN)

    async def owe(self, citizen: str, owed: Owed) -> None:
        """Keep text for 继续, instead of what was kept."""
        await self.store.put(f"{citizen}:owed", json.dumps(asdict(owed)), KEEP_REST)

    async def owed(self, citizen: str) -> Owed | None:
        """Text that waits for 继续, empty if all was seen; None if nothing is known (any more)."""
        stored = await self.store.get(f"{citizen}:owed")
        return Owed(**json.loads(stored)) if stored else None

    async def promise(self, citizen: str, key: str) -> None:
        """Note that the citizen is told to fetch the answer to a message, or with "" is not."""
        await self.store.put(f"{citizen}:promised", key, KEEP_REST)

    async def promised(self, citizen: str) -> str | None:
        """Key of the message whose answer was promised last, or None."""
        return await self.store.get(f"{citizen}:promised") or None

    async def forget(self, citizen: str) -> None:
        """Delete everything that is stored of a citizen."""
        await self.store.drop(f"{citizen}:")
