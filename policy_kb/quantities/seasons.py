"""Parts of a year: 年底, 开春, 国庆, 腊月; each as the widest it is taken for."""
from __future__ import annotations

import calendar
import datetime as dt
import re

from policy_kb.quantities.timespan import Days, Unclear

NO_SUCH_DAY = "日历上没有这一天，请再说一遍是哪年哪月哪日，例如“2025年3月1日”。"

_PARTS: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...] = (
    (r"中秋|八月节", (9, 5), (10, 10)),
    (r"初(?![一二三中])|(?<=年)头(?![一次回])|开年", (1, 1), (3, 31)),
    (r"[底末尾]", (10, 1), (12, 31)),
    (r"中(?![央国考学午])", (5, 1), (8, 31)),
    (r"第?[一1]季度", (1, 1), (3, 31)),
    (r"第?[二2]季度", (4, 1), (6, 30)),
    (r"第?[三3]季度", (7, 1), (9, 30)),
    (r"第?[四4]季度", (10, 1), (12, 31)),
    (r"上半年", (1, 1), (6, 30)),
    (r"下半年", (7, 1), (12, 31)),
    (r"春节|过年|大年|过完年", (1, 15), (3, 15)),
    (r"[开入打]?春(?!节)[天季上]?", (2, 1), (5, 31)),
    (r"[入立]?夏[天季]?", (5, 1), (8, 31)),
    (r"[入立上老大]?秋[天季后]?", (8, 1), (11, 30)),
    (r"[入立上]冬", (10, 1), (12, 31)),
    (r"冬(?![月至])[天季]?", (10, 1), (14, 31)),
    (r"元旦", (1, 1), (1, 7)),
    (r"清明", (4, 1), (4, 10)),
    (r"五一", (4, 25), (5, 10)),
    (r"端午|五月节", (5, 25), (6, 30)),
    (r"高考", (6, 1), (6, 15)),
    (r"暑假", (6, 15), (9, 5)),
    (r"国庆|十一(?![了岁个月多年点])", (9, 25), (10, 10)),
    (r"寒假", (1, 1), (3, 10)),
)
"""Words, first and last day; a month 14 is February of the next year."""

PART = "(?:" + "|".join(f"(?P<part{i}>{words})" for i, (words, *_) in enumerate(_PARTS)) + ")"
"""Any part of a year, to stand behind the year."""

WITHOUT_YEAR = r"春节|元旦|五一|端午|中秋|国庆|[寒暑]假|[春夏秋冬]天|[入开][春冬]"
"""Those that are said without a year as well."""


def day_of(year: int, month: int, day: int) -> dt.date:
    """A day of the calendar. Raises Unclear if there is none such."""
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        raise Unclear(NO_SUCH_DAY) from None


def between(first: tuple[int, int, int], last: tuple[int, int, int]) -> Days:
    """Days from one (year, month, day) to another, cut at the end of the month.

    A last month above 12 is in the next year. Raises Unclear.
    """
    year, month, day = last
    start = day_of(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    longest = calendar.monthrange(start.year, start.month)[1]
    return day_of(*first), start.replace(day=min(day, longest))


def part_of(year: int, found: re.Match[str]) -> Days:
    """The days of the part of `year` that a match of PART names."""
    _, first, last = _PARTS[int((found.lastgroup or "part0")[4:])]
    return between((year, *first), (year, *last))


def lunar_month(year: int, month: int) -> Days:
    """The widest a lunar month can be, its leap month included.

    Each holds the middle solar term of the next month by the sun, between its 19th and 23rd, and
    ends before the term after that; so 正月 is never before 20 January nor after 23 March.
    """
    return between((year, month, 20), (year, month + 2, 23))
