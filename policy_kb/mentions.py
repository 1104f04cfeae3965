"""What a sentence of an official document names: bodies and their roles, other documents, dates,
numeric conditions. Positions are offsets into the text that is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, Iterator

from policy_kb.numbering import CHINESE_DIGITS, value_of

Span = tuple[int, int]

# Same length on both sides: offsets found in the plain form hold in the original.
_PLAIN = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {"○": "〇", "【": "[", "】": "]"}
)


@dataclass(frozen=True)
class Role:
    """Bodies and what they do, in the document's words; ``role`` is None where it names none."""

    role: str | None
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Lead:
    """A note of responsibility as it stands in the text, and what it says."""

    raw: str
    roles: tuple[Role, ...]
    span: Span


@dataclass(frozen=True)
class Citation:
    """A named document; ``title`` or ``number`` (文号) is None where the text does not give it."""

    title: str | None
    number: str | None
    span: Span


@dataclass(frozen=True)
class Date:
    """A year, month or day; what the text leaves out is None."""

    text: str
    year: int
    month: int | None
    day: int | None
    span: Span


@dataclass(frozen=True)
class Condition:
    """A quantity with its unit; ``comparison`` is one of ``>= > <= < =``."""

    text: str
    value: float
    unit: str
    comparison: str
    span: Span


def plain(text: str) -> str:
    """Full-width letters, digits and brackets as half-width ones, character by character."""
    return text.translate(_PLAIN)


# ---- brackets

_OPEN, _CLOSE = "(（[【〔", ")）]】〕"


def outer_brackets(text: str) -> list[Span]:
    """Outermost bracketed spans, brackets included; a bracket without its partner is ignored."""
    stack: list[int] = []
    pairs: list[Span] = []
    for match in re.finditer(r"[(（\[【〔)）\]】〕]", text):
        if match[0] in _OPEN:
            stack.append(match.start())
        elif stack:
            start = stack.pop()
            while pairs and pairs[-1][0] > start:
                pairs.pop()
            pairs.append((start, match.end()))
    return pairs


# ---- bodies and their roles

_BODY_END = (
    "(?:局|委|办|部|厅|署|院|行|会|府|中心|公司|集团|社|处|科|所|站|队|校|部门|单位|机构|团|县|区|市|旗)"
)
_ROLE = re.compile(
    r"(?P<bodies>.+?)(?P<role>(?:负责)?(?:共同|联合|分别)?牵头(?:负责)?"
    r"|(?:按照?|依照?|根据)(?:各自)?(?:职责|职能|工作)?(?:分工|职责)(?:分别|共同|抓好)?"
    r"(?:负责|落实|配合|做好)?"
    r"|(?:分别|共同|具体)?负责[^、，,；;]{0,8}|(?:积极|协助)?配合|参与|参加|协助|协同|承办|主办|协办"
    r"|指导|(?:组织)?实施|(?:督促|分别)?落实)"
)
_LABEL = re.compile(
    r"(?P<role>责任|牵头|负责|配合|协办|主办|承办|参与|参加|实施|落实)(?:单位|部门|机关|处室)\s*[:：]\s*"
)
_OTHER_LABEL = re.compile(r"(?:完成|办结|整改)?(?:时限|时间|期限)\s*[:：]")
_CONJUNCTION = re.compile(r"(?<=[局委办部厅署院行会府心司社处队关位门])(?:和|与|及|以及|会同)(?=.{2})")
# Separators inside brackets separate nothing: 各县（市、区）人民政府 is one body.
_IN_BRACKETS = r"[（(][^（）()]*[）)]"
_PARTS = re.compile(rf"(?:{_IN_BRACKETS}|[^，,；;。])+")
_LISTED = re.compile(rf"(?:{_IN_BRACKETS}|[^、，,；;\s])+")
_AND_OTHERS = re.compile(r"等(?:有关|相关)?(?:部门|单位|机构)?$")
_BODY = re.compile(rf".{{1,30}}{_BODY_END}")
_LONGEST_LEAD = 400


def find_leads(text: str) -> list[Lead]:
    """Notes of responsibility: (……牵头) after a sentence, and 责任单位：…… to the end."""
    label = _labelled_start(text)
    limit = len(text) if label is None else label
    found = [
        lead for span in outer_brackets(text)
        if span[1] <= limit and (lead := _bracketed_lead(text, span))
    ]
    if label is not None and (lead := _labelled_lead(text, label)):
        found.append(lead)
    return found


def _bracketed_lead(text: str, span: Span) -> Lead | None:
    start, end = span
    if not 4 <= end - start <= _LONGEST_LEAD:
        return None
    follows_sentence = not text[:start].strip() or text[:start].rstrip()[-1:] in "。！；;）)】]"
    closes_sentence = text[end:end + 1] in ("", "。", "；", ";")
    inner = text[start + 1:end - 1].strip()
    label = _LABEL.match(inner)
    roles = _labelled_roles(inner) if label else _roles(inner)
    if not roles or not (follows_sentence or closes_sentence):
        return None
    if any(role.role is None for role in roles) and not follows_sentence:
        return None
    return Lead(text[start:end], roles, span)


def _labelled_start(text: str) -> int | None:
    for match in _LABEL.finditer(text):
        before = text[:match.start()].rstrip()
        if not before or before[-1] in "。；;）)":
            return match.start()
    return None


def _labelled_lead(text: str, start: int) -> Lead | None:
    roles = _labelled_roles(text[start:start + _LONGEST_LEAD])
    return Lead(text[start:], roles, (start, len(text))) if roles else None


def _labelled_roles(text: str) -> tuple[Role, ...]:
    labels = list(_LABEL.finditer(text))
    ends = [label.start() for label in labels[1:]] + [len(text)]
    roles = []
    for label, end in zip(labels, ends):
        listed = _OTHER_LABEL.split(text[label.end():end])[0].strip(" 　。；;，,")
        if bodies := _bodies(listed):
            roles.append(Role(label["role"], bodies))
    return tuple(roles)


def _roles(text: str) -> tuple[Role, ...]:
    """Roles in ``市公安局牵头，市财政局等配合``; empty when this is not a note of responsibility."""
    roles: list[Role] = []
    waiting: tuple[str, ...] = ()
    for part in _PARTS.findall(text):
        part = part.strip().removeprefix("由")
        match = _ROLE.fullmatch(part)
        bodies = _bodies(match["bodies"] if match else part)
        if not bodies or not (match or all(_BODY.fullmatch(body) for body in bodies)):
            return ()
        if match:
            roles.append(Role(match["role"], waiting + bodies))
            waiting = ()
        else:
            waiting += bodies
    return (*roles, Role(None, waiting)) if waiting else tuple(roles)


def _bodies(text: str) -> tuple[str, ...]:
    listed = _LISTED.findall(_AND_OTHERS.sub("", text.strip()))
    names = (name for entry in listed for name in _CONJUNCTION.split(entry))
    return tuple(_AND_OTHERS.sub("", name.strip()) for name in names if name.strip())


# ---- other documents

_NUMBER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{1,12}?)\s*[〔\[(]\s*(?P<year>(?:19|20)\d{2})\s*[〕\])]\s*"
    r"第?\s*\d{1,5}\s*号"
    r"|(?:中华人民共和国)?(?:国务院|主席|[\u4e00-\u9fff]{2,8}?)令\s*[（(]?第\s*"
    rf"(?:\d{{1,4}}|[{CHINESE_DIGITS}]{{1,7}})\s*号[）)]?"
)
_LEADING_WORDS = re.compile(
    r".*(?:根据|依据|按照|依照|参照|遵照|对照|落实|执行|贯彻|转发|印发|符合|通过|结合|以及"
    r"|[对按照据将把与和及由在以为见如的至从])"
)
_BRACKETED_NUMBER = re.compile(rf"\s*\(\s*(?P<number>{_NUMBER.pattern})[^()]{{0,60}}\)")
_LONGEST_TITLE = 300


def find_document_number(text: str) -> str | None:
    """The 文号 when ``text`` is nothing else, as written."""
    stripped = text.strip().strip("（）()")
    return stripped if _NUMBER.fullmatch(plain(stripped)) else None


def find_citations(text: str) -> list[Citation]:
    """Documents named in 《……》, with the 文号 that follows, and 文号 that stand alone."""
    found, taken, searchable = [], 0, plain(text)
    for start, end in _titles(text):
        found.extend(_bare_numbers(text, searchable, taken, start))
        number = _BRACKETED_NUMBER.match(searchable, end)
        taken = number.end() if number else end
        cited = text[slice(*number.span("number"))] if number else None
        found.append(Citation(text[start + 1:end - 1], cited, (start, taken)))
    found.extend(_bare_numbers(text, searchable, taken, len(text)))
    return found


def _titles(text: str) -> Iterator[Span]:
    """Outermost 《……》, in order."""
    depth = start = 0
    for match in re.finditer("[《》]", text):
        if match[0] == "《":
            if depth == 0 or match.start() - start > _LONGEST_TITLE:
                depth, start = 0, match.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield start, match.end()


def _bare_numbers(text: str, searchable: str, start: int, end: int) -> Iterator[Citation]:
    for match in _NUMBER.finditer(searchable, start, end):
        first = match.start()
        if match["agency"] and (words := _LEADING_WORDS.match(match["agency"])):
            first += words.end()
        if searchable[first] not in "〔[(":
            yield Citation(None, text[first:match.end()], (first, match.end()))


# ---- dates and quantities

_DATE = re.compile(
    rf"(?P<year>(?:19|20)\d{{2}}|[一二][{CHINESE_DIGITS}]{{3}})\s*年"
    rf"(?:\s*(?P<month>\d{{1,2}}|[{CHINESE_DIGITS}]{{1,2}})\s*月"
    rf"(?:\s*(?P<day>\d{{1,2}}|[{CHINESE_DIGITS}]{{1,3}})\s*[日号])?)?(?:底|末|初)?(?:以?前)?"
)
_YEAR_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_BEFORE = {
    **dict.fromkeys(("每满", "已满", "满", "至少", "不少于", "不低于", "不得少于", "不得低于",
                     "达到"), ">="),
    **dict.fromkeys(("超过", "高于", "多于"), ">"),
    **dict.fromkeys(("最长不得超过", "不得超过", "不得高于", "不超过", "不高于", "不多于"), "<="),
    **dict.fromkeys(("未满", "不满", "不足", "低于", "少于"), "<"),
}
_AFTER = {"及以上": ">=", "以上": ">=", "及以下": "<=", "以下": "<=", "以内": "<=", "之内": "<="}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_UNIT = (
    r"个?工作日|个百分点|周岁|岁|个月|年(?!级|代|度|规划)|月|日|天|小时|平方米|平方公里|公里"
    r"|万?亿元|万元|元|万户|万人|亿人|亿|万|人次|人|户|亩|次|倍|%|‰"
)
_QUANTITY = re.compile(
    rf"(?P<before>{_any_of(_BEFORE)})?"
    rf"(?:(?P<percent>百分之)(?P<share>[{CHINESE_DIGITS}]{{1,6}}|\d+(?:\.\d+)?)"
    rf"|(?<![\d.])(?P<value>\d+(?:,\d{{3}})*(?:\.\d+)?)\s*(?P<unit>{_UNIT})"
    rf"|(?P<chinese>半|[{CHINESE_DIGITS}]{{1,6}})"
    r"(?P<chinese_unit>个?工作日|周岁|岁|个月|年(?!级|代|度|规划)|日|天|小时|倍|次(?!性|会)|亩))"
    rf"(?P<after>{_any_of(_AFTER)})?"
)
_ORDINAL = re.compile(r"[第届]$|第[一二三四五六七八九十\d]+个$")


def find_dates(text: str) -> list[Date]:
    """Years, months and days, written in digits or in Chinese numerals."""
    found = []
    for match in _DATE.finditer(plain(text)):
        year = value_of(match["year"].translate(_YEAR_DIGITS)) or 0
        if 1900 <= year < 2100:
            month, day = (match[part] and value_of(match[part]) for part in ("month", "day"))
            span = match.span()
            found.append(Date(text[slice(*span)], year, month or None, day or None, span))
    return found


def find_conditions(text: str) -> list[Condition]:
    """Quantities that a rule may rest on: 满2年以上, 满60周岁, 50%; dates are not among them."""
    dates = [date.span for date in find_dates(text)]
    found = []
    for match in _QUANTITY.finditer(plain(text)):
        while dates and dates[0][1] <= match.start():
            dates.pop(0)
        if dates and dates[0][0] < match.end():
            continue
        if condition := _condition(text, match):
            found.append(condition)
    return found


def _condition(text: str, match: re.Match[str]) -> Condition | None:
    if _ORDINAL.search(text[max(0, match.start() - 8):match.start()]):
        return None
    numeral = match["value"] or match["share"] or match["chinese"]
    value = _quantity(numeral)
    if value is None:
        return None
    unit = match["unit"] or match["chinese_unit"] or "%"
    return Condition(text[slice(*match.span())], value, unit, _comparison(match), match.span())


def _quantity(numeral: str) -> float | None:
    if numeral == "半":
        return 0.5
    try:
        return float(numeral.replace(",", ""))
    except ValueError:
        return value_of(numeral)


def _comparison(match: re.Match[str]) -> str:
    return _BEFORE.get(match["before"]) or _AFTER.get(match["after"]) or "="
