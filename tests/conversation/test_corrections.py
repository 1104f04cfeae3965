"""Answers taken back: by value, by number, by name, by button, in the middle and after the verdict."""
from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow
FARMER = "农村户口，在城区就业居住或全家搬来"


@pytest.fixture
def settled(citizen):
    """Somebody whose settlement was found not met: one year and eight months."""
    citizen.says("rule:落户")
    citizen.dials(FARMER, "农业户口", "丹东城区", "就业居住")
    citizen.says("一年零八个月")
    assert citizen.outcome() == "not_met"
    return citizen


@pytest.fixture
def midway(citizen):
    """Somebody who is being asked for the residence permit."""
    citizen.says("rule:落户")
    citizen.dials(FARMER, "农业户口", "丹东城区", "就业居住")
    citizen.says("三年")
    assert citizen.asked == "有居住证"
    return citizen


@pytest.mark.parametrize("said, changed", [
    ("我说错了其实住了一年", "居住时间，3年 → 1年"), ("说错了，是城镇户口", "户口性质，农业户口 → 非农业户口"),
    ("第2题改成非农业户口", "户口性质，农业户口 → 非农业户口"), ("第4题改成全家都来了", "定居方式，就业居住 → 举家迁移"),
    ("把居住时间改成20个月", "居住时间，3年 → 1年8个月"), ("不是三年，是两年半", "居住时间，3年 → 2年6个月"),
    ("其实全家都来了", "定居方式，就业居住 → 举家迁移"), ("更正一下是非农业户口", "户口性质，农业户口 → 非农业户口"),
    ("不对，我住了五年", "居住时间，3年 → 5年"), ("第五个问题改成四年", "居住时间，3年 → 4年"), ("我刚才点错了，应该是县城", "居住地，丹东城区 → 丹东的县城"),
    ("我住了四年", "居住时间，3年 → 4年"), ("居住时间改成不清楚", "居住时间，3年 → 不清楚"),
])
def test_an_earlier_answer_is_changed_and_both_values_named(midway, said, changed):
    midway.says(said)
    assert f"已改：{changed}" in midway.text
    assert midway.asked in ("有居住证", None)


@pytest.mark.parametrize("said, fact", [
    ("返回", "居住时间"), ("上一题", "居住时间"), ("第2题改一下", "户口性质"), ("第二题", "户口性质"), ("户口那题改一下", "户口性质"),
    ("第1题选错了", "身份"), ("第三个问题我要改", "居住地"),
])
def test_without_a_new_value_the_question_is_asked_again(midway, said, fact):
    midway.says(said)
    assert midway.asked == fact
    midway.says("不改了")
    assert midway.asked == "有居住证"


def test_going_back_step_by_step_to_the_first_question(midway):
    for fact in ("居住时间", "定居方式", "居住地", "户口性质", "身份"):
        midway.says("返回")
        assert midway.asked == fact
    midway.says("返回")
    assert "第一个问题" in midway.text and midway.asked == "身份"
    midway.dials(FARMER)
    assert midway.asked == "有居住证"


def test_going_back_before_anything_was_answered(citizen):
    citizen.tells("rule:落户", "返回")
    assert citizen.asked == "身份" and "第一个问题" in citizen.text


@pytest.mark.parametrize("said", ["说错了", "我刚才点错了", "弄错了", "改一下", "第9题改成有"])
def test_it_is_asked_which_answer_is_meant(midway, said):
    midway.says(said)
    assert midway.types() == ["clarify", "interview_question"]
    midway.dials("居住时间：3年")
    assert midway.asked == "居住时间"
    midway.says("一年")
    assert "3年 → 1年" in midway.text


def test_the_answer_to_the_question_is_not_taken_for_a_correction(citizens):
    for said in ("其实没办过", "应该是没有", "不是没有，是有", "我是说没办"):
        one = citizens()
        one.says("rule:落户")
        one.dials(FARMER, "农业户口", "丹东城区", "就业居住", "满2年以上")
        one.says(said)
        assert one.told()["有居住证"] in ("没有", "有"), (said, one.texts)


@pytest.mark.parametrize("said", [
    "我说错了其实住了三年", "说错了，住了三年", "不是一年零八个月，是三年", "第5题改成三年", "居住时间改成三年", "刚才填错了，三年", "我住了三年",
])
def test_after_the_verdict_the_old_and_the_new_one_are_named(settled, said):
    settled.says(said)
    assert "已改：居住时间，1年8个月 → 3年" in settled.text
    assert settled.asked == "有居住证"           # only what the change calls for is asked
    settled.says("有")
    assert settled.outcome() == "likely"
    assert "改之前：目前有条件不满足；改之后：按您说的情况，符合。" in settled.text


def test_after_the_verdict_by_button(settled):
    settled.presses("改一个回答", "居住时间：1年8个月", "满2年以上")
    assert settled.asked == "有居住证"
    settled.presses("没有")
    assert settled.outcome() == "not_met" and "改之前" in settled.text


def test_after_the_verdict_the_same_value_changes_nothing(settled):
    before = settled.verdict()["receipt"]
    settled.says("我说错了，住了一年零八个月")
    assert settled.codes() == ["same"] and settled.outcome() == "not_met"
    assert settled.verdict()["receipt"] == before


def test_after_the_verdict_one_may_think_better_of_it(settled):
    settled.presses("改一个回答", "户口性质：农业户口")
    assert settled.asked == "户口性质"
    settled.says("不改了")
    assert settled.outcome() == "not_met"


def test_only_what_hangs_on_the_changed_answer_is_asked_again(citizen):
    citizen.says("rule:落户")
    citizen.dials("农村籍退役士兵", "是", "农村户口", "市区的亲属户上", "有")
    assert citizen.outcome() == "likely"
    citizen.says(f"第1题改成{FARMER}")
    assert citizen.asked == "户口性质"
    citizen.dials("农业户口", "丹东城区", "就业居住", "满2年以上")
    assert citizen.outcome() == "likely" and citizen.told()["有居住证"] == "有"
    assert "入伍前户口" not in citizen.told()


def test_a_change_that_makes_the_rest_superfluous_ends_the_interview(midway):
    midway.says("说错了，是城镇户口")
    assert midway.outcome() == "window"


def test_a_second_correction_compares_with_the_first_verdict_until_the_new_one_is_told(settled):
    settled.tells("我说错了其实住了三年", "不对，住了四年", "有")
    assert "改之前：目前有条件不满足；改之后：按您说的情况，符合。" in settled.text
    settled.says("我说错了，没有居住证")
    assert "改之前：按您说的情况，符合；改之后：目前有条件不满足。" in settled.text


def test_a_correction_before_any_interview_offers_one(citizen):
    citizen.says("我说错了")
    assert "帮我查一查" in citizen.text


def test_talk_about_a_wrong_document_is_no_correction(settled):
    settled.says("居住证上的名字写错了怎么办")
    assert settled.types() != ["verdict"] and "已改" not in settled.text


def test_the_age_is_called_by_its_name(citizen):
    citizen.tells("rule:养老", "63岁", "把年龄改成五十九岁")
    assert "63岁 → 59岁" in citizen.text and citizen.asked == "户口性质"
