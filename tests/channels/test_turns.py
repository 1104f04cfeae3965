"""What is remembered between requests: the same in memory and in Redis."""
import asyncio
import uuid

import pytest

from channels.turns import MemoryStore, Owed, RedisStore, Reply, Turns
from tests.services import redis_server


@pytest.fixture(scope="module")
def redis_port():
    with redis_server() as port:
        yield port


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
def store(request):
    if request.param == "memory":
        return MemoryStore()
    port = request.getfixturevalue("redis_port")
    return RedisStore(f"redis://127.0.0.1:{port}/0", prefix=f"{uuid.uuid4().hex}:")


@pytest.fixture
def turns(store):
    return Turns(store, lease=.3)


async def test_a_value_is_added_once(store):
    assert await store.add("a", "1", 9) == "1"
    assert await store.add("a", "2", 9) == "1"
    assert await store.get("a") == "1"


async def test_of_many_that_add_at_once_one_wins(store):
    found = await asyncio.gather(*(store.add("a", str(n), 9) for n in range(30)))
    assert len(set(found)) == 1


async def test_a_value_expires_and_can_be_added_again(store):
    await store.put("a", "1", .05)
    await asyncio.sleep(.1)
    assert await store.get("a") is None
    assert await store.add("a", "2", 9) == "2"


async def test_counting_at_once_loses_nothing(store):
    numbers = await asyncio.gather(*(store.count("n", 9) for _ in range(30)))
    assert sorted(numbers) == list(range(1, 31))


async def test_dropping_takes_one_citizen_and_leaves_the_others(store):
    for key in ("wx-a:1:reply", "wx-a:owed", "wx-ab:owed", "wx-b:owed"):
        await store.put(key, "x", 9)
    await store.drop("wx-a:")
    assert [await store.get(k) for k in ("wx-a:1:reply", "wx-a:owed", "wx-ab:owed", "wx-b:owed")] \
        == [None, None, "x", "x"]


async def test_a_signature_belongs_to_one_message(turns):
    assert await turns.belongs("s", "wx-a:1") and await turns.belongs("s", "wx-a:1")
    assert not await turns.belongs("s", "wx-a:2")
    assert await turns.belongs("t", "wx-a:2")


async def test_attempts_are_counted_for_each_message(turns):
    assert [await turns.attempt("wx-a:1") for _ in range(3)] == [1, 2, 3]
    assert await turns.attempt("wx-a:2") == 1


async def test_one_of_many_attempts_works_on_a_message(turns):
    claims = await asyncio.gather(*(turns.claim("wx-a:1") for _ in range(20)))
    assert claims.count(True) == 1
    assert await turns.working("wx-a:1")


async def test_the_work_of_a_killed_worker_may_be_taken_over_after_its_lease(turns):
    assert await turns.claim("wx-a:1")
    await asyncio.sleep(.2)
    await turns.renew("wx-a:1")
    await asyncio.sleep(.2)
    assert not await turns.claim("wx-a:1")
    await asyncio.sleep(.2)
    assert await turns.claim("wx-a:1")


async def test_a_message_that_is_answered_is_never_worked_on_again(turns):
    await turns.settle("wx-a:1", Reply("答"))
    assert not await turns.claim("wx-a:1")
    assert await turns.reply("wx-a:1") == Reply("答")


async def test_an_answer_is_delivered_in_one_way(turns):
    assert await turns.deliver("wx-a:1", "reply") == "reply"
    assert await turns.deliver("wx-a:1", "service") == "reply"


async def test_what_is_owed_is_known_until_something_else_is(turns):
    assert await turns.owed("wx-a") is None
    await turns.owe("wx-a", Owed("第二页", "wx-a:1"))
    assert await turns.owed("wx-a") == Owed("第二页", "wx-a:1")
    await turns.owe("wx-a", Owed(""))
    assert await turns.owed("wx-a") == Owed("")


async def test_a_promise_names_the_message(turns):
    assert await turns.promised("wx-a") is None
    await turns.promise("wx-a", "wx-a:1")
    assert await turns.promised("wx-a") == "wx-a:1"


async def test_forgetting_a_citizen_leaves_nothing_of_them(turns):
    await turns.settle("wx-a:1", Reply("答"))
    await turns.owe("wx-a", Owed("余"))
    await turns.promise("wx-a", "wx-a:1")
    await turns.give_up("wx-a:1")
    await turns.attempt("wx-a:1")
    await turns.belongs("s", "wx-a:1")
    await turns.owe("wx-b", Owed("余"))
    await turns.forget("wx-a")
    left = [k for k in await _keys(turns.store) if "wx-a" in k[0] + k[1]]
    assert left == [] and await turns.owed("wx-b")


async def _keys(store):
    if isinstance(store, MemoryStore):
        return [(key, value) for key, (_, value) in store._values.items()]
    return [(key, await store.get(key.removeprefix(store.prefix)))
            async for key in store._redis.scan_iter(f"{store.prefix}*")]


async def test_memory_forgets_from_the_oldest_on():
    store = MemoryStore(most=3)
    for n in range(5):
        await store.put(str(n), "x", 9)
    assert [await store.get(str(n)) for n in range(5)] == [None, None, "x", "x", "x"]


@pytest.mark.slow
async def test_two_workers_share_what_is_in_redis(redis_port):
    url, prefix = f"redis://127.0.0.1:{redis_port}/0", f"{uuid.uuid4().hex}:"
    one, other = Turns(RedisStore(url, prefix)), Turns(RedisStore(url, prefix))
    assert await one.claim("wx-a:1") and not await other.claim("wx-a:1")
    await one.settle("wx-a:1", Reply("答"))
    assert await other.reply("wx-a:1") == Reply("答")
