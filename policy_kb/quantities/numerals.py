"""Numbers as people write and say them: 63, 六十三, 三四, 十来, 二十几."""
from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

import cn2an

DIGITS = "零一二三四五六七八九"
HAN = f"{DIGITS}两十百千"
NUMBER = (
    r"(?:(?<![0-9.])[0-9]{1,5}(?:\.[0-9]{1,4})?(?![0-9]|\.[0-9])"
    rf"|(?<![{HAN}])(?<![{HAN}]点)[{HAN}]{{1,9}}(?:点[{DIGITS}]{{1,4}})?(?![{HAN}]))"
)
"""One number, whole: never the end or the beginning of a longer one."""

_PAIR = re.compile(r"(?P<tens>[一二三四五六七八九]?十)?(?P<a>[一二两三四五六七八])(?P<b>[二两三四五六七八九])"
                   r"(?P<scale>[十百千])?$")
_SPELLED = re.compile(rf"[{DIGITS}]{{2,}}$")
_SCALES = {"十": 10, "百": 100, "千": 1000}


class Figure(NamedTuple):
    """A number said exactly (`low` is `high`) or as a pair of neighbours (三四: 3, 4)."""

    low: Fraction
    high: Fraction


def value(words: str) -> Fraction:
    """The number that `words` say. Raises ValueError if they say none."""
    try:
        return Fraction(str(cn2an.cn2an(words.replace("两", "二").lstrip("零") or "零", "smart")))
    except KeyError:                    # cn2an on 七十三八十四
        raise ValueError(words) from None


def spelled(words: str) -> bool:
    """Whether digits are called out one by one (一九, 二零一九), as in years."""
    return bool(_SPELLED.match(words))


def figure(words: str) -> Figure:
    """What a run of NUMBER says. Raises ValueError if it is no number."""
    pair = _PAIR.match(words)
    if pair and _neighbours(pair):
        return _pair(pair)
    exact = value(words)
    return Figure(exact, exact)


def _neighbours(pair: re.Match[str]) -> bool:
    if pair["tens"] and pair["scale"]:
        return False
    return value(pair["b"]) - value(pair["a"]) == 1 or pair["a"] + pair["b"] == "三五"


def _pair(pair: re.Match[str]) -> Figure:
    base = value(pair["tens"]) if pair["tens"] else Fraction(0)
    scale = _SCALES[pair["scale"]] if pair["scale"] else 1
    return Figure(base + value(pair["a"]) * scale, base + (value(pair["b"]) + 1) * scale - 1)


def magnitude(number: Fraction) -> int:
    """How far 多 may reach above a round number: 10 for 二十, 100 for 三百, 1 for 十三."""
    for scale in (1000, 100, 10):
        if number >= scale and number % scale == 0:
            return scale
    return 1
