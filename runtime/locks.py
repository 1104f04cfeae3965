"""Conversation locks for Rasa: one message of a citizen at a time, in the order of arrival.

Rasa's own Redis lock reads, changes and writes back in three steps, so two processes can both
win; its waiters look once a second. Here every step is one script inside Redis, a waiter looks
after some tens of milliseconds, and the lock of a killed process is free after one lease.
endpoints.yml: `lock_store: {type: runtime.locks.RedisLocks, url: 127.0.0.1, port: 6379, db: 1}`.
"""
from __future__ import annotations

import asyncio
import time
import uuid
from contextlib import asynccontextmanager, suppress
from typing import AsyncGenerator

import redis.asyncio
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig

# KEYS[1] is the queue of tokens; a token is alive as long as its lease key exists.
# Answers 1 if the token is first, 0 if it has to wait, -1 if it is no longer queued.
_STEP = """
local lease = KEYS[1] .. ':'
local token = ARGV[1]
if ARGV[3] == 'leave' then
  redis.call('LREM', KEYS[1], 0, token)
  redis.call('DEL', lease .. token)
  return -1
end
if ARGV[3] == 'join' then redis.call('RPUSH', KEYS[1], token) end
redis.call('SET', lease .. token, 1, 'PX', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2] * 100)
while true do
  local first = redis.call('LINDEX', KEYS[1], 0)
  if first == token then return 1 end
  if not first then return -1 end
  if redis.call('EXISTS', lease .. first) == 1 then return 0 end
  redis.call('LPOP', KEYS[1])
end
"""
PAUSES = (.005, .01, .02, .04, .08)     # seconds between looks; the last one repeats


def _refused(conversation_id: str) -> LockError:
    return LockError(f"conversation {conversation_id} stayed locked")


class MemoryLocks(LockStore):
    """Locks of one process: asyncio's own, so a waiter goes on at once."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        options = endpoint_config.kwargs if endpoint_config else {}
        self.max_wait = float(options.get("max_wait", 60))
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def lock(self, conversation_id: str, lock_lifetime: float = 0,
                   wait_time_in_seconds: float = 0) -> AsyncGenerator[None, None]:
        """Hold the conversation. Raises LockError after `max_wait` seconds of waiting."""
        held, users = self._locks.get(conversation_id) or (asyncio.Lock(), 0)
        self._locks[conversation_id] = held, users + 1
        try:
            await self._acquire(held, conversation_id)
            try:
                yield None
            finally:
                held.release()
        finally:
            self._leave(conversation_id)

    async def _acquire(self, held: asyncio.Lock, conversation_id: str) -> None:
        try:
            await asyncio.wait_for(held.acquire(), self.max_wait)
        except asyncio.TimeoutError:
            raise _refused(conversation_id) from None

    def _leave(self, conversation_id: str) -> None:
        held, users = self._locks.pop(conversation_id)
        if users > 1:
            self._locks[conversation_id] = held, users - 1


class RedisLocks(LockStore):
    """Locks that several processes share.

    Options in endpoints.yml: `url`, `port`, `db`, `password`, `lease` (seconds after which the
    lock of a dead process is free), `max_wait` (seconds until LockError), `prefix`.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        options = endpoint_config.kwargs
        self.lease = float(options.get("lease", 10))
        self.max_wait = float(options.get("max_wait", 60))
        self.prefix = options.get("prefix", "lock")
        # Connecting happens with the first command: a store must not keep the bot from starting.
        self._redis = redis.asyncio.Redis(
            host=endpoint_config.url or "127.0.0.1", port=int(options.get("port", 6379)),
            db=int(options.get("db", 1)), password=options.get("password"),
            socket_timeout=float(options.get("socket_timeout", 3)),
        )
        self._script = self._redis.register_script(_STEP)

    async def _step(self, conversation_id: str, token: str, what: str) -> int:
        key = f"{self.prefix}:{{{conversation_id}}}"
        return int(await self._script(keys=[key], args=[token, int(self.lease * 1000), what]))

    @asynccontextmanager
    async def lock(self, conversation_id: str, lock_lifetime: float = 0,
                   wait_time_in_seconds: float = 0) -> AsyncGenerator[None, None]:
        """Hold the conversation.

        Raises LockError after `max_wait` seconds, redis.RedisError if Redis cannot be reached.
        """
        token = uuid.uuid4().hex
        try:
            await self._acquire(conversation_id, token)
            renewal = asyncio.ensure_future(self._renew(conversation_id, token))
            try:
                yield None
            finally:
                renewal.cancel()
        finally:
            with suppress(redis.RedisError):
                await self._step(conversation_id, token, "leave")

    async def _acquire(self, conversation_id: str, token: str) -> None:
        end = time.monotonic() + self.max_wait
        looks, state = 0, await self._step(conversation_id, token, "join")
        while state != 1:
            if time.monotonic() > end:
                raise _refused(conversation_id)
            await asyncio.sleep(PAUSES[min(looks, len(PAUSES) - 1)])
            looks += 1
            state = await self._step(conversation_id, token, "join" if state < 0 else "look")

    async def _renew(self, conversation_id: str, token: str) -> None:
        while True:
            await asyncio.sleep(self.lease / 3)
            with suppress(redis.RedisError):
                await self._step(conversation_id, token, "look")
