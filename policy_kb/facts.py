"""Values of facts: read from what was typed, written as JSON for receipts, said in words."""
from __future__ import annotations

import datetime as dt
import re
from typing import Any, Mapping

from policy_kb.eligibility import TODAY, UNKNOWN, Facts, Value, length_words
from policy_kb.quantities import Quantity, Unclear, read_age, read_date, read_duration
from policy_kb.rules import Fact
from policy_kb.text import normalize

SPAN = re.compile(r"^(\d*)~(\d*)$")
BARE = re.compile(r"^\d{1,4}$")


class FactError(ValueError):
    """A fact or its value cannot be understood; the message says in Chinese what to write."""


def option_of(fact: Fact, text: str) -> str | None:
    """The option that `text` is, as its value or one of its sayings; None if it is none."""
    wanted = _bare(text)
    for option in fact.options:
        if wanted in map(_bare, (option.value, *option.sayings)):
            return option.value
    return None


def _bare(text: str) -> str:
    """`text` without the signs and particles round it that change nothing."""
    return normalize(text).strip(" 。，！!.,的了呀啊吧呢")


def parse(fact: Fact, text: str, today: dt.date) -> Value:
    """Value of `fact` as typed by staff or held in a payload. Raises FactError.

    Lengths may also be a bare number (months; years for an age) or `24~35`, `~23`, `24~` months.
    """
    text = text.strip()
    if text == UNKNOWN:
        return UNKNOWN
    chosen = option_of(fact, text)
    if chosen is not None:
        return chosen
    if fact.kind == "choice":
        raise FactError(f"“{fact.id}”不能是“{text[:30]}”，可用：{'、'.join((*fact.values(), UNKNOWN))}。")
    value = _length(fact, text) or _said(fact, text, today)
    if value is None:
        raise FactError(f"“{fact.id}”看不懂“{text[:30]}”，可以写：{fact.example}。")
    return value


def _length(fact: Fact, text: str) -> Value | None:
    span = SPAN.match(text)
    if fact.kind in ("duration", "age") and span and text != "~":
        low, high = (int(n) if n else None for n in span.groups())
        return Quantity(months=(low, high)) if None in (low, high) or low <= high else None
    if fact.kind == "duration" and BARE.match(text):
        return Quantity(months=(int(text), int(text)))
    return None


def _said(fact: Fact, text: str, today: dt.date) -> Value | None:
    reader = {"duration": read_duration, "age": read_age, "date": read_date}[fact.kind]
    try:
        return reader(text, today)
    except Unclear as unclear:
        raise FactError(f"“{fact.id}”：{unclear.hint}") from None


def assignments(facts: Mapping[str, Fact], given: list[str], today: dt.date) -> dict[str, Value]:
    """Values of `事实=值` arguments. Raises FactError."""
    out: dict[str, Value] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or name.strip() not in facts:
            raise FactError(f"“{one[:30]}”不对，应当写成 事实=值；事实可用：{'、'.join(facts)}。")
        out[name.strip()] = parse(facts[name.strip()], text, today)
    return out


def is_vague(value: Value) -> bool:
    """Whether a value is unknown, or leaves open which of several lengths or days it is."""
    if value == UNKNOWN:
        return True
    if isinstance(value, str):
        return False
    first, last = value if isinstance(value, tuple) else value.since or value.months or (None, None)
    return first is None or first != last


def dump(value: Value) -> Any:
    """JSON form of a value."""
    if isinstance(value, Quantity):
        if value.since:
            return {"since": [d.isoformat() for d in value.since]}
        return {"months": list(value.months or (None, None))}
    return [d.isoformat() for d in value] if isinstance(value, tuple) else value


def load(raw: Any) -> Value:
    """Value of its JSON form."""
    if isinstance(raw, Mapping):
        if "since" in raw:
            return Quantity(since=_days(raw["since"]))
        low, high = raw["months"]
        return Quantity(months=(low, high))
    return _days(raw) if isinstance(raw, list) else raw


def _days(raw: Any) -> tuple[dt.date, dt.date]:
    first, last = (dt.date.fromisoformat(d) for d in raw)
    return first, last


def dump_all(facts: Facts) -> dict[str, Any]:
    """JSON form of facts."""
    return {name: dump(value) for name, value in facts.items()}


def load_all(raw: Mapping[str, Any]) -> dict[str, Value]:
    """Facts of their JSON form."""
    return {name: load(value) for name, value in raw.items()}


def day_words(day: dt.date) -> str:
    """“2027年3月24日”."""
    return f"{day.year}年{day.month}月{day.day}日"


def days_words(days: tuple[dt.date, dt.date]) -> str:
    """A day, a month, or from … to …."""
    first, last = days
    if first == last:
        return day_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.year}年{first.month}月"
    return f"{first.year}年{first.month}月至{last.year}年{last.month}月"


def words(fact: Fact, value: Value | None) -> str:
    """A value as the person would say it: “满1年8个月”, “1966年12月1日出生”, “有”."""
    if value is None:
        return "尚未问到"
    if isinstance(value, str):
        return "还没落户，按今天算" if value == TODAY else value
    if isinstance(value, tuple):
        return days_words(value)
    if value.since:
        return f"{days_words(value.since)}{'出生' if fact.kind == 'age' else '起'}"
    return _span_words(fact, *(value.months or (None, None)))


def _one(fact: Fact, months: int) -> str:
    if fact.kind != "age":
        return length_words(months)
    years, rest = divmod(months, 12)
    return f"{years}岁" + (f"{rest}个月" if rest else "")


def _span_words(fact: Fact, low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return UNKNOWN
    if high is None:
        return f"满{_one(fact, low or 0)}以上"
    if low is None:
        return f"不满{_one(fact, high + 1)}"
    if fact.kind == "age" and low % 12 == 0 and high == low + 11:
        return f"{low // 12}岁"
    return _one(fact, low) if low == high else f"{_one(fact, low)}到{_one(fact, high)}"
