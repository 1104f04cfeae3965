"""Faults of rules, facts and rights that an editor can make, as Chinese sentences."""
from __future__ import annotations

import re
from typing import Iterator, Mapping

from policy_kb.eligibility import UNKNOWN
from policy_kb.entries import TOPICS, Content, Entry
from policy_kb.rules import (
    ALWAYS, CHOICE_OPERATORS, LENGTH_OPERATORS, Case, Fact, Rule, RuleError, Test, parse_facts, parse_rule, tests_of,
)

NEVER_SAID = re.compile(r"一定(?!的|程度|条件)|保证|肯定|包办|不符合")


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
        if UNKNOWN in fact.values():
            yield f"facts.yml {fact.id}：“{UNKNOWN}”总是可以选，不用写在选项里。"
        for option in fact.options:
            yield from (f"facts.yml {fact.id}：选项“{option.value}”{f}" for f in _words_faults(option.value))
        owner: dict[str, str] = {}
        for option in fact.options:
            for saying in (option.value, *option.sayings):
                other = owner.setdefault(saying, option.value)
                if other != option.value:
                    yield f"facts.yml {fact.id}：“{saying}”同时是“{other}”和“{option.value}”的说法。"


def _rule_faults(rule: Rule, facts: Mapping[str, Fact], entries: Mapping[str, Entry]) -> Iterator[str]:
    for name, values in rule.applies_to.items():
        yield from _choice_faults(f"适用“{name}”", name, values, facts)
    for name, parameter in rule.parameters.items():
        if all(value.since for value in parameter.values):
            yield f"参数“{name}”没有自“{ALWAYS}”起的取值，更早的日子就没法判断。"
    for words in (rule.name, *rule.unchecked):
        yield from (f"“{words}”{f}" for f in _words_faults(words))
    names = [case.name for case in rule.cases]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"情形“{name}”写了 {names.count(name)} 次，名称不能重复。"
    for case in rule.cases:
        yield from _case_faults(case, rule, facts, entries)


def _case_faults(case: Case, rule: Rule, facts: Mapping[str, Fact],
                 entries: Mapping[str, Entry]) -> Iterator[str]:
    where = f"情形“{case.name}”"
    if not _clause(case.basis, entries):
        yield f"{where}的依据“{case.basis}”不是条款的编号。"
    for part, words in (("名称", case.name), ("结论", case.conclusion)):
        yield from (f"{where}的{part}{f}" for f in _words_faults(words))
    for test in tests_of(case.condition):
        yield from (f"{where}的条件“{test.fact}”：{f}" for f in _test_faults(test, rule, facts, entries))


def _words_faults(words: str) -> Iterator[str]:
    """What a person must never read: a promise, or a bare 不符合."""
    found = NEVER_SAID.search(words)
    if found and found.group() == "不符合":
        yield "里有“不符合”，请改成哪一项目前不满足，或者没有写到。"
    elif found:
        yield f"里有承诺用语“{found.group()}”，请改成不承诺结果的说法。"


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
    for part, words in (("说法", test.label), ("改变", test.change)):
        yield from (f"{part}{f}" for f in _words_faults(words))
    kind = facts[test.fact].kind
    if test.operator in CHOICE_OPERATORS and kind != "choice":
        yield f"“{test.operator}”只能用于选项，时长和年龄用 {'、'.join(LENGTH_OPERATORS)}。"
    elif test.operator in CHOICE_OPERATORS:
        yield from _choice_faults("", test.fact, test.operand, facts)
    elif kind not in ("duration", "age"):
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
        for topic in right.topics:
            if topic not in TOPICS:
                yield f"rights.yml：主题“{topic}”不是主题代号，可用：{'、'.join(TOPICS)}。"
        for id in right.entries:
            if not _clause(id, entries):
                yield f"rights.yml：展示的“{id}”不是条款的编号。"
        for name, values in right.situations.items():
            yield from (f"rights.yml {name}：{f}" for f in _choice_faults("", name, values, facts))
