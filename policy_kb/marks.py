"""Marks that find an entry where segmentation would tear them apart: 文号, entry ids, clauses.

A mark is one word of the index: y2012n68 for 〔2012〕68号, e12x3 for 12-3, c12 for 第十二条.
"""
from __future__ import annotations

import re

from policy_kb.entries import Entry
from policy_kb.mentions import find_citations
from policy_kb.numbering import CHINESE_DIGITS, value_of
from policy_kb.text import CJK, normalize

_NUMBER = re.compile(
    rf"(?P<agency>[{CJK}]{{0,8}}?)[\[(〔【［]?\s*(?P<year>(?:19|20)\d\d)\s*"
    r"(?:[\])〕】］年]\s*第?|[\-—第 ])\s*(?P<serial>\d{1,4})\s*号"
)
_SERIAL = re.compile(r"(?<!\d)(?P<serial>\d{1,4})\s*号")
_ENTRY_ID = re.compile(r"(?<![\w-])(?:n-\d{3}|\d{1,2}-\d{1,2})(?![\w-])")
_CLAUSE = re.compile(
    rf"第\s*(?P<n>[{CHINESE_DIGITS}]{{1,3}}|\d{{1,2}})\s*条"
    rf"|\((?P<m>[{CHINESE_DIGITS}]{{1,3}})\)"
)
_AGENCY_END = re.compile(r"[发办函字规]$")
_SHORTEST_AGENCY = 2     # characters
MOST_MARKS = 24


def marks_of(entry: Entry) -> list[str]:
    """Marks that find `entry`: its id, its clause, the 文号 it names."""
    text = " ".join((entry.original, entry.answer, *entry.cites))
    cited = (citation.number for citation in find_citations(text) if citation.number)
    numbers = (match for number in cited for match in _NUMBER.finditer(normalize(number)))
    marks = [mark for match in numbers for mark in (
        match["agency"] + _year_mark(match), _year_mark(match), _serial_mark(match))]
    clause = [f"c{entry.clause}"] if entry.clause else []
    return sorted({*marks, *clause, _id_mark(entry.id)})


def _year_mark(match: re.Match[str]) -> str:
    return f"y{match['year']}{_serial_mark(match)}"


def _serial_mark(match: re.Match[str]) -> str:
    return f"n{int(match['serial'])}"


def _id_mark(entry_id: str) -> str:
    return "e" + re.sub(r"\W", "x", entry_id.lower())


def _asked_number(match: re.Match[str]) -> tuple[str, ...]:
    """Marks for a 文号 in a query, whose agency may have other words before it."""
    words = match["agency"]
    if not _AGENCY_END.search(words):
        return (_year_mark(match),)
    starts = range(len(words) - _SHORTEST_AGENCY + 1)
    return tuple(words[start:] + _year_mark(match) for start in starts)


def take_marks(text: str) -> tuple[list[tuple[str, ...]], str]:
    """Marks named in a normalised query (groups of alternatives), and the rest of the query."""
    marks = [_asked_number(match) for match in _NUMBER.finditer(text)]
    text = _NUMBER.sub(" ", text)
    marks += [(_serial_mark(match),) for match in _SERIAL.finditer(text)]
    marks += [(_id_mark(match[0]),) for match in _ENTRY_ID.finditer(text)]
    values = (value_of(match["n"] or match["m"]) for match in _CLAUSE.finditer(text))
    marks += [(f"c{value}",) for value in values if value]
    text = _CLAUSE.sub(" ", _ENTRY_ID.sub(" ", _SERIAL.sub(" ", text)))
    return list(dict.fromkeys(marks))[:MOST_MARKS], text
