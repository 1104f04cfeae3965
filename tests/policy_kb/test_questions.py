"""Questions of the interview: why each is asked, and answers by number on both sides of a threshold."""
from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from policy_kb import facts as values
from policy_kb.eligibility import UNKNOWN, decide, next_fact
from policy_kb.questions import question, why
from policy_kb.rules import DatedValue
from policy_kb.verdicts import rules_for
from tests.rules import shipped

DATE = dt.date(2026, 11, 24)
HELD = shipped.held()
RULES = HELD.rules
SETTLE = RULES["settle_by_residence_permit"]
TOLD = {"身份": SETTLE.applies_to["身份"][0], "户口性质": "农业户口", "居住地": "丹东城区", "定居方式": "就业居住"}


def asked(id: str, facts: dict | None = None, day: dt.date = DATE) -> dict:
    rules = rules_for(HELD, id)
    return question(HELD, rules, next_fact(rules, facts or {}, day), facts or {}, day)


def reachable(id: str) -> dict[str, dict]:
    """Every fact of a rule with its question."""
    from policy_kb.rules import facts_of
    rules = rules_for(HELD, id)
    return {name: question(HELD, rules, name, {}, DATE) for name in facts_of(RULES[id])}


@pytest.mark.parametrize("id", RULES)
def test_every_question_names_the_clause_and_the_words_that_need_it(id):
    for name, found in reachable(id).items():
        assert found["why"].startswith("第（") and "所以要问这个" in found["why"], name
        quoted = found["why"].split("“")[1].split("”")[0]
        assert any(quoted in entry.original for entry in HELD.entries.values()), quoted


def test_the_routing_question_says_that_people_are_treated_differently():
    assert "不同的人有不同的规定" in asked("落户")["why"]


def test_the_reason_is_that_of_the_rule_that_is_meant():
    facts = {"身份": "农村籍退役士兵"}
    assert "凭居住证" in why(HELD, rules_for(HELD, "落户"), "有居住证", facts)
    assert "可凭居住证落户" in why(HELD, rules_for(HELD, "落户"), "有居住证", TOLD)


@pytest.mark.parametrize("id", RULES)
def test_digits_are_enough_for_every_question(id):
    for name, found in reachable(id).items():
        answers = [o["payload"] for o in found["options"] if o["payload"].startswith("answer:")]
        assert len(answers) >= 2 and answers[-1] == f"answer:{name}:{UNKNOWN}"
        for payload in answers:
            text = payload.partition(":")[2].partition(":")[2]
            values.parse(HELD.facts[name], text, DATE)
        assert [o["payload"] for o in found["options"][len(answers):]] == ["why", "stop"]


def test_the_options_of_a_length_lie_on_both_sides_of_the_threshold():
    found = asked("settle_by_residence_permit", TOLD)
    assert [o["label"] for o in found["options"][:2]] == ["满2年以上", "不满2年"]
    full, under = (values.parse(HELD.facts["居住时间"], o["payload"].split(":")[2], DATE)
                   for o in found["options"][:2])
    for value, outcome in ((full, "likely"), (under, "not_met")):
        facts = {**TOLD, "居住时间": value, "有居住证": "有"}
        assert decide(SETTLE, facts, DATE).outcome == outcome


def test_the_options_of_an_age_lie_on_both_sides_of_the_birthday():
    found = asked("transfer_resident_pension")
    assert [o["label"] for o in found["options"][:2]] == ["已满60周岁", "未满60周岁"]
    assert [o["payload"] for o in found["options"][:2]] == ["answer:年龄:720~", "answer:年龄:~719"]


def test_a_threshold_that_changes_changes_the_options_on_its_day(monkeypatch):
    later = DatedValue(dt.date(2027, 1, 1), 12, "新规定")
    parameter = SETTLE.parameters["最低居住时间"]
    changed = replace(SETTLE, parameters={"最低居住时间": replace(parameter, values=(*parameter.values, later))})
    labels = [
        question(HELD, [changed], "居住时间", TOLD, day)["options"][0]["label"]
        for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1))
    ]
    assert labels == ["满2年以上", "满1年以上"]


def test_two_thresholds_give_three_options():
    parameter = SETTLE.parameters["最低居住时间"]
    stricter = replace(SETTLE, id="stricter", parameters={
        "最低居住时间": replace(parameter, values=(DatedValue(None, 60, "更严"),))})
    found = question(HELD, [SETTLE, stricter], "居住时间", TOLD, DATE)
    assert [o["label"] for o in found["options"][:3]] == ["满5年以上", "满2年、不满5年", "不满2年"]
    assert [o["payload"] for o in found["options"][:3]] == [
        "answer:居住时间:60~", "answer:居住时间:24~59", "answer:居住时间:~23"]


def test_a_question_about_another_person_says_so():
    found = question(HELD, rules_for(HELD, "养老"), "年龄", {}, DATE, person="老伴")
    assert found["prompt"].startswith("【老伴】")


def test_somebody_who_is_stuck_is_offered_a_person():
    found = question(HELD, rules_for(HELD, "养老"), "年龄", {}, DATE, stuck=True)
    assert found["options"][-1] == {"label": "转人工", "payload": "handoff"}


def test_a_question_asked_again_keeps_its_number():
    found = question(HELD, rules_for(HELD, "落户"), "户口性质", {"身份": TOLD["身份"]}, DATE, number=2)
    assert found["asked"] == 2 and found["remaining_at_most"] >= 1
