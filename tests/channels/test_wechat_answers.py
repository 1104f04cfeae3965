"""What each kind of message is answered with."""
import asyncio
import time

import pytest

from channels import checks, wechat_answers
from channels.turns import MemoryStore, Owed, Reply, Turns
from channels.wechat_answers import (
    EARLIER, MEDIA, PRIVACY, STILL, UNKNOWN_KEY, WELCOME, WeChatAnswers,
)
from channels.wechat_message import Message, parse
from policy_kb.answers import LONGEST_TEXT
from tests.channels.replies import ANSWER, QUESTION, message as bot_message
from tests.channels.wechat_server import links, message


class Bot:
    """Says one thing and remembers what it was told; raises what it is given to raise."""

    def __init__(self, *replies: dict) -> None:
        self.says = [bot_message(r) for r in replies]
        self.told: list[str] = []
        self.done: dict[str | None, list] = {}
        self.fails: Exception | None = None

    async def ask(self, citizen: str, text: str, key: str) -> list:
        self.told.append(text)
        if self.fails:
            raise self.fails
        return self.says

    async def recall(self, citizen: str, key: str | None) -> list | None:
        return self.done.get(key)


@pytest.fixture
def bot() -> Bot:
    return Bot(ANSWER)


@pytest.fixture
def turns() -> Turns:
    return Turns(MemoryStore(), lease=.3)


@pytest.fixture
def answers(bot, turns) -> WeChatAnswers:
    return WeChatAnswers(turns, bot.ask, bot.recall, {"pension": "养老保险怎么办"})


def text(content: str, choice: str = "", age: int = 0, number: int | None = None) -> Message:
    fields = {"bizmsgmenuid": choice} if choice else {}
    return parse(message("o-a", content, created=int(time.time()) - age, number=number, **fields), "key")


def event(name: str, key: str = "") -> Message:
    return parse(message("o-a", kind="event", Event=name, EventKey=key), "key")


def other(kind: str, **fields: str) -> Message:
    return parse(message("o-a", kind=kind, **fields), "key")


async def test_a_question_goes_to_the_bot_and_its_answer_to_the_citizen(answers, bot):
    said = await answers(text("有居住证能落户吗"))
    assert bot.told == ["有居住证能落户吗"] and "住满2年可以落户。" in said.text
    assert [c["payload"] for c in said.choices] == ["rule:settle", "entry:14-1"]


@pytest.mark.parametrize("typed, told", [
    ("/restart", "restart"), ("/养老保险怎么办", "养老保险怎么办"), ('/inform{"x":"y"}', 'inform{"x":"y"}'),
    ("／session_start", "session_start"), ("  // /restart", "restart"), ("\u200b/restart", "restart"),
])
async def test_a_typed_slash_is_no_command(answers, bot, typed, told):
    await answers(text(typed))
    assert bot.told == [told]


async def test_a_link_cannot_carry_a_command_either(answers, bot):
    await answers(text("点我", choice="/restart"))
    await answers(text("点我", choice='inform{"x":"y"}'))
    assert bot.told == ["点我", "点我"]


@pytest.mark.parametrize("payload", [
    "answer:户口性质:农业户口", "answer:居住时间:24~", "answer:身份:农村籍大学生（刚录取、在读或毕业迁户口）",
    "entry:4-1", "topic:ask_pension", "rule:settle_by_residence_permit", "interview",
])
async def test_a_link_tells_its_payload_and_never_its_words_as_a_statement(answers, bot, payload):
    await answers(text("农业人口住满2年以上", choice=payload))
    assert bot.told == [payload]


async def test_an_old_link_to_a_person_leads_to_one(answers, bot):
    await answers(text("转人工", choice="handoff"))
    assert bot.told == ["转人工"]


async def test_a_link_that_is_none_of_ours_says_its_words(answers, bot):
    await answers(text("满意", choice="101"))
    assert bot.told == ["满意"]


@pytest.mark.parametrize("typed, told", [
    ("   ", "没有看到文字"), ("/::)", "没有看到文字"), ("😀？", "没有看到文字"), ("怎么办" * LONGEST_TEXT, str(LONGEST_TEXT)),
])
async def test_what_is_no_question_is_not_brought_to_the_bot(answers, bot, typed, told):
    said = await answers(text(typed))
    assert told in said.text and said.aside and bot.told == []


async def test_somebody_who_sends_without_end_is_asked_to_rest(answers, bot):
    said = [await answers(text(f"第{n}句")) for n in range(40)]
    assert checks.TOO_FAST in said[-1].text and len(bot.told) < 40


@pytest.mark.parametrize("kind", [*MEDIA, "hologram"])
async def test_what_cannot_be_read_gets_a_line_that_says_what_to_do(answers, bot, kind):
    said = await answers(other(kind, MediaId="m", Recognition="养老保险"))
    assert ("打字" in said.text or "写成一句话" in said.text) and bot.told == []


@pytest.mark.parametrize("name, key", [("subscribe", ""), ("subscribe", "qrscene_12")])
async def test_a_new_follower_is_welcomed_told_of_privacy_and_offered_what_can_be_asked(answers, name, key):
    said = await answers(event(name, key))
    assert said.text.startswith(f"{WELCOME}\n{PRIVACY}")
    assert links(said.text) and said.choices


async def test_a_scan_of_a_follower_is_greeted_without_the_welcome(answers, bot):
    said = await answers(event("SCAN", "12"))
    assert WELCOME not in said.text and "住满2年" in said.text


async def test_a_click_says_what_the_menu_file_says(answers, bot):
    await answers(event("CLICK", "pension"))
    assert bot.told == ["养老保险怎么办"]


async def test_a_key_of_an_old_menu_is_answered_too(answers, bot):
    said = await answers(event("CLICK", "gone"))
    assert said.text == UNKNOWN_KEY and bot.told == []


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "unsubscribe", "future_event"])
async def test_what_wants_no_answer_gets_none(answers, bot, name):
    assert await answers(event(name)) is None and bot.told == []


async def test_a_bot_that_fails_is_no_silence_and_the_log_has_no_words(answers, bot, caplog):
    bot.fails = RuntimeError("有居住证能落户吗")
    said = await answers(text("有居住证能落户吗"))
    assert said.text == checks.BUSY
    assert "RuntimeError" in caplog.text and "居住证" not in caplog.text


async def test_a_bot_that_says_nothing_is_no_silence(answers, bot):
    bot.says = []
    assert (await answers(text("问"))).text == checks.BUSY


async def test_a_repeated_message_that_the_tracker_knows_is_not_asked_again(answers, bot):
    old = text("住满两年了", age=8)
    bot.done[old.key] = [bot_message(QUESTION)]
    assert "您是什么户口？" in (await answers(old)).text and bot.told == []


async def test_a_repeated_message_that_the_tracker_does_not_know_is_asked(answers, bot):
    await answers(text("住满两年了", age=8))
    assert bot.told == ["住满两年了"]


@pytest.mark.parametrize("word, choice", [("继续", ""), ("看下文", "page"), (" 继续 ", "")])
async def test_what_is_owed_is_brought_by_the_word_and_by_the_link(answers, bot, turns, word, choice):
    citizen = text("x").citizen
    await turns.owe(citizen, Owed("第二页"))
    assert (await answers(text(word, choice))).text == "第二页" and bot.told == []


async def test_when_nothing_is_owed_the_word_belongs_to_the_bot(answers, bot, turns):
    await turns.owe(text("x").citizen, Owed(""))
    await answers(text("继续"))
    assert bot.told == ["继续"]


async def test_after_a_restart_the_last_answer_is_shown_again(answers, bot):
    bot.done[None] = [bot_message(QUESTION)]
    assert "您是什么户口？" in (await answers(text("继续"))).text and bot.told == []


async def test_a_new_citizen_who_says_it_is_answered_by_the_bot(answers, bot):
    await answers(text("继续"))
    assert bot.told == ["继续"]


async def test_the_answer_that_came_too_late_comes_with_the_next_one(answers, turns):
    first = text("第一句")
    await turns.owe(first.citizen, Owed("迟到的答复", first.key))
    await turns.give_up(first.key)
    said = (await answers(text("第二句"))).text
    assert said.startswith(f"{EARLIER}\n迟到的答复") and "住满2年" in said


async def test_an_answer_on_its_way_does_not_come_twice(answers, turns):
    first = text("第一句")
    await turns.owe(first.citizen, Owed("在路上的答复", first.key))
    assert "在路上" not in (await answers(text("第二句"))).text


async def test_the_rest_of_an_answer_does_not_come_unasked(answers, turns):
    await turns.owe(text("x").citizen, Owed("第二页"))
    assert "第二页" not in (await answers(text("另一个问题"))).text


async def test_a_promised_answer_that_is_nearly_there_is_waited_for(answers, bot, turns):
    first = text("慢的")
    await turns.promise(first.citizen, first.key)
    await turns.claim(first.key)

    async def arrive():
        await asyncio.sleep(.15)
        await turns.owe(first.citizen, Owed("到了", first.key))
        await turns.settle(first.key, Reply("到了"))
    task = asyncio.ensure_future(arrive())
    assert (await answers(text("继续"))).text == "到了"
    await task


async def test_a_promised_answer_that_is_far_away_is_said_to_be_so(answers, bot, turns, monkeypatch):
    monkeypatch.setattr(wechat_answers, "PATIENCE", .1)
    first = text("慢的")
    await turns.promise(first.citizen, first.key)
    await turns.claim(first.key)
    said = await answers(text("继续"))
    assert said.text == STILL and said.aside and bot.told == []
