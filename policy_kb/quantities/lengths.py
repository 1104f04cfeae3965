"""Figures with a unit of time, and what several make: 一年零八个月, 两年半, 差俩月三年."""
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Callable, Iterator, Sequence

from policy_kb.quantities.numerals import HAN, NUMBER, Figure, figure, magnitude
from policy_kb.quantities.qualifiers import Bounds, conditional, exact, weigh
from policy_kb.quantities.timespan import BLOT, Span

ZERO, HALF_MONTH, MONTH, YEAR = Fraction(0), Fraction(1, 2), Fraction(1), Fraction(12)
SHORT_DAY, LONG_DAY = Fraction(1, 31), Fraction(1, 30)
"""A day in months: of a month of 31 days, and of the 30 that people reckon with."""

TRIFLE = Fraction(1, 1000)
_SOME = Figure(Fraction(1), Fraction(9))


@dataclass(frozen=True)
class Length:
    """A figure with its unit at `start`–`end` of a text; `unit` is the smallest one, in months."""

    start: int
    end: int
    unit: Fraction
    span: Span


@dataclass(frozen=True)
class Reading:
    """Lengths with their qualifiers weighed; `clause` is the part of the sentence they stand in."""

    bounds: Bounds
    clause: str


def _spread(words: str, mid: str | None = None) -> Figure:
    """The numbers a figure may stand for, with 几, or with 多, 来 or 几 inside it (十多年)."""
    if words.endswith("几"):
        return _SOME
    low, high = figure(words)
    reach = magnitude(low)
    if mid == "多":
        return Figure(low, high + reach - TRIFLE)
    if mid == "来":
        return Figure(low - max(1, low / 5), high + max(1, low / 5))
    return Figure(low + 1, high + reach - 1) if mid else Figure(low, high)


def _measured(number: Figure, unit: Fraction, half: str | None = None) -> Span:
    """`number` units; between whole numbers (三四年, 十几年) the higher one counts to its end."""
    low, high = number.low * unit, number.high * unit
    if low != high and number.high.denominator == 1:
        high += max(ZERO, unit - MONTH)
    if half:
        low, high, unit = low + unit / 2, high + unit / 2, unit / 2
    return Span(low, high, unit, max(MONTH, unit / 2, low / 5))


def _sum(one: Span, other: Span) -> Span:
    return Span(one.low + other.low, one.high + other.high, other.step, other.margin)


def _less(one: Span, other: Span) -> Span:
    """One span short of by another: never as much as the first itself."""
    high = min(one.high - other.low, one.low - TRIFLE)
    return Span(one.low - other.high, high, other.step, other.margin)


def _years(found: re.Match[str]) -> Span:
    years = _measured(_spread(found["figure"], found["mid"]), YEAR, found["half"])
    return _sum(years, _measured(_spread(found["bare"]), MONTH)) if found["bare"] else years


def _months(found: re.Match[str]) -> Span:
    span = _measured(_spread(found["figure"], found["mid"]), MONTH, found["half"])
    if found["odd"] == "多":
        return replace(span, high=span.high + span.step - TRIFLE)
    return replace(span, low=span.low - 1, high=span.high + 1) if found["odd"] else span


def _days(found: re.Match[str]) -> Span:
    low, high = _spread(found["figure"], found["mid"])
    many = 7 if found["week"] else 1
    return Span(low * many * SHORT_DAY, high * many * LONG_DAY, MONTH, MONTH)


def _nth(found: re.Match[str]) -> Span:
    """第三年, 三个年头: calendar years are counted, so the first and the last may be mere days."""
    nth = figure(found["figure"]).low * YEAR
    return Span(max(nth - 2 * YEAR, ZERO), nth - MONTH, MONTH, YEAR)


def _half(found: re.Match[str]) -> Span:
    unit = YEAR if found["year"] else MONTH
    step = unit / 2
    if found["kind"] == "小":
        return Span(ZERO, step - TRIFLE, step, step / 2)
    return Span(step, unit - TRIFLE if found["kind"] else step, step, step / 2)


def _fixed(
    low: int | Fraction, high: int | Fraction, step: int = 1,
) -> Callable[[re.Match[str]], Span]:
    span = Span(Fraction(low), Fraction(high), Fraction(step), Fraction(step))
    return lambda found: span


_MID = r"[多来]|(?<=[十百千0])好?几"
_FIGURE = rf"(?P<figure>{NUMBER})(?P<mid>{_MID})?"
_FIGURE_OR_SOME = rf"(?P<figure>{NUMBER}|好?几)(?P<mid>{_MID})?"
_NOT_BEHIND_FIGURE = rf"(?<![{HAN}0-9])"
_NO_LENGTH_OF_YEARS = r"(?![半级度龄纪货限四]|五载|到头|到晚|代(?!理))"
_FIGURES: tuple[tuple[Fraction, str, Callable[[re.Match[str]], Span]], ...] = (
    (YEAR, rf"(?:第(?={NUMBER}个?年)|(?={NUMBER}个年头))(?P<figure>{NUMBER})个?年头?", _nth),
    (YEAR, rf"{_NOT_BEHIND_FIGURE}一?年半载", _fixed(6, 18)),
    (YEAR, rf"{_FIGURE}个?整?(?:周年|年)(?P<half>半(?!载))?(?:[零又]?(?P<bare>{NUMBER})月(?!份))?"
           rf"{_NO_LENGTH_OF_YEARS}", _years),
    (YEAR, rf"{_NOT_BEHIND_FIGURE}年半(?!载)", _fixed(18, 18, 6)),
    (YEAR, r"年把", _fixed(6, 18)),
    (MONTH, r"个把月", _fixed(0, 2)),
    (YEAR, r"(?P<kind>[大小多])?(?<!个)半(?P<year>年)(?![级载])", _half),
    (HALF_MONTH, r"(?P<kind>[大小多])?(?<!个)半(?P<year>)个?多?月", _half),
    (MONTH, rf"{_FIGURE_OR_SOME}个(?P<half>半)?(?P<odd>[多来])?整?月(?!份)", _months),
    (MONTH, r"个半月", _fixed(Fraction(3, 2), Fraction(3, 2))),
    (LONG_DAY, rf"{_FIGURE_OR_SOME}天(?P<week>)", _days),
    (LONG_DAY, rf"{_FIGURE_OR_SOME}(?P<week>个?(?:星期|礼拜)|(?<!周.)周)(?![年岁一二三四五六日末])",
     _days),
)
_PATTERNS = [(unit, re.compile(words), reader) for unit, words, reader in _FIGURES]


def lengths(text: str) -> list[Length]:
    """Every figure with a unit of time in plain `text`, in order. Raises ValueError on 十二十年."""
    found: list[Length] = []
    free = text
    for unit, words, reader in _PATTERNS:
        for match in words.finditer(free):
            smallest = MONTH if match.groupdict().get("bare") else unit
            found.append(Length(match.start(), match.end(), smallest, reader(match)))
        free = words.sub(lambda match: BLOT * len(match[0]), free)
    return sorted(found, key=lambda length: length.start)


_AND = re.compile(r"[零又加带和多]?$")
_BREAK = re.compile(r"[，。！？；：、()]")
_RANGE = re.compile(r"(?:到|至|-|~|—|、|或者?)$")
_SHORT_OF = re.compile(r"(?:差|缺|欠|还有|再[过有住干待熬等])[了上]?$")
_UP_TO = re.compile(r"[就才都没不，]*(?:是|够|到|满|足|有|该|整|住满)*$")
_LACKS = re.compile(r"[还就只才呢吧了，]*[差缺少欠]$")
_TO_COME = re.compile(r"(?:再|打算|准备|计划|继续|想|还[要得有能]"
                      r"|(?<![快就都眼])要(?=[住干待呆租])|(?<![超经住刚才早都已])过)"
                      r"(?:在?这[儿里]?)?[住干待呆租]?[个满上够]?$")
_BESIDE = re.compile(r"(?:每|比|提前)[^，]*$|住院了?$|(?:租期|合同|期限|学制|工期)[^，]{0,3}$|(?:(?<![来在到住])[这那]|头|(?<![以目之])前|最近|过去)$")
_RECENT = re.compile(r"(?<![将接临靠贴])近$")
_ALL_THE_WHILE = re.compile(r"(?:[里来]|以来)?(?:[我俺]们?)?(?:都|一直|始终|全)")
_NOT_A_STAY = re.compile(rf"到头|四季|合同|租期|租约|协议|[以之]?后|挣|赚|工资|房租|租金|{NUMBER}[块元多]")


def _whole(text: str, parts: Sequence[Length]) -> list[Length]:
    """Parts of one figure put together: 三年 + 零 + 两个月."""
    out: list[Length] = []
    for part in parts:
        last = out[-1] if out else None
        if last and part.unit < last.unit and _AND.match(text[last.end:part.start]):
            out[-1] = Length(last.start, part.end, part.unit, _sum(last.span, part.span))
        else:
            out.append(part)
    return out


def _joined(text: str, one: Length, other: Length) -> Span | None:
    """What two neighbours make together: 差一个月两年, 两年差一个月, 两年到三年."""
    between = text[one.end:other.start]
    if _SHORT_OF.search(text[:one.start]) and _UP_TO.match(between):
        return _less(other.span, one.span)
    if _LACKS.match(between) and other.span.high < one.span.low:
        return _less(one.span, other.span)
    if _RANGE.match(between):
        return Span(one.span.low, other.span.high + max(ZERO, other.unit - MONTH), MONTH, MONTH)
    return None


def clause_at(text: str, at: int) -> tuple[int, int]:
    """Start and end of the part of a sentence that holds position `at`."""
    marks = [mark.start() for mark in _BREAK.finditer(text)]
    return (max((m + 1 for m in marks if m < at), default=0),
            min((m for m in marks if m >= at), default=len(text)))


def _told(before: str, said: str, after: str) -> bool:
    """Whether a length is told as one that has passed: not 再住两年, 这两年, 没几天, 近两年都在."""
    return not (_SHORT_OF.search(before) or _TO_COME.search(before) or _BESIDE.search(before)
                or _NOT_A_STAY.match(after) or before.endswith("没") and "几" in said
                or _RECENT.search(before) and _ALL_THE_WHILE.match(after))


def _read(text: str, length: Length, joined: Span | None) -> Reading | None:
    start, end = clause_at(text, length.start)
    before, after = text[start:length.start], text[length.end:]
    if conditional(before, after):
        return None
    if joined:
        return Reading(exact(joined), text[start:end])
    if not _told(before, text[length.start:length.end], after):
        return None
    return Reading(weigh(before, length.span, after), text[start:end])


def readings(text: str) -> Iterator[Reading]:
    """Lengths of the past in plain `text`; what a rule asks or somebody plans is not among them.

    Raises ValueError if a figure cannot be a number.
    """
    found = _whole(text, lengths(text))
    while found:
        one, *found = found
        joined = _joined(text, one, found[0]) if found else None
        if joined:
            one, *found = Length(one.start, found[0].end, MONTH, joined), *found[1:]
        reading = _read(text, one, joined)
        if reading:
            yield reading
