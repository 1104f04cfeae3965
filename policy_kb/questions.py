"""The questions of the interview as reply objects."""
from __future__ import annotations

import datetime as dt
from typing import Sequence

from policy_kb import reply
from policy_kb.eligibility import (
    UNKNOWN, Facts, applies, length_words, limit_of, remaining_at_most,
)
from policy_kb.release import Release
from policy_kb.rules import Fact, Rule, Test, tests_of

ANSWER = "answer"
TODAY_LABEL = "还没落户，按今天算"
SIDEWAYS = (("不清楚", f"{ANSWER}:{{fact}}:{UNKNOWN}"), ("为什么问这个", "why"), ("先不说了", "stop"))


def tests_about(rules: Sequence[Rule], fact: str) -> list[Test]:
    """The conditions of `rules` that need `fact`."""
    return [t for r in rules for c in r.cases for t in tests_of(c.condition)
            if fact in (t.fact, t.as_of)]


def _limits(rules: Sequence[Rule], fact: str, today: dt.date) -> list[int]:
    """Thresholds in months that the rules set for a length."""
    return sorted({
        limit_of(t, rule, today) for rule in rules for t in tests_about([rule], fact)
        if not isinstance(t.operand, tuple)
    })


def _size(fact: Fact, months: int) -> str:
    return f"{months // 12}周岁" if fact.kind == "age" else length_words(months)


def _length_label(fact: Fact, low: int | None, high: int | None) -> str:
    """“满2年以上”, “不满2年”, “满2年、不满5年”; for ages “已满60周岁”, “未满60周岁”."""
    full, under = ("已满{}", "未满{}") if fact.kind == "age" else ("满{}", "不满{}")
    more = "" if fact.kind == "age" or high is not None else "以上"
    words = [full.format(_size(fact, low)) + more] if low is not None else []
    return "、".join(words + ([under.format(_size(fact, high))] if high is not None else []))


def _length_options(fact: Fact, limits: Sequence[int]) -> list[tuple[str, str]]:
    """(label, value) between the thresholds, the longest first, so that digits are enough."""
    spans = list(zip([None, *limits], [*limits, None])) if limits else []
    return [
        (_length_label(fact, low, high),
         f"{'' if low is None else low}~{'' if high is None else high - 1}")
        for low, high in reversed(spans)
    ]


def _options(fact: Fact, rules: Sequence[Rule], today: dt.date) -> list[tuple[str, str]]:
    if fact.kind == "choice":
        return [(value, value) for value in fact.values()]
    if fact.kind == "date":
        return [(TODAY_LABEL, value) for value in fact.values()]
    return _length_options(fact, _limits(rules, fact.id, today))


def why(release: Release, rules: Sequence[Rule], fact: str, facts: Facts) -> str:
    """Which clause needs the fact, with its words; for a routing fact, what it is for."""
    meant = [rule for rule in rules if applies(rule, facts)] or rules
    found = tests_about(meant, fact)
    routed = any(fact in rule.applies_to for rule in rules) and len(rules) > 1
    if routed or not found:
        return "方案对不同的人有不同的规定，先问这个才知道看哪一条。"
    test = found[0]
    clause = reply.clause_label(release.entries[test.basis].clause, test.basis)
    quote = test.quote or release.entries[test.basis].original
    return f"{clause}写了“{quote}”，所以要问这个。"


def question(release: Release, rules: Sequence[Rule], fact: str, facts: Facts, today: dt.date,
             person: str = "", number: int | None = None, stuck: bool = False) -> reply.Reply:
    """`interview_question` for `fact`, its answers to be chosen or written freely.

    `number` is the question's place among those answered, if it is asked again; to somebody who
    is `stuck` a person is offered.
    """
    one = release.facts[fact]
    rows = [(label, f"{ANSWER}:{fact}:{value}") for label, value in _options(one, rules, today)]
    rows += [(label, payload.format(fact=fact)) for label, payload in SIDEWAYS]
    rows += [("转人工", "handoff")] if stuck else []
    example = f"（也可以直接写，例如：{one.example}）" if one.example else ""
    return {
        "type": "interview_question", "rule": rules[0].id, "fact": fact,
        "prompt": f"{f'【{person}】' if person else ''}{one.question}{example}",
        "options": [{"label": label, "payload": payload} for label, payload in rows],
        "why": why(release, rules, fact, facts), "help": one.sources, "asked": number or len(facts) + 1,
        "remaining_at_most": max(1, remaining_at_most(rules, facts, today)), "release": release.number,
    }
