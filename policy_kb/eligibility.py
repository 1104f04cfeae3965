"""What a provision decides for a person: pure, without a clock, files or Rasa.

Three-valued (Kleene) logic: a condition is met, not met, or unknown. Unknown is never no.
A fact's value is an option's value, a length of time, a day, or UNKNOWN.
"""
from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from itertools import product, takewhile
from typing import Callable, Iterator, Literal, Mapping, Sequence, Union

from dateutil.relativedelta import relativedelta

from policy_kb.quantities import Quantity, elapsed
from policy_kb.rules import Case, Condition, Rule, Test, facts_of, tests_of

Outcome = Literal["likely", "not_met", "undetermined", "window"]
UNKNOWN = "不清楚"
TODAY = "今天"
Days = tuple[dt.date, dt.date]
Value = Union[str, Quantity, Days]
Facts = Mapping[str, Value]
Months = tuple[Union[int, None], Union[int, None]]   # closed interval; None is open
NEAREST: Mapping[Outcome, int] = {"likely": 0, "undetermined": 1, "window": 2, "not_met": 3}
ONE_DAY = dt.timedelta(days=1)
AHEAD = 24                                           # months within which a coming change is told


@dataclass(frozen=True)
class Change:
    """What would turn a condition round: `fact` must become `needed` (words), from `when` on.

    `months` is how many more months are needed (closed interval), None if it is not about time;
    `when` is the earliest and latest day on which that is so. `assuming` are conditions that
    must hold as well and are not known yet, or not met yet.
    """

    fact: str
    needed: str
    months: tuple[int, int] | None
    when: Days | None
    assuming: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """One condition of the trace: met (True), not met (False) or unknown (None)."""

    test: Test
    label: str
    value: Value | None
    met: bool | None


@dataclass(frozen=True)
class CaseResult:
    """One situation of a rule, decided. `missing` are the facts that can still change it.

    `may_hold`: it holds, or answers not yet given can make it hold.
    """

    case: Case
    held: bool | None
    outcome: Outcome
    missing: tuple[str, ...]
    may_hold: bool
    changes: tuple[Change, ...]
    checked: Callable[[], tuple[Checked, ...]] = field(repr=False, compare=False)

    @cached_property
    def trace(self) -> tuple[Checked, ...]:
        """The conditions one by one."""
        return self.checked()


@dataclass(frozen=True)
class RuleResult:
    """A rule, decided: its nearest situation first in `cases`."""

    rule: Rule
    outcome: Outcome
    cases: tuple[CaseResult, ...]

    @property
    def nearest(self) -> CaseResult:
        """The situation that decides the outcome."""
        return self.cases[0]

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts that can still change the outcome, the next one to ask first."""
        nearer = list(takewhile(lambda c: not c.held, self.cases))
        for at, case in enumerate(nearer):
            if case.held is None and not case.missing:
                nearer = [c for n, c in enumerate(nearer) if c.may_hold and _displaces(c, n < at, case)]
                break
        return tuple(dict.fromkeys(f for c in nearer for f in c.missing))


def _at_least(months: Months, limit: int) -> bool | None:
    low, high = months
    if low is not None and low >= limit:
        return True
    return False if high is not None and high < limit else None


def _opposite(met: bool | None) -> bool | None:
    return None if met is None else not met


LENGTHS: Mapping[str, Callable[[Months, int], "bool | None"]] = {
    "不少于": _at_least,
    "多于": lambda months, limit: _at_least(months, limit + 1),
    "少于": lambda months, limit: _opposite(_at_least(months, limit)),
    "不多于": lambda months, limit: _opposite(_at_least(months, limit + 1)),
}
CHOICES: Mapping[str, Callable[[str, Sequence[str]], bool]] = {
    "等于": lambda value, operand: value in operand,
    "属于": lambda value, operand: value in operand,
    "不等于": lambda value, operand: value not in operand,
    "不属于": lambda value, operand: value not in operand,
}


def known(facts: Facts, name: str) -> Value | None:
    """Value of a fact; None if it was not asked or the person does not know."""
    value = facts.get(name)
    return None if value == UNKNOWN else value


def _days(value: Value | None, today: dt.date) -> tuple[dt.date | None, dt.date]:
    """Closed interval of days. Unknown: some day up to today, since a past day is asked for."""
    if isinstance(value, tuple):
        return value
    return (today, today) if value == TODAY else (None, today)


def months_at(length: Quantity, day: tuple[dt.date | None, dt.date], today: dt.date) -> Months:
    """A length of time, stated `today`, as it was or will be on `day` (an interval of days)."""
    first, last = day
    if length.since is not None:
        earliest, latest = length.since
        low = elapsed(latest, first) if first else None
        return low, elapsed(earliest, last)
    low, high = length.months or (None, None)
    return (
        None if first is None or low is None else low + _passing(today, first)[0],
        None if high is None else high + _passing(today, last)[1],
    )


def _passing(today: dt.date, day: dt.date) -> tuple[int, int]:
    """Least and most whole months by which a length grows from `today` to `day`.

    On which day of the month it began is not known, only that by a month's last day it is full.
    """
    months = (day.year - today.year) * 12 + day.month - today.month
    reached, before = (31 if d.month != (d + ONE_DAY).month else d.day for d in (day, today))
    return months - (reached < before), months + (reached > before)


def limit_of(test: Test, rule: Rule, today: dt.date) -> int:
    """The threshold of a length test on `today`, in months."""
    return rule.parameters[test.operand].months_on(today)


def holds(test: Test, rule: Rule, facts: Facts, today: dt.date) -> bool | None:
    """Whether a condition is met; None if it cannot be told."""
    value = known(facts, test.fact)
    if value is None:
        return None
    if isinstance(test.operand, tuple):
        return CHOICES[test.operator](value, test.operand)
    day = _days(known(facts, test.as_of), today) if test.as_of else (today, today)
    return LENGTHS[test.operator](months_at(value, day, today), limit_of(test, rule, today))


Met = dict[int, "bool | None"]                       # by id() of the condition
Leaf = tuple[Test, bool]                             # and whether it is to hold, or not to hold
Way = tuple[tuple[Leaf, ...], tuple[tuple[Leaf, ...], ...]]


def _truth(condition: Condition, met: Met) -> bool | None:
    """Truth of a condition; that of a group is noted in `met` when it is first asked for."""
    if id(condition) not in met:
        values = [_truth(part, met) for part in condition.parts]
        met[id(condition)] = _joined(condition.kind, values)
    return met[id(condition)]


def _joined(kind: str, values: Sequence[bool | None]) -> bool | None:
    if kind == "all":
        return False if False in values else None if None in values else True
    some = True if True in values else None if None in values else False
    return some if kind == "any" else _opposite(some)


def _undecided(condition: Condition, met: Met) -> Iterator[Test]:
    """Unknown leaves that can still change the value of `condition`."""
    if _truth(condition, met) is not None:
        return
    if isinstance(condition, Test):
        yield condition
        return
    for part in condition.parts:
        yield from _undecided(part, met)


def _may_be(wanted: bool, condition: Condition, met: Met, open_ids: set[int]) -> bool:
    """Whether a condition has the truth `wanted`, or answers not yet given can give it that."""
    if isinstance(condition, Test):
        return id(condition) in open_ids or met[id(condition)] is wanted
    inner = wanted != (condition.kind == "none")
    every = (condition.kind == "any") != wanted
    return (all if every else any)(_may_be(inner, p, met, open_ids) for p in condition.parts)


def _shown(condition: Condition, met: Met, wanted: bool = True) -> Iterator[Leaf]:
    """Leaves worth showing: of satisfied alternatives only those that satisfy."""
    if isinstance(condition, Test):
        yield condition, wanted
        return
    parts = condition.parts
    if condition.kind == "any" and _truth(condition, met):
        parts = tuple(p for p in parts if _truth(p, met))
    for part in parts:
        yield from _shown(part, met, wanted != (condition.kind == "none"))


def _faults(condition: Condition, met: Met) -> list[Test]:
    """Leaves that keep a false condition from holding."""
    if isinstance(condition, Test):
        return [condition]
    if condition.kind == "none":
        return [t for p in condition.parts if _truth(p, met) for t in tests_of(p)]
    return [t for p in condition.parts if _truth(p, met) is False for t in _faults(p, met)]


def missing_fact(test: Test, facts: Facts) -> str | None:
    """The fact to ask for a leaf that is unknown; None if the person does not know it."""
    if test.fact not in facts:
        return test.fact
    if test.as_of and test.as_of not in facts and known(facts, test.fact) is not None:
        return test.as_of
    return None


def length_words(months: int) -> str:
    """“2年”, “1年8个月”, “5个月”."""
    years, rest = divmod(months, 12)
    return (f"{years}年" if years else "") + (f"{rest}个月" if rest or not years else "")


AGES = {"不少于": "已满{}周岁", "多于": "超过{}周岁", "少于": "未满{}周岁", "不多于": "不超过{}周岁"}
SPANS = {"不少于": "满{}以上", "多于": "超过{}", "少于": "不满{}", "不多于": "不超过{}"}


def label_of(test: Test, rule: Rule, today: dt.date) -> str:
    """A condition in words: as written, or made from fact and threshold."""
    if isinstance(test.operand, tuple):
        no = "不是" if test.operator.startswith("不") else ""
        return test.label or f"{test.fact}：{no}{'或'.join(test.operand)}"
    parameter = rule.parameters[test.operand]
    months = limit_of(test, rule, today)
    if parameter.unit == "岁":
        threshold = AGES[test.operator].format(months // 12)
    else:
        threshold = SPANS[test.operator].format(length_words(months))
    return f"{test.label or test.fact}{threshold}"


def _leaf_label(leaf: Leaf, rule: Rule, today: dt.date) -> str:
    test, wanted = leaf
    label = label_of(test, rule, today)
    return label if wanted else f"不属于“{label}”"


def _numbers(low: int, high: int) -> str:
    return length_words(low) if low == high else f"{length_words(low)}到{length_words(high)}"


@lru_cache(maxsize=2048)
def _months(number: int) -> relativedelta:
    return relativedelta(months=number)


def _waiting(test: Test, rule: Rule, facts: Facts, today: dt.date) -> tuple[tuple[int, int], Days] | None:
    """Months until a length will have reached its threshold, and the days on which that is so.

    None if the length has no beginning, or ended on a day that the person named.
    """
    value = known(facts, test.fact)
    if not isinstance(value, Quantity) or known(facts, test.as_of or "") not in (None, TODAY):
        return None
    begun = value.since or _began(value, today)
    if begun is None:
        return None
    first, last = (_reached(day, test, rule, today) for day in begun)
    months = _until(first, today), _until(last, today)
    return months, (first, last) if value.since else _whole_months(first, last)


def _began(length: Quantity, today: dt.date) -> Days | None:
    """Between which days a length began that is so long today; None if it may be endless."""
    low, high = length.months or (None, None)
    if high is None:
        return None
    return today - _months(high), today - _months(low or 0)


def _reached(begun: dt.date, test: Test, rule: Rule, today: dt.date) -> dt.date:
    """The first day from today on when a length fulfils the threshold that holds on that day."""
    more = test.operator in ("多于", "不多于")
    spans = rule.parameters[test.operand].spans()
    days = ((max(begun + _months(months + more), start, today), end)
            for start, end, months in spans)
    return min(day for day, end in days if day < end)


def _until(day: dt.date, today: dt.date) -> int:
    """Whole months from today until `day`, begun ones counted as full."""
    months = (day.year - today.year) * 12 + day.month - today.month
    return months + (today + _months(months) < day)


def _whole_months(first: dt.date, last: dt.date) -> Days:
    """From the first day of the one month to the last day of the other."""
    return first.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])


def _step(leaf: Leaf, rule: Rule, facts: Facts, today: dt.date) -> Change | None:
    """How a condition that is not met could come to be met; None if nobody can change it."""
    test, wanted = leaf
    if not test.change:
        return None
    if isinstance(test.operand, tuple):
        return Change(test.fact, test.change, None, None, ())
    grows = (test.operator in ("不少于", "多于")) == wanted
    found = _waiting(test, rule, facts, today) if grows else None
    if found is None:
        return None
    words = test.change.replace("{差}", _numbers(*found[0]))
    return Change(test.fact, words, found[0], found[1], ())


def _ways(condition: Condition, met: Met, wanted: bool = True) -> list[Way]:
    """Each way to make a condition hold: what must be turned round, and what is unknown and must
    hold as well (of unknown alternatives one)."""
    truth = _truth(condition, met)
    if truth is not None and truth == wanted:
        return [((), ())]
    if isinstance(condition, Test):
        leaf = ((condition, wanted),)
        return [((), (leaf,))] if truth is None else [(leaf, ())]
    every = (condition.kind == "any") != wanted
    if not every and truth is None:
        return [((), (tuple(_unknown(condition, met, wanted)),))]
    inner = wanted != (condition.kind == "none")
    found = [_ways(part, met, inner) for part in condition.parts]
    if not every:
        return [way for ways in found for way in ways]
    return [
        (tuple(leaf for faults, _ in ways for leaf in faults),
         tuple(leaves for _, unknown in ways for leaves in unknown))
        for ways in product(*found)
    ]


def _unknown(condition: Condition, met: Met, wanted: bool) -> Iterator[Leaf]:
    if isinstance(condition, Test):
        if met[id(condition)] is None:
            yield condition, wanted
        return
    for part in condition.parts:
        yield from _unknown(part, met, wanted != (condition.kind == "none"))


def _changes(case: Case, rule: Rule, met: Met, facts: Facts, today: dt.date) -> tuple[Change, ...]:
    """What would make a situation hold: of each way all steps, each with what else must hold."""
    found: dict[Change, None] = {}
    for faults, unknown in _ways(case.condition, met):
        steps = [_step(leaf, rule, facts, today) for leaf in faults]
        if None in steps:
            continue
        open_ones = [_assumed(leaves, rule, facts, today) for leaves in unknown]
        for step in steps:
            others = (other.needed for other in steps if other is not step)
            found[replace(step, assuming=(*others, *open_ones))] = None
    return tuple(found)


def _assumed(leaves: Sequence[Leaf], rule: Rule, facts: Facts, today: dt.date) -> str:
    words = "或".join(_leaf_label(leaf, rule, today) for leaf in leaves)
    return f"{words}（{_why_unknown([test for test, _ in leaves], facts)}）"


def _why_unknown(tests: Sequence[Test], facts: Facts) -> str:
    if any(missing_fact(test, facts) for test in tests):
        return "尚未问到"
    vague = all(known(facts, name) for test in tests for name in (test.fact, test.as_of) if name)
    return "还要说得更具体" if vague else "您说不清楚"


def _ending(case: Case, rule: Rule, met: Met, facts: Facts, today: dt.date) -> Iterator[Change]:
    """Conditions that hold now and will stop holding by time alone, soon enough to be told."""
    for test, _ in _shown(case.condition, met):
        if test.operator not in ("少于", "不多于") or not met[id(test)]:
            continue
        found = _waiting(test, rule, facts, today)
        if found and found[0][0] <= AHEAD:
            words = f"到那时就不再是“{label_of(test, rule, today)}”，会改按别的情形"
            yield Change(test.fact, words, found[0], found[1], ())


def _outcome(case: Case, held: bool | None, met: Met) -> Outcome:
    """Of whom the provision does not speak (window), nothing else that fails is said against them;
    but a condition that nobody can change (不满足时 not 窗口, no 改变) marks another situation."""
    if held is None:
        return "undetermined"
    if held:
        return case.result
    faults = _faults(case.condition, met)
    if any(t.failing == "not_met" and not t.change for t in faults):
        return "not_met"
    return "window" if any(t.failing == "window" for t in faults) else "not_met"


def _trace(case: Case, rule: Rule, met: Met, facts: Facts, today: dt.date) -> tuple[Checked, ...]:
    return tuple(
        Checked(test, _leaf_label((test, wanted), rule, today), facts.get(test.fact),
                met[id(test)] if wanted else _opposite(met[id(test)]))
        for test, wanted in _shown(case.condition, met)
    )


def _decide_case(case: Case, rule: Rule, facts: Facts, today: dt.date) -> CaseResult:
    met: Met = {id(t): holds(t, rule, facts, today) for t in case.tests}
    held = _truth(case.condition, met)
    asked = {id(t): missing_fact(t, facts) for t in _undecided(case.condition, met)}
    open_ids = {leaf for leaf, name in asked.items() if name}
    if held:
        changes = tuple(_ending(case, rule, met, facts, today))
    else:
        changes = _changes(case, rule, met, facts, today) if held is False else ()
    return CaseResult(
        case, held, _outcome(case, held, met),
        tuple(dict.fromkeys(name for name in asked.values() if name)),
        _may_be(True, case.condition, met, open_ids), changes,
        partial(_trace, case, rule, met, facts, today),
    )


def _distance(result: CaseResult) -> int:
    """Order of a rule's situations: held, open, for the window, changeable, not covered, lost.

    What is open and for the window at best stands beside what is held and for the window.
    """
    if result.held:
        return 0 if result.outcome == "likely" else 2
    if result.held is None:
        return 1 if result.case.result == "likely" else 2
    return 3 if result.changes else 4 if result.outcome == "window" else 5


def _displaces(result: CaseResult, earlier: bool, stuck: CaseResult) -> bool:
    """Whether a situation, if it came to hold, would stand before one that stays open for good."""
    likely = result.case.result == "likely"
    return likely or (earlier and stuck.case.result != "likely")


def decide(rule: Rule, facts: Facts, today: dt.date) -> RuleResult:
    """What `rule` decides for a person of whom `facts` are known, on the day `today`."""
    facts = dict(facts)
    cases = sorted((_decide_case(c, rule, facts, today) for c in rule.cases), key=_distance)
    return RuleResult(rule, cases[0].outcome, tuple(cases))


def applies(rule: Rule, facts: Facts) -> bool | None:
    """Whether a rule is meant for this person; None while the routing fact is not known."""
    found = [known(facts, name) for name in rule.applies_to]
    if any(value is None for value in found):
        return None
    return all(v in rule.applies_to[n] for n, v in zip(rule.applies_to, found))


def decide_all(rules: Sequence[Rule], facts: Facts, today: dt.date) -> list[RuleResult]:
    """All rules, the nearest first: what holds, what is meant for the person, what is open.

    Rules that are equally near stay in the order in which they are given.
    """
    def order(result: RuleResult) -> tuple[bool, bool, int]:
        return (result.outcome != "likely", applies(result.rule, facts) is False,
                NEAREST[result.outcome])
    return sorted((decide(rule, facts, today) for rule in rules), key=order)


def _routing(rules: Sequence[Rule], facts: Facts) -> str | None:
    """The fact that tells which of several rules is meant, if it has not been asked."""
    if len(rules) < 2:
        return None
    names = (name for rule in rules for name in rule.applies_to)
    return next((name for name in names if name not in facts), None)


def _undecided_rules(rules: Sequence[Rule], facts: Facts, today: dt.date) -> list[RuleResult]:
    """Rules that are meant, or may be, and whose outcome can still change."""
    results = decide_all(rules, facts, today)
    if results[0].outcome == "likely":
        return []
    return [r for r in results if r.missing and applies(r.rule, facts) is not False]


def next_fact(rules: Sequence[Rule], facts: Facts, today: dt.date) -> str | None:
    """The fact to ask next: one that can still change the outcome. None when nothing can."""
    found = _undecided_rules(rules, facts, today)
    if not found:
        return None
    return _routing(rules, facts) or found[0].missing[0]


def remaining_at_most(rules: Sequence[Rule], facts: Facts, today: dt.date) -> int:
    """An upper bound of the questions still to be asked, the next one among them.

    It holds whatever the answers are, also if the person cannot tell which rule is meant.
    """
    found = _undecided_rules(rules, facts, today)
    if not found:
        return 0
    left = {name for r in found for name in facts_of(r.rule) if name not in facts}
    return len(left | ({_routing(rules, facts)} - {None}))
