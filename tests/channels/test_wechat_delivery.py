"""Whatever WeChat and the clock do: one turn, one answer, and none lost."""
import asyncio
import time
import uuid

import pytest
import redis

from channels import wechat_delivery
from channels.turns import MemoryStore, RedisStore, Turns
from channels.wechat_answers import Said, WeChatAnswers
from channels.wechat_api import WeChatApi
from channels.wechat_delivery import LATE, Delivery
from channels.wechat_envelope import Refused
from channels.wechat_message import Message, parse
from channels.wechat_text import CONTINUED, MORE
from tests.channels.wechat_api_server import SECRET, fake_api
from tests.channels.wechat_server import message
from tests.services import redis_server

BUDGET = .2                 # stands for 4.2 seconds
CHOICES = [{"title": "落户", "payload": "topic:a"}]


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


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(wechat_delivery, "HANG_UP", .05)
    monkeypatch.setattr(wechat_delivery, "LOOKS", (.02,))
    monkeypatch.setattr(wechat_delivery, "MENU_PAUSE", 0)


class Bot:
    """Says `text` after `pause` seconds and counts its turns."""

    def __init__(self, text: str = "答", pause: float = 0) -> None:
        self.text, self.pause, self.turns = text, pause, []

    async def ask(self, citizen: str, text: str, key: str) -> list:
        self.turns.append(text)
        await asyncio.sleep(self.pause)
        return [{"text": self.text, "buttons": CHOICES}]

    async def recall(self, citizen: str, key: str | None) -> None:
        return None


class Attempts(Delivery):
    """Every attempt is signed anew, as WeChat does."""

    async def reply(self, message: Message, signature: str = "") -> str | None:
        return await super().reply(message, signature or uuid.uuid4().hex)


def at_work(bot: Bot, store, api: WeChatApi | None = None, menus: bool = False,
            lease: float = .3) -> Delivery:
    turns = Turns(store, lease)
    answers = WeChatAnswers(turns, bot.ask, bot.recall, {})
    return Attempts(turns, answers, api, menus, BUDGET)


def text(content: str = "问") -> Message:
    return parse(message("o-a", content), "key")


async def three_attempts(delivery: Delivery, one: Message) -> tuple[str | None, int]:
    """What the citizen sees, and after how many attempts; an attempt over the budget is lost."""
    for number in range(1, 4):
        began = time.monotonic()
        shown = await delivery.reply(one)
        if time.monotonic() - began < BUDGET + .04 or number == 3:
            return shown, number
    raise AssertionError


async def test_an_answer_in_time_is_the_reply_to_the_first_attempt(store):
    shown, attempts = await three_attempts(at_work(Bot(), store), text())
    assert shown.startswith("答\n1. <a ") and attempts == 1


async def test_three_attempts_at_once_are_one_turn_with_one_answer(store):
    bot, one = Bot(pause=.1), text()
    delivery = at_work(bot, store)
    shown = await asyncio.gather(*(delivery.reply(one) for _ in range(3)))
    assert len(bot.turns) == 1 and len(set(shown)) == 1


async def test_three_attempts_at_two_workers_are_one_turn_with_one_answer(store):
    bot, one = Bot(pause=.1), text()
    workers = [at_work(bot, store), at_work(bot, store)]
    shown = await asyncio.gather(*(workers[n % 2].reply(one) for n in range(3)))
    assert len(bot.turns) == 1 and len(set(shown)) == 1


async def test_an_attempt_after_the_answer_gets_the_same_again(store):
    bot, one = Bot(), text()
    delivery = at_work(bot, store)
    assert await delivery.reply(one) == await delivery.reply(one)
    assert len(bot.turns) == 1


async def test_two_messages_with_the_same_words_are_two_turns(store):
    bot = Bot()
    delivery = at_work(bot, store)
    await delivery.reply(text()), await delivery.reply(text())
    assert len(bot.turns) == 2


async def test_a_slow_answer_is_the_reply_to_a_later_attempt(store):
    bot = Bot(pause=BUDGET * 1.5)
    shown, attempts = await three_attempts(at_work(bot, store), text())
    assert shown.startswith("答") and attempts == 2 and len(bot.turns) == 1


async def test_a_very_slow_answer_is_promised_and_fetched(store):
    bot = Bot(pause=BUDGET * 4)
    delivery = at_work(bot, store)
    assert await three_attempts(delivery, text()) == (LATE, 3)
    shown, _ = await three_attempts(delivery, text(MORE))
    assert shown.startswith("答") and len(bot.turns) == 1


async def test_a_promised_answer_is_brought_even_if_an_attempt_that_was_lost_had_it(store):
    bot, one = Bot(pause=BUDGET * 4), text()
    delivery = at_work(bot, store)
    await three_attempts(delivery, one)
    await asyncio.sleep(BUDGET)
    assert (await delivery.reply(one)).startswith("答")         # nobody saw this one
    assert (await delivery.reply(text(MORE))).startswith("答") and len(bot.turns) == 1


async def test_an_answer_at_the_third_attempt_is_not_promised_any_more(store):
    bot = Bot("字" * 1000, pause=BUDGET * 2.6)
    delivery = at_work(bot, store)
    shown, attempts = await three_attempts(delivery, text())
    assert attempts == 3 and shown.startswith("字")
    rest = await delivery.reply(text(MORE))
    assert len(rest) < len(shown)                                # the next page, not the first again


async def test_a_very_slow_answer_comes_with_the_next_message_if_it_is_not_fetched(store):
    bot = Bot(pause=BUDGET * 4)
    delivery = at_work(bot, store)
    await three_attempts(delivery, text())
    await asyncio.sleep(BUDGET)
    bot.text, bot.pause = "第二个答复", 0
    shown = await delivery.reply(text("第二句"))
    assert shown.index("答\n") < shown.index("第二个答复")


async def test_a_turn_survives_when_wechat_hangs_up(store):
    bot, one = Bot(pause=BUDGET * .6), text()
    delivery = at_work(bot, store)
    attempt = asyncio.ensure_future(delivery.reply(one))
    await asyncio.sleep(BUDGET * .3)
    attempt.cancel()
    assert (await delivery.reply(one)).startswith("答") and len(bot.turns) == 1


async def test_the_message_of_a_killed_worker_is_taken_over(store):
    one = text()
    await Turns(store, lease=BUDGET * .5).claim(one.key)        # and then nothing more from it
    bot = Bot()
    assert (await at_work(bot, store).reply(one)).startswith("答") and len(bot.turns) == 1


async def test_a_turn_that_takes_longer_than_its_lease_is_not_taken_over(store):
    bot, one = Bot(pause=BUDGET * 2.5), text()
    workers = [at_work(bot, store, lease=.2), at_work(bot, store, lease=.2)]
    await asyncio.gather(*(worker.reply(one) for worker in workers))
    assert len(bot.turns) == 1


async def test_a_long_answer_comes_in_pages_and_the_other_question_ends_it(store):
    bot = Bot("\n".join(f"第{n}行" + "字" * 100 for n in range(20)))
    delivery = at_work(bot, store)
    pages = [await delivery.reply(text())] + [await delivery.reply(text(MORE)) for _ in range(3)]
    assert all(p.endswith(CONTINUED) for p in pages[:3]) and "第19行" in pages[3]
    assert len(bot.turns) == 1
    await delivery.reply(text(MORE))
    assert bot.turns == ["问", MORE]


async def test_the_same_page_is_shown_to_every_attempt_at_fetching_it(store):
    bot, more = Bot("字" * 2000), text(MORE)
    delivery = at_work(bot, store)
    await delivery.reply(text())
    assert await delivery.reply(more) == await delivery.reply(more)


async def test_an_event_without_an_answer_is_success_and_no_turn(store):
    bot = Bot()
    one = parse(message("o-a", kind="event", Event="VIEW", EventKey="https://a"), "key")
    assert await at_work(bot, store).reply(one) is None and bot.turns == []


async def test_a_line_about_a_picture_leaves_the_next_page_where_it_is(store):
    bot = Bot("字" * 2000)
    delivery = at_work(bot, store)
    await delivery.reply(text())
    await delivery.reply(parse(message("o-a", kind="image", MediaId="m"), "key"))
    assert "字" * 100 in await delivery.reply(text(MORE)) and len(bot.turns) == 1


class TestCustomerService:
    """Accounts that may send by themselves."""

    @pytest.fixture
    async def wechat(self):
        async with fake_api() as server:
            yield server

    @pytest.fixture
    async def api(self, wechat):
        api = WeChatApi("wx1", SECRET, wechat.url)
        yield api
        await api.close()

    async def test_a_late_answer_is_sent_and_wechat_told_at_once(self, store, wechat, api):
        bot = Bot(pause=BUDGET * 2)
        delivery = at_work(bot, store, api)
        assert await three_attempts(delivery, text()) == (None, 1)
        await asyncio.sleep(BUDGET * 2)
        assert [s["touser"] for s in wechat.sent] == ["o-a"] and len(bot.turns) == 1
        assert wechat.sent[0]["text"]["content"].startswith("答")

    async def test_an_attempt_after_a_late_answer_is_told_success(self, store, wechat, api):
        one, delivery = text(), at_work(Bot(pause=BUDGET * 1.5), store, api)
        await delivery.reply(one)
        await asyncio.sleep(BUDGET * 1.5)
        assert await delivery.reply(one) is None and len(wechat.sent) == 1

    async def test_an_answer_in_time_costs_no_message_of_the_quota(self, store, wechat, api):
        await at_work(Bot(), store, api).reply(text())
        assert wechat.calls == []

    async def test_at_most_five_messages_are_sent_and_the_rest_waits(self, store, wechat, api):
        bot = Bot("\n".join(f"第{n}行" + "字" * 600 for n in range(9)), pause=BUDGET * 1.5)
        delivery = at_work(bot, store, api)
        await delivery.reply(text())
        await asyncio.sleep(BUDGET * 2)
        sent = [s["text"]["content"] for s in wechat.sent]
        assert len(sent) == 5 and sent[4].endswith(CONTINUED) and not sent[0].endswith(CONTINUED)
        assert "第5行" in await delivery.reply(text(MORE))

    async def test_after_an_event_at_most_three_are_sent(self, store, wechat, api):
        bot = Bot("\n".join("字" * 600 for n in range(9)), pause=BUDGET * 1.5)
        one = parse(message("o-a", kind="event", Event="subscribe", EventKey=""), "key")
        await at_work(bot, store, api).reply(one)
        await asyncio.sleep(BUDGET * 2)
        assert len(wechat.sent) == 3

    @pytest.mark.parametrize("code", [45015, 45047, 48001, 40001])
    async def test_an_answer_that_cannot_be_sent_comes_with_the_next_message(self, store, wechat, api, code):
        bot = Bot("迟到的答复", pause=BUDGET * 1.5)
        wechat.errors = [code] * 9
        delivery = at_work(bot, store, api)
        await delivery.reply(text())
        await asyncio.sleep(BUDGET)
        bot.pause = 0
        assert "迟到的答复" in await delivery.reply(text("第二句"))

    async def test_a_menu_message_follows_the_reply_where_it_is_switched_on(self, store, wechat, api):
        delivery = at_work(Bot(), store, api, menus=True)
        await delivery.reply(text())
        await asyncio.sleep(.1)
        assert [s["msgtype"] for s in wechat.sent] == ["msgmenu"]

    async def test_a_menu_message_counts_in_the_quota_of_a_late_answer(self, store, wechat, api):
        bot = Bot("\n".join("字" * 600 for n in range(9)), pause=BUDGET * 1.5)
        await at_work(bot, store, api, menus=True).reply(text())
        await asyncio.sleep(BUDGET * 2)
        assert [s["msgtype"] for s in wechat.sent] == ["text"] * 4 + ["msgmenu"]


async def test_a_citizen_who_leaves_has_nothing_waiting(store):
    delivery = at_work(Bot("字" * 2000), store)
    one = text()
    await delivery.reply(one)
    await delivery.finish(one.citizen)
    await delivery.turns.forget(one.citizen)
    assert await delivery.turns.owed(one.citizen) is None
    assert await delivery.turns.reply(one.key) is None


@pytest.mark.slow
async def test_a_store_that_fails_is_an_error_of_the_attempt():
    with redis_server() as port:
        store = RedisStore(f"redis://127.0.0.1:{port}/0")
        await store.get("x")
    with pytest.raises(redis.RedisError):
        await at_work(Bot(), store).reply(text())


async def test_a_signature_that_was_seen_with_another_message_is_refused(store):
    bot, one = Bot(), text()
    delivery = at_work(bot, store)
    assert await delivery.reply(one, "signature") == await delivery.reply(one, "signature")
    with pytest.raises(Refused):
        await delivery.reply(text(), "signature")
    assert bot.turns == ["问"]


async def test_an_answer_of_none_is_kept_as_success(store):
    async def silent(_: Message) -> Said | None:
        return None
    delivery = Attempts(Turns(store), silent, budget=BUDGET)
    assert await delivery.reply(text()) is None
