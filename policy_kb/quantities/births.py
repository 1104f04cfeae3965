"""Days of birth: 1966年12月1日生, 66年腊月的, and those that follow from 今年12月满60."""
from __future__ import annotations

import datetime as dt
import re

from dateutil.relativedelta import relativedelta

from policy_kb.quantities.dates import Found, widened
from policy_kb.quantities.numerals import NUMBER, figure
from policy_kb.quantities.persons import OTHERS, SELF
from policy_kb.quantities.qualifiers import hedged
from policy_kb.quantities.timespan import LONGEST_LIFE, Days, Quantity, Unclear, elapsed

TWO_BIRTHS = "您说了不止一个出生日期，请只说要问的那个人的，例如“1966年12月1日生”。"
WHICH_CENTURY = "请把出生年份说全，例如“1966年生”。"
IMPOSSIBLE = "这个年龄不太对，请再说一遍周岁或出生年份，例如“63岁”或“1966年生”。"

_IN_PASSING = re.compile(r"[今去前昨上这本明下后]")
_ANIMALS = "鼠牛虎兔龙蛇马羊猴鸡狗猪"
_BORN_AFTER = re.compile(
    rf"年?(?:左右|前后)?(?:的?(?:出?生|属)|的(?=$|[，。！了吧呢啊是{_ANIMALS}]))")
_BORN_BEFORE = re.compile(
    r"(?:生于|出生[于在是年月日期：，]*|生日[是：，]*|身份证号?码?[上是写的着：]*|户口本[上是写的：]*"
    r"|实际[上是]*)$")
_PERSON_BEFORE = re.compile(rf"(?:{SELF}|{OTHERS})是?$")
_PERSON_AFTER = re.compile(rf"[，、]?(?:{SELF}|{OTHERS})")
_NOTHING_ELSE = re.compile(
    rf"(?:{SELF}|{OTHERS}|属.|[是。，！了吧呢啊的]|大[概约]|差不多|好像|应该|可能|左右|前后)*")
_FULL_YEAR = re.compile(r"(?:19|20)[0-9]|[一二][零九][零一二三四五六七八九]|[两二]千")
_NOW = re.compile(rf"今(?:天|日|儿)(?!{NUMBER}周?岁?生日)")
_REACHED = re.compile(rf"(?P<word>[^，。；0-9一二三四五六七八九十]{{0,4}}[满够到就过整]完?的?)?(?P<age>{NUMBER})"
                      r"(?=周?岁|[了大生，。]|$)(?!\+|周?岁以|以)")


def birth(text: str, days: list[Found], today: dt.date) -> Quantity | None:
    """Time since the birth that plain `text` tells by one of `days`; None if none of them does.

    Raises Unclear for two births, one to come, one beyond a life, and 23年生 of either century.
    """
    told = {one.days: one for one in days if _tells_birth(text, one)}
    if len(told) > 1:
        raise Unclear(TWO_BIRTHS)
    for one in told.values():
        _refuse_either_century(text, one, today)
        roughly = hedged(text[:one.start], text[one.end:])
        return _since(widened(*one.days) if roughly else one.days, today)
    return None


def _tells_birth(text: str, one: Found) -> bool:
    """Whether a day is said to be of birth; alone, it needs no such word."""
    before, after = text[:one.start], text[one.end:]
    return not _IN_PASSING.match(text[one.start:]) and bool(
        _BORN_AFTER.match(after) or _BORN_BEFORE.search(before)
        or _PERSON_BEFORE.search(before) and _PERSON_AFTER.match(after)
        or _NOTHING_ELSE.fullmatch(before) and _NOTHING_ELSE.fullmatch(after))


def _refuse_either_century(text: str, one: Found, today: dt.date) -> None:
    first = one.days[0]
    could_be_older = today.year - (first.year - 100) <= LONGEST_LIFE // 12 - 15
    if first.year > 1999 and could_be_older and not _FULL_YEAR.match(text[one.start:]):
        raise Unclear(WHICH_CENTURY)


def _since(days: Days, today: dt.date) -> Quantity:
    first, last = days
    if first > today or elapsed(first, today) > LONGEST_LIFE:
        raise Unclear(IMPOSSIBLE)
    return Quantity(since=(first, min(last, today)))


def birthday(text: str, days: list[Found], today: dt.date) -> Quantity | None:
    """Time since the birth that a birthday tells: 今年12月1日满60, 上个月刚过60岁生日."""
    for one in days:
        words = _REACHED.match(text, one.end)
        if words and (words["word"] or _within_a_month(one.days) and not _NOW.match(text[one.start:])):
            return _since(_years_before(one.days, words, text[words.end():], today), today)
    return None


def _within_a_month(days: Days) -> bool:
    return days[0].replace(day=1) == days[1].replace(day=1)


def _years_before(days: Days, words: re.Match[str], after: str, today: dt.date) -> Days:
    done = days[0] <= today and "满" in (words["word"] or "") and re.match("(?:周?岁)?了", after)
    years = relativedelta(years=int(figure(words["age"]).low))
    return days[0] - years, (min(days[1], today) if done else days[1]) - years
