"""A conversation is held by one message at a time, in the order of arrival."""
import asyncio
import time

import pytest

pytest.importorskip("rasa")
from rasa.core.lock_store import LockError, LockStore  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

from tests.services import redis_server  # noqa: E402

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def port():
    with redis_server() as port:
        yield port


@pytest.fixture(params=["MemoryLocks", "RedisLocks"])
def locks(request, port):
    """A store, made as Rasa makes it."""
    def make(**options):
        config = EndpointConfig(url="127.0.0.1", type=f"runtime.locks.{request.param}",
                                port=port, prefix=request.node.name, **options)
        return LockStore.create(config)
    return make


async def test_messages_of_one_conversation_run_one_after_the_other_in_order(locks):
    store, running, order = locks(), 0, []

    async def message(n):
        nonlocal running
        await asyncio.sleep(n * .02)
        async with store.lock("c"):
            running += 1
            assert running == 1
            await asyncio.sleep(.03)
            order.append(n)
            running -= 1
    await asyncio.gather(*map(message, range(12)))
    assert order == list(range(12))


async def test_conversations_do_not_wait_for_each_other(locks):
    store, start = locks(), time.monotonic()

    async def message(n):
        async with store.lock(f"c{n}"):
            await asyncio.sleep(.2)
    await asyncio.gather(*map(message, range(20)))
    assert time.monotonic() - start < 2


async def test_an_error_in_a_turn_frees_the_conversation(locks):
    store = locks(max_wait=1)
    with pytest.raises(ZeroDivisionError):
        async with store.lock("c"):
            1 / 0
    async with store.lock("c"):
        pass


async def test_waiting_ends_with_an_error_that_names_no_text(locks):
    store = locks(max_wait=.2)
    async with store.lock("c"):
        with pytest.raises(LockError, match="stayed locked"):
            async with store.lock("c"):
                pass


async def test_a_cancelled_waiter_holds_nobody_up(locks):
    store = locks(max_wait=1)

    async def wait():
        async with store.lock("c"):
            pass
    async with store.lock("c"):
        waiter = asyncio.ensure_future(wait())
        await asyncio.sleep(.05)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
    async with store.lock("c"):
        pass


async def test_a_long_turn_keeps_its_lock_beyond_one_lease(port):
    store = LockStore.create(EndpointConfig(
        url="127.0.0.1", type="runtime.locks.RedisLocks", port=port, lease=.3, prefix="long"))
    order, held = [], asyncio.Event()

    async def message(name, seconds):
        async with store.lock("c"):
            held.set()
            await asyncio.sleep(seconds)
            order.append(name)
    long = asyncio.ensure_future(message("long", 1))
    await held.wait()       # two that join at the same moment may arrive in either order
    await asyncio.gather(long, message("short", 0))
    assert order == ["long", "short"]


async def test_the_lock_of_a_killed_process_is_free_after_a_lease(port):
    store = LockStore.create(EndpointConfig(
        url="127.0.0.1", type="runtime.locks.RedisLocks", port=port, lease=.4, prefix="dead"))
    await store._step("c", "a process that was killed", "join")
    start = time.monotonic()
    async with store.lock("c"):
        assert .2 < time.monotonic() - start < 2


async def test_two_processes_never_hold_one_conversation_together(port):
    config = EndpointConfig(url="127.0.0.1", type="runtime.locks.RedisLocks", port=port,
                            prefix="two")
    stores = LockStore.create(config), LockStore.create(config)
    running = 0

    async def message(n):
        nonlocal running
        async with stores[n % 2].lock("c"):
            running += 1
            await asyncio.sleep(.005)
            assert running == 1
            running -= 1
    await asyncio.gather(*map(message, range(60)))


async def test_redis_that_is_gone_is_an_error_not_a_free_lock():
    import redis

    store = LockStore.create(EndpointConfig(
        url="127.0.0.1", type="runtime.locks.RedisLocks", port=1))
    with pytest.raises(redis.RedisError):
        async with store.lock("c"):
            pytest.fail("locked without a lock")
