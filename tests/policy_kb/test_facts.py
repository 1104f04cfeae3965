"""Values of facts: read as staff type them, kept as JSON, said in words."""
from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb import facts as values
from policy_kb.eligibility import TODAY, UNKNOWN
from policy_kb.facts import FactError, assignments, dump, dump_all, is_vague, load_all, option_of, parse
from policy_kb.quantities import Quantity
from tests.policy_kb import made_up
from tests.rules import shipped

DATE = dt.date(2026, 11, 24)
FACTS = shipped.facts()
DAY = dt.date(2025, 3, 1)


def months(low: int | None, high: int | None) -> Quantity:
    return Quantity(months=(low, high))


@pytest.mark.parametrize("name, text, value", [
    ("户口性质", "农业户口", "农业户口"), ("户口性质", " 农村的。", "农业户口"), ("有居住证", "没办过", "没有"),
    ("有居住证", "不清楚", UNKNOWN), ("居住时间", "不清楚", UNKNOWN), ("落户日", "不清楚", UNKNOWN),
    ("居住时间", "20", months(20, 20)), ("居住时间", "24~35", months(24, 35)),
    ("居住时间", "24~", months(24, None)), ("居住时间", "~23", months(None, 23)),
    ("居住时间", "一年零八个月", months(20, 20)), ("年龄", "63", months(756, 767)),
    ("年龄", "720~", months(720, None)), ("年龄", "59岁11个月", months(719, 719)),
    ("落户日", "还没落户", TODAY), ("落户日", "今天", TODAY), ("落户日", "2025年3月1日", (DAY, DAY)),
    ("落户日", "去年3月", (DAY, dt.date(2025, 3, 31))),
])
def test_what_staff_type_is_read(name, text, value):
    assert parse(FACTS[name], text, DATE) == value


@pytest.mark.parametrize("name, text, words", [
    ("户口性质", "农民工", "“户口性质”不能是“农民工”，可用：农业户口、非农业户口、不清楚"),
    ("居住时间", "很久", "“居住时间”"), ("居住时间", "~", "可以写：一年零八个月"),
    ("居住时间", "35~24", "看不懂“35~24”"),
    ("居住时间", "", "可以写：一年零八个月"), ("年龄", "属猪的", "“年龄”"), ("落户日", "前阵子", "“落户日”"),
    ("有居住证", "有" * 500, "“有居住证”不能是"),
])
def test_what_is_not_understood_is_refused_with_what_to_write(name, text, words):
    with pytest.raises(FactError) as refusal:
        parse(FACTS[name], text, DATE)
    assert words in str(refusal.value) and len(str(refusal.value)) < 200


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.id)
def test_every_option_and_every_saying_of_it_is_read_as_that_option(fact):
    for option in fact.options:
        for saying in (option.value, *option.sayings):
            assert option_of(fact, saying) == option.value, saying


@pytest.mark.parametrize("fact", [f for f in FACTS.values() if f.example], ids=lambda fact: fact.id)
def test_the_example_shown_when_nothing_was_understood_is_understood(fact):
    for example in fact.example.split("，或者"):
        assert parse(fact, example.strip(), DATE)


def test_arguments_are_read_by_name():
    found = assignments(FACTS, ["有居住证=有", "居住时间 = 24~"], DATE)
    assert found == {"有居住证": "有", "居住时间": months(24, None)}


@pytest.mark.parametrize("given", ["有居住证", "居住证=有", "=有", ""])
def test_an_argument_that_names_no_fact_is_refused_with_those_that_there_are(given):
    with pytest.raises(FactError, match="应当写成 事实=值；事实可用：身份、户口性质"):
        assignments(FACTS, [given], DATE)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_facts_survive_their_json_form(data):
    facts = data.draw(made_up.facts(DATE))
    assert load_all(json.loads(json.dumps(dump_all(facts), ensure_ascii=False))) == facts


def test_the_json_form_names_nobody_and_needs_no_explanation():
    assert dump(months(24, None)) == {"months": [24, None]}
    assert dump(Quantity(since=(DAY, DAY))) == {"since": ["2025-03-01", "2025-03-01"]}
    assert dump((DAY, DAY)) == ["2025-03-01", "2025-03-01"] and dump("有") == "有"


@pytest.mark.parametrize("name, value, words", [
    ("有居住证", "有", "有"), ("有居住证", None, "尚未问到"), ("有居住证", UNKNOWN, "不清楚"),
    ("居住时间", months(20, 20), "1年8个月"), ("居住时间", months(0, 0), "0个月"),
    ("居住时间", months(24, None), "满2年以上"), ("居住时间", months(None, 23), "不满2年"),
    ("居住时间", months(24, 35), "2年到2年11个月"), ("居住时间", months(None, None), "不清楚"),
    ("居住时间", Quantity(since=(DAY, DAY)), "2025年3月1日起"),
    ("居住时间", Quantity(since=(DAY, dt.date(2025, 3, 31))), "2025年3月起"),
    ("居住时间", Quantity(since=(DAY, dt.date(2025, 5, 31))), "2025年3月至2025年5月起"),
    ("年龄", months(756, 767), "63岁"), ("年龄", months(719, 719), "59岁11个月"),
    ("年龄", months(720, None), "满60岁以上"), ("年龄", months(None, 719), "不满60岁"),
    ("年龄", Quantity(since=(DAY, DAY)), "2025年3月1日出生"),
    ("落户日", TODAY, "还没落户，按今天算"), ("落户日", (DAY, DAY), "2025年3月1日"),
])
def test_a_value_is_said_as_the_person_would(name, value, words):
    assert values.words(FACTS[name], value) == words


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_value_can_be_said(data):
    for name, value in data.draw(made_up.facts(DATE)).items():
        assert values.words(made_up.FACTS[name], value)


@pytest.mark.parametrize("value, vague", [
    (UNKNOWN, True), ("有", False), (TODAY, False), (months(20, 20), False), (months(20, 21), True),
    (months(20, None), True), (months(None, None), True), (Quantity(since=(DAY, DAY)), False),
    ((DAY, DAY), False), ((DAY, dt.date(2025, 3, 2)), True), (Quantity(), True),
])
def test_a_value_is_vague_when_it_leaves_open_which(value, vague):
    assert is_vague(value) is vague
