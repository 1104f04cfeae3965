"""Which earlier answer a message changes, and to what."""
from __future__ import annotations

import datetime as dt
import re
from typing import Mapping, Sequence

from policy_kb import moves
from policy_kb.eligibility import UNKNOWN, Value
from policy_kb.quantities import Unclear
from policy_kb.rules import Fact
from policy_kb.statements import is_unsure, read_answer, volunteered

LEADING_VERB = re.compile(r"^(?:家长有|想参加的|本人|出于|有|是)")
AROUND_NAME = "把将那一题这道个的 ，改成是为"


def _short(name: str) -> str:
    """What people call a fact: 有居住证 is 居住证."""
    return LEADING_VERB.sub("", name)


def called(text: str, answered: Sequence[str]) -> str | None:
    """The one answered fact that `text` calls by its name, or by the beginning of it."""
    for call in (lambda name: name, _short, lambda name: _short(name)[:2]):
        found = [name for name in answered if call(name) in text]
        if len(found) == 1:
            return found[0]
    return None


def value_of(fact: Fact, text: str, today: dt.date) -> Value | None:
    """What `text` says of a fact that it is known to be about; None if nothing clear."""
    if is_unsure(text):
        return UNKNOWN
    try:
        return read_answer(fact, text, today)
    except Unclear:
        return None


def _by_name(text: str, facts: Mapping[str, Fact], answered: Sequence[str],
             today: dt.date) -> dict[str, Value]:
    """A fact called by its name: “把年龄改成六十”."""
    name = called(text, answered)
    if name is None:
        return {}
    for words in (name, _short(name), ""):
        value = value_of(facts[name], text.replace(words, " ").strip(AROUND_NAME), today)
        if value is not None and words in text:
            return {name: value}
    return {}


def changed(text: str, facts: Mapping[str, Fact], answered: Sequence[str],
            today: dt.date) -> dict[str, Value]:
    """New values that a correction gives to `answered` facts; empty if it names none clearly."""
    rest = moves.instead(text)
    if not rest:
        return {}
    return volunteered(rest, facts, today, answered) or _by_name(rest, facts, answered, today)


def without_dependants(told: Mapping[str, Value], facts: Mapping[str, Fact],
                       name: str) -> dict[str, Value]:
    """What was told, less the answers that hang on `name`."""
    stale = {name}
    while True:
        more = {n for n in told if set(facts[n].depends_on) & stale} - stale
        if not more:
            return {n: v for n, v in told.items() if n not in stale - {name}}
        stale |= more
