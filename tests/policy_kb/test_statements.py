"""What people say of themselves, read as facts: denial, two things at once, questions, doubt."""
from __future__ import annotations

import datetime as dt

import pytest

from policy_kb.eligibility import UNKNOWN
from policy_kb.quantities import Quantity, Unclear
from policy_kb.statements import (
    facts_in, is_question, is_unsure, read_answer, tells_length, volunteered,
)
from tests.rules import shipped

DATE = dt.date(2026, 11, 24)
FACTS = shipped.facts()
SETTLING = ("身份", "户口性质", "居住地", "定居方式", "居住时间", "有居住证")
SCHOOL = ("孩子上学事项", "农业转移人口", "家长有居住证")


def months(low: int | None, high: int | None) -> Quantity:
    return Quantity(months=(low, high))


@pytest.mark.parametrize("name, text, value", [
    ("户口性质", "农村户口", "农业户口"), ("户口性质", "我是农村的", "农业户口"), ("户口性质", "是的", "农业户口"),
    ("户口性质", "不是农村户口", "非农业户口"), ("户口性质", "不是，城镇的", "非农业户口"), ("户口性质", "不是", "非农业户口"),
    ("户口性质", "户口在屯里", "农业户口"), ("户口性质", "我是城市户口", "非农业户口"), ("户口性质", "農村戶口", "农业户口"),
    ("居住地", "我住在振兴区", "丹东城区"), ("居住地", "在宽甸", "丹东的县城、乡镇或农村"), ("居住地", "现在在沈阳", "不在丹东"),
    ("定居方式", "在厂里上班", "就业居住"), ("定居方式", "全家都来了", "举家迁移"), ("定居方式", "没上班", "都不是"), ("定居方式", "我没工作，全家也没来", "都不是"),
    ("定居方式", "自己干点小买卖，开店", "就业居住"),
    ("有居住证", "没办过", "没有"), ("有居住证", "还没办呢", "没有"), ("有居住证", "我没有居住证", "没有"),
    ("有居住证", "暂时没有", "没有"), ("有居住证", "没有，一直没时间", "没有"), ("有居住证", "是的", "有"),
    ("有居住证", "有，去年办的", "有"), ("有居住证", "居住证早就办下来了", "有"), ("有居住证", "过期了", "没有"),
    ("身份", "农村的", "农村户口，在城区就业居住或全家搬来"), ("身份", "我当过兵，是农村的退伍兵", "农村籍退役士兵"),
    ("身份", "在校大学生", "农村籍大学生（刚录取、在读或毕业迁户口）"),
    ("就业情况", "打零工", "灵活就业"), ("就业情况", "在厂里上班", "稳定就业"), ("就业情况", "没工作", "没有就业"),
    ("居民养老保险", "还在交", "正在缴费"), ("居民养老保险", "没交过", "没有参加"), ("居民养老保险", "已经领了", "已经在领"),
    ("本人申请转移", "不愿意", "不愿意"), ("本人申请转移", "愿意转", "愿意"), ("落户进度", "还没迁", "准备落户"),
    ("落户进度", "已经迁完了", "已经落户城镇"), ("出于自愿", "被村里逼的，不愿意", "被要求的"),
    ("孩子上学事项", "上一年级", "上小学或初中"), ("孩子上学事项", "要考高中了，中考", "参加中考或高考"),
])
def test_an_answer_in_ones_own_words_is_an_option(name, text, value):
    assert read_answer(FACTS[name], text, DATE) == value


@pytest.mark.parametrize("name, text", [
("户口性质", "不是城镇户口"), ("户口性质", "阿巴阿巴"), ("居住地", "我不在丹东城区"), ("有居住证", "有没有居住证都行"),
    ("有居住证", "居住证"), ("定居方式", "不上班"), ("定居方式", "我一个人来的"), ("身份", "不是退伍军人"),
    ("有居住证", "看情况"), ("户口性质", "是不是农村户口不好说"),
])
def test_what_names_no_option_or_only_denies_one_is_not_read(name, text):
    assert read_answer(FACTS[name], text, DATE) is None


@pytest.mark.parametrize("name, text, one, other", [
    ("定居方式", "在厂里上班，全家都来了", "就业居住", "举家迁移"),
    ("身份", "我是大学生，也是农村户口", "农村户口", "大学生"),
    ("居住地", "户口在东港，人在振兴区", "丹东城区", "县城"),
])
def test_two_options_are_not_decided_between_but_both_named(name, text, one, other):
    with pytest.raises(Unclear) as found:
        read_answer(FACTS[name], text, DATE)
    assert one in found.value.hint and other in found.value.hint and "请选一个" in found.value.hint


@pytest.mark.parametrize("name, text, value", [
    ("居住时间", "一年零八个月", months(20, 20)), ("居住时间", "住了整两年", months(24, 24)),
    ("居住时间", "19年3月来的", Quantity(since=(dt.date(2019, 3, 1), dt.date(2019, 3, 31)))),
    ("年龄", "六十三", months(756, 767)), ("年龄", "59岁11个月", months(719, 719)),
    ("年龄", "66年12月1日生", Quantity(since=(dt.date(1966, 12, 1), dt.date(1966, 12, 1)))),
    ("落户日", "还没落户", "今天"), ("落户日", "没有呢", "今天"),
    ("落户日", "去年3月", (dt.date(2025, 3, 1), dt.date(2025, 3, 31))),
])
def test_lengths_ages_and_days_are_read(name, text, value):
    assert read_answer(FACTS[name], text, DATE) == value


@pytest.mark.parametrize("name, text", [
    ("年龄", "属猪的"), ("年龄", "我岁数大了"), ("居住时间", "住了好几年了"), ("居住时间", "24"),
])
def test_a_length_that_is_not_clear_is_asked_back(name, text):
    with pytest.raises(Unclear):
        read_answer(FACTS[name], text, DATE)


@pytest.mark.parametrize("text", [
    "能落户吗", "居住证怎么办", "要住几年", "有没有居住证都行吗", "住满几年才行", "居住证呢", "为什么要居住证", "在哪办", "是不是要两年",
    "够不够", "要是没有居住证呢", "如果住了三年", "需要什么材料", "行不行", "多少钱",
])
def test_questions_are_told_from_statements(text):
    assert is_question(text)


@pytest.mark.parametrize("text", [
    "还没办呢", "住着呢", "正在办呢", "住了好几年了", "十几年了", "没什么工作", "什么都没有", "六十三", "农村户口", "都不是", "住了几年了",
])
def test_statements_are_not_taken_for_questions(text):
    assert not is_question(text)


@pytest.mark.parametrize("text", [
    "不清楚", "我不知道", "记不清了", "忘了", "拿不准", "不知道有没有", "不清楚是不是农业户口", "说不好", "没概念", "这个我不太清楚",
])
def test_not_knowing_is_told(text):
    assert is_unsure(text)


@pytest.mark.parametrize("text", ["不知道去哪办", "不知道能不能落户", "不清楚怎么办居住证", "不知道要不要交钱吗", "农村户口", "没有"])
def test_asking_for_advice_is_not_not_knowing(text):
    assert not is_unsure(text)


@pytest.mark.parametrize("text, told", [
    ("我农村户口在丹东打工三年有居住证能落户吗",
     {"身份": "农村户口，在城区就业居住或全家搬来", "户口性质": "农业户口", "定居方式": "就业居住", "居住时间": months(36, 36), "有居住证": "有"}),
    ("没有居住证，不是农村户口", {"有居住证": "没有", "户口性质": "非农业户口"}),
    ("我没办居住证，城镇户口，全家都来了", {"有居住证": "没有", "户口性质": "非农业户口", "定居方式": "举家迁移"}),
    ("有没有居住证都能落户吗", {}), ("是不是农村户口都行", {}), ("如果有居住证就行吗", {}), ("要是住了三年，农村户口能落吗", {"户口性质": "农业户口"}),
    ("居住证办了一年了", {"有居住证": "有"}), ("社保交了三年", {}), ("两年以上才能落户吗", {}), ("", {}), ("？！", {}),
])
def test_only_what_a_story_states_is_heard(text, told):
    assert facts_in(text, FACTS, DATE, SETTLING) == told


@pytest.mark.parametrize("name, text, told", [
    ("居住时间", "我住了三年能行吗", True), ("居住时间", "住三年能落户吗", False), ("居住时间", "如果住了三年呢", False),
    ("年龄", "我63岁养老金谁发", True), ("年龄", "60岁能转吗", False), ("有居住证", "我有居住证能落户吗", False),
])
def test_a_length_of_ones_own_counts_even_beside_a_question(name, text, told):
    assert tells_length(FACTS[name], text) is told


@pytest.mark.parametrize("text, answered, changed", [
    ("住了三年", SETTLING, {"居住时间": months(36, 36)}), ("三年", SETTLING, {"居住时间": months(36, 36)}),
    ("没办居住证", SETTLING, {"有居住证": "没有"}), ("城镇的", ("户口性质", "居住时间"), {"户口性质": "非农业户口"}),
    ("没有", ("有居住证", "居住时间"), {"有居住证": "没有"}), ("没有", ("有居住证", "居民养老保险"), {}),
    ("不清楚", SETTLING, {}), ("哈哈", SETTLING, {}), ("有", ("有居住证",), {}),
])
def test_a_correction_is_read_where_it_fits_one_answered_fact_only(text, answered, changed):
    assert volunteered(text, FACTS, DATE, answered) == changed


def test_not_knowing_is_an_answer_of_its_own():
    assert read_answer(FACTS["户口性质"], UNKNOWN, DATE) is None
