"""What a lawyer would ask of a rule: do situations overlap, does anybody fall between them?

Only persons who have answered everything are looked at; what is unknown is never a gap.
"""
from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import combinations as pairs
from typing import Iterator, Mapping

from policy_kb import boundaries
from policy_kb.eligibility import Facts, RuleResult, applies, decide
from policy_kb.facts import words
from policy_kb.rules import Fact, Rule

MOST = 200_000                                     # combinations that are gone through
Found = dict[str, list[Facts]]


def remarks(rule: Rule, facts: Mapping[str, Fact], today: dt.date) -> list[str]:
    """Overlaps, gaps and situations that never come up, one Chinese sentence each."""
    size = boundaries.count(rule, facts, today)
    if size > MOST:
        return [f"{rule.id}：情况有 {size} 种组合，太多，没有逐一查重叠和空档；请把规则拆开。"]
    found: Found = defaultdict(list)
    met: set[str] = set()
    for given in boundaries.combinations(rule, facts, today):
        if boundaries.known_only(given) and applies(rule, given) is not False:
            result = decide(rule, given, today)
            met |= {case.case.name for case in result.cases if case.held}
            for fault in (*_overlaps(result), *_gaps(result)):
                found[fault].append(given)
    lost = [case.name for case in rule.cases if case.name not in met]
    return [
        *(f"{rule.id}：{fault}，共 {len(given)} 种组合，例如 {_said(facts, given[0])}。"
          for fault, given in found.items()),
        *(f"{rule.id}：情形“{name}”怎么答都不会成立，请看条件是不是互相矛盾。" for name in lost),
    ]


def _overlaps(result: RuleResult) -> Iterator[str]:
    held = [case.case for case in result.cases if case.held]
    for one, other in pairs(sorted(held, key=lambda case: case.name), 2):
        if one.conclusion != other.conclusion:
            yield f"情形“{one.name}”和“{other.name}”同时成立，结论却不同"


def _gaps(result: RuleResult) -> Iterator[str]:
    nearest = result.nearest
    if nearest.held is False and nearest.outcome == "not_met" and not nearest.changes:
        yield "没有一种情形写到，也没有写怎样会改变（可写“改变”，或“不满足时: 窗口”）"


def _said(facts: Mapping[str, Fact], given: Facts) -> str:
    return "，".join(f"{name}：{words(facts[name], value)}" for name, value in given.items())
