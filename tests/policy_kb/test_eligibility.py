"""What is unknown is never no, what is decided stays decided, and asking comes to an end."""
from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb import rules as model
from policy_kb.eligibility import (
    TODAY, UNKNOWN, decide, decide_all, holds, months_at, next_fact, remaining_at_most,
)
from policy_kb.quantities import Quantity, elapsed
from tests.policy_kb import made_up
from tests.policy_kb.made_up import DAY, FACTS, choice, length, rule

DATE = dt.date(2026, 11, 24)
MODEST = settings(max_examples=80, deadline=None)
ASKED = settings(max_examples=40, deadline=None)


def begun(day: dt.date) -> Quantity:
    return Quantity(since=(day, day))


def months(low: int | None, high: int | None) -> Quantity:
    return Quantity(months=(low, high))


YES, NO, OPEN = {"甲": "是"}, {"甲": "否"}, {}


@pytest.mark.parametrize("kind, table", [
    ("all", {"TT": True, "TF": False, "TU": None, "FF": False, "FU": False, "UU": None}),
    ("any", {"TT": True, "TF": True, "TU": True, "FF": False, "FU": None, "UU": None}),
    ("none", {"TT": False, "TF": False, "TU": False, "FF": True, "FU": None, "UU": None}),
])
def test_groups_follow_three_valued_logic_in_either_order(kind, table):
    said = {"T": ("是", "有"), "F": ("否", "没有"), "U": (UNKNOWN, UNKNOWN)}
    one = rule(model.Group(kind, (choice("甲", "是"), choice("乙", "有"))))
    for letters, held in table.items():
        for first, second in (letters, letters[::-1]):
            found = decide(one, {"甲": said[first][0], "乙": said[second][1]}, DATE)
            assert found.nearest.held is held, (kind, first, second)


@pytest.mark.parametrize("operator, under, at, over", [
    ("不少于", False, True, True), ("多于", False, False, True),
    ("少于", True, False, False), ("不多于", True, True, False),
])
def test_lengths_are_compared_as_the_word_says(operator, under, at, over):
    test = length("时长", operator)
    one = rule(test)
    found = [holds(test, one, {"时长": months(n, n)}, DATE) for n in (23, 24, 25)]
    assert found == [under, at, over]


@pytest.mark.parametrize("value, held", [
    (months(23, 24), None), (months(24, None), True), (months(None, 23), False),
    (months(None, None), None), (months(0, 23), False), (UNKNOWN, None),
    (begun(dt.date(2024, 11, 24)), True), (begun(dt.date(2024, 11, 25)), False),
    (Quantity(since=(dt.date(2024, 11, 1), dt.date(2024, 11, 30))), None),
])
def test_a_range_decides_only_when_all_of_it_lies_on_one_side(value, held):
    test = length("时长")
    assert holds(test, rule(test), {"时长": value}, DATE) is held


@pytest.mark.parametrize("born, settled, held", [
    (dt.date(1966, 11, 24), TODAY, True), (dt.date(1966, 11, 25), TODAY, False),
    (dt.date(1966, 3, 1), (dt.date(2025, 11, 24),) * 2, False),
    (dt.date(1965, 11, 24), (dt.date(2025, 11, 24),) * 2, True),
    (dt.date(1965, 11, 25), (dt.date(2025, 11, 24),) * 2, False),
    (dt.date(1963, 1, 1), UNKNOWN, None), (dt.date(1981, 1, 1), UNKNOWN, False),
    (dt.date(1964, 2, 29), (dt.date(2024, 2, 29),) * 2, True),
    (dt.date(1964, 2, 29), (dt.date(2024, 2, 28),) * 2, False),
    (dt.date(1964, 2, 29), (dt.date(2025, 2, 28),) * 2, True),
])
def test_an_age_is_that_of_the_day_of_settling(born, settled, held):
    test = length("年龄", as_of=DAY)
    assert holds(test, rule(test, months=720), {"年龄": begun(born), DAY: settled}, DATE) is held


def test_a_threshold_is_that_of_its_day():
    one = rule(length("时长"), months=24, later=12)
    facts = {"时长": months(18, 18)}
    assert decide(one, facts, made_up.LATER - relativedelta(days=1)).outcome == "not_met"
    assert decide(one, facts, made_up.LATER).outcome == "likely"


@MODEST
@given(st.data())
def test_a_stated_length_on_another_day_takes_in_what_it_really_was(data):
    today = data.draw(made_up.TODAYS)
    born = data.draw(st.dates(dt.date(1940, 1, 1), today))
    day = data.draw(st.dates(born, today + relativedelta(years=3)))
    stated = elapsed(born, today)
    low, high = months_at(months(stated, stated), (day, day), today)
    assert low <= elapsed(born, day) <= high and high - low <= 1


@MODEST
@given(st.data())
def test_no_facts_and_no_rule_make_it_fail(data):
    today, ones = data.draw(made_up.TODAYS), data.draw(st.lists(made_up.rules(), min_size=1, max_size=3))
    facts = data.draw(made_up.facts(today))
    for result in decide_all(ones, facts, today):
        assert result.outcome in ("likely", "not_met", "undetermined", "window")
        assert all(change.needed for case in result.cases for change in case.changes)
    assert remaining_at_most(ones, facts, today) >= (next_fact(ones, facts, today) is not None)


@MODEST
@given(st.data())
def test_knowing_more_never_turns_round_what_is_decided(data):
    today, one = data.draw(made_up.TODAYS), data.draw(made_up.rules())
    facts = data.draw(made_up.facts(today))
    more = {**facts, **{id: data.draw(made_up.answers(id, today)) for id in FACTS
                        if facts.get(id, UNKNOWN) == UNKNOWN}}
    before = {c.case.name: c.held for c in decide(one, facts, today).cases}
    after = {c.case.name: c.held for c in decide(one, more, today).cases}
    for name, held in before.items():
        assert held is None or after[name] is held


@MODEST
@given(st.data())
def test_a_narrower_answer_never_turns_round_what_is_decided(data):
    today = data.draw(made_up.TODAYS)
    day = data.draw(st.dates(dt.date(1940, 1, 1), today))
    slack = data.draw(st.integers(0, 400))
    wide = Quantity(since=(day - relativedelta(days=slack), min(today, day + relativedelta(days=slack))))
    test = data.draw(st.sampled_from(made_up.LENGTHS).flatmap(made_up.test_of))
    facts = {DAY: data.draw(made_up.answers(DAY, today))}
    one = rule(test, months=data.draw(st.integers(1, 720)))
    before = holds(test, one, {**facts, test.fact: wide}, today)
    assert before is None or holds(test, one, {**facts, test.fact: begun(day)}, today) is before


@ASKED
@given(st.data())
def test_asking_ends_within_the_number_announced_and_that_number_never_grows(data):
    today, ones = data.draw(made_up.TODAYS), data.draw(st.lists(made_up.rules(), min_size=1, max_size=3))
    facts: dict = {}
    left = remaining_at_most(ones, facts, today)
    while (name := next_fact(ones, facts, today)) is not None:
        assert name not in facts and left > 0
        facts[name] = data.draw(made_up.answers(name, today))
        now = remaining_at_most(ones, facts, today)
        assert now <= left - 1
        left = now
    assert left == 0


SOME = {
    **{id: list(options) for id, options in made_up.CHOICES.items()},
    "时长": [months(0, 0), months(800, 800)], DAY: [TODAY, (dt.date(1900, 1, 1),) * 2],
    "年龄": [months(0, 0), begun(dt.date(1945, 1, 1)), months(1150, 1150)],
}


def can_turn(ones: list[model.Rule], facts: dict, name: str, today: dt.date) -> bool:
    """Whether two answers to `name` can lead to different results, whatever else is said."""
    others = [id for one in ones for id in model.facts_of(one) if id not in facts and id != name]
    for chosen in product(*(SOME[id] for id in dict.fromkeys(others))):
        full = {**facts, **dict(zip(dict.fromkeys(others), chosen))}
        found = set()
        for value in SOME[name]:
            first = decide_all(ones, {**full, name: value}, today)[0]
            found.add((first.outcome, first.rule.id, first.nearest.case.name, first.nearest.held))
        if len(found) > 1:
            return True
    return False


@ASKED
@given(st.data())
def test_the_next_question_can_still_change_the_result(data):
    today = data.draw(made_up.TODAYS)
    ones = [data.draw(made_up.plain_rules())]
    facts: dict = {}
    while (name := next_fact(ones, facts, today)) is not None:
        assert can_turn(ones, facts, name, today), (facts, name)
        facts[name] = data.draw(st.sampled_from((*SOME[name], UNKNOWN)))


def test_the_day_is_not_asked_of_whom_the_age_is_not_known():
    one = rule(length("年龄", as_of=DAY), months=720)
    assert next_fact([one], {}, DATE) == "年龄"
    assert next_fact([one], {"年龄": UNKNOWN}, DATE) is None
    assert next_fact([one], {"年龄": months(756, 767)}, DATE) == DAY
    assert next_fact([one], {"年龄": months(480, 491)}, DATE) is None


def routed(id: str, *conditions: model.Condition) -> model.Rule:
    made = rule(*conditions, id=id)
    return model.Rule(id, id, "组", {"甲": (id,)}, made.parameters, made.cases, ())


def test_the_question_that_tells_rules_apart_comes_first_and_the_rest_are_left_out():
    ones = [routed("是", choice("乙", "有")), routed("否", choice("丙", "红"), )]
    assert next_fact(ones, {}, DATE) == "甲"
    assert remaining_at_most(ones, {}, DATE) == 3
    assert next_fact(ones, {"甲": "否"}, DATE) == "丙"
    assert remaining_at_most(ones, {"甲": "否"}, DATE) == 1
    assert next_fact(ones, {"甲": UNKNOWN}, DATE) == "乙"
    assert remaining_at_most(ones, {"甲": UNKNOWN}, DATE) == 2


def test_a_way_that_holds_ends_the_questions():
    ones = [routed("是", choice("乙", "有")), routed("否", choice("丙", "红"))]
    assert next_fact(ones, {"甲": UNKNOWN, "乙": "有"}, DATE) is None


def test_of_whom_the_provision_does_not_speak_is_for_the_window_whatever_else_fails():
    one = rule(model.Group("all", (
        choice("甲", "是", failing="window"), choice("乙", "有", change="去办"))))
    assert decide(one, {"甲": "否", "乙": "没有"}, DATE).outcome == "window"
    assert decide(one, {"甲": "是", "乙": "没有"}, DATE).outcome == "not_met"


def test_another_situation_is_not_for_the_window():
    one = rule(model.Group("all", (choice("甲", "是"), choice("乙", "有", failing="window"))))
    assert decide(one, {"甲": "否", "乙": "没有"}, DATE).outcome == "not_met"


# ---- what would change the result ------------------------------------------------------------------


def changes(one: model.Rule, facts: dict, today: dt.date = DATE) -> list:
    return list(decide(one, facts, today).nearest.changes)


def test_a_change_says_how_long_and_from_when():
    (change,) = changes(rule(length("时长")), {"时长": months(20, 20)})
    assert change.needed == "再等4个月" and change.months == (4, 4)
    assert change.when == (dt.date(2027, 3, 1), dt.date(2027, 3, 31))


def test_a_change_lists_what_must_hold_as_well_and_is_not_known():
    one = rule(model.Group("all", (length("时长"), choice("甲", "是"), choice("乙", "有"))))
    (change,) = changes(one, {"时长": months(20, 20), "甲": UNKNOWN})
    assert change.assuming == ("甲：是（您说不清楚）", "乙：有（尚未问到）")


def test_an_answer_that_is_too_vague_is_assumed_as_such():
    one = rule(model.Group("all", (choice("甲", "是", change="改"), length("时长"))))
    (change,) = changes(one, {"甲": "否", "时长": months(20, 30)})
    assert change.assuming == ("时长满2年以上（还要说得更具体）",)


def test_of_alternatives_each_is_a_way_of_its_own():
    one = rule(model.Group("any", (
        model.Group("all", (choice("甲", "是", change="改甲"), choice("丙", "红"))),
        choice("乙", "有", change="改乙"))))
    found = {(c.needed, c.assuming) for c in changes(one, {"甲": "否", "乙": "没有"})}
    assert found == {("改甲", ("丙：红（尚未问到）",)), ("改乙", ())}


def test_what_must_not_be_is_told_the_right_way_round():
    one = rule(model.Group("none", (choice("甲", "是", change="退出"), choice("乙", "有"))))
    result = decide(one, {"甲": "是"}, DATE).nearest
    assert [(c.label, c.met) for c in result.trace] == [
        ("不属于“甲：是”", False), ("不属于“乙：有”", None)]
    assert [(c.needed, c.assuming) for c in result.changes] == [
        ("退出", ("不属于“乙：有”（尚未问到）",))]


def test_what_nobody_can_change_gives_no_change():
    one = rule(model.Group("all", (choice("甲", "是"), choice("乙", "有", change="去办"))))
    assert changes(one, {"甲": "否", "乙": "没有"}) == []


def test_a_length_that_ended_on_a_past_day_does_not_grow():
    one = rule(length("年龄", as_of=DAY), months=720)
    past = {"年龄": begun(dt.date(1966, 3, 1)), DAY: (dt.date(2025, 1, 1),) * 2}
    assert changes(one, past) == []


def test_a_condition_that_time_will_end_is_told_while_it_holds():
    one = rule(length("年龄", "少于", change="", as_of=DAY), months=720)
    (change,) = changes(one, {"年龄": begun(dt.date(1966, 12, 1)), DAY: TODAY})
    assert change.when == (dt.date(2026, 12, 1),) * 2 and "未满60周岁" not in change.needed
    assert changes(one, {"年龄": begun(dt.date(1986, 12, 1)), DAY: TODAY}) == []


@MODEST
@given(st.data())
def test_waiting_turns_the_result_on_the_day_that_was_named_and_not_the_day_before(data):
    today = data.draw(made_up.TODAYS)
    one = rule(length("时长", data.draw(st.sampled_from(("不少于", "多于")))),
               months=data.draw(st.integers(1, 48)), later=data.draw(st.none() | st.integers(1, 48)))
    facts = {"时长": begun(data.draw(st.dates(today - relativedelta(years=5), today)))}
    result = decide(one, facts, today)
    if result.outcome == "likely":
        return
    (change,) = result.nearest.changes
    first, last = change.when
    assert first == last > today
    assert decide(one, facts, last).outcome == "likely"
    assert decide(one, facts, last - relativedelta(days=1)).outcome == "not_met"
    assert last - relativedelta(days=31) < today + relativedelta(months=change.months[0]) < last + relativedelta(days=32)


@MODEST
@given(st.data())
def test_waiting_on_a_stated_length_turns_the_result_within_the_months_named(data):
    today, low = data.draw(made_up.TODAYS), data.draw(st.integers(0, 47))
    high = data.draw(st.integers(low, 47))
    one = rule(length("时长"), months=48, later=data.draw(st.none() | st.integers(1, 60)))
    result = decide(one, {"时长": months(low, high)}, today)
    if result.outcome != "not_met":
        return
    (change,) = result.nearest.changes
    first, last = change.when
    for stated, day in ((high, first), (low, last)):
        start = today - relativedelta(months=stated)
        assert decide(one, {"时长": begun(start)}, last).outcome == "likely", (stated, day)
    assert decide(one, {"时长": begun(today - relativedelta(months=high))},
                  first - relativedelta(days=1)).outcome == "not_met" or first <= today
