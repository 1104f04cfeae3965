"""The answers at which a rule can turn: every option, and both sides of every threshold.

What is judged right for all combinations of these is right for every answer in between.
"""
from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Iterator, Mapping

from dateutil.relativedelta import relativedelta

from policy_kb.eligibility import TODAY, UNKNOWN, Value, limit_of
from policy_kb.facts import is_vague
from policy_kb.quantities import Quantity
from policy_kb.rules import Fact, Rule, Test, facts_of, tests_of

YEAR = 12


def leaves(rule: Rule) -> list[Test]:
    """All conditions of a rule, situation by situation."""
    return [test for case in rule.cases for test in tests_of(case.condition)]


def exactly(months: int) -> Quantity:
    """A length of so many whole months."""
    return Quantity(months=(months, months))


def since(day: dt.date) -> Quantity:
    """A length that began on `day`."""
    return Quantity(since=(day, day))


def thresholds(rule: Rule, fact: str, today: dt.date) -> list[int]:
    """The lengths in months at which conditions on `fact` turn, smallest first."""
    return sorted({
        limit_of(test, rule, today) for test in leaves(rule)
        if test.fact == fact and isinstance(test.operand, str)
    })


def _lengths(limit: int, today: dt.date) -> list[Quantity]:
    """Just under, at and over a threshold, a range across it, and the day before and the day of."""
    on_the_day = today - relativedelta(months=limit)
    return [
        exactly(limit - 1), exactly(limit), exactly(limit + 1), Quantity(months=(limit - 1, limit)),
        since(on_the_day), since(on_the_day + dt.timedelta(days=1)),
    ]


def _reached_last_year(limit: int, today: dt.date) -> list[Quantity]:
    """Who reached the threshold a year ago today, and who missed it then by a day."""
    day = today - relativedelta(months=limit + YEAR)
    return [since(day), since(day + dt.timedelta(days=1))]


def _days(today: dt.date) -> list[Value]:
    """Today, this day a year ago, the month in which that lies."""
    last_year = today - relativedelta(years=1)
    month = (last_year + relativedelta(day=1), last_year + relativedelta(day=31))
    return [TODAY, (last_year, last_year), month]


def values(rule: Rule, fact: Fact, today: dt.date) -> list[Value]:
    """The answers to `fact` that matter to `rule`, 不清楚 last."""
    found: list[Value] = list(fact.values()) if fact.kind == "choice" else []
    if fact.kind == "date":
        found = _days(today)
    elsewhen = any(test.as_of for test in leaves(rule) if test.fact == fact.id)
    for limit in thresholds(rule, fact.id, today):
        found += _lengths(limit, today)
        found += _reached_last_year(limit, today) if elsewhen else []
    return [*dict.fromkeys(found), UNKNOWN]


def combinations(rule: Rule, facts: Mapping[str, Fact], today: dt.date) -> Iterator[dict[str, Value]]:
    """Every combination of the answers that matter to `rule`, one set of facts each."""
    names = facts_of(rule)
    for chosen in product(*(values(rule, facts[name], today) for name in names)):
        yield dict(zip(names, chosen))


def count(rule: Rule, facts: Mapping[str, Fact], today: dt.date) -> int:
    """How many combinations there are."""
    total = 1
    for name in facts_of(rule):
        total *= len(values(rule, facts[name], today))
    return total


def known_only(given: Mapping[str, Value]) -> bool:
    """Whether a person has answered everything, exactly enough to be decided."""
    return not any(is_vague(value) for value in given.values())
