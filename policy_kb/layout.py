"""Layout of a document's text: from lines, page numbers and markup to whole paragraphs.

A paragraph keeps, for each of its characters, where that character stands in the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Iterator, NamedTuple

from policy_kb.numbering import ARTICLE_RANK, read_number

Span = tuple[int, int]

_BREAK = re.compile(
    r"\r\n|[\n\r\f\v\x85\u2028\u2029]"
    r"|</?(?:br|p|div|tr|td|th|table|tbody|li|ul|ol|h[1-6])\b[^<>]*>",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\*\*+|__+|</?[a-zA-Z!][^<>]*>|&nbsp;|[\u200b\u200e\u200f\ufeff\x00]")
_MARKDOWN_LIST = re.compile(r"(?:>\s*|[-*+]\s+)+(?=\S)")
_MARKDOWN_HEADING = re.compile(r"#{1,6}(?=\s|[^\s#])")
_BLOCK_OPENERS = re.compile(r"<!--|<(script|style|head|table)\b", re.IGNORECASE)
_BLOCK_CLOSERS = {
    "<!--": re.compile("-->"),
    "script": re.compile("</script>", re.IGNORECASE),
    "style": re.compile("</style>", re.IGNORECASE),
    "head": re.compile("</head>", re.IGNORECASE),
    "table": re.compile("</table>", re.IGNORECASE),
}
_DASH = r"[-—–－─·•]"
_PAGE_NUMBER = re.compile(
    rf"{_DASH}*\s*\d{{1,4}}\s*{_DASH}*"
    r"|第\s*\d+\s*页\s*[,，/]?\s*(?:共\s*\d+\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
)
_FINISHED = "。！？；：.!?;:”’」』）)》】]"
_LONGEST_CELL = 300
_LONGEST_WRAPPED_LINE = 60


class Line(NamedTuple):
    """One line without its markup: ``pieces`` are the spans of the source that it shows."""

    text: str
    pieces: tuple[Span, ...]
    indented: bool = False
    heading: int = 0
    table: bool = False


@dataclass
class Paragraph:
    """A paragraph put together from lines; ``heading`` is the number of markdown ``#``."""

    text: str
    pieces: list[Span]
    heading: int = 0
    table: bool = False
    _starts: list[int] = field(default_factory=list, repr=False)

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Spans of the source that show ``text[start:end]`` (several where a page break cuts)."""
        if len(self._starts) != len(self.pieces):
            lengths = (last - first for first, last in self.pieces)
            self._starts = list(accumulate(lengths, initial=0))[:-1]
        found = []
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(self.pieces)):
            if self._starts[index] >= end:
                break
            shift = self.pieces[index][0] - self._starts[index]
            first = max(start + shift, self.pieces[index][0])
            found.append((first, min(end + shift, self.pieces[index][1])))
        return tuple(span for span in found if span[0] < span[1])

    @property
    def finished(self) -> bool:
        """Whether the text ends where a sentence or a bracket ends."""
        return self.text[-1:] in _FINISHED


def read_paragraphs(source: str) -> list[Paragraph]:
    """Whole paragraphs of ``source``, in order; time grows with the length of the text only."""
    lines = list(_lines(source))
    width = _wrap_width(lines)
    paragraphs: list[Paragraph] = []
    previous: Line | None = None
    page_cut = blank = False
    for line in lines:
        if not line.text:
            blank = True
        elif previous and not line.table and _PAGE_NUMBER.fullmatch(line.text):
            page_cut = True
        else:
            joined = previous is not None and _continues(
                paragraphs[-1], previous, line, page_cut, None if blank else width)
            if joined:
                _append(paragraphs[-1], line)
            else:
                paragraphs.append(
                    Paragraph(line.text, list(line.pieces), line.heading, line.table))
            previous, page_cut, blank = line, False, False
    for paragraph in paragraphs:
        paragraph.text = "".join(source[first:last] for first, last in paragraph.pieces)
    return paragraphs


def _append(paragraph: Paragraph, line: Line) -> None:
    # Only the last character of the text is looked at until all pieces are known:
    # adding strings line by line would take quadratic time.
    paragraph.text = line.text if len(paragraph.text) > _LONGEST_CELL else (
        paragraph.text + line.text)
    paragraph.pieces.extend(line.pieces)


def _continues(
    paragraph: Paragraph, previous: Line, line: Line, page_cut: bool, width: int | None
) -> bool:
    if paragraph.finished or paragraph.heading or paragraph.table:
        return False
    if line.table or line.heading or line.indented or read_number(line.text):
        return False
    if page_cut:
        return _is_running_text(paragraph.text)
    return width is not None and len(previous.text) >= width - 3


def _is_running_text(text: str) -> bool:
    number = read_number(text)
    is_article = number is not None and number.rank == ARTICLE_RANK
    return is_article or len(text) > 30 or any(mark in text for mark in "，。；,;")


def _wrap_width(lines: list[Line]) -> int | None:
    """Characters a line in a hard-wrapped text; None when a line is a paragraph."""
    lengths = sorted(len(line.text) for line in lines if line.text)
    if len(lengths) < 5:
        return None
    width = lengths[int(len(lengths) * 0.95)]
    full = sum(length >= width - 3 for length in lengths)
    wrapped = 20 <= width <= _LONGEST_WRAPPED_LINE and full >= len(lengths) * 0.3
    return width if wrapped else None


def _lines(source: str) -> Iterator[Line]:
    position = 0
    for start, end, kind in _blocks(source):
        yield from _plain_lines(source, position, start)
        if kind == "table":
            yield Line(source[start:end], ((start, end),), table=True)
        position = end
    yield from _plain_lines(source, position, len(source))


def _plain_lines(source: str, start: int, end: int) -> Iterator[Line]:
    for match in _BREAK.finditer(source, start, end):
        yield _line(source, start, match.start())
        start = match.end()
    if start < end:
        yield _line(source, start, end)


def _line(source: str, start: int, end: int) -> Line:
    raw = source[start:end]
    stripped = raw.strip()
    first = start + len(raw) - len(raw.lstrip())
    last = first + len(stripped)
    if stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 1:
        return Line(stripped, ((first, last),), table=True)
    mark = _MARKDOWN_LIST.match(stripped)
    body = mark.end() if mark else 0
    heading = _MARKDOWN_HEADING.match(stripped, body)
    depth = len(heading[0]) if heading else 0
    pieces = tuple(_trim(source, list(_unmarked(source, first + body + depth, last))))
    text = "".join(source[a:b] for a, b in pieces)
    indented = first - start >= 2 or raw[:1] == "\u3000"
    return Line(text, pieces, indented, depth)


def _unmarked(source: str, start: int, end: int) -> Iterator[Span]:
    for match in _MARKUP.finditer(source, start, end):
        if start < match.start():
            yield start, match.start()
        start = match.end()
    if start < end:
        yield start, end


def _trim(source: str, pieces: list[Span]) -> list[Span]:
    while pieces and not source[pieces[0][0]:pieces[0][1]].strip():
        pieces.pop(0)
    while pieces and not source[pieces[-1][0]:pieces[-1][1]].strip():
        pieces.pop()
    if pieces:
        first, last = pieces[0]
        pieces[0] = (last - len(source[first:last].lstrip()), last)
        first, last = pieces[-1]
        pieces[-1] = (first, first + len(source[first:last].rstrip()))
    return pieces


def _blocks(source: str) -> Iterator[tuple[int, int, str]]:
    """Comments, scripts and data tables, which hold no numbered text."""
    position, unclosed = 0, set()
    while match := _BLOCK_OPENERS.search(source, position):
        kind = (match[1] or match[0]).lower()
        # An opener without its end must not be looked for again: that would be quadratic.
        end = None if kind in unclosed else _BLOCK_CLOSERS[kind].search(source, match.end())
        if end is None:
            unclosed.add(kind)
            position = match.end()
        elif kind == "table" and _is_page_layout(source[match.start():end.end()]):
            position = match.end()
        else:
            yield match.start(), end.end(), kind
            position = end.end()


def _is_page_layout(table: str) -> bool:
    """Web pages put whole documents into a table: then its cells hold paragraphs."""
    return any(len(cell) > _LONGEST_CELL for cell in re.split(r"(?i)</t[dh]>", table))
