"""Telling years by name from years by number: 19年来的 is 2019, 住了19年 is nineteen of them."""
from __future__ import annotations

import datetime as dt
import re

from policy_kb.numerals import DIGITS, NUMBER, figure, spelled, value
from policy_kb.timespan import Unclear

WHICH_KIND = "您说的是从哪一年开始，还是一共多少年，请说全，例如“2019年来的”或“住了10年”。"

_LONGEST_STAY = 80
"""Years: 98年 is a year by name, since nobody answers that they have lived here for so long."""

_TWO_DIGITS = re.compile(
    rf"(?:(?<![0-9.])[0-9]{{2}}|(?<![{DIGITS}两十百千])[{DIGITS}]{{2}})(?=年(?!代|[初底末中]|上半|下半))")
_MONTH_OF_YEAR = re.compile(rf"年的?(?:{NUMBER}月(?!份?零)|[开入立上春夏秋冬正腊])")
_NAMED_BEFORE = re.compile(r"(?:从|打|自|于|是)$")
_NAMED_AFTER = re.compile(
    r"年(?:来(?!一直|[都，。始也]|$)|[就才搬起到开进出上落结毕参入生属]|那|至今|以来|的|以后|之后)")
_UNDECIDED_AFTER = re.compile(r"年(?:左右|前后|上下)[就才]?[来搬]")
_STAYED_BEFORE = re.compile(r"(?:[住干待呆来满够过]了|工作了?|打工了?|生活了?|[住满够快小近足止]|超过|[不没]到|差点儿?|眼瞅着?|眼看着?|马上)$")
_COUNTED_BEFORE = re.compile(
    r"(?:[干待呆有近约]|至少|大概|差不多|已经|一共|总共"
    r"|在[这那丹城此本][^，。]{0,4})$")
_COUNTED_AFTER = re.compile(
    rf"年(?:[了多半整前]|左右|以上|有余|出头|零|上下|不到|来[，一都始]|{NUMBER}个半?月)")
_MONTHS = re.compile(rf"(?<=[住干待呆满够有了来足到近快约过])({NUMBER})月(?!份)")
_FROM_TO = re.compile(rf"({NUMBER})([到至~—、-])({NUMBER})(年|个月|天)")


def told_apart(text: str, today: dt.date) -> str:
    """Plain `text` with numbers of years and months marked by 个: 住了19个年, 住了18个月.

    Raises Unclear where a year and a number of years could both be meant.
    """
    text = _FROM_TO.sub(r"\1\4\2\3\4", text)
    text = _MONTHS.sub(_counted_months, text)
    return _TWO_DIGITS.sub(lambda found: _told(found, text, today), text)


def _counted_months(found: re.Match[str]) -> str:
    months = figure(found[1]).low
    return f"{found[1]}个月" if months > 12 else found[0]


def _told(found: re.Match[str], text: str, today: dt.date) -> str:
    words, before, after = found[0], text[:found.start()], text[found.end():]
    if _MONTH_OF_YEAR.match(after) or words.startswith(("0", "零")) or before.endswith("'"):
        return words
    if _UNDECIDED_AFTER.match(after):
        raise Unclear(WHICH_KIND)
    named = bool(_NAMED_BEFORE.search(before) or _NAMED_AFTER.match(after))
    pair = spelled(words) and figure(words).low != figure(words).high
    if not spelled(words) and _STAYED_BEFORE.search(before):
        return f"{words}个"
    if pair:
        return _neighbours(words, named, today)
    if named or spelled(words):
        return words
    if _COUNTED_BEFORE.search(before) or _COUNTED_AFTER.match(after):
        return f"{words}个"
    return _alone(words, today)


def _neighbours(words: str, named: bool, today: dt.date) -> str:
    """二三年 is 2023 or two to three years; 三四年 cannot be 2034."""
    if named or value(words) <= today.year % 100:
        raise Unclear(WHICH_KIND)
    return f"{words}个"


def _alone(words: str, today: dt.date) -> str:
    number = value(words)
    if number >= _LONGEST_STAY:
        return words
    if number <= today.year % 100 or number >= 50:
        raise Unclear(WHICH_KIND)
    return f"{words}个"
