"""The words of the search index by sound and by shape: pinyin, initials, near misses.

The table is made when a release is built, so every reader of it finds the same.
"""
from __future__ import annotations

import re
from typing import Iterable, Mapping

from pypinyin import Style, lazy_pinyin
from rapidfuzz import process
from rapidfuzz.distance import Hamming, Levenshtein
from sqlite_utils import Database

TABLE = "search_term"
MOST_ALTERNATIVES = 8
_LONGEST_RUN = 48       # letters; longer ones are no pinyin
_SHORTEST_FUZZY = 5     # letters; below this a slip and another word look the same
_LONGEST_PIECE = 24

# Words that the pinyin dictionary misreads, on their own or within longer ones.
READINGS = {
    "朝阳": "chao yang", "多长": "duo chang", "长时间": "chang shi jian", "单亲": "dan qin",
}
_MISREAD = re.compile("|".join(READINGS))

Row = tuple[str, int, str, str]
Groups = list[tuple[str, ...]]


def syllables_of(term: str) -> list[str]:
    """Pinyin of `term` without tones, a syllable a character; other characters as they are."""
    syllables, position = [], 0
    for match in _MISREAD.finditer(term):
        syllables += lazy_pinyin(term[position:match.start()], style=Style.NORMAL)
        syllables += READINGS[match[0]].split()
        position = match.end()
    return syllables + lazy_pinyin(term[position:], style=Style.NORMAL)


def ends_of(word: str) -> list[str]:
    """Beginnings and ends of `word`, two characters or more, longest first."""
    sizes = range(len(word) - 1, 1, -1)
    return [part for size in sizes for part in (word[:size], word[-size:])]


def build_terms(db: Database, counts: Mapping[str, int]) -> None:
    """Write the words of the index with the number of entries that hold them."""
    sounds = {term: syllables_of(term) for term in counts}
    db[TABLE].create(
        {"term": str, "entries": int, "letters": str, "initials": str}, pk="term"
    ).insert_all(
        {"term": term, "entries": counts[term], "letters": "".join(sounds[term]),
         "initials": "".join(sound[:1] for sound in sounds[term])}
        for term in sorted(counts)
    )


class Vocabulary:
    """Finds the words of an index by what was typed; the commonest words come first."""

    def __init__(self, rows: Iterable[Row], names: Iterable[str] = ()) -> None:
        """`rows` are (term, entries, letters, initials); a slip is sought in `names` only."""
        ordered = sorted(rows, key=lambda row: (-row[1], row[0]))
        self.entries = {term: entries for term, entries, _, _ in ordered}
        self._by_letters: dict[str, list[str]] = {}
        self._by_initials: dict[str, list[str]] = {}
        self._by_end: dict[str, list[str]] = {}
        self._by_length: dict[int, list[str]] = {}
        for name in dict.fromkeys(names):
            self._by_length.setdefault(len(name), []).append(name)
        for term, _, letters, initials in ordered:
            for fragment in ends_of(term):
                longer = self._by_end.setdefault(fragment, [])
                if len(longer) < MOST_ALTERNATIVES and term not in longer:
                    longer.append(term)
            if len(term) > 1:
                self._by_letters.setdefault(letters, []).append(term)
                self._by_initials.setdefault(initials, []).append(term)

    def __contains__(self, term: str) -> bool:
        return term in self.entries

    def spoken(self, run: str) -> Groups:
        """Words that `run` of Latin letters stands for: groups of alternatives, in order.

        Exact pinyin and initials first, then several words in a row, then the beginning of a
        word, then a slip of one letter. Empty when it is none of these.
        """
        run = run[:_LONGEST_RUN + 1]
        if len(run) > _LONGEST_RUN:
            return []
        exact = self._by_letters.get(run) or self._by_initials.get(run)
        if exact:
            return [tuple(exact[:MOST_ALTERNATIVES])]
        return (
            self._split(run, self._by_letters, 2) or self._split(run, self._by_initials, 2)
            or self._begun(run) or self._slipped(run)
        )

    def near(self, typed: str) -> tuple[str, ...]:
        """Names that differ from `typed` in one character; none for less than three."""
        if len(typed) < 3 or typed in self:
            return ()
        found = process.extract(
            typed, self._by_length.get(len(typed), []), scorer=Hamming.distance,
            score_cutoff=1, limit=3)
        return tuple(term for term, _, _ in found)

    def containing(self, fragment: str) -> tuple[str, ...]:
        """Longer words that begin or end with `fragment` (two characters or more)."""
        return tuple(self._by_end.get(fragment, ()))

    def _split(self, run: str, table: Mapping[str, list[str]], shortest: int) -> Groups:
        """`run` as the fewest pieces that are all in `table`."""
        best: list[list[str] | None] = [[]] + [None] * len(run)
        for end in range(shortest, len(run) + 1):
            for start in range(max(0, end - _LONGEST_PIECE), end - shortest + 1):
                before, piece = best[start], run[start:end]
                if before is None or piece not in table:
                    continue
                if best[end] is None or len(before) + 1 < len(best[end]):
                    best[end] = [*before, piece]
        return [tuple(table[piece][:MOST_ALTERNATIVES]) for piece in best[-1] or ()]

    def _begun(self, run: str) -> Groups:
        if len(run) < 3:
            return []
        found = [
            term for letters, terms in self._by_letters.items() if letters.startswith(run)
            for term in terms]
        return [tuple(found[:MOST_ALTERNATIVES])] if found else []

    def _slipped(self, run: str) -> Groups:
        if len(run) < _SHORTEST_FUZZY:
            return []
        found = process.extract(
            run, self._by_letters.keys(), scorer=Levenshtein.distance, score_cutoff=1, limit=3)
        terms = [term for letters, _, _ in found for term in self._by_letters[letters]]
        return [tuple(terms[:MOST_ALTERNATIVES])] if terms else []
