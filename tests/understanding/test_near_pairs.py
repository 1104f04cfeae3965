"""Two messages that differ in little and mean something else: both lead where they should.

The pairs are in near_pairs.txt, whose head says how they are written.
"""
from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

import pytest

from policy_kb.eligibility import Value
from policy_kb.entries import load_content
from policy_kb.quantities import Quantity, Unclear
from policy_kb.statements import facts_in, read_answer
from policy_kb.quantities.timespan import elapsed
from tests.conversation.tester import Conversation
from tests.rules.shipped import CONTENT, facts
from tests.understanding.looks import answered, offered

TODAY = dt.date(2026, 6, 15)
PAIRS = Path(__file__).with_name("near_pairs.txt")
CONDITION = re.compile(r"f:(?P<fact>\w+)(?P<sign>>=|<|=)(?P<value>\S+)")
SHIPPED = {entry.id: entry for entry in load_content(CONTENT).entries}
MONTHS = {"duration": 1, "age": 12}     # months in the unit in which the file gives a fact's limit


@dataclass(frozen=True)
class Side:
    """A message and the branch it must take, as the file writes it."""

    text: str
    branch: str


def pairs() -> list[tuple[Side, Side]]:
    """The pairs of the file, in its order."""
    lines = [line for line in PAIRS.read_text("utf-8").splitlines()
             if line.strip() and not line.startswith("#")]
    split = [[[part.strip() for part in side.split("|")] for side in line.split("||")]
             for line in lines]
    return [(Side(*one), Side(*other)) for one, other in split]


def about(kind: bool) -> Iterator[object]:
    """The pairs that are about facts, or the others; named by their first message."""
    for one, other in pairs():
        if one.branch.startswith("f:") is kind:
            yield pytest.param(one, other, id=f"{one.text} / {other.text}")


def heard(fact: str, text: str) -> Value | None:
    """What `text` tells of a fact, in passing or as an answer to its question."""
    stated = facts_in(text, facts(), TODAY, [fact])
    return stated[fact] if fact in stated else read_answer(facts()[fact], text, TODAY)


def months(value: Quantity) -> tuple[int | None, int | None]:
    """Least and most months that a quantity may stand for today."""
    if value.since:
        return elapsed(value.since[1], TODAY), elapsed(value.since[0], TODAY)
    return value.months or (None, None)


def fits(value: Value | None, fact: str, sign: str, wanted: str) -> bool:
    """Whether a value is what the file wants, whatever it may stand for."""
    if sign == "=":
        return value == wanted
    if not isinstance(value, Quantity):
        return False
    (low, high), limit = months(value), int(wanted) * MONTHS[facts()[fact].kind]
    return high is not None and high < limit if sign == "<" else low is not None and low >= limit


@pytest.mark.parametrize(("one", "other"), about(True))
def test_two_messages_that_differ_in_little_tell_different_facts(one: Side, other: Side) -> None:
    for side in (one, other):
        fact, sign, wanted = CONDITION.fullmatch(side.branch).groups()
        try:
            value = heard(fact, side.text)
        except Unclear as unclear:
            pytest.fail(f"{side.text}：{unclear.hint}")
        assert fits(value, fact, sign, wanted), f"{side.text}：{value}"


def reached(citizen: Conversation, branch: str) -> bool:
    """Whether the last turn took a branch, at once or as the first of at most three choices."""
    quoted = [q["text"] for r in citizen.replies for q in r.get("quotes", [])]
    first = offered(citizen)[0] if 0 < len(offered(citizen)) <= 3 else ""
    if branch.startswith("q:"):
        held = [*quoted, SHIPPED[first].original] if first else quoted
        return any(branch[2:] in text for text in held)
    if branch == "o":
        return not quoted
    return not quoted and (bool(answered(citizen)) or first.startswith("N-"))


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), about(False))
def test_two_messages_that_differ_in_little_get_different_answers(
        citizens: Callable[[], Conversation], one: Side, other: Side) -> None:
    for side in (one, other):
        citizen = citizens()
        citizen.says(side.text)
        assert reached(citizen, side.branch), (side, citizen.texts)


def test_there_are_at_least_a_hundred_pairs_and_none_twice() -> None:
    found = pairs()
    assert len(found) == len(set(found)) >= 100
