"""Decision tables (核对表): what the document says, line by line, written by hand.

A table stands beside its rule and is never derived from it, so that each can be held against
the other. The first line that fits decides; `*` fits anything, ` 或 ` joins alternatives.
Lengths of time are reckoned here in a second way, with nothing of the rule engine.
"""
from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from policy_kb.eligibility import TODAY, UNKNOWN, Outcome, Value
from policy_kb.quantities import Quantity

OUTCOMES: Mapping[str, Outcome] = {
    "符合": "likely", "目前不满足": "not_met", "还不能判断": "undetermined", "窗口": "window",
}
FIXED = ("结果", "情形", "条款", "理由")
ANY, OR = "*", " 或 "
HEAD = re.compile(r"^(.+?)(?:（截至(.+)）)?$")
LENGTH = re.compile(r"^(不?)满(\d+)(个月|年|周岁)$")
MONTHS = {"个月": 1, "年": 12, "周岁": 12}
FAR = 10**6                                         # months: longer than anything


class TableError(ValueError):
    """A decision table cannot be read; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Column:
    """A column about `fact`. A length of time is taken on the day of the fact `day` (None: today).

    `limits` are the lengths in months that its cells name; none for a column of options.
    """

    fact: str
    day: str | None
    limits: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """One line: what each column must say, what then follows, and why. `number` as in Excel."""

    number: int
    cells: tuple[tuple[str, ...], ...]
    outcome: Outcome
    case: str
    clause: str
    reason: str


@dataclass(frozen=True)
class Table:
    """The table of one rule."""

    rule: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def _limit(cell: str) -> int | None:
    """The months that a cell like 满2年 or 不满60周岁 names."""
    found = LENGTH.match(cell)
    return int(found[2]) * MONTHS[found[3]] if found else None


def _column(name: str, cells: Sequence[tuple[str, ...]]) -> Column:
    fact, day = HEAD.fullmatch(name).groups()
    limits = {_limit(one) for cell in cells for one in cell} - {None}
    return Column(fact, day, tuple(sorted(limits)))


def _line(number: int, row: Sequence[str], width: int, where: str) -> Line:
    if len(row) != width:
        raise TableError(f"{where} 第 {number} 行：应当有 {width} 格，现在有 {len(row)} 格。")
    *cells, result, case, clause, reason = row
    if result not in OUTCOMES:
        raise TableError(f"{where} 第 {number} 行：“结果”应当是 {'、'.join(OUTCOMES)} 之一。")
    split = tuple(tuple(cell.split(OR)) for cell in cells)
    return Line(number, split, OUTCOMES[result], case, clause, reason)


def parse(rule: str, text: str, where: str) -> Table:
    """The table in `text` (CSV). Raises TableError."""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    head = rows[0] if rows else []
    names = head[:-len(FIXED)]
    if tuple(head[-len(FIXED):]) != FIXED or not all(names) or not names:
        raise TableError(f"{where}：第一行应当是各项情况，然后是 {'、'.join(FIXED)}。")
    lines = tuple(_line(n, row, len(head), where) for n, row in enumerate(rows[1:], 2) if row)
    columns = (_column(name, [line.cells[n] for line in lines]) for n, name in enumerate(names))
    return Table(rule, tuple(columns), lines)


def read_all(folder: Path) -> dict[str, Table]:
    """The tables of a folder by rule, none if there is no such folder. Raises TableError."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            raise TableError(f"{path.name}：不是 UTF-8 文字，请另存为“CSV UTF-8”。") from None
        found[path.stem] = parse(path.stem, text, path.name)
    return found


def look_up(table: Table, given: Mapping[str, Value], today: dt.date) -> Line | None:
    """The first line that fits what a person has said; None if no line does."""
    said = [_words(column, given, today) for column in table.columns]
    for line in table.lines:
        if all(cell[0] == ANY or words & set(cell) for cell, words in zip(line.cells, said)):
            return line
    return None


def _words(column: Column, given: Mapping[str, Value], today: dt.date) -> set[str]:
    """The cells of a column that a person's answer would fit."""
    value = given.get(column.fact, UNKNOWN)
    if not column.limits:
        return {value} if isinstance(value, str) else set()
    if not isinstance(value, Quantity):
        return {UNKNOWN}
    day = given.get(column.day, UNKNOWN) if column.day else TODAY
    low, high = _bounds(value, day, today)
    return {word for limit in column.limits for word in _sides(limit, low, high)}


def _sides(limit: int, low: int, high: int) -> Iterator[str]:
    """All ways to write on which side of `limit` a length lies."""
    if low < limit <= high:
        yield UNKNOWN
        return
    for unit, size in MONTHS.items():
        if limit % size == 0:
            yield f"{'' if low >= limit else '不'}满{limit // size}{unit}"


def _bounds(value: Quantity, day: Value, today: dt.date) -> tuple[int, int]:
    """Least and most whole months that have passed on `day`; an unknown day lies in the past."""
    first, last = {TODAY: (today, today), UNKNOWN: (None, today)}.get(day) or day
    if value.since:
        earliest, latest = value.since
    else:
        earliest, latest = _began(value.months or (None, None), today)
    low = -FAR if first is None or latest is None else _whole(latest, first)
    return low, FAR if earliest is None else _whole(earliest, last)


def _began(months: tuple[int | None, int | None], today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """First and last day on which a length may have begun that is so many whole months today."""
    low, high = months
    earliest = None if high is None else _months_before(today, high + 1) + dt.timedelta(days=1)
    return earliest, None if low is None else _months_before(today, low)


def _months_before(day: dt.date, months: int) -> dt.date:
    """The last day from which so many whole months have passed on `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, length if _is_last(day) else min(day.day, length))


def _whole(begun: dt.date, day: dt.date) -> int:
    """Whole months from `begun` to `day`; the last day of a month fulfils it."""
    months = (day.year - begun.year) * 12 + day.month - begun.month
    return months - (begun.day > day.day and not _is_last(day))


def _is_last(day: dt.date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]
