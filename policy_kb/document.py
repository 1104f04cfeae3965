"""Importer of official documents (公文): text to headings, clauses, sentences and what they name.

Everything found carries its offsets (in characters) into the untouched source, and the parts of a
document together are the whole source.
"""

from __future__ import annotations

import json
import re
import stat
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Iterable, Iterator, NamedTuple

from policy_kb.layout import Paragraph, Span, read_paragraphs
from policy_kb.mentions import (
    Citation,
    Condition,
    Date,
    Lead,
    find_citations,
    find_conditions,
    find_dates,
    find_document_number,
    find_leads,
    plain,
)
from policy_kb.numbering import ARTICLE_RANK, ITEM_RANK, Number, read_number

LARGEST_FILE = 5 * 1024 * 1024  # bytes
_LONGEST_HEADING = 36  # characters; longer openings are sentences
_OPENING_LENGTH = 24
_MARKDOWN_RANK = -10


class DocumentError(Exception):
    """A file that cannot be imported; the message is one Chinese sentence saying what to do."""


class Part(NamedTuple):
    """A stretch of the source: what it is, where, and in which section (numbers from the top)."""

    kind: str
    start: int
    end: int
    section: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A sentence (the smallest 项) and the spans of the source that show it."""

    text: str
    spans: tuple[Span, ...]


@dataclass
class Section:
    """A numbered part. ``number`` is as written, ``value`` its count, ``level`` 1 at the top."""

    number: str
    value: int
    rank: int
    paragraphs: list[Paragraph]
    body: int  # where the first paragraph goes on after the number
    level: int = 1
    title: str | None = None
    opening: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)
    path: tuple[str, ...] = ()

    @property
    def has_text(self) -> bool:
        """Whether the section says something itself, beyond its title."""
        return bool(self.sentences or self.leads)

    def walk(self) -> Iterator["Section"]:
        """This section and all below it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_json(self, within_clause: bool = False) -> dict[str, Any]:
        """The section as plain data; ``starts_with`` is given for clauses only."""
        is_clause = not within_clause and (self.has_text or not self.children)
        shown: dict[str, Any] = {
            "num": self.number, "n": self.value, "level": self.level, "title": self.title}
        if is_clause:
            shown["starts_with"] = self.opening
        shown["leads"] = [_lead_json(lead) for lead in self.leads]
        below = within_clause or is_clause
        shown["children"] = [child.to_json(below) for child in self.children]
        return shown


@dataclass
class Document:
    """An official document taken apart; ``number`` is its 文号, None where the text has none."""

    name: str
    source: str
    title: str = ""
    number: str | None = None
    sections: list[Section] = field(default_factory=list)
    preamble: list[Sentence] = field(default_factory=list)
    closing: list[Sentence] = field(default_factory=list)
    citations: list[tuple[tuple[str, ...], Citation]] = field(default_factory=list)
    dates: list[tuple[tuple[str, ...], Date]] = field(default_factory=list)
    conditions: list[tuple[tuple[str, ...], Condition]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def all_sections(self) -> list[Section]:
        """Every section of every level, in the order of the text."""
        return list(chain.from_iterable(section.walk() for section in self.sections))

    @property
    def headings(self) -> list[Section]:
        """Sections that only hold other sections."""
        return list(_headings(self.sections))

    @property
    def clauses(self) -> list[Section]:
        """Sections that say something, outermost ones only (their items are their children)."""
        return list(_clauses(self.sections))

    def to_json(self) -> dict[str, Any]:
        """The document as plain data, ready for ``json.dumps``."""
        return {
            "document": self.name,
            "title": self.title,
            "number": self.number,
            "sections": [section.to_json() for section in self.sections],
            "preamble": [_sentence_json(sentence) for sentence in self.preamble],
            "closing": [_sentence_json(sentence) for sentence in self.closing],
            "citations": [_citation_json(*entry) for entry in self.citations],
            "dates": [_date_json(*entry) for entry in self.dates],
            "conditions": [_condition_json(*entry) for entry in self.conditions],
            "parts": [_part_json(part) for part in self.parts],
        }


# ---- reading a file

_SIGNATURES = (
    (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"), (b"BM", "图片"),
    (b"%PDF", "PDF 文件"), (b"PK\x03\x04", "Word 文档或压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版 Word 文档"), (b"{\\rtf", "RTF 文档"),
)
_AS_TEXT = "请把正文另存为 UTF-8 编码的纯文本（.txt）再导入"


def read_source(path: Path) -> str:
    """The text of a UTF-8 file of at most 5 MB, without its byte order mark.

    Raises DocumentError, in one Chinese sentence, for anything else.
    """
    name = f"“{path.name}”"
    raw = _read_bytes(path, name)
    for signature, kind in _SIGNATURES:
        if raw.startswith(signature):
            raise DocumentError(f"{name}是{kind}，不是纯文本：{_AS_TEXT}。")
    text = _decode(raw, name)
    _require_prose(text, name)
    return text


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise DocumentError(f"{name}不是一个文件：请给出公文正文的文本文件。")
        if found.st_size > LARGEST_FILE:
            size = found.st_size / 1024 / 1024
            raise DocumentError(
                f"{name}有 {size:.1f} MB，超过上限 5 MB：请确认是公文正文，或拆成几个文件再导入。")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError(f"找不到文件{name}：请检查路径。") from None
    except (OSError, ValueError):
        raise DocumentError(f"{name}读不出来：请检查路径和文件的读取权限。") from None
    if not raw.strip():
        raise DocumentError(f"{name}是空文件：请确认正文已保存后再导入。")
    return raw


def _decode(raw: bytes, name: str) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(f"{name}{_wrong_encoding(raw)}：{_AS_TEXT}。") from None
    if "\x00" in text or sum(map(text.count, map(chr, range(1, 9)))) > len(text) / 100:
        raise DocumentError(f"{name}不是纯文本文件：{_AS_TEXT}。")
    return text


def _wrong_encoding(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "是 UTF-16 编码（记事本里叫“Unicode”）"
    try:
        decoded = raw.decode("gb18030")
    except UnicodeDecodeError:
        return "不是纯文本文件，或编码已损坏"
    share = len(_HAN.findall(decoded)) / len(decoded)
    return "是 GBK（ANSI）编码" if share > 0.3 else "不是纯文本文件，或编码已损坏"


_HAN = re.compile(r"[\u4e00-\u9fff]")
_FEWEST_CHARACTERS = 10


def _require_prose(text: str, name: str) -> None:
    if len(_HAN.findall(text)) < _FEWEST_CHARACTERS:
        raise DocumentError(f"{name}里几乎没有汉字，不像公文正文：请确认选对了文件。")
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return
        raise DocumentError(f"{name}是 JSON 数据，不是公文正文：{_AS_TEXT}。")


# ---- taking the text apart

_Piece = tuple[str, int, int]  # kind and place within a paragraph
_SENTENCE = re.compile(r"[^。！？!?]*(?:[。！？!?]+[”’」』）)]*|$)")
_TITLE_END = re.compile(
    r"(?:通知|意见|方案|办法|条例|规定|细则|决定|法|规划|纲要|公告|通告|批复|函|报告|计划|措施|要点"
    r"|制度|章程|规则|标准|指南|预案|决议|命令|若干政策|清单|说明|规范)"
    r"(?:[（(][^（）()]{1,12}[）)])*$"
)
_ADDRESSEE = re.compile(r".{2,}[：:]$")
_CALL_ON_ALL = re.compile(
    r"(?:各地区?|各级|各县|各市)[^。，、]{0,6}[、，]?各(?:有关)?(?:部门|单位)")
_FORMULA = re.compile(
    r"本(?:通知|意见|方案|办法|规定|细则|决定|条例|实施方案|实施意见|实施细则)自"
    r"|特此(?:通知|公告|通告|函复)|[（(]此件|(?:抄送|主送|主办|印发)\s*[：:]|[（(]联系"
    r"|附\s*件?\s*\d{0,2}\s*(?:[：:]|$)|附\s*表\s*\d*\s*[：:]")
_ATTACHMENTS = re.compile(r"附\s*件\s*[：:]\s*1")
_LINES_OF_A_TITLE = 6


def parse(text: str, name: str) -> Document:
    """Take ``text`` apart; ``name`` is what the document is called in messages.

    Never raises for a text: what has no number at all becomes preamble.
    """
    return _Reader(text, name).read()


class _Reader:
    """Walks once over the paragraphs and fills in a Document."""

    def __init__(self, text: str, name: str) -> None:
        self.document = Document(name, text)
        self.parts: list[Part] = []

    def read(self) -> Document:
        paragraphs = read_paragraphs(self.document.source)
        first = _first_numbered(paragraphs)
        self._read_front(paragraphs[:first])
        sections, trailing = _nest(paragraphs[first:])
        self.document.sections = sections
        _give_titles(sections)
        for section in self.document.all_sections:
            self._read_section(section)
        self._read_trailing(trailing)
        self.document.parts = _tiled(self.parts, self.document.source)
        return self.document

    # -- before the first number

    def _read_front(self, paragraphs: list[Paragraph]) -> None:
        titles = _title_blocks(paragraphs)
        if titles:
            first, last = titles[0]
            self.document.title = "".join(p.text for p in paragraphs[first:last])
        after_titles = titles[-1][1] if titles else 0
        in_title = {index for first, last in titles for index in range(first, last)}
        for index, paragraph in enumerate(paragraphs):
            if index in in_title:
                self._add("title", paragraph)
            elif find_document_number(paragraph.text):
                self.document.number = self.document.number or paragraph.text
                self._add("number", paragraph)
            else:
                self._read_front_paragraph(paragraph, index >= after_titles)

    def _read_front_paragraph(self, paragraph: Paragraph, is_preamble: bool) -> None:
        if paragraph.table:
            self._add("table", paragraph)
        elif _ADDRESSEE.fullmatch(paragraph.text) and "。" not in paragraph.text[:-1] and (
                not is_preamble or _HAN.match(paragraph.text) and "各" in paragraph.text[:8]):
            self._add("addressee", paragraph)
        elif is_preamble and _is_prose(paragraph):
            self.document.preamble.extend(self._read_prose(paragraph, 0, "preamble", ()))
        else:
            self._read_cover(paragraph)

    def _read_cover(self, paragraph: Paragraph) -> None:
        """Issuer, dates, the note that forwards the document; an order's number is its own."""
        document, before = self.document, len(self.document.citations)
        self._mention(paragraph, ())
        is_order = paragraph.text.endswith("公布") and document.citations[before:]
        if document.number is None and is_order:
            document.number = document.citations.pop()[1].number
        self._add("front", paragraph)

    # -- sections

    def _read_section(self, section: Section) -> None:
        opening, *rest = section.paragraphs
        self._add("heading_number", opening, 0, section.body, section.path)
        body = section.body
        if section.title is not None:
            body = _end_of_title(opening.text, section.body)
            self._add("heading", opening, section.body, body, section.path)
        section.sentences += self._read_prose(opening, body, "sentence", section.path, section)
        for paragraph in rest:
            if paragraph.table:
                self._add("table", paragraph, section=section.path)
            else:
                section.sentences += self._read_prose(
                    paragraph, 0, "sentence", section.path, section)

    def _read_prose(
        self, paragraph: Paragraph, start: int, kind: str, path: tuple[str, ...],
        section: Section | None = None,
    ) -> list[Sentence]:
        self._mention(paragraph, path)
        sentences = []
        leads = [lead for lead in find_leads(paragraph.text) if lead.span[0] >= start]
        for lead in leads if section else ():
            sentences += self._sentences(paragraph, start, lead.span[0], kind, path)
            self._add("lead", paragraph, *lead.span, path)
            section.leads.append(lead)
            start = lead.span[1]
        return sentences + self._sentences(paragraph, start, len(paragraph.text), kind, path)

    def _sentences(
        self, paragraph: Paragraph, start: int, end: int, kind: str, path: tuple[str, ...]
    ) -> list[Sentence]:
        found = []
        for match in _SENTENCE.finditer(paragraph.text, start, end):
            first = match.start() + len(match[0]) - len(match[0].lstrip())
            last = first + len(match[0].strip())
            if first < last:
                self._add(kind, paragraph, first, last, path)
                if re.search(r"\w", match[0]):
                    found.append(
                        Sentence(paragraph.text[first:last], paragraph.spans(first, last)))
        return found

    # -- after the last section

    def _read_trailing(self, paragraphs: list[Paragraph]) -> None:
        for index, paragraph in enumerate(paragraphs):
            if paragraph.table:
                self._add("table", paragraph)
            elif _is_date_line(paragraph):
                self._mention(paragraph, ())
                self._add("date", paragraph)
            elif index + 1 < len(paragraphs) and _is_date_line(paragraphs[index + 1]):
                self._add("signature", paragraph)
            elif paragraph.finished:
                self.document.closing.extend(self._read_prose(paragraph, 0, "closing", ()))
            else:
                self._add("back", paragraph)

    # -- what all of them share

    def _mention(self, paragraph: Paragraph, path: tuple[str, ...]) -> None:
        document, text = self.document, paragraph.text
        for kept, found in (
            (document.citations, find_citations(text)),
            (document.dates, find_dates(text)),
            (document.conditions, find_conditions(text)),
        ):
            for mention in found:
                if getattr(mention, "title", None) != (document.title or ""):
                    kept.append((path, _placed(mention, paragraph)))

    def _add(
        self, kind: str, paragraph: Paragraph, start: int = 0, end: int | None = None,
        section: tuple[str, ...] = (),
    ) -> None:
        end = len(paragraph.text) if end is None else end
        for first, last in paragraph.spans(start, end):
            self.parts.append(Part(kind, first, last, section))


def _placed(mention: Any, paragraph: Paragraph) -> Any:
    spans = paragraph.spans(*mention.span)
    return type(mention)(**{**vars(mention), "span": (spans[0][0], spans[-1][1])})


def _tiled(parts: list[Part], source: str) -> list[Part]:
    """The parts in order, with the gaps between them (spaces, markup, page numbers) named too."""
    tiled, position = [], 0
    for part in sorted(parts, key=lambda part: part.start):
        tiled.extend(_gap(source, position, part.start))
        tiled.append(part)
        position = part.end
    tiled.extend(_gap(source, position, len(source)))
    return tiled


def _gap(source: str, start: int, end: int) -> Iterator[Part]:
    if start < end:
        yield Part("layout" if source[start:end].strip() else "blank", start, end)


# ---- titles of the document

def _first_numbered(paragraphs: list[Paragraph]) -> int:
    start = _end_of_contents(paragraphs)
    numbered = [
        (index, number.value) for index, paragraph in enumerate(paragraphs[start:], start)
        if (number := _number_of(paragraph))
    ]
    firsts = (
        index for index, value in numbered
        if value == 1 or (value == 0 and index and paragraphs[index].heading > 1))
    return next(firsts, numbered[0][0] if numbered else len(paragraphs))


def _end_of_contents(paragraphs: list[Paragraph]) -> int:
    """Where the text begins after a table of contents (目录); 0 when there is none."""
    for index, paragraph in enumerate(paragraphs[:60]):
        if re.fullmatch(r"目\s*[录次]", paragraph.text) and index + 1 < len(paragraphs):
            first = _contents_entry(paragraphs[index + 1])
            for later in range(index + 2, len(paragraphs)):
                if _contents_entry(paragraphs[later]) == first:
                    return later
    return 0


def _contents_entry(paragraph: Paragraph) -> str:
    return re.sub(r"[\s.．…·]+\d*$|\s", "", paragraph.text)


def _title_blocks(paragraphs: list[Paragraph]) -> list[Span]:
    """Groups of lines that are titles: the document's own, then that of a document inside it."""
    found: list[Span] = []
    index = 0
    while index < len(paragraphs):
        size = _title_size(paragraphs[index:index + _LINES_OF_A_TITLE])
        if size:
            found.append((index, index + size))
        index += size or 1
    if not found and paragraphs and _may_be_title(paragraphs[0]):
        found.append((0, 1))
    return found


def _title_size(paragraphs: list[Paragraph]) -> int:
    if paragraphs[0].heading == 1:
        return 1
    for size, paragraph in enumerate(paragraphs, 1):
        if not _may_be_title(paragraph):
            return 0
        if _TITLE_END.search(paragraph.text):
            return size
    return 0


def _may_be_title(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return not (
        paragraph.table or len(text) > 80 or re.search(r"[。；：:;]", text)
        or find_document_number(text) or _is_date_line(paragraph) or re.match(r"\d{4}年", text)
    )


def _is_prose(paragraph: Paragraph) -> bool:
    return paragraph.text.endswith("。") or paragraph.finished and "，" in paragraph.text


def _is_date_line(paragraph: Paragraph) -> bool:
    dates = find_dates(paragraph.text) if len(paragraph.text) < 30 else []
    return bool(dates) and dates[0].day is not None and (
        len(paragraph.text) - len(dates[0].text) <= 4)


# ---- nesting

def _number_of(paragraph: Paragraph) -> Number | None:
    if paragraph.table:
        return None
    number = read_number(paragraph.text)
    if number is None and paragraph.heading:
        return Number("", 0, _MARKDOWN_RANK + paragraph.heading, 0)
    return number


def _nest(paragraphs: list[Paragraph]) -> tuple[list[Section], list[Paragraph]]:
    """Sections of all levels, and the paragraphs that stand after the last of them."""
    roots: list[Section] = []
    open_sections: list[Section] = []
    last_values: dict[int, int] = {}
    attachments_listed = False
    for paragraph in paragraphs:
        number = _number_of(paragraph)
        attachments_listed = (attachments_listed and (not number or number.rank == ITEM_RANK)) or (
            bool(_ATTACHMENTS.match(paragraph.text)))
        if attachments_listed and open_sections:
            number = None
        if number and not _is_cut_reference(number, open_sections, last_values):
            _open(number, paragraph, roots, open_sections)
            last_values[number.rank] = number.value
        else:
            _owner(open_sections, paragraph).paragraphs.append(paragraph)
    return roots, _detach_trailing(roots)


def _is_cut_reference(
    number: Number, open_sections: list[Section], last_values: dict[int, int]
) -> bool:
    """A line such as 第三条 that a page break cut out of a sentence: out of turn, mid-sentence."""
    expected = (1, last_values.get(number.rank, 0) + 1)
    if not open_sections or not number.text or number.value in expected:
        return False
    before = open_sections[-1].paragraphs[-1]
    return not before.finished and len(before.text) > _LONGEST_HEADING


def _open(
    number: Number, paragraph: Paragraph, roots: list[Section], open_sections: list[Section]
) -> None:
    while open_sections and open_sections[-1].rank >= number.rank:
        open_sections.pop()
    parent = open_sections[-1] if open_sections else None
    siblings = parent.children if parent else roots
    value = number.value or len(siblings) + 1
    body = number.end + len(paragraph.text[number.end:]) - len(paragraph.text[number.end:].lstrip())
    section = Section(number.text, value, number.rank, [paragraph], body, len(open_sections) + 1)
    section.path = (*(parent.path if parent else ()), number.text or paragraph.text)
    siblings.append(section)
    open_sections.append(section)


def _owner(open_sections: list[Section], paragraph: Paragraph) -> Section:
    """The section that a paragraph without number belongs to: a finished list is left."""
    section = open_sections[-1]
    if len(open_sections) < 2 or len(open_sections[-2].children) < 2:
        return section
    before = open_sections[-2].children[-2].paragraphs[-1].text
    closed = before.endswith(("；", ";")) and section.paragraphs[-1].text.endswith("。")
    if closed:
        open_sections.pop()
        return open_sections[-1]
    return section


def _detach_trailing(roots: list[Section]) -> list[Paragraph]:
    """Take closing words, signature, date and attachments off the last section."""
    if not roots:
        return []
    last = list(roots[-1].walk())[-1]
    start = _start_of_trailing(last, [section for root in roots for section in root.walk()])
    trailing = last.paragraphs[start:]
    del last.paragraphs[start:]
    return trailing


def _start_of_trailing(last: Section, sections: list[Section]) -> int:
    paragraphs = last.paragraphs
    noted = [i for i, p in enumerate(paragraphs) if not p.table and find_leads(p.text)]
    if noted and sum(_has_lead(section) for section in sections[:-1]) >= len(sections) / 3:
        return noted[-1] + 1
    first_text = 1 if _says_more_than_title(last) else 2
    for index, paragraph in enumerate(paragraphs[1:], 1):
        following = paragraphs[index + 1:index + 2]
        if (
            (index >= first_text and _CALL_ON_ALL.match(paragraph.text))
            or _FORMULA.match(paragraph.text) or _is_date_line(paragraph)
            or (following and not paragraph.finished and _is_date_line(following[0]))
        ):
            return index
    return len(paragraphs)


def _says_more_than_title(section: Section) -> bool:
    opening = section.paragraphs[0].text
    return _end_of_title(opening, section.body) < len(opening)


def _has_lead(section: Section) -> bool:
    return any(find_leads(paragraph.text) for paragraph in section.paragraphs)


# ---- titles of sections

_BRACKETED_TITLE = re.compile(r"[（(【\[][^（）()【】\[\]]{1,20}[）)】\]](?=\s)")
_STOP = re.compile("[。：:]")


def _give_titles(sections: list[Section], in_article: bool = False) -> None:
    """Set titles: most siblings open with a short heading, or none of them has one."""
    for section in sections:
        section.opening = section.paragraphs[0].text[section.body:][:_OPENING_LENGTH]
        _give_titles(section.children, in_article or section.rank == ARTICLE_RANK)
    candidates = [] if in_article else [s for s in sections if _title_candidate(s) is not None]
    certain = [section for section in candidates if _is_certain(section)]
    chosen = candidates if len(candidates) * 2 > len(sections) else certain
    for section in chosen:
        section.title = _title_candidate(section)


def _title_candidate(section: Section) -> str | None:
    text = section.paragraphs[0].text
    end = _end_of_title(text, section.body)
    title = text[section.body:end].rstrip("。：: 　\u3000")
    if not title or len(title) > _LONGEST_HEADING or re.search("[；;]", title):
        return None
    if section.rank == ARTICLE_RANK:
        bracketed = re.fullmatch(r"[（(【\[](.+)[）)】\]]", title)
        return bracketed[1] if bracketed else None
    says_more = end < len(text) or len(section.paragraphs) > 1 or section.children
    return title if says_more or text[-1] not in "。；;" else None


def _is_certain(section: Section) -> bool:
    """A heading on a line of its own, without a full stop."""
    first = section.paragraphs[0]
    return not first.finished and _end_of_title(first.text, section.body) == len(first.text)


def _end_of_title(text: str, start: int) -> int:
    bracketed = _BRACKETED_TITLE.match(text, start)
    stop = bracketed or _STOP.search(text, start)
    return stop.end() if stop else len(text)


def _headings(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        if section.children and not section.has_text:
            yield section
            yield from _headings(section.children)


def _clauses(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        if section.children and not section.has_text:
            yield from _clauses(section.children)
        else:
            yield section


# ---- as JSON

def _sentence_json(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text, "start": sentence.spans[0][0], "end": sentence.spans[-1][1]}


def _lead_json(lead: Lead) -> dict[str, Any]:
    roles = [{"role": role.role, "departments": list(role.departments)} for role in lead.roles]
    return {"raw": lead.raw, "roles": roles}


def _place_json(path: tuple[str, ...], span: Span) -> dict[str, Any]:
    return {"section": list(path), "start": span[0], "end": span[1]}


def _citation_json(path: tuple[str, ...], citation: Citation) -> dict[str, Any]:
    return {
        "title": citation.title, "number": citation.number, **_place_json(path, citation.span)}


def _date_json(path: tuple[str, ...], date: Date) -> dict[str, Any]:
    return {
        "text": date.text, "year": date.year, "month": date.month, "day": date.day,
        **_place_json(path, date.span)}


def _condition_json(path: tuple[str, ...], condition: Condition) -> dict[str, Any]:
    return {
        "text": condition.text, "comparison": condition.comparison, "value": condition.value,
        "unit": condition.unit, **_place_json(path, condition.span)}


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind, "section": list(part.section), "start": part.start, "end": part.end}


# ---- on the command line

def import_command(path: Path, as_json: bool) -> str:
    """What ``import FILE`` prints: the outline in Chinese, or JSON; raises DocumentError."""
    document = parse(read_source(path), path.name)
    if as_json:
        return json.dumps(document.to_json(), ensure_ascii=False, indent=1)
    return outline(document)


def outline(document: Document) -> str:
    """The document at a glance, in Chinese, for the policy office."""
    lines = [document.title or "（未找到标题）", f"文号：{document.number or '文中未载'}"]
    lines.append(
        f"共 {len(document.headings)} 个标题、{len(document.clauses)} 条，"
        f"全文 {len(document.source)} 字，各部分合起来就是全文。")
    if not document.sections:
        lines.append("没有找到编号（如“一、”“（一）”“第一条”）：请核对正文的编号和换行是否丢失。")
    lines += _prose_lines("前言", document.preamble)
    for section in document.all_sections:
        lines.append("  " * section.level + _section_line(section))
    lines += _prose_lines("结语", document.closing)
    lines += _mention_lines(document)
    return "\n".join(lines)


def _prose_lines(label: str, sentences: list[Sentence]) -> list[str]:
    return [f"{label}：{len(sentences)} 句，{sentences[0].text[:_OPENING_LENGTH]}……"] if (
        sentences) else []


def _section_line(section: Section) -> str:
    gap = " " if section.number[-1:] in "编章节条" else ""
    shown = section.number + gap + (section.title or section.opening + "……")
    if section.sentences:
        shown += f"　{len(section.sentences)} 句"
    for role in (role for lead in section.leads for role in lead.roles):
        shown += f"　{role.role or '（未写明分工）'}：{'、'.join(role.departments)}"
    return shown


def _mention_lines(document: Document) -> list[str]:
    cited = dict.fromkeys(
        (f"《{citation.title}》" if citation.title else "") + (citation.number or "")
        for _, citation in document.citations)
    lines = [f"引用文件 {len(cited)} 件：", *(f"  {text}" for text in cited)] if cited else []
    for label, mentions in (("日期", document.dates), ("数量条件", document.conditions)):
        found = dict.fromkeys(plain(mention.text) for _, mention in mentions)
        if found:
            lines.append(f"{label}：" + "、".join(found))
    return lines
