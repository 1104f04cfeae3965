"""Small made-up rules and what people might say to them, for property-based tests."""
from __future__ import annotations

import datetime as dt
from typing import Mapping

from dateutil.relativedelta import relativedelta
from hypothesis import strategies as st

from policy_kb.eligibility import TODAY, UNKNOWN, Value
from policy_kb.quantities import Quantity
from policy_kb.rules import Case, Condition, DatedValue, Fact, Group, Option, Parameter, Rule, Test

LATER = dt.date(2027, 1, 1)
CHOICES = {"甲": ("是", "否", "都不是"), "乙": ("有", "没有"), "丙": ("红", "黄", "蓝")}
LENGTHS, AGE, DAY = ("时长", "年龄"), "年龄", "落户日"
TODAYS = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))
LONG_AGO = dt.date(1930, 1, 1)


def fact(id: str, kind: str, options: tuple[str, ...] = ()) -> Fact:
    """A fact that the made-up rules ask for."""
    return Fact(id, kind, f"{id}？", tuple(Option(o, (), ()) for o in options), "例", "问窗口。", (), ())


FACTS: Mapping[str, Fact] = {
    **{id: fact(id, "choice", options) for id, options in CHOICES.items()},
    "时长": fact("时长", "duration"), AGE: fact(AGE, "age"), DAY: fact(DAY, "date", (TODAY,)),
}


def parameter(name: str, months: int, later: int | None = None) -> Parameter:
    """A threshold; `later` is another value that holds from LATER on."""
    first = DatedValue(None, months, "原文")
    values = (first,) if later is None else (first, DatedValue(LATER, later, "新规定"))
    return Parameter(name, "月", values)


def choice(id: str, *wanted: str, operator: str = "属于", failing: str = "not_met",
           change: str = "") -> Test:
    """A condition on a choice."""
    return Test(id, operator, wanted, "", "4-1", "", failing, change, None)


def length(id: str, operator: str = "不少于", limit: str = "界线", failing: str = "not_met",
           change: str = "再等{差}", as_of: str | None = None) -> Test:
    """A condition on a length of time."""
    return Test(id, operator, limit, id, "4-1", "", failing, change, as_of)


def rule(*conditions: Condition, months: int = 24, later: int | None = None,
         results: tuple[str, ...] = (), id: str = "试") -> Rule:
    """A rule with one situation a condition."""
    cases = tuple(
        Case(f"情形{n}", "4-1", condition, (results or ("likely",) * len(conditions))[n], f"结论{n}")
        for n, condition in enumerate(conditions)
    )
    return Rule(id, id, "", {}, {"界线": parameter("界线", months, later)}, cases, ())


@st.composite
def test_of(draw: st.DrawFn, id: str) -> Test:
    """A random condition on one fact; it never names all options of a choice."""
    failing, change = draw(st.sampled_from(("not_met", "window"))), draw(st.sampled_from(("", "改")))
    if id in CHOICES:
        some = st.lists(st.sampled_from(CHOICES[id]), min_size=1, unique=True)
        wanted = draw(some.filter(lambda options: len(options) < len(CHOICES[id])))
        return choice(id, *wanted, operator=draw(st.sampled_from(("属于", "不属于"))),
                      failing=failing, change=change)
    operator = draw(st.sampled_from(("不少于", "多于", "少于", "不多于")))
    as_of = draw(st.sampled_from((DAY, None))) if id == AGE else None
    return length(id, operator, failing=failing, change=change, as_of=as_of)


def _groups(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Group]:
    return st.builds(Group, st.sampled_from(("all", "any", "none")),
                     st.lists(parts, min_size=1, max_size=3).map(tuple))


TESTS = st.sampled_from((*CHOICES, *LENGTHS)).flatmap(test_of)
CONDITIONS = st.recursive(TESTS, _groups, max_leaves=5)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """A random rule of one to three situations."""
    conditions = draw(st.lists(CONDITIONS, min_size=1, max_size=3))
    results = tuple(draw(st.sampled_from(("likely", "window"))) for _ in conditions)
    later = draw(st.none() | st.integers(1, 60))
    return rule(*conditions, months=draw(st.integers(1, 60)), later=later, results=results)


@st.composite
def plain_rules(draw: st.DrawFn) -> Rule:
    """A random rule in which no fact stands twice, so that its conditions are independent."""
    ids = draw(st.lists(st.sampled_from((*CHOICES, *LENGTHS)), min_size=1, max_size=4, unique=True))
    cut = draw(st.integers(0, len(ids) - 1))
    conditions = [
        Group(draw(st.sampled_from(("all", "any", "none"))), tuple(draw(test_of(id)) for id in part))
        for part in (ids[:cut], ids[cut:]) if part
    ]
    results = tuple(draw(st.sampled_from(("likely", "window"))) for _ in conditions)
    return rule(*conditions, months=draw(st.integers(1, 60)), results=results)


def exact_lengths(today: dt.date) -> st.SearchStrategy[Quantity]:
    """Lengths that began on a day which is known."""
    return st.dates(LONG_AGO, today).map(lambda day: Quantity(since=(day, day)))


def vague_lengths(today: dt.date) -> st.SearchStrategy[Quantity]:
    """Lengths as people state them: so many months, a range, more than, since about."""
    months = st.tuples(st.none() | st.integers(0, 800), st.none() | st.integers(0, 800))
    tidy = months.filter(lambda m: None in m or m[0] <= m[1])
    days = st.tuples(st.dates(LONG_AGO, today), st.dates(LONG_AGO, today))
    return (tidy.map(lambda m: Quantity(months=m))
            | days.map(lambda d: Quantity(since=(min(d), max(d)))))


def answers(id: str, today: dt.date) -> st.SearchStrategy[Value]:
    """What a person may say of a fact."""
    if id in CHOICES:
        return st.sampled_from((*CHOICES[id], UNKNOWN))
    if id == DAY:
        past = st.dates(today - relativedelta(years=30), today)
        return st.sampled_from((TODAY, UNKNOWN)) | past.map(lambda day: (day, day))
    return st.just(UNKNOWN) | exact_lengths(today) | vague_lengths(today)


def facts(today: dt.date) -> st.SearchStrategy[dict[str, Value]]:
    """What a person may have said so far."""
    return st.fixed_dictionaries({}, optional={id: answers(id, today) for id in FACTS})
