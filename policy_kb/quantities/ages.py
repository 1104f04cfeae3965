"""How old somebody is, read from what they said: 六十三, 59岁11个月, 66年12月生人, 年过花甲."""
from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Iterator, Sequence

from policy_kb.quantities.births import IMPOSSIBLE, birth, birthday
from policy_kb.quantities.dates import Found, find, reached_in_no_year, without
from policy_kb.quantities.lengths import TRIFLE, lengths
from policy_kb.quantities.numerals import DIGITS, HAN, NUMBER, figure, magnitude, spelled
from policy_kb.quantities.persons import OTHERS, SELF
from policy_kb.quantities.qualifiers import Bounds, agree, conditional, exact, meet, possible, weigh
from policy_kb.quantities.timespan import AHEAD, BLOT, LONGEST_LIFE, Quantity, Span, Unclear, elapsed, plain

HINT = "请说周岁或出生年月日，例如“63岁”或“1966年12月1日生”。"
TWO_AGES = "您说了不止一个年龄，请只说要问的那个人的，例如“63岁”。"
WHICH_KIND = "您说的是多少岁，还是哪一年出生，请说全，例如“66岁”或“1966年生”。"
NO_CARD = "不用发证件号码，请只说周岁或出生年月，例如“63岁”或“1966年12月生”。"
YEAR_OF_ANIMAL = "同一个属相隔12年就有一个，请说是哪一年出生的，例如“1966年生”。"

YEAR, ABOUT = Fraction(12), Fraction(36)

_BEFORE_BARE = re.compile("(?:" + "|".join((
    rf"^|[，。！？；：、(){BLOT}{AHEAD}]", SELF, OTHERS,
    r"今年|[明后]年|现在|今[天日儿]|明天|后天|下个?月|[年月]底|过年|过了年|过完年",
    r"年龄|岁数|年纪|周岁|实岁|实际|虚岁?|已经|年过|差不多|大概|可能|应该|好像|估计",
    r"至少|不止|最多|顶多|超过|接近|马上|眼看|[都才刚快满够是到有了过奔近约小整要就足吧好逾算届没未摸概得完上证]",
)) + ")$")
_AFTER_BARE = re.compile("|".join((
    rf"$|[，。！？；：、(){BLOT}+]", SELF, OTHERS,
    r"[了啦吧呢啊呀哈整正虚]|的?人|老[人头太]|大寿|(?:多|来|好?几)(?!年)|出头|左右|上下|开外|挂零",
    r"[及或]?以[上下内]|[往朝][上下]|冒头|冒尖|大几|有余|啷当|郎当|不到|没到|还?[没差]|刚",
    r"差不多|大概|可能|应该",
)))
"""What may stand around a number without 岁 that is an age; 63平米 and 我有2个孩子 are none."""
_AGE = re.compile(
    rf"(?<!几)(?P<figure>{NUMBER})(?P<unit>[周实]岁|虚岁(?![0-9{HAN}])|岁)?"
    rf"(?(unit)(?:(?P<half>半)|[零又]?(?P<months>{NUMBER})个半?月)?)")
_ITEM = re.compile(rf"[0-9{DIGITS}][、：)]")
_THEN = re.compile(r"时|的时候|那年|[就才]?(?:内退|退的?休|来[的丹这到]|搬|结婚|参加|入伍)")
_RANGE = re.compile(rf"(?P<from>{NUMBER})岁?[到至~—-](?P<figure>{NUMBER})(?:周?岁|$)")
_GAP = r"(?P<gap>[^，。！？]{1,8}?)"
_SHORT_OF = re.compile(rf"(?:差|缺|欠|还有|再过|再有|再等|再差){_GAP}[就才不到满够是该整]*"
                       rf"(?P<figure>{NUMBER})(?:周?岁|了|$)")
_LACKS = re.compile(rf"(?P<figure>{NUMBER})(?:周?岁)?[还就只，]*[差缺少欠]{_GAP}(?:[呢吧，。]|$)")
_BREAK = re.compile(r"[，。！？；：、()]")
_VIRTUAL_BEFORE = re.compile(r"虚岁?[是有算]?[快满够到]*$")
_VIRTUAL_AFTER = re.compile(rf"[了，(]*[是按算]?虚(?!岁?[是有]?[0-9{HAN}])岁?")
_BIRTHDAY_AHEAD = re.compile(r"(?:没过|没到|不到)(?:周岁)?生日|生日[还都]?(?:没|不到)")

_TENS_AND = re.compile(r"十[有又](?=[一二三四五六七八九])")
_TOWARDS = re.compile(r"奔([四五六七八九])(?![十0-9])")
_ROUGH_DECADE = re.compile(r"(?<![过近逾满到])([五六七八九])旬")
_DECADE = re.compile(r"([五六七八九])旬")
_OLD_NAMES = {"半百": "五十", "知天命": "五十", "花甲": "六十", "耳顺": "六十", "甲子": "六十",
              "古稀": "七十", "耄耋": "八十"}

_REFUSED = (
    (NO_CARD, re.compile(r"(?<![0-9])[0-9]{17}[0-9x](?![0-9])")),
    (TWO_AGES, re.compile(rf"比[^，]{{0,6}}[大小]|[大小](?:{SELF}|{OTHERS}){NUMBER}")),
    (HINT, re.compile(r"虚[一两12]岁")),
    (WHICH_KIND, re.compile(rf"(?:^|[，。]|{SELF})是?(?:[0-9]{{2}}|[{DIGITS}]{{2}})的(?:$|[，。])")),
)
_VAGUE = (
    (YEAR_OF_ANIMAL, re.compile(r"属[鼠牛虎兔龙蛇马羊猴鸡狗猪]|本命年")),
    (HINT, re.compile(r"岁数|上年纪|年纪[大不]|一大把|老了|年轻|中年|老年|退休年龄|几十岁|好几十|那年生"
                      r"|[四五六七八九4-9]几年")),
)


def _aged(words: str, virtual: bool) -> Span:
    """The span of an age in years; 虚岁 is one or two years ahead of 周岁."""
    low, high = figure(words)
    if virtual:
        return Span((low - 2) * YEAR, (high - 1) * YEAR, YEAR, ABOUT, YEAR - 1)
    rest = YEAR - 1 if high.denominator == 1 else Fraction(0)
    return Span(low * YEAR, high * YEAR, YEAR * min(10, magnitude(low)), ABOUT, rest)


def _with_months(years: Span, found: re.Match[str]) -> Span:
    """59岁11个月, 59岁半: known to the month."""
    more = Fraction(6) if found["half"] else figure(found["months"]).low
    return Span(years.low + more, years.high + more, Fraction(1), Fraction(1))


@dataclass(frozen=True)
class Age:
    """Bounds of an age that was said, in months; `virtual` if as 虚岁."""

    bounds: Bounds
    virtual: bool


def _ages(text: str) -> Iterator[Age]:
    """Ages told in `text`, those of ranges (60到65岁) first."""
    for found in _RANGE.finditer(text):
        low, high = _aged(found["from"], False), _aged(found["figure"], False)
        yield Age(exact(Span(low.low, high.high, YEAR, ABOUT, YEAR - 1)), False)
    text = _RANGE.sub(lambda found: BLOT * len(found[0]), text)
    for found in _AGE.finditer(text):
        start = max((mark.end() for mark in _BREAK.finditer(text[:found.start()])), default=0)
        before, after = text[start:found.start()], text[found.end():]
        if _told(text, found) and not conditional(before, after):
            yield _age(found, before, after)


def _told(text: str, found: re.Match[str]) -> bool:
    """Whether a number is an age of today: not 3楼, not item 1、, not 50岁内退."""
    before, after = text[:found.start()], text[found.end():]
    stands_as_age = found["unit"] or _BEFORE_BARE.search(before) and _AFTER_BARE.match(after)
    return bool(stands_as_age) and not (_ITEM.match(text[found.start():]) or _THEN.match(after))


def _age(found: re.Match[str], before: str, after: str) -> Age:
    words, unit = found["figure"], found["unit"]
    may_be_year = "." in words or spelled(words) and figure(words).low == figure(words).high
    if may_be_year and not unit:
        raise Unclear(WHICH_KIND)
    virtual = unit == "虚岁" or bool(_VIRTUAL_BEFORE.search(before) or _VIRTUAL_AFTER.match(after))
    span = _aged(words, virtual)
    if found["half"] or found["months"]:
        span = _with_months(span, found)
    return Age(weigh(before, span, after), virtual)


def _counted_down(text: str) -> tuple[list[Age], str]:
    """Ages told by what they lack (差两岁六十, 六十差一个月), and the text without them."""
    found = _SHORT_OF.search(text) or _LACKS.search(text)
    span = _gap(found["gap"]) if found else None
    if not found or not span:
        return [], text
    full = figure(found["figure"]).low * YEAR
    less = Span(full - span.high, min(full - span.low, full - TRIFLE), YEAR, ABOUT, span.rest)
    return [Age(exact(less), False)], text[:found.start()] + "，" + text[found.end():]


def _gap(words: str) -> Span | None:
    if re.fullmatch(rf"{NUMBER}岁", words):
        return _aged(words[:-1], False)
    found = lengths(words)
    return found[0].span if len(found) == 1 else None


def _one(text: str, ages: list[Age]) -> Bounds | None:
    """The one age that is meant; beside a 周岁 the 虚岁 of the same person does not count.

    五十多，不到六十 are two bounds of one age, but only where no other person is named.
    """
    every = {age.bounds for age in ages}
    if len(every) > 1 and re.search(OTHERS, text):
        raise Unclear(TWO_AGES)
    found = {age.bounds for age in ages if not age.virtual} or every
    bounds = agree(found) if found else None
    if found and not bounds:
        raise Unclear(TWO_AGES)
    return bounds


def _checked(bounds: Bounds) -> Quantity:
    if max(bounds[0] or 0, bounds[1] or 0) >= LONGEST_LIFE + YEAR or not possible(bounds):
        raise Unclear(IMPOSSIBLE)
    return Quantity(months=bounds)


def _agreed(text: str, born: Quantity, bounds: Bounds, today: dt.date) -> Quantity:
    """A birth and an age of one person: they must fit, and 还没到60 narrows a mere year of birth.

    A whole number of years does not, since many count by the calendar year.
    """
    first, last = born.since or (today, today)
    window = elapsed(last, today), elapsed(first, today)
    common = meet(window, bounds)
    if not common or re.search(OTHERS, text):
        raise Unclear(TWO_AGES)
    low, high = bounds
    of_years = low is not None and high is not None and high - low == YEAR - 1
    return born if of_years or common == window else Quantity(months=common)


def _plain(text: str) -> str:
    """Plain `text` with old names of ages as numbers: 年过花甲 is 过60, 花甲之年 about 60."""
    said = _TOWARDS.sub(r"奔\1十", _TENS_AND.sub("十", plain(text)))
    said = _DECADE.sub(r"\1十", _ROUGH_DECADE.sub(r"\1十左右", said))
    for name, number in _OLD_NAMES.items():
        said = re.sub(rf"(?<![过近逾满到]){name}(?:之年)?", f"{number}左右", said)
        said = re.sub(rf"{name}(?:之年)?", number, said)
    return re.sub(r"年([近逾])", r"\1", said)


def _refuse(text: str, table: Sequence[tuple[str, re.Pattern[str]]]) -> None:
    for hint, words in table:
        if words.search(text):
            raise Unclear(hint)


def read_age(text: str, today: dt.date) -> Quantity | None:
    """How old somebody is as of `today`, in months or since birth; None if `text` does not say.

    63 is anything from 63 years to a day before 64. Raises Unclear when it must be asked back:
    属猪的, two ages, 150岁, or a 六六 that may be an age or a year of birth.
    """
    said = _plain(text)
    _refuse(said, _REFUSED)
    try:
        return _read(said, find(said, today), today)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, Unclear) else Unclear(HINT) from None


def _read(text: str, days: list[Found], today: dt.date) -> Quantity | None:
    rest = without(text, days, today)
    if reached_in_no_year(rest):
        raise Unclear(HINT)
    counted, others = _counted_down(rest)
    bounds = _one(text, _birthdays(text, [*counted, *_ages(others)]))
    born, reached = birth(text, days, today), birthday(text, days, today)
    if reached and born and not _overlap(reached, born):
        raise Unclear(TWO_AGES)
    if born and bounds:
        return _agreed(text, born, bounds, today)
    if not (born or reached or bounds):
        _refuse(text, _VAGUE)
    return born or reached or (_checked(bounds) if bounds else None)


def _overlap(one: Quantity, other: Quantity) -> bool:
    return bool(one.since and other.since
                and one.since[0] <= other.since[1] and other.since[0] <= one.since[1])


def _birthdays(text: str, ages: list[Age]) -> list[Age]:
    """六十，生日还没过: it may be 60 by the calendar year or in full, so both count."""
    if not _BIRTHDAY_AHEAD.search(text):
        return ages
    return [Age(_year_less(age.bounds), age.virtual) for age in ages]


def _year_less(bounds: Bounds) -> Bounds:
    low, high = bounds
    return (None if low is None else max(0, low - 12)), high
