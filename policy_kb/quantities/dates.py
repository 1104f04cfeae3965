"""Days as people name them: 2019年3月, 去年入冬, 上个月, 66年12月1日."""
from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Callable

from dateutil.relativedelta import relativedelta

from policy_kb.quantities.lengths import LONG_DAY, lengths
from policy_kb.quantities.numerals import DIGITS, HAN, NUMBER, figure, value
from policy_kb.quantities.qualifiers import about, hedged
from policy_kb.quantities.seasons import (
    NO_SUCH_DAY, PART, WITHOUT_YEAR, between, day_of, lunar_month, part_of,
)
from policy_kb.quantities.timespan import AHEAD, BLOT, Days, Unclear, plain

HINT = "请说清是哪年哪月，例如“2025年3月”或“2025-03-01”。"
WHICH_YEAR = "请连哪一年也说一下，例如“2019年3月”。"
TWO_DAYS = "您说了不止一个日期，请只说要问的那一个，例如“2019年3月”。"

_NEAR_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "明年": 1, "后年": 2}
_NEAR_DAYS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨儿": -1, "昨晚": -1, "今天": 0, "今日": 0,
    "今儿": 0, "今早": 0, "明天": 1, "明日": 1, "明儿": 1, "大后天": 3, "后天": 2,
}
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_THIRDS = {"上": (1, 10), "初": (1, 10), "头": (1, 10), "中": (11, 20), "下": (21, 31),
           "底": (21, 31), "末": (21, 31)}

_NEAR_YEAR = (rf"(?<![以之往0-9{HAN}])(?:{'|'.join(_NEAR_YEARS)})(?![轻纪龄级度岁])")
_FULL_YEAR = (
    r"(?:(?<![0-9.])[0-9]{4}(?=年)|(?<![0-9.])(?:19|20)[0-9]{2}(?![0-9.多几个天元块户人亩平])"
    rf"|(?<![{HAN}])[一二][零九][{DIGITS}]{{2}}(?![{HAN}])"
    rf"|[两二]千(?:零[{DIGITS}]|零?[{DIGITS}]?十[{DIGITS}]?)?(?=年))")
_SHORT_YEAR = rf"(?:(?<![0-9.])'?[0-9]{{2}}|(?<![{HAN}])[{DIGITS}]{{2}})(?=年)"
_YEARS_AGO = rf"[两{DIGITS}](?=年前的?[0-9{DIGITS}十正冬腊春夏秋])"
_YEAR = rf"(?P<year>{_NEAR_YEAR}|{_FULL_YEAR}|{_SHORT_YEAR}|{_YEARS_AGO})(?:年前?|的)*"
_MONTH = (rf"(?P<lunar>农历|阴历|旧历|老历)?(?P<month>[正冬腊]|{NUMBER})"
          rf"(?:月?[、到至~-](?P<until>{NUMBER}))?月份?(?!节)")
_THIRD = r"(?P<third>[上中下]旬|[初中底末头])"
_BARE_DAY = r"(?:3[01]|[12]?[0-9]|三十一?|二?十[一二三四五六七八九]?)(?=出?生|[的，。来]|$)"
_DAY = rf"(?:(?P<day>{NUMBER})[日号]|(?P<bare_day>{_BARE_DAY})|(?P<early>初{NUMBER})|{_THIRD})?"


@dataclass(frozen=True)
class Found:
    """Days named at `start`–`end` of a text."""

    start: int
    end: int
    days: Days


def _number(words: str) -> int:
    try:
        number = value(words)
    except ValueError:
        raise Unclear(NO_SUCH_DAY) from None
    return int(number) if number.denominator == 1 else 0


def _year(words: str, today: dt.date) -> int:
    """The year that `words` name; two digits are the latest such year that is not to come."""
    if words in _NEAR_YEARS:
        return today.year + _NEAR_YEARS[words]
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


def _single(day: dt.date) -> Days:
    return day, day


def _third(year: int, month: int, words: str | None) -> Days:
    """A month, or its first, second or last ten days."""
    first, last = _THIRDS[words[0]] if words else (1, 31)
    return between((year, month, first), (year, month, last))


def _months(words: str, until: str | None) -> tuple[int, int]:
    """The first and last month of 三月, 三四月 and 3月到5月."""
    try:
        low, high = figure(words)
    except ValueError:
        raise Unclear(NO_SUCH_DAY) from None
    return int(low), _number(until) if until else int(high)


def _by_the_moon(found: re.Match[str]) -> bool:
    """农历三月, 三月初五, and 八月十五 without 日: mostly the lunar calendar is meant."""
    bare = found["bare_day"]
    return bool(found["lunar"] or found["early"] or bare and not bare.isdecimal())


def _of_calendar(found: re.Match[str], today: dt.date) -> Days:
    """2019年3月, 去年3月5日, 66年农历三月, 去年腊月."""
    year = _year(found["year"], today)
    if found["month"] in _LUNAR_MONTHS:
        return lunar_month(year, _LUNAR_MONTHS[found["month"]])
    month, until = _months(found["month"], found["until"])
    if until > month:
        return between((year, month, 1), (year, until, 31))
    if _by_the_moon(found):
        return lunar_month(year, month)
    day = found["day"] or found["bare_day"]
    return _single(day_of(year, month, _number(day))) if day else _third(year, month, found["third"])


def _in_figures(found: re.Match[str], today: dt.date) -> Days:
    """2019-03-01, 2019.3, 20190301, 66.12.1."""
    year, month = _year(found["year"], today), int(found["month"])
    if found["day"]:
        return _single(day_of(year, month, int(found["day"])))
    return _third(year, month, None)


def _part_of_year(found: re.Match[str], today: dt.date) -> Days:
    """去年入冬, 2019年底."""
    return part_of(_year(found["year"], today), found)


def _whole_year(found: re.Match[str], today: dt.date) -> Days:
    """2019年, 前年."""
    year = _year(found["year"], today)
    return between((year, 1, 1), (year, 12, 31))


def _decade(found: re.Match[str], today: dt.date) -> Days:
    """九十年代, 60后."""
    year = _year(found["year"], today)
    return between((year, 1, 1), (year + 9, 12, 31))


def _away(found: re.Match[str]) -> int:
    return found["away"].count("下") - found["away"].count("上")


def _near_month(found: re.Match[str], today: dt.date) -> Days:
    """上个月, 上上个月5号, 这个月初."""
    month = today + relativedelta(months=_away(found))
    if found["day"]:
        return _single(day_of(month.year, month.month, _number(found["day"])))
    return _third(month.year, month.month, found["third"])


def _near_week(found: re.Match[str], today: dt.date) -> Days:
    """上周, 上礼拜三."""
    monday = today + dt.timedelta(weeks=_away(found), days=-today.weekday())
    if not found["weekday"]:
        return monday, monday + dt.timedelta(6)
    return _single(monday + dt.timedelta("一二三四五六日".index(found["weekday"].replace("天", "日"))))


def _near_day(found: re.Match[str], today: dt.date) -> Days:
    return _single(today + dt.timedelta(_NEAR_DAYS[found[0]]))


_IN_FIGURES = r"(?<![0-9.])(?P<year>(?:19|20)[0-9]{2})"
_NEAR = r"(?P<away>上+|这|本|当|下+)个?"
_SHAPES: tuple[tuple[str, Callable[[re.Match[str], dt.date], Days]], ...] = (
    (rf"{_IN_FIGURES}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})?(?![0-9])", _in_figures),
    (rf"{_IN_FIGURES}[-/.](?P<month>[0-9]{{1,2}})(?:[-/.](?P<day>[0-9]{{1,2}}))?[日号月]?(?![0-9])",
     _in_figures),
    (r"(?<![0-9.])(?P<year>[0-9]{2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?![0-9])",
     _in_figures),
    (rf"{_YEAR}{_MONTH}{_DAY}", _of_calendar),
    (rf"{_YEAR}{PART}", _part_of_year),
    (rf"(?P<year>(?:19|20)?[0-9]0|[{DIGITS}]十|[{DIGITS}]零)(?:年代|后(?![面来边]))", _decade),
    (rf"(?P<year>{_NEAR_YEAR}|{_FULL_YEAR}|{_SHORT_YEAR})年?(?!级)", _whole_year),
    (rf"{_NEAR}月的?月?(?:(?P<day>{NUMBER})[日号]|{_THIRD})?", _near_month),
    (rf"{_NEAR}(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])?", _near_week),
    ("|".join(_NEAR_DAYS), _near_day),
)
_PATTERNS = [(re.compile(words), reader) for words, reader in _SHAPES]


def find(text: str, today: dt.date) -> list[Found]:
    """Every day or stretch of days that plain `text` names, in order. Raises Unclear."""
    found: list[Found] = []
    free = text
    for words, reader in _PATTERNS:
        for match in words.finditer(free):
            found.append(Found(match.start(), match.end(), reader(match, today)))
        free = words.sub(lambda match: BLOT * len(match[0]), free)
    return sorted(found, key=lambda one: one.start)


def without(text: str, days: list[Found], today: dt.date) -> str:
    """`text` with the days that hold figures blotted out, so that 3月 is not taken for a length."""
    for one in days:
        if re.search(NUMBER, text[one.start:one.end]):
            blot = AHEAD if one.days[0] > today else BLOT
            text = text[:one.start] + blot * (one.end - one.start) + text[one.end:]
    return text


def widened(first: dt.date, last: dt.date) -> Days:
    """大概2019年3月: as much again on either side, a week at least."""
    more = max(dt.timedelta(7), last - first)
    return first - more, last + more


BEFORE_IT = re.compile(r"的?(?:以前|之前|前(?!后))")
AFTER_IT = re.compile(r"的?(?:以后|之后|后)")

_A_FEW_WORDS = 6
_MONTH_ALONE = rf"(?<![个年零又]){_MONTH}"
_YEARLESS = re.compile(rf"{_MONTH_ALONE}(?!.*年)|(?<![0-9]){NUMBER}号(?![楼线院门店地码])"
                       rf"|(?:^|[^0-9{HAN}今去前明])[年月][初底末](?!了)")
_REACHED = re.compile(rf"(?:{_MONTH_ALONE}(?:{NUMBER}[日号])?|{WITHOUT_YEAR})"
                      rf"[^，。；0-9{HAN}]{{0,3}}[满够到就过]{NUMBER}")
_NUMBER_OF_YEARS = re.compile(rf"{_SHORT_YEAR}年")


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
        return _single(today - dt.timedelta(int(found.span.high / LONG_DAY)))
    low, high = about(found.span)
    return today - relativedelta(months=(high or 0) + 1), today - relativedelta(months=low or 0)


def _may_be_a_number(text: str, one: Found) -> bool:
    """Whether a year of two digits stands among more words: 一次交完15年."""
    named = text[one.start:one.end]
    return bool(_NUMBER_OF_YEARS.fullmatch(named)) and len(text) - len(named) > _A_FEW_WORDS


def _as_said(text: str, one: Found) -> Days:
    """Days as found, widened by 大概. Raises Unclear for 2024年以前, which has no beginning."""
    if BEFORE_IT.match(text[one.end:]) or AFTER_IT.match(text[one.end:]):
        raise Unclear(HINT)
    return widened(*one.days) if hedged(text[:one.start], text[one.end:]) else one.days


def read_date(text: str, today: dt.date) -> Days | None:
    """First and last day of what `text` names (去年3月, 2025-03-01, 上个月); None if nothing.

    Days to come are read as well: somebody may move next year. Raises Unclear.
    """
    try:
        return _read(plain(text), today)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, Unclear) else Unclear(HINT) from None


def _read(text: str, today: dt.date) -> Days | None:
    days = {_as_said(text, one) for one in find(text, today) if not _may_be_a_number(text, one)}
    if len(days) > 1:
        raise Unclear(TWO_DAYS)
    found = days.pop() if days else _ago(text, today)
    if not found and yearless(text):
        raise Unclear(WHICH_YEAR)
    return found
