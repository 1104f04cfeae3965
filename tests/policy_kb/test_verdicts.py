"""Over every combination of answers: nothing is promised, nobody is turned away, what is open is named."""
from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict

import pytest

from policy_kb import boundaries, reply, verdicts
from policy_kb.eligibility import TODAY, UNKNOWN, decide, limit_of
from policy_kb.facts import FactError
from policy_kb.quantities import Quantity
from policy_kb.rules import Group
from tests.policy_kb import made_up
from tests.rules import shipped

DATE = dt.date(2026, 11, 24)
PROMISED = re.compile(r"不符合|一定|保证|肯定|包过|必须能")
RULES = tuple(shipped.rules())


def combinations(id: str):
    return boundaries.combinations(shipped.held().rules[id], shipped.facts(), DATE)


def verdict(subject: str, facts: dict) -> dict:
    return verdicts.verdict(shipped.held(), verdicts.rules_for(shipped.held(), subject), facts, DATE, "X")


@pytest.mark.parametrize("id", RULES)
def test_nothing_is_promised_nobody_is_turned_away_and_what_is_open_is_named(id):
    entries = shipped.held().entries
    for given in combinations(id):
        found = verdict(id, given)
        (row,) = found["rules"]
        words = reply.plain_text(found)
        assert not PROMISED.search(words), (given, PROMISED.search(words))
        assert "以受理窗口认定为准" in words and row["summary"]
        for line in row["trace"]:
            assert 1 <= line["clause"] <= 17 and line["quote"] in entries[line["item"]].original
        if row["outcome"] == "undetermined":
            unknown = [n for n in given if f"还不清楚：{n}。{shipped.facts()[n].sources}" in row["summary"]]
            assert unknown and all(boundaries.known_only({n: given[n]}) is False for n in unknown), given


@pytest.mark.parametrize("id", RULES)
def test_an_unknown_fact_that_decides_leaves_it_open(id):
    rule = shipped.held().rules[id]
    results = {tuple(given.items()): decide(rule, given, DATE) for given in combinations(id)}
    completed = defaultdict(set)
    for key, result in results.items():
        for at, (name, value) in enumerate(key):
            completed[(*key[:at], (name, UNKNOWN), *key[at + 1:])].add(
                result.nearest.case.name if result.nearest.held else result.nearest.held)
    for key, found in completed.items():
        if len(found) > 1:
            assert results[key].outcome == "undetermined", (key, found)


def _fulfil(test, rule, facts: dict) -> None:
    """Make a condition hold."""
    if isinstance(test.operand, str):
        limit = limit_of(test, rule, DATE)
        facts[test.fact] = Quantity(months=(limit, limit))
        return
    options = shipped.facts()[test.fact].values()
    wanted = [o for o in options if (o in test.operand) != test.operator.startswith("不")]
    facts[test.fact] = "丹东城区" if "丹东城区" in wanted else wanted[0]


@pytest.mark.parametrize("id", RULES)
def test_what_is_said_to_change_the_result_does_change_it(id):
    rule = shipped.held().rules[id]
    for given in combinations(id):
        nearest = decide(rule, given, DATE).nearest
        if nearest.held is not False or not nearest.changes:
            continue
        told, facts = {change.fact for change in nearest.changes}, dict(given)
        for checked in nearest.trace:
            if checked.met is None or (checked.met is False and checked.test.fact in told):
                _fulfil(checked.test, rule, facts)
        assert decide(rule, facts, DATE).nearest.case is nearest.case
        assert decide(rule, facts, DATE).nearest.held, (given, nearest.changes)
        for name in told:
            without = decide(rule, {**facts, name: given[name]}, DATE)
            assert not (without.nearest.held and without.nearest.case is nearest.case), (given, name)


@pytest.mark.parametrize("facts", [
    {"户口性质": "农业户口"}, {"入学前户口": "农村户口"}, {"入伍前户口": "农村户口"},
    {"身份": "农村户口，在城区就业居住或全家搬来"}, {"身份": "农村籍退役士兵", "是退役士兵": "不是"},
    {"身份": "农村籍大学生（刚录取、在读或毕业迁户口）", "学业阶段": "都不是"},
    {"身份": UNKNOWN, "农业转移人口": "是"}, {"公积金身份": "农业转移人口"}, {"住房保障身份": "进城落户农民"},
])
def test_who_comes_from_the_country_is_told_of_the_land_rights_unasked(facts):
    rights = "".join(verdict("落户", facts)["rights"])
    assert "坚决杜绝以强行转让土地承包权、宅基地使用权、集体收益分配权作为农民进城落户的先决条件" in rights
    assert "自愿有偿流转" in rights and "“被落户”" in rights


@pytest.mark.parametrize("facts", [
    {}, {"身份": UNKNOWN}, {"身份": "都不是"}, {"身份": "高校或职业院校毕业生、技术工人、留学回国", "人才类别": "技术工人"},
])
def test_who_says_nothing_of_the_country_is_not_told_of_them(facts):
    assert verdict("落户", facts)["rights"] == []


def test_a_question_about_land_tells_the_rights_whoever_asks():
    assert verdict("土地", {"户口性质": "非农业户口"})["rights"]
    assert verdict("公积金", {"公积金身份": "个体工商户"})["rights"] == []


def test_the_nearest_way_is_told_first_and_the_others_by_name():
    found = verdict("落户", {"身份": UNKNOWN, "户口性质": "农业户口", "居住时间": Quantity(months=(20, 20)),
                           "人才类别": "技术工人"})
    assert [row["rule"] for row in found["rules"]] == ["settle_graduates_and_skilled"]
    named = {row["rule"]: row["outcome"] for row in found["others"]}
    assert named["settle_by_residence_permit"] == "not_met" and len(named) == 5


def test_ways_meant_for_others_are_not_named():
    found = verdict("落户", {"身份": "农村籍退役士兵", "是退役士兵": "是", "入伍前户口": "农村户口",
                           "退役落户去向": "回原籍"})
    assert found["rules"][0]["rule"] == "settle_rural_veterans"
    assert [row for row in found["others"] if "另一类人" not in row["label"]] == []


def test_of_whom_no_situation_speaks_all_that_are_spoken_of_are_named():
    summary = verdict("removed_requirements", {"放宽类别": "都不是"})["rules"][0]["summary"]
    assert "“承租政府公共租赁住房、经济适用房、投资落户、人才引进”" in summary and "没有写不等于不能办" in summary


def test_a_day_that_is_not_known_is_named_and_not_the_age():
    facts = {"年龄": Quantity(months=(756, 767)), "落户日": UNKNOWN, "居民养老保险": "正在缴费"}
    summary = verdict("transfer_resident_pension", facts)["rules"][0]["summary"]
    assert summary == "还不清楚：落户日。看户口本上的登记日期。"


def test_a_month_that_is_too_vague_is_named_and_not_the_age():
    born, settled = dt.date(1965, 11, 24), (dt.date(2025, 11, 1), dt.date(2025, 11, 30))
    facts = {"年龄": Quantity(since=(born, born)), "落户日": settled, "居民养老保险": "正在缴费"}
    assert verdict("transfer_resident_pension", facts)["rules"][0]["summary"].startswith("还不清楚：落户日。")


def test_an_age_in_months_is_too_vague_for_another_day():
    settled = (dt.date(2025, 11, 10),) * 2
    facts = {"年龄": Quantity(months=(732, 732)), "落户日": settled, "居民养老保险": "正在缴费"}
    assert verdict("transfer_resident_pension", facts)["rules"][0]["summary"].startswith("还不清楚：年龄。")


def test_an_age_that_is_too_vague_is_named():
    facts = {"年龄": Quantity(months=(719, 720)), "落户日": TODAY, "居民养老保险": "正在缴费"}
    summary = verdict("transfer_resident_pension", facts)["rules"][0]["summary"]
    assert summary.startswith("还不清楚：年龄。看身份证")


def test_a_plan_is_told_as_a_plan():
    (row,) = verdict("housing_fund", {"公积金事项": "开始缴存", "公积金身份": "个体工商户"})["rules"]
    assert row["outcome"] == "window" and "是计划，不是已有的权利" in row["summary"]


@pytest.mark.parametrize("case, words", [
    ("承租政府公共租赁住房或经济适用房", "不再要求连续承租同一房屋1年以上"),
    ("投资落户", "不再要求提供1年以上纳税凭证"), ("人才引进", "不再要求签订1年以上劳动合同"),
])
def test_a_removed_requirement_is_told_as_removed_and_the_rest_is_left_to_the_window(case, words):
    (row,) = verdict("removed_requirements", {"放宽类别": case})["rules"]
    assert row["outcome"] == "window" and words in row["summary"] and "没有收录" in row["summary"]


def test_what_must_not_be_is_said_when_it_keeps_a_rule_from_holding():
    one = made_up.rule(Group("none", (made_up.choice("户口性质", "农业户口"),)))
    found = verdicts.verdict(shipped.held(), [one], {"户口性质": "农业户口"}, DATE, "X")
    assert found["rules"][0]["summary"] == "目前不满足的是：不属于“户口性质：农业户口”。"


def test_rules_are_named_by_id_by_group_or_several():
    held = shipped.held()
    assert [r.id for r in verdicts.rules_for(held, "养老 medical_insurance")] == [
        "transfer_resident_pension", "medical_insurance"]
    assert len(verdicts.rules_for(held, "落户")) == 6
    with pytest.raises(FactError, match="没有规则或组“户口”，可用："):
        verdicts.rules_for(held, "户口")


def test_rules_of_a_group_stand_in_the_order_of_the_question_that_tells_them_apart():
    ids = [r.id for r in verdicts.rules_for(shipped.held(), "落户")]
    assert ids[0] == "settle_by_residence_permit" and ids[-1] == "settle_other"
