"""Verdicts as reply objects: what the rules decided, condition by condition, with its words."""
from __future__ import annotations

import datetime as dt
import json
from typing import Any, Iterable, Sequence

from policy_kb import facts as values
from policy_kb import reply
from policy_kb.eligibility import (
    CaseResult, Change, Checked, Facts, RuleResult, applies, decide_all, known,
)
from policy_kb.facts import FactError
from policy_kb.receipt import Receipt
from policy_kb.release import Release
from policy_kb.rules import Rule, Test

SEVERAL = "、"
ELSEWHERE = "是给另一类人的，没有问"


def rules_for(release: Release, subject: str) -> list[Rule]:
    """Rules named by `subject`: one rule id, several with blanks between, or a group's name.

    Raises FactError for a name that is neither.
    """
    found = []
    for name in subject.split():
        rules = [r for r in release.rules.values() if name in (r.id, r.group)]
        if not rules:
            known_names = SEVERAL.join(dict.fromkeys(
                n for r in release.rules.values() for n in (r.id, r.group)))
            raise FactError(f"没有规则或组“{name[:30]}”，可用：{known_names}。")
        found += sorted(rules, key=lambda rule: _place(release, rule))
    return found


def _place(release: Release, rule: Rule) -> list[int]:
    """Where the routing facts' options put a rule among those of its group."""
    return [
        release.facts[name].values().index(value)
        for name, wanted in rule.applies_to.items() for value in wanted
    ]


def _trace(release: Release, checked: Checked) -> dict[str, Any]:
    entry, test = release.entries[checked.test.basis], checked.test
    return {
        "condition": checked.label, "fact": test.fact,
        "value": values.words(release.facts[test.fact], checked.value), "met": checked.met,
        "clause": entry.clause, "item": entry.id, "quote": test.quote or entry.original,
        "covered": not (checked.met is False and test.failing == "window"),
    }


def _when(change: Change) -> str | None:
    return f"{values.days_words(change.when)}起" if change.when else None


def _change(change: Change) -> dict[str, Any]:
    return {
        "fact": change.fact, "needed": change.needed, "when": _when(change),
        "assuming": list(change.assuming), "months": list(change.months) if change.months else None,
        "from": [d.isoformat() for d in change.when] if change.when else None,
    }


def _lacking(release: Release, facts: Facts, result: CaseResult) -> list[str]:
    """What is not known yet, or not exactly enough, and where it can be found out."""
    names = dict.fromkeys(n for c in result.trace if c.met is None for n in _deciding(c.test, facts))
    return [f"还不清楚：{name}。{release.facts[name].sources}" for name in names]


def _deciding(test: Test, facts: Facts) -> list[str]:
    """The facts that leave a condition open: those not known, else those too vague.

    Months stated today are too vague for another day, though exact in themselves.
    """
    names = [name for name in (test.fact, test.as_of) if name]
    unknown = [name for name in names if known(facts, name) is None]
    vague = [name for name in names if values.is_vague(facts[name])] if not unknown else []
    return unknown or vague or [test.fact]


def _not_covered(result: RuleResult) -> list[str]:
    """What the situations say that speak of others than this person."""
    return [
        checked.label for case in result.cases if case.outcome == "window" and not case.held
        for checked in case.trace if checked.met is False and checked.test.failing == "window"
    ]


def _summary(release: Release, facts: Facts, result: RuleResult) -> str:
    nearest = result.nearest
    if nearest.held:
        return nearest.case.conclusion
    if nearest.held is None:
        return "\n".join(_lacking(release, facts, nearest))
    if nearest.outcome == "window":
        covered = SEVERAL.join(dict.fromkeys(_not_covered(result)))
        return f"文件这一条只写了“{covered}”的情形，没有写您这种情况。没有写不等于不能办，请问受理窗口。"
    failing = SEVERAL.join(dict.fromkeys(c.label for c in nearest.trace if c.met is False))
    return f"目前不满足的是：{failing}。"


def _row(release: Release, facts: Facts, result: RuleResult) -> dict[str, Any]:
    """One rule of a verdict."""
    nearest = result.nearest
    return {
        "rule": result.rule.id, "name": result.rule.name, "case": nearest.case.name,
        "outcome": result.outcome, "summary": _summary(release, facts, result),
        "trace": [_trace(release, c) for c in nearest.trace],
        "changes": [_change(c) for c in nearest.changes],
        "unchecked": list(result.rule.unchecked),
        "basis": reply.quote(release, release.entries[nearest.case.basis]),
    }


def _other(name: str, outcome: str, label: str, rule: str) -> dict[str, str]:
    return {"name": name, "outcome": outcome, "label": label, "rule": rule}


def _others(results: Sequence[RuleResult], facts: Facts) -> list[dict[str, str]]:
    """The ways that were not the nearest, by name: other situations, then other rules."""
    first, *rest = results
    rows = [_other(c.case.name, c.outcome, reply.OUTCOMES[c.outcome], first.rule.id)
            for c in first.cases[1:] if c.outcome != "not_met" or c.changes]
    for result in rest:
        meant = applies(result.rule, facts) is not False
        label = reply.OUTCOMES[result.outcome] if meant else ELSEWHERE
        if meant or result.outcome == "undetermined":
            rows.append(_other(result.rule.name, result.outcome, label, result.rule.id))
    return rows


def rights_of(release: Release, facts: Facts, topics: Iterable[str] = (),
              told: Iterable[str] = ()) -> list[str]:
    """Rights told unasked for these facts or topics: the clause and its words.

    `told` are entries whose words are shown anyway.
    """
    ids: dict[str, None] = {}
    for right in release.rights:
        concerned = any(known(facts, n) in v for n, v in right.situations.items())
        if concerned or set(topics) & set(right.topics):
            ids.update(dict.fromkeys(right.entries))
    return [
        f"{reply.clause_label(release.entries[i].clause, i)}：“{release.entries[i].original}”"
        for i in ids if i not in told
    ]


def _departments(release: Release, result: RuleResult) -> list[dict[str, str]]:
    return reply.departments(release, release.entries[result.nearest.case.basis].departments)


def verdict(release: Release, rules: Sequence[Rule], facts: Facts, today: dt.date,
            code: str, person: str = "") -> reply.Reply:
    """The verdict of `rules` (the nearest in full, the others by name) under receipt `code`."""
    results = decide_all(rules, facts, today)
    entry = release.entries[results[0].nearest.case.basis]
    topics = [release.entries[c.case.basis].topic for c in results[0].cases]
    return {
        "type": "verdict", "person": person, "rules": [_row(release, facts, results[0])],
        "others": _others(results, facts), "rights": rights_of(release, facts, topics),
        "facts": [{"fact": name, "value": values.words(fact, facts[name])}
                  for name, fact in release.facts.items() if name in facts],
        "departments": _departments(release, results[0]),
        "status": reply.status_object(entry.status, release.document, today),
        "release": release.number, "receipt": code,
    }


def issue(release: Release, subject: str, facts: Facts, today: dt.date, code_for: Any,
          person: str = "") -> reply.Reply:
    """A verdict with its receipt; `code_for(kind, release, subject, facts, today)` gives the code."""
    code = code_for("verdict", release.number, subject, values.dump_all(facts), today)
    return verdict(release, rules_for(release, subject), facts, today, code, person)


def again(release: Release, receipt: Receipt) -> reply.Reply | None:
    """The verdict of a receipt as `release` gives it; None if a rule or fact is not in it."""
    facts = values.load_all(receipt.facts)
    if not set(facts) <= set(release.facts):
        return None
    try:
        rules = rules_for(release, receipt.subject)
    except FactError:
        return None
    return verdict(release, rules, facts, receipt.day, receipt.code)


def decide_command(release: Release, subject: str, given: list[str], today: dt.date,
                   code_for: Any, as_json: bool) -> str:
    """`decide RULE --fact K=V`: the verdict in words or as JSON. Raises FactError."""
    facts = values.assignments(release.facts, given, today)
    found = issue(release, subject, facts, today, code_for)
    if as_json:
        return json.dumps(found, ensure_ascii=False, indent=2)
    return reply.plain_text(found)
