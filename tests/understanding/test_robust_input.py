"""However a message is written, the bot understands it or says what it can do; never silence."""
from __future__ import annotations

from typing import Callable

import pytest

from channels import checks
from policy_kb.answers import LONGEST_TEXT
from policy_kb.reply import plain_text
from tests.conversation.tester import Conversation
from tests.understanding.looks import answered, leads_to

pytestmark = pytest.mark.slow

SAYINGS = {
    "north-east dialect": [
        ("咋整才能把俺的户口落到城里去", "4-1"), ("俺家小子搁这嘎达上学中不中，俺有居住证", "13-1"),
        ("进城了地还是俺的不，能不能给俺收回去", "9-4"), ("俺是打工的，公租房给不给俺们住啊", "10-2"),
        ("俺爹都六十三了，户口迁走了养老钱谁给开", "12-3"), ("在屯子里交的农合，进城咋接上", "11-1"),
    ],
    "pinyin": [
        ("juzhuzheng man liang nian neng luohu ma", "4-1"), ("luohu yao tui di ma", "9-4"),
        ("gongzufang nongmingong neng shenqing ma", "10-2"), ("gongjijin zenme tiqu", "N-407"),
    ],
    "initials": [
        ("jzz满两年能落户吗", "4-1"), ("gjj怎么提取", "N-407"), ("有jzz孩子能上学吗", "13-1"),
    ],
    "traditional characters": [
        ("有居住證滿兩年可以落戶嗎", "4-1"), ("農民工子女能在丹東參加高考嗎", "13-2"),
        ("落戶以後承包地會不會被收回", "9-4"),
    ],
    "full width": [("ＪＺＺ满２年能落户吗", "4-1"), ("居住证满２４个月能落户吗？？？", "4-1")],
    "emoji": [("有居住证😀能落户吗🙏🙏", "4-1"), ("🏠外来务工能申请公租房吗🥺👉👈", "10-2")],
    "spaces between characters": [
        ("有 居 住 证 能 落 户 吗", "4-1"), ("落 户 要 不 要 先 退 地", "9-4"),
    ],
    "homophones": [("有居主证能落护吗", "4-1"), ("落户后底保能申请吗", "12-4")],
    "operators of databases": [
        ('"住满两年有居住证能落户吗" OR 1=1 --', "4-1"), ("落户要退地吗*", "9-4"),
        ("有居住证能落户吗'; DROP TABLE entry; --", "4-1"), ("title:落户要退地吗 NOT x", "9-4"),
    ],
}


@pytest.mark.parametrize(("text", "entry"), [
    pytest.param(text, entry, id=f"{kind}: {text}") for kind, rows in SAYINGS.items() for text, entry in rows
])
def test_a_question_is_understood_however_it_is_written(
        citizen: Conversation, text: str, entry: str) -> None:
    citizen.says(text)
    assert leads_to(citizen, entry), citizen.texts


PICTURE = r"""
  /\_/\
 ( o.o )   ~~~~~~~~
  > ^ <    ########
有居住证能落户吗
 |_______|
"""
STORY = (
    "我是从宽甸乡下来的，家里四口人，早年间一直种地，后来收成不好，就跟着同乡出来干活。先是在工地上搬砖，"
    "后来到一个木器厂，一干就是好些年，老板人不错，逢年过节还发东西。媳妇在饭店洗碗，起早贪黑的，腰也累坏了。"
)


def test_the_question_is_found_beside_a_picture(citizen: Conversation) -> None:
    citizen.says(PICTURE)
    assert answered(citizen) == ["4-1"]


def test_a_question_in_the_middle_of_a_thousand_characters_is_found(citizen: Conversation) -> None:
    half = (LONGEST_TEXT - 40) // 2
    story = (STORY * 8)[:half] + "。请问落户是不是必须先把承包地退掉？" + (STORY * 8)[:half]
    assert len(story) > LONGEST_TEXT * .9
    citizen.says(story)
    assert leads_to(citizen, "9-4"), citizen.texts


@pytest.mark.parametrize("text", ["落户" * 5000, "？" * 10_000, "a" * 10_000, STORY * 100],
                         ids=["words", "marks", "letters", "a story"])
def test_ten_thousand_characters_get_one_sentence_before_the_bot_sees_them(text: str) -> None:
    refused = checks.refusal(checks.clean(text))
    assert refused and refused["code"] == "too_long"
    assert str(LONGEST_TEXT) in plain_text(refused)


@pytest.mark.parametrize("text", ["？？？", "。。。", "😀😀", "🙏", "...", "——", "~~~~"])
def test_a_message_without_words_is_asked_for_one(citizen: Conversation, text: str) -> None:
    citizen.says(text)
    assert citizen.codes() == ["no_words"]


@pytest.mark.parametrize("text", [
    "what is this", "How can I transfer my hukou to Dandong?", "단둥으로 호적을 옮기고 싶어요",
    "Как мне прописаться в Даньдуне?", "丹東に戸籍を移したいのですが、どうすればいいですか",
])
def test_another_language_is_answered_in_chinese_with_one_english_sentence(
        citizen: Conversation, text: str) -> None:
    citizen.says(text)
    assert citizen.codes() == ["foreign"]
    said = citizen.texts[0]
    assert "请用中文" in said and said.count("This service") == 1
    assert citizen.last["choices"]


@pytest.mark.parametrize("text", ["你就是个傻逼机器", "滚犊子，啥也不是", "垃圾，骗子", "去你妈的"])
def test_abuse_is_met_calmly(citizen: Conversation, text: str) -> None:
    citizen.says(text)
    assert citizen.codes() == ["abuse"]
    assert "12345" in citizen.texts[0]
    assert not any(word in citizen.texts[0] for word in ("文明", "请注意", "不要骂", "警告"))


def test_a_question_among_abuse_is_answered(citizen: Conversation) -> None:
    citizen.says("什么破政策，操，住满两年有居住证到底能不能落户")
    assert leads_to(citizen, "4-1")


HELP = ("12356", "12345", "110")


@pytest.mark.parametrize("text", [
    "活不下去了", "我真的不想活了", "死了算了",
    f"{STORY}这些年跑了多少趟都没人管，我实在是活不下去了。{STORY}",
])
def test_distress_gets_a_person_and_a_helpline_at_once(citizen: Conversation, text: str) -> None:
    citizen.says(text)
    assert citizen.replies[0]["code"] == "distress"
    assert all(number in citizen.texts[0] for number in HELP)
    assert {"title": "转人工", "payload": "handoff"} in citizen.replies[0]["choices"]


def test_distress_comes_before_the_limit_of_length() -> None:
    refused = checks.refusal(f"{STORY * 20}活不下去了")
    assert refused and refused["code"] == "distress"
    assert all(number in plain_text(refused) for number in HELP)


def test_distress_comes_before_the_policy_that_is_asked_with_it(citizen: Conversation) -> None:
    citizen.says("我活不下去了，落户以后能申请低保吗")
    assert citizen.replies[0]["code"] == "distress"
    assert answered(citizen) == ["12-4"]


def test_distress_is_heard_inside_the_interview(citizen: Conversation) -> None:
    citizen.says("帮我查一查能不能落户")
    assert citizen.asked
    citizen.says("问这些有什么用，我活不下去了")
    assert citizen.replies[0]["code"] == "distress"
    assert all(number in citizen.texts[0] for number in HELP)


def test_search_operators_between_words_change_nothing(citizens: Callable[[], Conversation]) -> None:
    first, second = citizens(), citizens()
    first.says("落户 居住证 公租房")
    second.says("落户 AND 居住证 OR (公租房)")
    assert first.texts == second.texts


@pytest.mark.parametrize("text", [
    "' OR 1=1 --", "SELECT * FROM entry; DROP TABLE entry", "NEAR(a b, 5)",
    '"', "%_%", "/restart", '/ask_pension{"x":1}', "/", "//", "{{7*7}}", "${jndi:ldap}", "<script>alert(1)</script>",
    "\x00\x01", "null", "-1", "0", "1e309", "../../etc/passwd",
])
def test_what_looks_like_a_command_is_only_text(citizen: Conversation, text: str) -> None:
    citizen.says(text or " ")
    assert set(citizen.types()) <= {"notice", "clarify", "not_regulated"}
    assert "unavailable" not in citizen.codes()
    assert citizen.tracker().latest_message.text is not None


def test_restart_is_no_command(citizens: Callable[[], Conversation]) -> None:
    citizen = citizens()
    citizen.tells("有居住证能落户吗", "/restart")
    assert citizen.tracker().get_slot("last_entry") == "4-1"
