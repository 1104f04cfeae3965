"""The way to a person, in any words, from any state; and the helpline."""
from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow
PHRASES = (
    "转人工", "人工", "人工服务", "我要找人工客服", "找真人", "有没有活人", "接线员", "转坐席", "请转人工坐席", "找工作人员",
    "我要跟真人说话", "给我转12345", "别用机器人，找人工", "能给我找个工作人员吗", "人工客服在哪", "机器人没用，转人工", "帮我转一下人工",
    "我想跟人工聊", "叫个工作人员来", "不跟你说了，转人工", "客服", "真人客服", "转接人工", "要人工", "麻烦转人工，谢谢",
)


def before(citizen):
    """Nothing said yet."""


def asking(citizen):
    """In the middle of an interview."""
    citizen.tells("rule:落户", "1", "1")


def confirming(citizen):
    """What was heard is to be confirmed."""
    citizen.says("帮我查查能不能落户，我农村户口住了三年")


def stopped(citizen):
    """An interview was left."""
    citizen.tells("rule:落户", "1", "算了")


def decided(citizen):
    """A verdict was told."""
    citizen.tells("rule:落户", "6")


def missed(citizen):
    """Something was not understood."""
    citizen.says("今天天气怎么样")


STATES = (before, asking, confirming, stopped, decided, missed)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_person_is_reached_in_any_words(citizen, state):
    state(citizen)
    for phrase in PHRASES:
        citizen.says(phrase)
        assert citizen.replies[0]["type"] == "handoff", (phrase, citizen.texts)
        assert "12345" in citizen.texts[0] and citizen.replies[0]["receipt"]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_who_does_not_want_to_live_hears_the_helpline_at_once(citizen, state):
    state(citizen)
    for phrase in ("我不想活了", "活着没意思，想死", "要跳楼"):
        citizen.says(phrase)
        assert citizen.replies[0]["code"] == "distress" and "12356" in citizen.texts[0], phrase
        assert citizen.asked is None


def test_the_person_hears_what_it_was_about(citizen):
    citizen.tells("rule:落户", "6", "转人工")
    assert "尚未查到" not in citizen.text


def test_two_misses_in_a_row_bring_a_person(citizen):
    citizen.tells("今天天气怎么样", "给我讲个笑话")
    assert citizen.last["type"] == "handoff"
