"""Eligibility rules and the facts they ask for: what the office's YAML says, as typed objects.

A rule is one provision that decides something for a person. Its cases (情形) are the situations
that the provision tells apart; each case has a tree of conditions whose leaves test one fact.
Parameters are dated: values are added, never replaced, each with its source.
"""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Iterator, Literal, Mapping, Union

Kind = Literal["choice", "duration", "age", "date"]
Failing = Literal["not_met", "window"]
KINDS: Mapping[str, Kind] = {"选项": "choice", "时长": "duration", "年龄": "age", "日期": "date"}
GROUPS = {"全部满足": "all", "任一满足": "any", "都不满足": "none"}
CHOICE_OPERATORS = ("等于", "不等于", "属于", "不属于")
LENGTH_OPERATORS = ("不少于", "多于", "少于", "不多于")
RESULTS = {"符合": "likely", "窗口": "window"}
FAILING: Mapping[str, Failing] = {"目前不满足": "not_met", "窗口": "window"}
UNITS = {"月": 1, "年": 12, "岁": 12}
ALWAYS = "未载明"


class RuleError(ValueError):
    """A rule or fact has a wrong form; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Option:
    """One answer to a choice: its value, other words for it, the words that name it in a story."""

    value: str
    sayings: tuple[str, ...]
    mentions: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """Something that only the person can tell.

    `sources` says where to find it out.
    `depends_on`: facts whose correction makes this answer stale.
    `mentions` are the words that show that a length of time in a story means this fact.
    """

    id: str
    kind: Kind
    question: str
    options: tuple[Option, ...]
    example: str
    sources: str
    depends_on: tuple[str, ...]
    mentions: tuple[str, ...]

    def values(self) -> tuple[str, ...]:
        """Values of the options."""
        return tuple(option.value for option in self.options)


@dataclass(frozen=True)
class DatedValue:
    """A value that holds from a day on; `since` None means from the beginning."""

    since: dt.date | None
    value: int
    source: str


@dataclass(frozen=True)
class Parameter:
    """A threshold by date, in months."""

    name: str
    unit: str
    values: tuple[DatedValue, ...]

    def months_on(self, day: dt.date) -> int:
        """The threshold on `day`, in months. Raises RuleError if none holds yet."""
        found = [v for v in self.values if v.since is None or v.since <= day]
        if not found:
            raise RuleError(f"参数“{self.name}”在 {day} 还没有取值。")
        latest = max(found, key=lambda v: v.since or dt.date.min)
        return latest.value * UNITS[self.unit]

    def spans(self) -> list[tuple[dt.date, dt.date, int]]:
        """First day, day after the last, threshold in months; in order of time."""
        ordered = sorted(self.values, key=lambda v: v.since or dt.date.min)
        starts = [v.since or dt.date.min for v in ordered]
        ends = [*starts[1:], dt.date.max]
        return [(s, e, v.value * UNITS[self.unit]) for s, e, v in zip(starts, ends, ordered)]


@dataclass(frozen=True)
class Test:
    """A leaf: `fact operator operand`. `basis` is an entry id, `quote` a part of its original.

    `operand` is a tuple of option values, or the name of a parameter.
    `as_of` names the date fact on whose day a length of time is taken.
    """

    fact: str
    operator: str
    operand: tuple[str, ...] | str
    label: str
    basis: str
    quote: str
    failing: Failing
    change: str
    as_of: str | None


@dataclass(frozen=True)
class Group:
    """An inner node: 全部满足 (all), 任一满足 (any), 都不满足 (none)."""

    kind: str
    parts: tuple["Condition", ...]


Condition = Union[Test, Group]


@dataclass(frozen=True)
class Case:
    """One situation of a rule. `result` is its outcome when the conditions hold."""

    name: str
    basis: str
    condition: Condition
    result: Literal["likely", "window"]
    conclusion: str

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """All leaves of the condition, in the order in which they are written."""
        return tuple(tests_of(self.condition))


@dataclass(frozen=True)
class Rule:
    """One provision. `group` gathers rules that are ways to the same end; `applies_to` routes."""

    id: str
    name: str
    group: str
    applies_to: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Parameter]
    cases: tuple[Case, ...]
    unchecked: tuple[str, ...]


def tests_of(condition: Condition) -> Iterator[Test]:
    """All leaves of a condition, in the order in which they are written."""
    if isinstance(condition, Test):
        yield condition
        return
    for part in condition.parts:
        yield from tests_of(part)


def facts_of(rule: Rule) -> tuple[str, ...]:
    """Ids of all facts that a rule may ask, in the order of its conditions."""
    leaves = [test for case in rule.cases for test in tests_of(case.condition)]
    return tuple(dict.fromkeys(
        name for test in leaves for name in (test.fact, test.as_of) if name
    ))


def _keys(raw: Any, known: Mapping[str, type], needed: tuple[str, ...], where: str) -> None:
    if not isinstance(raw, Mapping):
        raise RuleError(f"{where}：这里应当是“键: 值”的对照。")
    for key, value in raw.items():
        if key not in known:
            raise RuleError(f"{where}：不认识的键“{key}”，可用的键：{'、'.join(known)}。")
        if value is not None and not isinstance(value, known[key]):
            raise RuleError(f"{where}：“{key}”的写法不对，现在是“{value}”。")
    for key in needed:
        if raw.get(key) in (None, "", [], {}):
            raise RuleError(f"{where}：缺少“{key}”。")


def _texts(raw: Any) -> tuple[str, ...]:
    return tuple(str(text) for text in raw or ())


OPTION = {"值": str, "说法": list, "提到": list}
FACT = {
    "事实": str, "类型": str, "问": str, "选项": list, "例": str, "去哪查": str,
    "取决于": list, "提到": list,
}


def _option(raw: Any, where: str) -> Option:
    if isinstance(raw, str):
        return Option(raw, (), ())
    _keys(raw, OPTION, ("值",), f"{where} 选项")
    return Option(raw["值"], _texts(raw.get("说法")), _texts(raw.get("提到")))


def parse_fact(raw: Any) -> Fact:
    """One fact of facts.yml. Raises RuleError."""
    where = f"facts.yml {raw.get('事实', '？') if isinstance(raw, Mapping) else raw}"
    _keys(raw, FACT, ("事实", "类型", "问", "去哪查"), where)
    if raw["类型"] not in KINDS:
        raise RuleError(f"{where}：“类型”应当是 {'、'.join(KINDS)} 之一。")
    kind = KINDS[raw["类型"]]
    if kind == "choice" and not raw.get("选项"):
        raise RuleError(f"{where}：缺少“选项”。")
    if kind != "choice" and not raw.get("例"):
        raise RuleError(f"{where}：缺少“例”（没听懂时举的例子）。")
    return Fact(
        raw["事实"], kind, raw["问"], tuple(_option(o, where) for o in raw.get("选项") or ()),
        raw.get("例") or "", raw["去哪查"],
        _texts(raw.get("取决于")), _texts(raw.get("提到")),
    )


def parse_facts(raw: Any) -> dict[str, Fact]:
    """All facts of facts.yml by id. Raises RuleError."""
    if raw in ({}, None):
        return {}
    if not isinstance(raw, Mapping) or not isinstance(raw.get("事实"), list):
        raise RuleError("facts.yml：缺少列表“事实”。")
    facts: dict[str, Fact] = {}
    for one in raw["事实"]:
        fact = parse_fact(one)
        if fact.id in facts:
            raise RuleError(f"facts.yml {fact.id}：事实重复。")
        facts[fact.id] = fact
    return facts


VALUE = {"自": (str, dt.date), "值": int, "出处": str}
PARAMETER = {"单位": str, "取值": list}


def _dated(raw: Any, where: str) -> DatedValue:
    _keys(raw, VALUE, ("自", "值", "出处"), where)
    since = raw["自"]
    if isinstance(since, dt.date):
        return DatedValue(since, raw["值"], raw["出处"])
    if since == ALWAYS:
        return DatedValue(None, raw["值"], raw["出处"])
    try:
        return DatedValue(dt.date.fromisoformat(since), raw["值"], raw["出处"])
    except ValueError:
        raise RuleError(f"{where}：“自”应当是日期（写成 2026-01-31）或“{ALWAYS}”。") from None


def _parameter(name: str, raw: Any, where: str) -> Parameter:
    where = f"{where} 参数“{name}”"
    _keys(raw, PARAMETER, ("取值",), where)
    unit = raw.get("单位") or "月"
    if unit not in UNITS:
        raise RuleError(f"{where}：“单位”应当是 {'、'.join(UNITS)} 之一。")
    values = tuple(_dated(v, where) for v in raw["取值"])
    days = [v.since for v in values]
    if len(set(days)) < len(days):
        raise RuleError(f"{where}：同一天有两个取值。")
    return Parameter(name, unit, values)


LEAF = {
    "事实": str, "截至": str, "说法": str, "依据": str, "原文": str, "不满足时": str, "改变": str,
    **dict.fromkeys(CHOICE_OPERATORS, (str, list)), **dict.fromkeys(LENGTH_OPERATORS, str),
}


def as_values(raw: Any) -> tuple[str, ...]:
    """One option value or a list of them, as a tuple."""
    return _texts(raw if isinstance(raw, list) else [raw])


def _test(raw: Mapping[str, Any], basis: str, where: str) -> Test:
    _keys(raw, LEAF, ("事实",), where)
    used = [o for o in (*CHOICE_OPERATORS, *LENGTH_OPERATORS) if o in raw]
    if len(used) != 1:
        raise RuleError(f"{where}：条件“{raw['事实']}”要有且只有一个比较词。")
    operator = used[0]
    operand = raw[operator]
    if operator in CHOICE_OPERATORS:
        operand = as_values(operand)
    failing = raw.get("不满足时") or "目前不满足"
    if failing not in FAILING:
        raise RuleError(f"{where}：“不满足时”应当是 {'、'.join(FAILING)} 之一。")
    return Test(
        raw["事实"], operator, operand, raw.get("说法") or "", raw.get("依据") or basis,
        raw.get("原文") or "", FAILING[failing], raw.get("改变") or "", raw.get("截至"),
    )


def _condition(raw: Any, basis: str, where: str) -> Condition:
    if isinstance(raw, Mapping) and len(raw) == 1 and next(iter(raw)) in GROUPS:
        name, parts = next(iter(raw.items()))
        if not isinstance(parts, list) or not parts:
            raise RuleError(f"{where}：“{name}”下面应当是条件的列表。")
        return Group(GROUPS[name], tuple(_condition(p, basis, where) for p in parts))
    if not isinstance(raw, Mapping) or "事实" not in raw:
        raise RuleError(f"{where}：条件应当是 {'、'.join(GROUPS)} 或一个“事实”。")
    return _test(raw, basis, where)


CASE = {"名称": str, "依据": str, "条件": dict, "结果": str, "结论": str}
RULE = {
    "规则": str, "名称": str, "组": str, "适用": dict, "参数": dict, "情形": list,
    "依据": str, "条件": dict, "结果": str, "结论": str, "本访谈不核实": list,
}


def _case(raw: Any, where: str) -> Case:
    _keys(raw, CASE, ("名称", "依据", "条件", "结论"), where)
    result = raw.get("结果") or "符合"
    if result not in RESULTS:
        raise RuleError(f"{where}：“结果”应当是 {'、'.join(RESULTS)} 之一。")
    condition = _condition(raw["条件"], raw["依据"], f"{where} {raw['名称']}")
    return Case(raw["名称"], raw["依据"], condition, RESULTS[result], raw["结论"].strip())


def parse_rule(raw: Mapping[str, Any]) -> Rule:
    """One rule file. Raises RuleError."""
    where = f"规则 {raw.get('规则', '？')}"
    _keys(raw, RULE, ("规则", "名称"), where)
    if "情形" in raw:
        cases = tuple(_case(c, where) for c in raw["情形"])
    else:
        cases = (_case({k: raw.get(k) for k in CASE}, where),)
    applies = {k: as_values(v) for k, v in (raw.get("适用") or {}).items()}
    parameters = {k: _parameter(k, v, where) for k, v in (raw.get("参数") or {}).items()}
    return Rule(
        raw["规则"], raw["名称"], raw.get("组") or "", applies, parameters, cases,
        _texts(raw.get("本访谈不核实")),
    )

