"""Siblings of one rule told apart by what a message says: at 59 another item holds than at 60."""
from __future__ import annotations

import datetime as dt
from dataclasses import replace

from policy_kb.eligibility import TODAY, Facts, decide
from policy_kb.matcher import Match
from policy_kb.release import Release
from policy_kb.rules import Rule, facts_of, tests_of
from policy_kb.statements import facts_in


def _told(rule: Rule, text: str, release: Release, today: dt.date) -> Facts:
    """What `text` tells of the rule's facts; a length is taken as it is on the day that counts."""
    told = facts_in(text, release.facts, today, facts_of(rule))
    days = {t.as_of: TODAY for c in rule.cases for t in tests_of(c.condition) if t.as_of}
    return {**days, **told} if told else {}


def _ruled_out(rule: Rule, facts: Facts, today: dt.date) -> set[str]:
    """Entries none of whose situations can hold."""
    cases = decide(rule, facts, today).cases
    open_to = {c.case.basis for c in cases if c.held is not False}
    return {c.case.basis for c in cases} - open_to


def fitting(match: Match, text: str, release: Release, today: dt.date) -> Match:
    """`match`, its entry exchanged for the next likely one of the same rule if `text` rules it out."""
    first = release.entries.get(match.entries[0]) if match.decision == "answer" else None
    rule = release.rules.get(first.rule) if first and first.rule else None
    told = _told(rule, text, release, today) if rule else {}
    if not told:
        return match
    out = _ruled_out(rule, told, today)
    left = [i for i, _ in match.candidates
            if i not in out and release.entries.get(i, first).rule == rule.id]
    return replace(match, entries=(left[0],)) if first.id in out and left else match
