"""Days as people name them: 2019年3月, 去年入冬, 上个月, 66年12月1日."""
from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Callable

from dateutil.relativedelta import relativedelta

from policy_kb.lengths import LONG_DAY, lengths
from policy_kb.numerals import DIGITS, NUMBER, value
from policy_kb.qualifiers import about, hedged
from policy_kb.timespan import Days, Unclear, plain

HINT = "请说清是哪年哪月，例如“2025年3月”或“2025-03-01”。"
NO_SUCH_DAY = "日历上没有这一天，请再说一遍是哪年哪月哪日，例如“2025年3月1日”。"
WHICH_YEAR = "请连哪一年也说一下，例如“2019年3月”。"
TWO_DAYS = "您说了不止一个日期，请只说要问的那一个，例如“2019年3月”。"

_HAN_YEAR = rf"(?<![{DIGITS}十百千])[一二][零九][{DIGITS}]{{2}}(?![{DIGITS}十百千])"
_THOUSANDS = rf"[两二]千(?:零[{DIGITS}]|零?[{DIGITS}]?十[{DIGITS}]?)?(?=年)"
_NEAR = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "明年": 1, "后年": 2}
_NEAR_YEAR = rf"(?<![以之往0-9一二三四五六七八九十])(?:{'|'.join(_NEAR)})(?![轻纪龄级度岁])"
_NUMBERED = (rf"(?:(?<![0-9.])[0-9]{{4}}(?=年)|(?<![0-9.])(?:19|20)[0-9]{{2}}(?![0-9.多几个天元块户人亩平])"
             rf"|{_HAN_YEAR}|{_THOUSANDS})")
_SHORT = rf"(?:(?<![0-9.])'?[0-9]{{2}}|(?<![{DIGITS}十百千两])[{DIGITS}]{{2}})(?=年)"
_ANY_YEAR = rf"(?P<year>{_NEAR_YEAR}|{_NUMBERED}|{_SHORT}|[{DIGITS}](?=年前的?[{DIGITS}正冬腊春夏秋十0-9]))"
_MONTH_NAMES = {"正": 1, "冬": 11, "腊": 12}
_MONTH = rf"(?P<lunar>农历|阴历|旧历|老历)?(?P<month>[正冬腊]|{NUMBER})月份?"
_ONLY = r"(?:3[01]|[12]?[0-9]|三十一?|二?十[一二三四五六七八九]?)"
_DAY = (rf"(?:(?P<day>{NUMBER})[日号]|(?P<day_only>{_ONLY})(?=出?生|[的，。来]|$)|(?P<early>初{NUMBER})|(?P<third>[上中下]旬|[初中底末头]))?")
_THIRDS = {"上": (1, 10), "初": (1, 10), "头": (1, 10), "中": (11, 20), "下": (21, 31), "底": (21, 31),
           "末": (21, 31)}

_PARTS: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...] = (
    (r"中秋", (9, 5), (10, 10)),
    (r"初(?![一二三中])|(?<=年)头(?![一次回])|开年", (1, 1), (3, 31)),
    (r"[底末尾]", (10, 1), (12, 31)),
    (r"中(?![央国考学午])", (5, 1), (8, 31)),
    (r"上半年", (1, 1), (6, 30)),
    (r"下半年", (7, 1), (12, 31)),
    (r"春节|过年|大年|过完年", (1, 15), (3, 15)),
    (r"(?:开|入|打)?春(?!节)[天季上]?", (2, 1), (5, 31)),
    (r"(?:入|立)?夏[天季]?", (5, 1), (8, 31)),
    (r"(?:入|立|上|老|大)?秋[天季后]?", (8, 1), (11, 30)),
    (r"[入立上]冬", (10, 1), (12, 31)),
    (r"冬[天季]", (10, 1), (14, 31)),
    (r"元旦", (1, 1), (1, 7)),
    (r"清明", (4, 1), (4, 10)),
    (r"五一", (4, 25), (5, 10)),
    (r"端午", (5, 25), (6, 30)),
    (r"高考", (6, 1), (6, 15)),
    (r"暑假", (6, 15), (9, 5)),
    (r"国庆|十一(?![了岁个月多年点])", (9, 25), (10, 10)),
    (r"寒假", (1, 1), (3, 10)),
)
"""Parts of a year and the widest they are taken for; month 14 is February of the next year."""


@dataclass(frozen=True)
class Found:
    """Days named at `start`–`end` of a text."""

    start: int
    end: int
    days: Days


def _date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        raise Unclear(NO_SUCH_DAY) from None


def _last(year: int, month: int) -> dt.date:
    first = _date(year, month, 1)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _between(first: tuple[int, int, int], last: tuple[int, int, int]) -> Days:
    """Days from one (year, month, day) to another; a last month above 12 is in the next year."""
    year, month, day = last
    end = _last(year + (month - 1) // 12, (month - 1) % 12 + 1)
    return _date(*first), end if day > end.day else end.replace(day=day)


def _number(words: str) -> int:
    try:
        number = value(words)
    except ValueError:
        raise Unclear(NO_SUCH_DAY) from None
    return int(number) if number.denominator == 1 else 0


def _year(words: str, today: dt.date) -> int:
    """The year that `words` name; two digits are the latest such year that is not to come."""
    if words in _NEAR:
        return today.year + _NEAR[words]
    number = _number(words.lstrip("'"))
    if len(words) == 1:
        return today.year - number
    if number > 99:
        return _plausible(number, today)
    century = today.year // 100 * 100
    return century + number if number <= today.year % 100 else century - 100 + number


def _plausible(year: int, today: dt.date) -> int:
    if not 1900 <= year <= today.year + 50:
        raise Unclear(NO_SUCH_DAY)
    return year


def _of_month(year: int, found: re.Match[str]) -> Days:
    month = _MONTH_NAMES.get(found["month"]) or _number(found["month"])
    if _by_the_moon(found):
        return _lunar(year, month)
    if found["day"] or found["day_only"]:
        day = _date(year, month, _number(found["day"] or found["day_only"]))
        return day, day
    return _third(year, month, found["third"])


def _third(year: int, month: int, words: str | None) -> Days:
    """A month, or its first, second or last ten days."""
    first, last = _THIRDS[words[0]] if words else (1, 31)
    return _between((year, month, first), (year, month, last))


def _by_the_moon(found: re.Match[str]) -> bool:
    """农历三月, 腊月, 三月初五, and 八月十五 without 日: mostly the lunar calendar is meant."""
    return bool(found["lunar"] or found["month"] in _MONTH_NAMES or found["early"]
                or (found["day_only"] and not found["day_only"].isdecimal()))


def _lunar(year: int, month: int) -> Days:
    """The widest a month of the lunar calendar can be: its first begins 21 January to 20 February."""
    return _between((year, month, 10), (year, month + 2, 22))


def _calendar(found: re.Match[str], today: dt.date) -> Days:
    """2019年3月, 去年3月5日, 66年农历三月."""
    return _of_month(_year(found["year"], today), found)


def _numeric(found: re.Match[str], today: dt.date) -> Days:
    """2019-03-01, 2019.3, 20190301, 66.12.1."""
    year, month = _year(found["year"], today), int(found["month"])
    if not found["day"]:
        return _date(year, month, 1), _last(year, month)
    day = _date(year, month, int(found["day"]))
    return day, day


def _part(found: re.Match[str], today: dt.date) -> Days:
    """去年入冬, 2019年底."""
    year = _year(found["year"], today)
    first, last = next(days for words, *days in _PARTS if re.fullmatch(words.replace("(?<=年)", ""), found["part"]))
    return _between((year, *first), (year, *last))


def _whole_year(found: re.Match[str], today: dt.date) -> Days:
    """2019年, 前年."""
    year = _year(found["year"], today)
    return _between((year, 1, 1), (year, 12, 31))


def _decade(found: re.Match[str], today: dt.date) -> Days:
    """九十年代, 60后."""
    year = _year(found["year"], today) if len(found["year"]) == 2 else _number(found["year"])
    return _between((year, 1, 1), (year + 9, 12, 31))


def _near_month(found: re.Match[str], today: dt.date) -> Days:
    """上个月, 上上个月5号, 这个月初."""
    away = found["away"].count("下") - found["away"].count("上")
    month = today + relativedelta(months=away)
    if found["day"]:
        day = _date(month.year, month.month, _number(found["day"]))
        return day, day
    return _third(month.year, month.month, found["third"])


def _near_week(found: re.Match[str], today: dt.date) -> Days:
    away = found["away"].count("下") - found["away"].count("上")
    monday = today + dt.timedelta(weeks=away, days=-today.weekday())
    if not found["weekday"]:
        return monday, monday + dt.timedelta(6)
    day = monday + dt.timedelta("一二三四五六日".index(found["weekday"].replace("天", "日")))
    return day, day


_NEAR_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨儿": -1, "昨晚": -1, "今天": 0, "今日": 0, "今儿": 0,
              "今早": 0, "明天": 1, "明日": 1, "明儿": 1, "后天": 2, "大后天": 3}


def _near_day(found: re.Match[str], today: dt.date) -> Days:
    day = today + dt.timedelta(_NEAR_DAYS[found["near"]])
    return day, day


_NUMERIC_YEAR = r"(?<![0-9.])(?P<year>(?:19|20)[0-9]{2})"
_ANY_PART = "|".join(words for words, *_ in _PARTS)
_SHAPES: tuple[tuple[str, Callable[[re.Match[str], dt.date], Days]], ...] = (
    (rf"{_NUMERIC_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})?(?![0-9])", _numeric),
    (rf"{_NUMERIC_YEAR}[-/.](?P<month>[0-9]{{1,2}})(?:[-/.](?P<day>[0-9]{{1,2}}))?[日号月]?(?![0-9])", _numeric),
    (r"(?<![0-9.])(?P<year>[0-9]{2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?![0-9])", _numeric),
    (rf"{_ANY_YEAR}(?:年前?|的)*{_MONTH}{_DAY}", _calendar),
    (rf"{_ANY_YEAR}(?:年前?|的)*(?P<part>{_ANY_PART})", _part),
    (rf"(?P<year>(?:19|20)?[0-9]0|[{DIGITS}]十|[{DIGITS}]零)(?:年代|后(?!面|来|边))", _decade),
    (rf"(?P<year>{_NEAR_YEAR}|{_NUMBERED}|{_SHORT})年?(?!级)", _whole_year),
    (rf"(?P<away>上+|这|本|当|下+)个?月(?:(?P<day>{NUMBER})[日号]|(?P<third>[上中下]旬|[初中底末头]))?", _near_month),
    (r"(?P<away>上+|这|本|下+)个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])?", _near_week),
    (rf"(?P<near>{'|'.join(sorted(_NEAR_DAYS, key=len, reverse=True))})", _near_day),
)
_PATTERNS = [(re.compile(words), reader) for words, reader in _SHAPES]


def find(text: str, today: dt.date) -> list[Found]:
    """Every day or stretch of days that plain `text` names, in order. Raises Unclear."""
    found: list[Found] = []
    free = text
    for words, reader in _PATTERNS:
        for match in words.finditer(free):
            found.append(Found(match.start(), match.end(), reader(match, today)))
        free = words.sub(lambda match: "\0" * len(match[0]), free)
    return sorted(found, key=lambda one: one.start)


def without(text: str, days: list[Found]) -> str:
    """`text` with the days that hold figures blotted out, so that 3月 is not taken for a length."""
    for one in days:
        if re.search(NUMBER, text[one.start:one.end]):
            text = text[:one.start] + "\0" * (one.end - one.start) + text[one.end:]
    return text


def widened(first: dt.date, last: dt.date) -> Days:
    """大概2019年3月: as much again on either side, a week at least."""
    more = max(dt.timedelta(7), last - first)
    return first - more, last + more


_A_FEW_WORDS = 6
_YEARLESS = re.compile(rf"(?<![个年零又]){_MONTH}(?!.*年)|(?<![0-9]){NUMBER}号(?![楼线院门店地码])")
_REACHED = re.compile(
    rf"(?<![个年零又]){_MONTH}(?:{NUMBER}[日号])?[^，。；0-9一二三四五六七八九十]{{0,3}}[满够到就过]{NUMBER}")
BEFORE_IT = re.compile(r"的?(?:以前|之前|前(?!后))")
AFTER_IT = re.compile(r"的?(?:以后|之后|后)")


def yearless(text: str) -> bool:
    """Whether plain `text` names a month or a day and not its year."""
    return bool(_YEARLESS.search(text))


def reached_in_no_year(text: str) -> bool:
    """Whether plain `text` says that a figure is reached in a month of no year: 12月满60."""
    return bool(_REACHED.search(text))


def _ago(text: str, today: dt.date) -> Days | None:
    """三天前, 半年前: to the day if in days, else as rough as it was said."""
    found = next((one for one in lengths(text) if re.match(r"[以之]?前", text[one.end:])), None)
    if not found:
        return None
    if found.unit == LONG_DAY:
        return tuple(today - dt.timedelta(int(n / LONG_DAY)) for n in (found.span.high, found.span.high))
    low, high = about(found.span)
    return today - relativedelta(months=high + 1), today - relativedelta(months=low)


def _beside(text: str, one: Found) -> bool:
    """Whether a year of two digits stands within more words and may be a number of years."""
    short = re.fullmatch(rf"{_SHORT}年", text[one.start:one.end] + "")
    return bool(short) and len(text) - (one.end - one.start) > _A_FEW_WORDS


def _said_of(text: str, one: Found) -> Days:
    """Days as found, widened by 大概. Raises Unclear for 2024年以前, which has no beginning."""
    if BEFORE_IT.match(text[one.end:]) or AFTER_IT.match(text[one.end:]):
        raise Unclear(HINT)
    return widened(*one.days) if hedged(text[:one.start], text[one.end:]) else one.days


def read_date(text: str, today: dt.date) -> Days | None:
    """First and last day of what `text` names (去年3月, 2025-03-01, 上个月); None if nothing.

    Days to come are read as well: somebody may move next year. Raises Unclear.
    """
    said = plain(text)
    days = {_said_of(said, one) for one in find(said, today) if not _beside(said, one)}
    if len(days) > 1:
        raise Unclear(TWO_DAYS)
    if days:
        return days.pop()
    try:
        ago = _ago(said, today)
    except (ValueError, OverflowError):
        raise Unclear(HINT) from None
    if not ago and yearless(said):
        raise Unclear(WHICH_YEAR)
    return ago
