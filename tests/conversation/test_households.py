"""Several people in one message: one outcome a person, each by the clause that speaks of them."""
from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow
STORY = "我和老伴(61)带孙子来丹东，我农村户口，在丹东城区打工三年，有居住证，能落户吗"


def verdicts(citizen, *messages):
    """Everything that was decided while these messages were said."""
    found = []
    for message in messages:
        found += [r for r in citizen.says(message) if r["type"] == "verdict"]
    return found


def test_each_person_has_an_outcome_by_the_clause_that_speaks_of_them(citizen):
    citizen.says(STORY)
    assert "居住时间：3年" in citizen.text and "老伴" not in citizen.last["text"]
    found = verdicts(citizen, "对", "还没落户", "领着呢", "上小学", "有")
    assert [v["person"] for v in found] == ["您", "老伴", "孙子"]
    rows = [v["rules"][0] for v in found]
    assert [row["basis"]["clause"] for row in rows] == [4, 12, 13]
    assert rows[0]["outcome"] == "likely"
    assert "由原户籍地负责" in rows[1]["summary"] and rows[1]["outcome"] == "likely"
    assert "以居住证为主要依据" in rows[2]["summary"]
    assert found[0]["receipt"] != found[1]["receipt"] != found[2]["receipt"]


def test_the_questions_say_whom_they_are_about(citizen):
    citizen.tells(STORY, "对")
    assert citizen.last["prompt"].startswith("【老伴】")
    citizen.tells("1", "2")
    assert citizen.last["prompt"].startswith("【孙子】")


def test_the_age_of_the_wife_is_not_the_writers(citizen):
    citizen.says("我和老伴(61)来的，养老保险帮我查查")
    assert citizen.asked == "年龄" and not citizen.last["prompt"].startswith("【")
    citizen.says("五十八")
    for _ in range(8):
        if citizen.last.get("prompt", "").startswith("【老伴】"):
            break
        citizen.says("1")
    assert citizen.asked != "年龄"


def test_without_an_age_it_is_asked(citizen):
    citizen.tells("我跟老伴一块来的，帮我看看能不能落户", "都不是")
    assert citizen.asked == "年龄" and "【老伴】" in citizen.last["prompt"]


def test_an_earlier_person_can_be_corrected_while_a_later_one_is_asked(citizen):
    citizen.tells(STORY, "对", "1")
    assert "【老伴】" in citizen.last["prompt"]
    citizen.says("我说错了，我其实住了一年")
    assert citizen.types() == ["notice", "verdict", "interview_question"]
    assert citizen.verdict()["person"] == "您" and citizen.outcome() == "not_met"
    assert "改之前：按您说的情况，符合；改之后：目前有条件不满足。" in citizen.text
    assert "【老伴】" in citizen.last["prompt"]


def test_the_one_who_is_named_is_corrected_after_the_last_verdict(citizen):
    citizen.tells(STORY, "对", "1", "2", "1", "1")
    assert citizen.verdict()["person"] == "孙子"
    citizen.says("我说错了，老伴59")
    assert "61岁 → 59岁" in citizen.text and "【老伴】" in citizen.last["prompt"]
    found = verdicts(citizen, "1", "2")
    assert [v["person"] for v in found] == ["老伴"]


def test_a_household_can_be_left_and_taken_up(citizen):
    citizen.tells(STORY, "对", "算了", "谢谢", "继续")
    assert "【老伴】" in citizen.last["prompt"]
    citizen.says("帮我查一查")
    assert "【老伴】" in citizen.last["prompt"]


def test_not_confirmed_means_asked_one_by_one_and_the_relatives_stay(citizen):
    citizen.tells(STORY, "不对，一个个问我")
    assert citizen.asked == "身份"
    citizen.dials("都不是")
    assert citizen.verdict()["person"] == "您" and "【老伴】" in citizen.last["prompt"]


@pytest.mark.parametrize("said, person", [
    ("帮我爸查一下能不能落户", "爸爸"), ("给俺爹查查能不能落户", "父亲"), ("再替老伴看看能不能落户", "老伴"),
])
def test_what_the_writer_told_of_themselves_is_not_used_for_another(citizen, said, person):
    citizen.says("rule:落户")
    citizen.dials("都不是")
    assert citizen.outcome() == "window"
    citizen.says(said)
    assert citizen.asked == "身份" and citizen.last["prompt"].startswith(f"【{person}】")
    citizen.dials("高校或职业院校毕业生、技术工人、留学回国", "技术工人")
    assert citizen.verdict()["person"] == person
    citizen.says("rule:落户")
    assert "都不是" in citizen.text              # the writer's own answer is still there


def test_children_in_a_question_about_school_are_not_asked_twice(citizen):
    citizen.says("我带孩子来的，孩子上学帮我查一查")
    citizen.tells("1", "1")
    assert len([r for r in citizen.replies if r["type"] == "verdict"]) == 1 and citizen.asked is None


def test_rural_households_hear_their_rights_each(citizen):
    citizen.says(STORY)
    found = verdicts(citizen, "对")
    assert any("被落户" in right for right in found[0]["rights"])
