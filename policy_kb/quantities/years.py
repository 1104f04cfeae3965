"""Telling years by name from years by number: 19年来的 is 2019, 住了19年 is nineteen of them."""
from __future__ import annotations

import datetime as dt
import re

from policy_kb.quantities.numerals import DIGITS, HAN, NUMBER, figure, spelled, value
from policy_kb.quantities.timespan import BLOT

_LONGEST_STAY = 80
"""Years: 98年 is a year by name, since nobody answers that they have lived here for so long."""
_OLDEST_ARRIVAL = 50
"""Of two digits: 30年 cannot be 1930, but 60年 may be 1960."""

_TWO_DIGITS = re.compile(rf"(?:(?<![0-9.])[0-9]{{2}}|(?<![{HAN}])[{DIGITS}]{{2}})"
                         r"(?=年(?!代|[初底末中]|上半|下半))")
_MONTH_OF_YEAR = re.compile(rf"年的?(?:{NUMBER}月(?!份?零)|[开入立上春夏秋冬正腊])")
_NAMED_BEFORE = re.compile(r"(?:从|打|自|于|是)$")
_NAMED_AFTER = re.compile(
    r"年(?:来(?!一直|[都，。始也]|$)|[就才搬起到开进出上落结毕参入生属]|那|至今|以来|的|以后|之后)")
_EITHER_AFTER = re.compile(r"年(?:左右|前后|上下)[就才]?[来搬]")
_PASSED_BEFORE = re.compile(r"(?:(?<![到忘除为])了|[住满够快小近足止]|超过|[不没]到|差点儿?|眼瞅着?|眼看着?|马上)$")
_COUNTED_BEFORE = re.compile(
    r"(?:[干待呆有近约]|至少|大概|差不多|已经|一共|总共|在[这那丹城此本][^，。]{0,4})$")
_COUNTED_AFTER = re.compile(
    rf"年(?:[了多半整前]|左右|以上|有余|出头|零|上下|不到|来[，一都始]|{NUMBER}个半?月)")
_MONTHS = re.compile(rf"(?<=[住干待呆满够有了来足到近快约过])({NUMBER})月(?!份)")
_FROM_TO = re.compile(rf"({NUMBER})([到至~—、-])({NUMBER})(年|个月|天)")

_NAME, _COUNT, _EITHER = "name", "count", "either"


def told_apart(text: str, today: dt.date) -> tuple[str, bool]:
    """Plain `text` with counted years and months marked by 个 (住了19个年), and whether all is clear.

    Where a year and a number of years could both be meant, the figure is blotted out.
    """
    text = _MONTHS.sub(_counted_months, _FROM_TO.sub(r"\1\4\2\3\4", text))
    kinds = {found.start(): _kind(found, text, today) for found in _TWO_DIGITS.finditer(text)}
    marked = _TWO_DIGITS.sub(lambda found: _marked(found[0], kinds[found.start()]), text)
    return marked, _EITHER not in kinds.values()


def _counted_months(found: re.Match[str]) -> str:
    return f"{found[1]}个月" if figure(found[1]).low > 12 else found[0]


def _marked(words: str, kind: str) -> str:
    return {_NAME: words, _COUNT: f"{words}个", _EITHER: BLOT * 2}[kind]


def _kind(found: re.Match[str], text: str, today: dt.date) -> str:
    words, before, after = found[0], text[:found.start()], text[found.end():]
    if _MONTH_OF_YEAR.match(after) or words.startswith(("0", "零")) or before.endswith("'"):
        return _NAME
    if _EITHER_AFTER.match(after):
        return _EITHER
    named = bool(_NAMED_BEFORE.search(before) or _NAMED_AFTER.match(after))
    if spelled(words):
        return _kind_of_spelled(words, named, today)
    if _PASSED_BEFORE.search(before):
        return _COUNT
    if named:
        return _NAME
    counted = _COUNTED_BEFORE.search(before) or _COUNTED_AFTER.match(after)
    return _COUNT if counted else _kind_of_bare(value(words), today)


def _kind_of_spelled(words: str, named: bool, today: dt.date) -> str:
    """一九年 is 2019, but 二三年 is 2023 or two to three years; 三四年 cannot be 2034."""
    if figure(words).low == figure(words).high:
        return _NAME
    return _EITHER if named or value(words) <= today.year % 100 else _COUNT


def _kind_of_bare(number: int, today: dt.date) -> str:
    if number >= _LONGEST_STAY:
        return _NAME
    return _EITHER if number <= today.year % 100 or number >= _OLDEST_ARRIVAL else _COUNT
