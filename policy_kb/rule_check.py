"""Faults of rules, facts and rights that an editor can make, as Chinese sentences."""
from __future__ import annotations

import re
from typing import Iterator, Mapping

from policy_kb.entries import Content, Entry
from policy_kb.rules import (
    CHOICE_OPERATORS, Case, Fact, Rule, RuleError, Test, parse_facts, parse_rule, tests_of,
)

PROMISES = re.compile(r"一定(?!的|程度|条件)|保证|肯定|包办")


def faults(content: Content) -> Iterator[str]:
    """Every fault of facts.yml, rules/ and rights.yml against the entries."""
    entries = {e.id: e for e in content.entries}
    try:
        facts = parse_facts(content.facts)
    except RuleError as error:
        yield str(error)
        return
    yield from _fact_faults(facts)
    for id, raw in content.rules.items():
        file = content.rule_files.get(id, "rules")
        try:
            rule = parse_rule(raw)
        except RuleError as error:
            yield f"{file}：{error}"
            continue
        yield from (f"{file}：{fault}" for fault in _rule_faults(rule, facts, entries))
    yield from _right_faults(content, facts, entries)


def _fact_faults(facts: Mapping[str, Fact]) -> Iterator[str]:
    for fact in facts.values():
        for name in fact.depends_on:
            if name not in facts:
                yield f"facts.yml {fact.id}：取决于的“{name}”不是这里的事实。"
        owner: dict[str, str] = {}
        for option in fact.options:
            for saying in (option.value, *option.sayings):
                other = owner.setdefault(saying, option.value)
                if other != option.value:
                    yield f"facts.yml {fact.id}：“{saying}”同时是“{other}”和“{option.value}”的说法。"


def _rule_faults(rule: Rule, facts: Mapping[str, Fact], entries: Mapping[str, Entry]) -> Iterator[str]:
    for name, values in rule.applies_to.items():
        yield from _choice_faults(f"适用“{name}”", name, values, facts)
    for case in rule.cases:
        yield from _case_faults(case, rule, facts, entries)


def _case_faults(case: Case, rule: Rule, facts: Mapping[str, Fact],
                 entries: Mapping[str, Entry]) -> Iterator[str]:
    where = f"情形“{case.name}”"
    if not _clause(case.basis, entries):
        yield f"{where}的依据“{case.basis}”不是条款的编号。"
    promise = PROMISES.search(case.conclusion)
    if promise:
        yield f"{where}的结论里有承诺用语“{promise.group()}”，请改成不承诺结果的说法。"
    for test in tests_of(case.condition):
        yield from (f"{where}的条件“{test.fact}”：{f}" for f in _test_faults(test, rule, facts, entries))


def _clause(id: str, entries: Mapping[str, Entry]) -> bool:
    return id in entries and entries[id].kind == "clause"


def _test_faults(test: Test, rule: Rule, facts: Mapping[str, Fact],
                 entries: Mapping[str, Entry]) -> Iterator[str]:
    if test.fact not in facts:
        yield "facts.yml 里没有这个事实。"
        return
    if not _clause(test.basis, entries):
        yield f"依据“{test.basis}”不是条款的编号。"
    elif test.quote not in entries[test.basis].original:
        yield f"“{test.quote}”不在 {test.basis} 的原文里，须逐字一致。"
    if test.operator in CHOICE_OPERATORS:
        yield from _choice_faults("", test.fact, test.operand, facts)
    elif facts[test.fact].kind not in ("duration", "age"):
        yield f"“{test.operator}”只能用于时长和年龄。"
    elif test.operand not in rule.parameters:
        yield f"参数“{test.operand}”没有写在“参数”里。"
    if test.as_of and (test.as_of not in facts or facts[test.as_of].kind != "date"):
        yield f"截至的“{test.as_of}”不是日期类的事实。"


def _choice_faults(where: str, name: str, values: tuple[str, ...],
                   facts: Mapping[str, Fact]) -> Iterator[str]:
    if name not in facts:
        yield f"{where}：facts.yml 里没有这个事实。"
        return
    for value in values:
        if value not in facts[name].values():
            yield f"{where}“{value}”不是它的选项，可用：{'、'.join(facts[name].values())}。"


def _right_faults(content: Content, facts: Mapping[str, Fact],
                  entries: Mapping[str, Entry]) -> Iterator[str]:
    for right in content.rights:
        for id in right.entries:
            if not _clause(id, entries):
                yield f"rights.yml：展示的“{id}”不是条款的编号。"
        for name, values in right.situations.items():
            yield from (f"rights.yml {name}：{f}" for f in _choice_faults("", name, values, facts))
