"""Full-text search in a release: SQLite FTS5 over segmented text.

Words are matched as they are, by synonym, by pinyin or initials and, when nothing fits, by a word
that sounds the same or differs in one character. What the query was taken for is said in
`suggestion`; nothing is replaced silently.
"""
from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Collection, Iterable, Iterator, Mapping, Sequence
from weakref import WeakKeyDictionary

from sqlite_utils import Database

from policy_kb import vocabulary
from policy_kb.entries import STATUS_CODES, Entry
from policy_kb.marks import marks_of
from policy_kb.query import QueryReader, Wanted, plain
from policy_kb.ranking import Ranking
from policy_kb.text import Segmenter, lexicon, normalize
from policy_kb.vocabulary import Vocabulary, ends_of

if TYPE_CHECKING:
    from policy_kb.release import Release

TABLE = "search_entry"
WEIGHTS = {"title": 5.0, "questions": 2.5, "body": 1.0, "parts": 0.5, "marks": 20.0}
CANDIDATES = 100         # entries that are ranked
_SPOKEN = [column for column in WEIGHTS if column != "marks"]


@dataclass(frozen=True)
class Hit:
    """An entry found. `score` is higher for better hits of the same query; `matched` are the
    words that it holds; `suggestion` says what the query was taken for, None if as typed."""

    entry: str
    score: float
    matched: tuple[str, ...]
    suggestion: str | None


# ---- building

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
        for term in set(" ".join(str(row[column]) for column in _SPOKEN).split()) - {"|"})
    for word in lexicon(synonyms, ()):
        counts.setdefault(normalize(word), 0)
    vocabulary.build_terms(db, counts)


def _row(number: int, entry: Entry, segmenter: Segmenter) -> dict[str, object]:
    bodies = [f"{body.name}{body.role}" for body in entry.departments]
    text = {
        "title": [entry.title],
        "questions": entry.questions,
        "body": [entry.original, entry.answer, *bodies, *entry.cites],
    }
    columns = {key: _segmented(segmenter, values) for key, values in text.items()}
    words = set(" ".join(columns.values()).split())
    return {
        "id": number, "entry_id": entry.id, "kind": entry.kind, "status": entry.status.label,
        **columns, "parts": " ".join(_parts(segmenter, words)),
        "marks": " ".join(marks_of(entry)),
    }


def _parts(segmenter: Segmenter, words: Iterable[str]) -> list[str]:
    """Words within long words: 公积金 in 住房公积金."""
    return sorted({
        part for word in words if len(word) > 3 for part in ends_of(word) if segmenter.knows(part)})


def _segmented(segmenter: Segmenter, texts: Iterable[str]) -> str:
    """The words of each text, a bar between texts (no phrase is found across it)."""
    return " | ".join(" ".join(segmenter.cut(plain(text))) for text in texts)


# ---- finding

class _Finder:
    """What is kept in memory for one open release."""

    def __init__(self, release: Release) -> None:
        rows = release.connection.execute(
            f"select term, entries, letters, initials from {vocabulary.TABLE}")
        names = map(normalize, lexicon(release.synonyms, release.words))
        self.reader = QueryReader(
            Vocabulary(rows, names), len(release.entries), release.segmenter,
            release.synonyms, release.words)
        self.ranking = Ranking(self.reader)


_finders: WeakKeyDictionary[Release, _Finder] = WeakKeyDictionary()
_finders_lock = threading.Lock()


def _finder(release: Release) -> _Finder:
    with _finders_lock:
        if release not in _finders:
            _finders[release] = _Finder(release)
        return _finders[release]


def find(
    release: Release, query: str, limit: int = 10, kinds: Collection[str] | None = None,
    status: str | None = None, document: str | None = None,
) -> list[Hit]:
    """The entries of `release` that fit `query` best, at most `limit`.

    `kinds` narrows to kinds of entry, `status` to a status (label or code), `document` to the
    document with this title or 文号. Never raises for a query: what says nothing finds nothing.
    """
    finder = _finder(release)
    wanted = finder.reader.read(query)
    if limit < 1 or not _is_document(release, document):
        return []
    hits = [
        Hit(entry_id, *finder.ranking.judge(wanted, entry_id, kind, bm25, columns),
            wanted.suggestion)
        for entry_id, kind, bm25, columns in _candidates(release, wanted, kinds, status)]
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


_SELECT = (
    f"select e.entry_id, e.kind, bm25({TABLE}_fts, {', '.join(map(str, WEIGHTS.values()))})"
    f" as bm25, e.{', e.'.join(WEIGHTS)}"
    f" from {TABLE}_fts join {TABLE} e on e.id = {TABLE}_fts.rowid where {TABLE}_fts match ?"
)


def _candidates(
    release: Release, wanted: Wanted, kinds: Collection[str] | None, status: str | None
) -> Iterator[tuple[str, str, float, dict[str, str]]]:
    """Id, kind, bm25 (lower is better) and index columns of entries that hold any of `wanted`."""
    phrases = [_quoted(phrase) for group in wanted.groups for phrase in group]
    phrases += [f"marks : {_quoted(mark)}" for group in wanted.marks for mark in group]
    if not phrases:
        return
    scope, values = _scope(kinds, status)
    rows = release.connection.execute(
        f"{_SELECT}{scope} order by bm25, e.id limit {CANDIDATES}",
        (" OR ".join(phrases), *values))
    for entry_id, kind, bm25, *texts in rows:
        yield entry_id, kind, bm25, dict(zip(WEIGHTS, texts))


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
    return named is None or _bare(named) in {_bare(name) for name in own if name}


def _bare(name: str) -> str:
    """`name` without brackets and punctuation: 〔2017〕 and [2017] are the same."""
    return re.sub(r"\W", "", normalize(name))
