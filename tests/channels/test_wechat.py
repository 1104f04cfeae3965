"""The whole channel over HTTP, as WeChat meets it, with real tracker stores behind it."""
import asyncio
import itertools
import logging
import time
from contextlib import asynccontextmanager

import pytest

pytest.importorskip("rasa")
import redis as redis_client  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.core.tracker_store import TrackerStore  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402
from sanic import Sanic  # noqa: E402

from channels import checks, wechat, wechat_settings  # noqa: E402
from channels.wechat import WeChatInput  # noqa: E402
from channels.wechat_answers import PRIVACY, WELCOME  # noqa: E402
from channels.wechat_message import citizen_of  # noqa: E402
from runtime.trackers import TrackersUnavailable, inner, report_failures  # noqa: E402
from tests.channels.replies import ANSWER, message as bot_message  # noqa: E402
from tests.channels.wechat_server import Account, WeChat, message  # noqa: E402
from tests.services import free_port, postgres_server, redis_server  # noqa: E402

pytestmark = pytest.mark.slow
DOMAIN = Domain.from_dict({"slots": {"interview": {"type": "any", "mappings": [{"type": "custom"}]}}})
SENDER_KEY = "a-key-of-the-tests"
names = itertools.count()


class Bot:
    """In place of Rasa's processor: answers, and keeps the turn and a slot in the tracker."""

    def __init__(self, store: TrackerStore) -> None:
        self.agent = Agent(domain=DOMAIN, tracker_store=store)
        report_failures(self.agent)
        self.told: list[str] = []
        self.fails: Exception | None = None
        self.answer = bot_message(ANSWER)

    async def on_new_message(self, one: UserMessage) -> None:
        self.told.append(one.text)
        if self.fails:
            raise self.fails
        answer = self.answer
        async with self.agent.lock_store.lock(one.sender_id):
            tracker = await self.agent.tracker_store.get_or_create_tracker(one.sender_id)
            data = {"custom": answer["custom"], "buttons": answer["buttons"]}
            for event in (UserUttered(one.text, message_id=one.message_id),
                          BotUttered(answer["text"], data), SlotSet("interview", {"at": 3})):
                tracker.update(event)
            await self.agent.tracker_store.save(tracker)
        await one.output_channel.send_response(one.sender_id, answer)


def options(kind: str, port: int | None, folder) -> dict:
    if kind == "sqlite":
        return {"dialect": "sqlite", "db": str(folder / "trackers.sqlite")}
    return {"dialect": "postgresql", "url": "127.0.0.1", "db": "postgres", "username": "postgres", "port": port}


def store_of(found: dict) -> TrackerStore:
    return inner(TrackerStore.create(EndpointConfig(type="runtime.trackers.SqlTrackers", **found), DOMAIN))


@pytest.fixture
def bot(tmp_path) -> Bot:
    return Bot(store_of(options("sqlite", None, tmp_path)))


@pytest.fixture(autouse=True)
def several_apps(monkeypatch):
    monkeypatch.setattr(Sanic, "test_mode", True)   # else only the first app of a process works


@asynccontextmanager
async def serving(bot: Bot, account: Account = Account(), **settings: str):
    """WeChat in front of a running channel."""
    given = {"token": account.token, "appid": account.appid, "aes_key": account.aes_key,
             "mode": account.mode, "sender_key": SENDER_KEY, **settings}
    app = Sanic(f"wechat_test_{next(names)}", configure_logging=False)
    channel = WeChatInput(wechat_settings.read(given, {}))
    app.blueprint(channel.blueprint(bot.on_new_message), url_prefix="/webhooks/wechat")
    app.ctx.agent = bot.agent
    port = free_port()
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.after_start()
    try:
        async with WeChat([f"http://127.0.0.1:{port}/webhooks/wechat/webhook"], account) as seen:
            yield seen
    finally:
        await server.close()
        await server.after_stop()


@pytest.mark.parametrize("mode", ["safe", "compat", "plain"])
async def test_the_url_is_verified_and_a_question_is_answered(bot, mode):
    account = Account(mode=mode)
    async with serving(bot, account) as seen:
        query, _ = account.request("<xml></xml>")
        query = {k: query[k] for k in ("signature", "timestamp", "nonce")} | {"echostr": "<b>437512</b>"}
        assert await seen.get(query) == (200, "<b>437512</b>")
        assert await seen.get({**query, "signature": "0"}) == (403, "")
        assert "住满2年可以落户。" in await seen.say("o-a", "有居住证能落户吗")


async def test_what_is_refused_reaches_neither_the_bot_nor_an_answer(bot):
    async with serving(bot) as seen:
        query, body = seen.account.request(message("o-a", "问"))
        for refused in (({**query, "msg_signature": "0"}, body), ({}, body), (query, b"<xml></xml>"),
                        Account(mode="plain").request(message("o-a", "问")),
                        Account(appid="wx0").request(message("o-a", "问")),
                        seen.account.request("<xml></xml>"), seen.account.request("no xml")):
            assert await seen.post(*refused) == (403, b"")
        status, _ = await seen.post(query, b"x" * 70_000)
        assert status == 413
    assert bot.told == []


@pytest.mark.parametrize("mode", ["safe", "plain"])
async def test_a_signature_that_was_seen_belongs_to_its_message(bot, mode):
    async with serving(bot, Account(mode=mode)) as seen:
        xml = message("o-a", "问")
        first, again = [await seen.post(*seen.account.request(xml, nonce="7", timestamp=None)) for _ in "ab"]
        assert first[0] == again[0] == 200 and bot.told == ["问"]
        if mode == "plain":
            query, _ = seen.account.request(xml, nonce="7")
            assert await seen.post(query, message("o-a", "冒名的").encode()) == (403, b"")
    assert bot.told == ["问"]


async def test_the_signature_of_a_verification_is_no_signature_of_a_message(bot):
    async with serving(bot, Account(mode="plain")) as seen:
        query, body = seen.account.request(message("o-a", "冒名的"))
        assert (await seen.get({**query, "echostr": "e"}))[0] == 200
        assert await seen.post(query, body) == (403, b"")
    assert bot.told == []


async def test_three_attempts_of_a_message_are_one_turn_in_the_tracker(bot):
    async with serving(bot) as seen:
        xml = message("o-a", "有居住证能落户吗")
        texts = await asyncio.gather(*(seen.attempt(xml) for _ in range(3)))
    assert len(set(texts)) == 1
    tracker = await bot.agent.tracker_store.retrieve(citizen_of("o-a", SENDER_KEY))
    assert [e.text for e in tracker.events if isinstance(e, UserUttered)] == ["有居住证能落户吗"]


async def test_an_attempt_after_a_restart_is_answered_from_the_tracker(bot):
    xml = message("o-a", "有居住证能落户吗", created=int(time.time()) - 8)
    async with serving(bot) as seen:
        first = await seen.attempt(xml)
    async with serving(bot) as seen:
        assert await seen.attempt(xml) == first
    assert len(bot.told) == 1


async def test_after_a_restart_the_citizen_can_still_read_on(bot):
    async with serving(bot) as seen:
        first = await seen.say("o-a", "有居住证能落户吗")
    async with serving(bot) as seen:
        assert await seen.say("o-a", "继续") == first
    assert len(bot.told) == 1


async def test_a_follower_is_welcomed(bot):
    async with serving(bot) as seen:
        text = await seen.attempt(message("o-a", kind="event", Event="subscribe", EventKey=""))
    assert text.startswith(WELCOME) and PRIVACY in text and bot.told == ["你好"]


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "unsubscribe"])
async def test_silent_events_are_told_success(bot, event):
    async with serving(bot) as seen:
        query, body = seen.account.request(message("o-a", kind="event", Event=event, EventKey=""))
        assert await seen.post(query, body) == (200, b"success")
    assert bot.told == []


@pytest.fixture(scope="module")
def postgres():
    with postgres_server() as port:
        yield port


@pytest.fixture(scope="module")
def redis_url():
    with redis_server() as port:
        yield f"redis://127.0.0.1:{port}/0"


@pytest.mark.parametrize("turns", ["memory", "redis"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_unsubscribing_deletes_everything_of_that_citizen_and_nothing_of_others(
        request, tmp_path, kind, turns):
    port = request.getfixturevalue("postgres") if kind == "postgresql" else None
    redis = request.getfixturevalue("redis_url") if turns == "redis" else ""
    bot = Bot(store_of(options(kind, port, tmp_path)))
    leaver, other = (f"o-{kind}-{turns}-{name}" for name in ("leaver", "other"))
    async with serving(bot, redis=redis) as seen:
        for user in (leaver, other):
            await seen.say(user, "有居住证能落户吗")
        assert await seen.attempt(message(leaver, kind="event", Event="unsubscribe")) is None
        gone, kept = (citizen_of(user, SENDER_KEY) for user in (leaver, other))
        tracker = await bot.agent.tracker_store.retrieve(kept)
        assert tracker.get_slot("interview") == {"at": 3}
        with bot.agent.tracker_store.engine.connect() as connection:
            rows = connection.execute(sa.text("select count(*) from events where sender_id = :s"), {"s": gone})
            assert rows.scalar() == 0
        if redis:
            keys = redis_client.Redis.from_url(redis, decode_responses=True).keys("*")
            assert not [k for k in keys if gone in k] and [k for k in keys if kept in k]
        await seen.say(leaver, "继续")              # nothing is left that could be shown again
        assert bot.told[-1] == "继续"
    bot.agent.tracker_store.engine.dispose()


async def test_a_deletion_that_fails_is_tried_again(bot, monkeypatch):
    monkeypatch.setattr(wechat, "PAUSES", (0, .05))
    failures, deleted = [TrackersUnavailable("down")], []

    async def delete(agent, citizen):
        if failures:
            raise failures.pop()
        deleted.append(citizen)
    monkeypatch.setattr("channels.wechat_bot.delete_conversation", delete)
    async with serving(bot) as seen:
        await seen.attempt(message("o-a", kind="event", Event="unsubscribe"))
        await asyncio.sleep(.1)
    assert deleted == [citizen_of("o-a", SENDER_KEY)]


async def test_no_log_line_and_no_stored_row_shows_the_openid(bot, caplog):
    caplog.set_level(logging.DEBUG)
    async with serving(bot) as seen:
        await seen.say("o-secret", "问")
        bot.fails = RuntimeError("o-secret")
        await seen.say("o-secret", "再问")
        query, body = seen.account.request(message("o-secret", "问"))
        await seen.post({**query, "openid": "o-secret", "msg_signature": "0"}, body)
        bot.agent.tracker_store.engine.dispose()
        await seen.attempt(message("o-secret", kind="event", Event="unsubscribe"))
    assert "RuntimeError" in caplog.text and "refused" in caplog.text
    assert "o-secret" not in "".join(r.getMessage() for r in caplog.records if r.name != "aiohttp.access")
    with bot.agent.tracker_store.engine.connect() as connection:
        rows = connection.execute(sa.text("select sender_id, data from events")).fetchall()
    assert "o-secret" not in str(rows)


async def test_the_sender_inside_rasa_is_a_hash(bot):
    async with serving(bot) as seen:
        await seen.say("o-a", "问")
    assert await bot.agent.tracker_store.retrieve("o-a") is None
    assert await bot.agent.tracker_store.retrieve(citizen_of("o-a", SENDER_KEY))


async def test_a_state_that_cannot_be_reached_is_an_answer_in_words(bot):
    async with serving(bot, redis=f"redis://127.0.0.1:{free_port()}/0") as seen:
        assert await seen.say("o-a", "问") == checks.BUSY
        assert await seen.attempt(message("o-a", kind="event", Event="VIEW")) is None


async def test_a_bot_that_fails_is_an_answer_in_words(bot):
    bot.fails = TrackersUnavailable("down")
    async with serving(bot) as seen:
        assert await seen.say("o-a", "问") == checks.BUSY


async def test_an_answer_of_hostile_words_is_xml_and_fits(bot):
    async with serving(bot) as seen:
        for user, words in enumerate(("]]>x]]&gt;", "<b>&amp;", "😀")):
            bot.answer = {"text": words * 2, "custom": None, "buttons": [{"title": words, "payload": "a:b"}]}
            assert words[-1] in await seen.say(f"o-{user}", f"问{words}")


async def test_the_test_endpoints_exist_on_trial_only(bot):
    async with serving(bot) as seen:
        seen.urls = [seen.urls[0].removesuffix("/webhook") + "/trial/count"]
        assert (await seen.get({}))[0] == 404
    async with serving(bot, trial="yes") as seen:
        await seen.say("o-a", "问")
        seen.urls = [seen.urls[0].removesuffix("/webhook") + "/trial/count"]
        assert await seen.get({}) == (200, "1")


async def test_without_settings_there_is_no_route():
    app = Sanic(f"wechat_test_{next(names)}", configure_logging=False)
    app.blueprint(WeChatInput(None).blueprint(None), url_prefix="/webhooks/wechat")
    assert not app.router.routes_all


async def test_a_slow_turn_is_answered_at_a_later_attempt_of_five_real_seconds(bot):
    async with serving(bot, trial="yes") as seen:
        found = await seen.deliver(message("o-a", "慢6"))
    assert found.attempts == 2 and "住满2年" in found.text and len(bot.told) == 1


async def test_wechat_hanging_up_does_not_end_the_turn(bot):
    async with serving(bot, trial="yes") as seen:
        xml = message("o-a", "慢1")
        with pytest.raises(asyncio.TimeoutError):
            await seen.post(*seen.account.request(xml), seconds=.3)
        assert "住满2年" in await seen.attempt(xml)
    assert bot.told == ["慢1"]
