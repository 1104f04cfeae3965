"""How well an entry fits what a query asks for.

The share of the query that the entry holds counts most, then how near the query comes to one of
the entry's own questions: bm25 alone ranks entries with many questions too low.
"""
from __future__ import annotations

from typing import Mapping

from policy_kb.query import STOP_WORDS, QueryReader, Wanted

STRENGTHS = {"title": 1.5, "questions": 1.0, "body": 1.0, "parts": 0.5}
ALTERNATIVE = 0.8        # what a synonym or a longer word counts beside the word itself
REGULATED = 0.5          # lead of what the document says, for a query of one word
MARK_WEIGHT = 5.0        # what a 文号 or an entry's number says, beside a rare word's 5
_TIE_BREAK = 0.001       # bm25 decides between equals only

Columns = Mapping[str, str]
_Held = tuple[float, str, bool]  # strength, phrase, whether it is the word itself


class Ranking:
    """Scores entries of one index; keeps what it has worked out about their questions."""

    def __init__(self, reader: QueryReader) -> None:
        self._weight = reader.weight
        self._sayings: dict[str, list[tuple[str, float]]] = {}

    def judge(
        self, wanted: Wanted, entry_id: str, kind: str, bm25: float, columns: Columns
    ) -> tuple[float, tuple[str, ...]]:
        """Score of an entry with these index columns, and the words of the query it holds."""
        held = [_best(group, columns) for group in wanted.groups]
        near = self._nearness(wanted, self._sayings_of(entry_id, columns))
        score = _share(wanted, held, columns) + near + _lead(kind, held) - bm25 * _TIE_BREAK
        return round(score, 4), tuple(found[1].replace(" ", "") for found in held if found)

    def _nearness(self, wanted: Wanted, sayings: list[tuple[str, float]]) -> float:
        """How much of one saying and of the query are the same, 0 to 1, for the best saying."""
        padded = [[f" {phrase} " for phrase in group] for group in wanted.groups]
        asked, best = sum(wanted.weights), 0.0
        for saying, told in sayings:
            same = sum(
                weight if phrases[0] in saying else weight * ALTERNATIVE
                for phrases, weight in zip(padded, wanted.weights)
                if any(phrase in saying for phrase in phrases))
            if same:
                best = max(best, 2 * same / (asked + max(told, same)))
        return best

    def _sayings_of(self, entry_id: str, columns: Columns) -> list[tuple[str, float]]:
        """Title and questions of an entry, each with the weight of its words."""
        if entry_id not in self._sayings:
            sayings = [columns["title"], *columns["questions"].split("|")]
            self._sayings[entry_id] = [
                (f" {saying.strip()} ", sum(
                    self._weight((word,)) for word in saying.split() if word not in STOP_WORDS))
                for saying in sayings]
        return self._sayings[entry_id]


def _best(group: tuple[str, ...], columns: Columns) -> _Held | None:
    """The strongest place in which an entry holds one of `group`."""
    held = [
        (strength * (ALTERNATIVE if place else 1), phrase, place == 0)
        for column, strength in STRENGTHS.items() for place, phrase in enumerate(group)
        if f" {phrase} " in f" {columns[column]} "]
    return max(held, key=lambda found: found[0], default=None)


def _share(wanted: Wanted, held: list[_Held | None], columns: Columns) -> float:
    marks = set(columns["marks"].split())
    named = sum(not marks.isdisjoint(group) for group in wanted.marks)
    said = sum(found[0] * weight for found, weight in zip(held, wanted.weights) if found)
    asked = sum(wanted.weights) + MARK_WEIGHT * len(wanted.marks)
    return (said + MARK_WEIGHT * named) / asked


def _lead(kind: str, held: list[_Held | None]) -> float:
    """A bare word asks first for what the document says about it."""
    found = [one for one in held if one]
    own = bool(found) and all(itself for _, _, itself in found)
    return REGULATED / len(held) if kind == "clause" and own else 0.0
