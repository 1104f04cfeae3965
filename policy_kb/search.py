"""Full-text search in a release: SQLite FTS5 over segmented text.

Words are matched as they are, by synonym, by pinyin or initials and, when nothing fits, by a word
that sounds the same or differs in one character. What the query was taken for is said in
`suggestion`; nothing is replaced silently.
"""
from __future__ import annotations

import math
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Collection, Iterable, Iterator, Mapping, Sequence
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from policy_kb import vocabulary
from policy_kb.entries import STATUS_CODES, Entry
from policy_kb.mentions import find_citations
from policy_kb.numbering import CHINESE_DIGITS, value_of
from policy_kb.text import CJK, Repair, Segmenter, lexicon, normalize
from policy_kb.vocabulary import Groups, Vocabulary

if TYPE_CHECKING:
    from policy_kb.release import Release

TABLE = "search_entry"
WEIGHTS = {"title": 5.0, "questions": 2.5, "body": 1.0, "parts": 0.5, "marks": 20.0}
LONGEST_QUERY = 1000     # characters that are read
MOST_GROUPS = 24         # words of a query that count
CANDIDATES = 100
MARK_WEIGHT = 5.0        # what a 文号 or an entry's number says, beside a word's -log frequency
SUGGESTION = "您是不是要找“{}”？"

STOP_WORDS = frozenset(
    "的 了 吗 呢 啊 吧 么 呀 嘛 我 你 您 他 她 它 我们 你们 他们 咱 咱们 是 在 有 和 与 或 及 就 都 也 还 又 把 被"
    " 让 给 对 从 到 向 这 那 这个 那个 这些 那些 一 个 一个 不 没 没有 请 请问 问 想 想问 想要 要 会 能 可以 怎么"
    " 怎样 如何 什么 啥 咋 咋办 怎么办 哪 哪些 哪里 多少 几 为什么 是否 是不是 能不能 可不可以 一下 现在 已经"
    " 自己 人 时候 之后 以后 之前 然后 但是 如果 因为 所以 还是 关于 有关 相关 规定 情况 问题 谢谢 你好 您好"
    .split()
)


# Common on their own, so never the slip in a word: 丹东能 is not 丹东市.
PARTICLES = frozenset("的了吗呢啊吧么呀是在有和与或就都也还又把被让给对从到向这那一不没请问想要会能可以为去来过"
                      "得着地我你您他她它们人年月日上下里外多少大小好用办做说看")


@dataclass(frozen=True)
class Hit:
    """An entry found. `score` is higher for better hits of the same query; `matched` are the
    words that it holds; `suggestion` says what the query was taken for, None if as typed."""

    entry: str
    score: float
    matched: tuple[str, ...]
    suggestion: str | None


# ---- building

_SPOKEN = [column for column in WEIGHTS if column != "marks"]
_WORDS_OF_ENTRY = " || ' ' || ".join(f"e.{column}" for column in _SPOKEN)


def build_index(
    db: Database, entries: Sequence[Entry], synonyms: Mapping[str, Sequence[str]],
    segmenter: Segmenter,
) -> None:
    """Write the search tables for `entries` into `db`; the same input gives the same tables."""
    rows = [_row(number, entry, segmenter) for number, entry in enumerate(entries, 1)]
    db[TABLE].create({
        "id": int, "entry_id": str, "kind": str, "status": str, **dict.fromkeys(WEIGHTS, str),
    }, pk="id").insert_all(rows)
    db[TABLE].enable_fts(list(WEIGHTS), tokenize="unicode61")
    db[TABLE].optimize()
    counts = Counter(
        term for row in rows
        for term in set(" ".join(str(row[column]) for column in _SPOKEN).split()))
    for word in lexicon(synonyms, ()):
        counts.setdefault(normalize(word), 0)
    vocabulary.build_terms(db, counts)


def _row(number: int, entry: Entry, segmenter: Segmenter) -> dict[str, object]:
    bodies = [department.name for department in entry.departments]
    text = {
        "title": [entry.title],
        "questions": entry.questions,
        "body": [entry.original, entry.answer, *bodies, *entry.cites],
    }
    columns = {key: _segmented(segmenter, values) for key, values in text.items()}
    words = sorted(set(" ".join(columns.values()).split()))
    return {
        "id": number, "entry_id": entry.id, "kind": entry.kind, "status": entry.status.label,
        **columns, "parts": " ".join(_parts(segmenter, words)),
        "marks": " ".join(_marks_of(entry)),
    }


def _parts(segmenter: Segmenter, words: Iterable[str]) -> list[str]:
    """Words within long words: 公积金 in 住房公积金."""
    return sorted({
        part for word in words if len(word) > 3 for part in _ends(word) if segmenter.knows(part)})


def _ends(word: str) -> list[str]:
    """Beginnings and ends of `word`, two characters or more, longest first."""
    sizes = range(len(word) - 1, 1, -1)
    return [part for size in sizes for part in (word[:size], word[-size:])]


def _segmented(segmenter: Segmenter, texts: Iterable[str]) -> str:
    return " ".join(word for text in texts for word in segmenter.cut(normalize(text)))


# ---- 文号, entry ids and clause numbers: marks that segmentation would tear apart

_NUMBER = re.compile(
    rf"(?P<agency>[{CJK}]{{0,8}}?)[\[(〔【［]?\s*(?P<year>(?:19|20)\d\d)\s*"
    r"(?:[\])〕】］年]\s*第?|[\-—第 ])\s*(?P<serial>\d{1,4})\s*号"
)
_SERIAL = re.compile(r"(?<![\d号])(?P<serial>\d{1,4})\s*号")
_ENTRY_ID = re.compile(r"(?<![\w-])(?:n-\d{3}|\d{1,2}-\d{1,2})(?![\w-])")
_CLAUSE = re.compile(
    rf"第\s*(?P<n>[{CHINESE_DIGITS}]{{1,3}}|\d{{1,2}})\s*[条款]"
    rf"|\((?P<m>[{CHINESE_DIGITS}]{{1,3}})\)"
)
_AGENCY_END = re.compile(r"[发办函字规]$")
_SHORTEST_AGENCY = 2


def _marks_of(entry: Entry) -> list[str]:
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


def _take_marks(text: str) -> tuple[Groups, str]:
    """Marks named in a normalised query (groups of alternatives), and the rest of the query."""
    marks = [_asked_number(match) for match in _NUMBER.finditer(text)]
    text = _NUMBER.sub(" ", text)
    marks += [(_serial_mark(match),) for match in _SERIAL.finditer(text)]
    marks += [(_id_mark(match[0]),) for match in _ENTRY_ID.finditer(text)]
    values = (value_of(match["n"] or match["m"]) for match in _CLAUSE.finditer(text))
    marks += [(f"c{value}",) for value in values if value]
    text = _CLAUSE.sub(" ", _ENTRY_ID.sub(" ", _SERIAL.sub(" ", text)))
    return list(dict.fromkeys(marks))[:MOST_GROUPS], text


# ---- reading a query

_LATIN = re.compile(r"[a-z]+(?:[ ']+[a-z]+)*")
_CHINESE_RUN = re.compile(rf"[{CJK}]{{3,}}")


@dataclass
class _Wanted:
    """What a query asks for: groups of alternatives (words, phrases of words), and marks."""

    groups: Groups = field(default_factory=list)
    marks: Groups = field(default_factory=list)
    suggestion: str | None = None


class _Reader:
    """Turns queries into groups of words of one release's index."""

    def __init__(self, release: Release) -> None:
        rows = release.connection.execute(
            f"select term, entries, letters, initials from {vocabulary.TABLE}")
        self.vocabulary = Vocabulary(rows)
        self.segmenter = release.segmenter
        self.total = len(release.entries)
        self._synonyms = _synonym_groups(release.synonyms)
        words = lexicon(release.synonyms, release.words)
        self._repair = Repair(words, self.vocabulary.entries, self.segmenter)

    def read(self, query: str) -> _Wanted:
        """The words that `query` asks for, with what was understood differently from typed."""
        marks, text = _take_marks(normalize(query[:LONGEST_QUERY]))
        spoken, text = self._take_latin(text)
        repaired = self._repair(text)
        groups, shown = self._near_misses(repaired)
        groups = [*spoken, *self._groups(repaired), *groups]
        taken_for = [group[0] for group in spoken if group[0] not in query.lower()]
        if repaired != text or shown != repaired:
            taken_for.append(shown.strip())
        suggestion = SUGGESTION.format(" ".join(taken_for)) if taken_for else None
        return _Wanted(list(dict.fromkeys(groups))[:MOST_GROUPS], marks, suggestion)

    def weight(self, group: Sequence[str]) -> float:
        """How much it says that an entry holds one of `group`: rare words say more."""
        entries = max((self._entries(phrase) for phrase in group), default=0)
        return math.log((self.total + 1) / (entries + 0.5)) + 0.1

    def _entries(self, phrase: str) -> int:
        return min((self.vocabulary.entries.get(word, 0) for word in phrase.split()), default=0)

    def _take_latin(self, text: str) -> tuple[Groups, str]:
        groups: Groups = []
        for match in _LATIN.finditer(text):
            runs = re.split("[ ']+", match[0])
            found = self.vocabulary.spoken("".join(runs)) or [
                group for run in runs for group in self.vocabulary.spoken(run)]
            groups += [self._with_synonyms(group) for group in found]
        return groups, _LATIN.sub(" ", text)

    def _groups(self, text: str) -> Groups:
        groups: Groups = []
        words = self.segmenter.cut(text)[:LONGEST_QUERY // 2]
        position = 0
        while position < len(words):
            size = self._synonym_size(words, position)
            word = "".join(words[position:position + size])
            if word not in STOP_WORDS:
                groups.append(self._alternatives(word))
            position += size
        known = [group for group in groups if any(map(self._entries, group))]
        return [group for group in known if len(group[0]) > 1] or known

    def _synonym_size(self, words: Sequence[str], position: int) -> int:
        """Number of words from `position` that make up the longest known synonym, at least 1."""
        sizes = range(min(6, len(words) - position), 1, -1)
        return next((
            size for size in sizes
            if "".join(words[position:position + size]) in self._synonyms), 1)

    def _alternatives(self, word: str) -> tuple[str, ...]:
        others = self.vocabulary.containing(word) if len(word) > 1 else ()
        if word not in self.vocabulary and word not in self._synonyms and not others:
            others = tuple(part for part in _ends(word) if part in self.vocabulary)[:2]
        return self._with_synonyms((word, *others))

    def _with_synonyms(self, words: Sequence[str]) -> tuple[str, ...]:
        same = (other for word in words[:1] for other in self._synonyms.get(word, ()))
        phrases = (" ".join(self.segmenter.cut(word)) for word in (*words, *same))
        return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))

    def _near_misses(self, text: str) -> tuple[Groups, str]:
        """Words one character away from a stretch that makes none, and the text with them."""
        groups: Groups = []
        for run in _CHINESE_RUN.finditer(text[:200]):
            for typed, word in self._slips(run[0]):
                groups.append(self._with_synonyms([word]))
                text = text.replace(typed, word)
        return groups, text

    def _slips(self, run: str) -> Iterator[tuple[str, str]]:
        spans = self.segmenter.spans(run)
        for first, more in product(range(len(spans)), (1, 2, 3)):
            stretch = spans[first:first + more + 1]
            start, end = stretch[0][0], stretch[-1][1]
            alone = {a for a, b in stretch if b - a == 1 and run[a] not in PARTICLES}
            near = self.vocabulary.near(run[start:end]) if alone else ()
            for word in near:
                if next(i for i, c in enumerate(word, start) if c != run[i]) in alone:
                    yield run[start:end], word
                    break


def _synonym_groups(synonyms: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Every word of a group of synonyms with all words of its groups."""
    groups: dict[str, dict[str, None]] = {}
    for word, others in synonyms.items():
        members = [normalize(member) for member in (word, *others)]
        for member in members:
            groups.setdefault(member, {}).update(dict.fromkeys(members))
    return {word: tuple(members) for word, members in groups.items()}


_readers: WeakKeyDictionary[Release, _Reader] = WeakKeyDictionary()
_readers_lock = threading.Lock()


def _reader(release: Release) -> _Reader:
    with _readers_lock:
        if release not in _readers:
            _readers[release] = _Reader(release)
        return _readers[release]


# ---- finding

def find(
    release: Release, query: str, limit: int = 10, kinds: Collection[str] | None = None,
    status: str | None = None, document: str | None = None,
) -> list[Hit]:
    """The entries of `release` that fit `query` best, at most `limit`.

    `kinds` narrows to kinds of entry, `status` to a status (label or code), `document` to the
    document with this title or 文号. Never raises for a query: what says nothing finds nothing.
    """
    wanted = _reader(release).read(query)
    phrases = [_quoted(phrase) for group in wanted.groups for phrase in group]
    phrases += [f"marks : {_quoted(mark)}" for group in wanted.marks for mark in group]
    if not phrases or limit < 1 or not _is_document(release, document):
        return []
    scope, values = _scope(kinds, status)
    rows = release.connection.execute(
        f"select e.entry_id, bm25({TABLE}_fts, {', '.join(map(str, WEIGHTS.values()))}) as rank,"
        f" {_WORDS_OF_ENTRY}, e.marks"
        f" from {TABLE}_fts join {TABLE} e on e.id = {TABLE}_fts.rowid"
        f" where {TABLE}_fts match ?{scope} order by rank, e.id limit {CANDIDATES}",
        (" OR ".join(phrases), *values)).fetchall()
    hits = [_hit(release, wanted, *row) for row in rows]
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


def _quoted(phrase: str) -> str:
    return '"' + phrase.replace('"', '""') + '"'


def _scope(kinds: Collection[str] | None, status: str | None) -> tuple[str, list[str]]:
    scope, values = "", []
    if kinds is not None:
        scope += f" and e.kind in ({', '.join('?' * len(kinds))})"
        values += kinds
    if status is not None:
        labels = {code: label for label, code in STATUS_CODES.items()}
        scope += " and e.status = ?"
        values.append(labels.get(status, status))
    return scope, values


def _is_document(release: Release, named: str | None) -> bool:
    own = (release.document.title, release.document.number)
    return named is None or normalize(named) in {normalize(name) for name in own if name}


def _hit(
    release: Release, wanted: _Wanted, entry_id: str, rank: float, words: str, marks: str
) -> Hit:
    weight, padded = _reader(release).weight, f" {words} "
    matched, said = [], 0.0
    for group in wanted.groups:
        held = next((phrase for phrase in group if f" {phrase} " in padded), None)
        if held:
            matched.append(held.replace(" ", ""))
            said += weight(group)
    named = sum(not set(group).isdisjoint(marks.split()) for group in wanted.marks)
    asked = sum(map(weight, wanted.groups)) + MARK_WEIGHT * len(wanted.marks)
    coverage = (said + MARK_WEIGHT * named) / asked
    return Hit(entry_id, round(-rank * coverage, 4), tuple(matched), wanted.suggestion)
