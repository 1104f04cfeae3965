"""What a length of time is, and what it means not to have understood one."""
from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Mapping

from dateutil.relativedelta import relativedelta

from policy_kb.text import normalize

Days = tuple[dt.date, dt.date]

LONGEST_LIFE = 120 * 12
"""Months: nobody is older, and nobody has lived anywhere for longer."""

BLOT, AHEAD = "\0", "\1"
"""Stand for what has been read already; AHEAD for a day to come, where nothing is reached yet."""

_AS_WRITTEN = str.maketrans("○◯壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "〇〇一二二三三四五六六七八九十百千")
_SPOKEN: Mapping[str, str] = {
    "〇": "零", "廿": "二十", "卅": "三十", "俩仨": "两三个", "仨俩": "两三个",
    "俩年头": "两个年头", "俩年": "两年", "俩": "两个", "仨年": "三年", "仨": "三个",
    "半拉": "半个", "个半拉": "个半", "差一点": "差点",
}
_SPOKEN_RUN = re.compile("|".join(sorted(_SPOKEN, key=len, reverse=True)))
_LISTED = re.compile(
    r"(?<=[一二两三四五六七八九])、(?=[二两三四五六七八九](?:十|个|年|月|岁|天|周|$))")


class Unclear(ValueError):
    """Something was said that has to be asked back; `hint` is one Chinese sentence that asks."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


@dataclass(frozen=True)
class Quantity:
    """A length of time in whole months as of today, or since a day; closed, None is open."""

    months: tuple[int | None, int | None] | None = None
    since: Days | None = None


@dataclass(frozen=True)
class Span:
    """A figure as it was said, in months, before its qualifier is weighed.

    `step` is how far 多 or 出头 may reach above it, `margin` how far 左右 may reach on both sides,
    `rest` how far the figure itself reaches: somebody is 63 for eleven months and more.
    """

    low: Fraction
    high: Fraction
    step: Fraction
    margin: Fraction
    rest: Fraction = Fraction(0)


def elapsed(since: dt.date, on: dt.date) -> int:
    """Whole calendar months from `since` to `on`, the day of the month reached counting as full.

    Where a month has no such day, its last day stands for it. Negative before `since`.
    """
    delta = relativedelta(on, since)
    return delta.years * 12 + delta.months


def plain(text: str) -> str:
    """`text` as the readers of numbers expect it: normal, without blanks, 俩 and 仨 spelt out."""
    joined = _LISTED.sub("", normalize(text.translate(_AS_WRITTEN)).replace(" ", ""))
    return _SPOKEN_RUN.sub(lambda found: _SPOKEN[found[0]], joined)
