"""Two simple ways to find an entry, to measure the matcher against."""
from __future__ import annotations

import math
from collections import Counter
from typing import Callable, Protocol, Sequence

import numpy as np

from policy_kb.encoders import Encoder
from policy_kb.fitting import ASSERTED, LOST
from policy_kb.text import Segmenter, normalize


class Ranker(Protocol):
    """Scores training lines for a message."""

    def scores(self, text: str) -> np.ndarray:
        """One score a line, higher is better."""


class BM25:
    """Okapi BM25 (k1 1.2, b 0.75) over jieba words."""

    def __init__(self, lines: Sequence[str], segmenter: Segmenter) -> None:
        self._cut = segmenter.cut
        documents = [Counter(self._cut(line)) for line in lines]
        lengths = np.array([sum(d.values()) for d in documents], dtype=float)
        self._norm = 1.2 * (.25 + .75 * lengths / lengths.mean())
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for i, document in enumerate(documents):
            for word, n in document.items():
                self._postings.setdefault(word, []).append((i, n))

    def scores(self, text: str) -> np.ndarray:
        """BM25 of every line for normalised `text`."""
        found = np.zeros(len(self._norm))
        for word in self._cut(normalize(text)):
            postings = self._postings.get(word, [])
            idf = math.log(1 + (len(found) - len(postings) + .5) / (len(postings) + .5))
            for i, n in postings:
                found[i] += idf * n * 2.2 / (n + self._norm[i])
        return found


class Neighbours:
    """Cosine of sentence vectors."""

    def __init__(self, lines: Sequence[str], encoder: Encoder) -> None:
        self._encoder, self._rows = encoder, encoder.encode(lines)

    def scores(self, text: str) -> np.ndarray:
        """Cosine of every line to normalised `text`, between -1 and 1 a block."""
        return self._rows @ self._encoder.encode([normalize(text)])[0]


class Threshold:
    """Turns a ranking into a decision by the score of the best line.

    The two thresholds are chosen on the training lines, each scored without itself, by the same
    rule and at the same levels as the matcher's gate: of the lines that no clause answers at most
    `asserted` pass the upper one, and at most `lost` of the others fall below the lower one.
    """

    def __init__(self, ranker: Ranker, lines: Sequence[str], owners: Sequence[str],
                 is_clause: Callable[[str], bool], asserted: float = ASSERTED,
                 lost: float = LOST) -> None:
        self._ranker, self._owners, self._is_clause = ranker, list(owners), is_clause
        inside, outside = [], []
        for i, line in enumerate(lines):
            scores = ranker.scores(line)
            scores[i] = -np.inf
            best = int(scores.argmax())
            score = scores[best] if is_clause(owners[best]) else -1.0
            (inside if is_clause(owners[i]) else outside).append(score)
        self.answer = float(np.quantile(outside, 1 - asserted))
        self.refuse = min(float(np.quantile(inside, lost)), self.answer)

    def decide(self, text: str) -> tuple[str, list[str]]:
        """("answer" | "clarify" | "out_of_scope", entry ids)."""
        scores = self._ranker.scores(text)
        order = np.argsort(-scores)[:200]
        ids = list(dict.fromkeys(self._owners[i] for i in order))
        if not self._is_clause(ids[0]) or scores[order[0]] < self.refuse:
            known = ids[0] != "out_of_scope" and not self._is_clause(ids[0])
            return ("answer", ids[:1]) if known else ("out_of_scope", [])
        if scores[order[0]] >= self.answer:
            return "answer", ids[:1]
        return "clarify", [i for i in ids if i != "out_of_scope"][:3]
