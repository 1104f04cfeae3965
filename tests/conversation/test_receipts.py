"""The code of a verdict that was told in a conversation opens to the same verdict."""
from __future__ import annotations

import json

import pytest

from policy_kb.__main__ import main

pytestmark = pytest.mark.slow
PATHS = [
    ("rule:落户", "1", "1", "1", "2", "一年零八个月"), ("rule:落户", "1", "1", "1", "1", "2019年3月来的", "有"), ("rule:养老", "六十三", "1", "2"),
    ("rule:医保", "1", "2", "不清楚"), ("rule:土地", "2", "1", "2"),
]


@pytest.fixture
def opened(capsys):
    """What `python -m policy_kb receipt` shows under a code."""
    def run(code: str, *options: str) -> str:
        assert main(["receipt", code, *options]) == 0
        return capsys.readouterr().out
    return run


@pytest.mark.parametrize("messages", PATHS, ids="、".join)
def test_staff_see_the_same_outcome_facts_and_clauses(citizen, opened, messages):
    citizen.tells(*messages)
    told = citizen.verdict()
    found = json.loads(opened(told["receipt"], "--json"))
    assert found["release"] == told["release"] and not found["changed"]
    again = found["reply"]
    for part in ("rules", "others", "rights", "facts", "departments", "status", "receipt"):
        assert again[part] == told[part], part


def test_staff_read_it_in_words(citizen, opened):
    citizen.tells(*PATHS[0])
    words = opened(citizen.verdict()["receipt"])
    assert "目前不满足的是：在城区居住满2年以上" in words and "居住时间：1年8个月" in words and "第（四）条" in words


def test_the_code_may_be_typed_carelessly(citizen, opened):
    citizen.tells("rule:落户", "6")
    code = citizen.verdict()["receipt"]
    assert code in opened(code.lower().replace("-", " "))


def test_every_person_of_a_household_has_a_code_and_no_code_names_a_person(citizen, opened):
    found = []
    for message in ("我和老伴(61)带孙子来丹东，农村户口，帮我看看能不能落户", "对", "6", "1", "2", "1", "1"):
        found += [r for r in citizen.says(message) if r["type"] == "verdict"]
    assert len({v["receipt"] for v in found}) == 3
    for verdict in found:
        receipt = opened(verdict["receipt"], "--json")
        assert "老伴" not in receipt and "孙子" not in receipt and citizen.sender not in receipt


def test_a_person_is_sent_to_with_a_code_of_its_own(citizen, opened):
    citizen.tells("rule:落户", "6", "转人工")
    assert "转人工" in opened(citizen.replies[0]["receipt"])
