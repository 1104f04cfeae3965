"""How people say lengths of time, ages and days, and what is understood of it."""
from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from policy_kb.quantities import Quantity, Unclear, elapsed, read_age, read_date, read_duration

CASES = YAML(typ="safe", pure=True).load(Path(__file__).with_name("quantities.yml"))
TODAY = CASES["今天"]
READERS = {"时长": read_duration, "年龄": read_age, "日期": read_date}


def shown(value: object) -> str:
    """A value as the case file writes it."""
    if value is None:
        return "-"
    low, high = (value.months or value.since) if isinstance(value, Quantity) else value
    return f"{'' if low is None else low}..{'' if high is None else high}"


def understood(kind: str, text: str) -> str:
    try:
        return shown(READERS[kind](text, TODAY))
    except Unclear:
        return "?"


@pytest.mark.parametrize(("kind", "text", "expected"), [
    (kind, text, expected) for kind in READERS for text, expected in CASES[kind].items()
])
def test_what_is_said_is_understood(kind: str, text: str, expected: str) -> None:
    assert understood(kind, text) == expected
