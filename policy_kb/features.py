"""Messages as sparse features: TF-IDF over words and over runs of one to three characters."""
from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Callable, Iterable, Mapping, Sequence

import numpy as np

Row = tuple[np.ndarray, np.ndarray]     # indices (int64) and weights (float32)
Split = Callable[[str], list[str]]


def grams(text: str) -> list[str]:
    """Runs of one to three characters of `text`, blanks left out."""
    bare = text.replace(" ", "")
    return [bare[i:i + n] for n in (1, 2, 3) for i in range(len(bare) - n + 1)]


@dataclass(frozen=True)
class Vocabulary:
    """Known terms, and how much each says (inverse document frequency)."""

    terms: Sequence[str]
    idf: np.ndarray
    index: Mapping[str, int]

    @classmethod
    def of(cls, terms: Sequence[str], idf: np.ndarray) -> Vocabulary:
        """A vocabulary from its stored lists."""
        return cls(terms, np.asarray(idf, dtype=np.float32), {t: i for i, t in enumerate(terms)})

    @classmethod
    def learn(cls, documents: Iterable[Sequence[str]], least: int) -> Vocabulary:
        """Terms that stand in at least `least` documents, in a fixed order."""
        documents = list(documents)
        counts = Counter(term for d in documents for term in set(d))
        terms = sorted(t for t, n in counts.items() if n >= least)
        idf = [math.log((1 + len(documents)) / (1 + counts[t])) + 1 for t in terms]
        return cls.of(terms, np.array(idf))

    def row(self, terms: Sequence[str]) -> Row:
        """Sublinear TF-IDF of length one; unknown terms count for nothing."""
        counts = Counter(i for i in map(self.index.get, terms) if i is not None)
        places = np.array(sorted(counts), dtype=np.int64)
        weights = np.array([1 + math.log(counts[i]) for i in places], dtype=np.float32)
        weights *= self.idf[places]
        return places, weights / max(float(np.linalg.norm(weights)), 1e-9)


@dataclass(frozen=True)
class Lexical:
    """The two vocabularies side by side: words first, character runs after them."""

    words: Vocabulary
    grams: Vocabulary
    split: Split

    @classmethod
    def learn(cls, texts: Sequence[str], split: Split) -> Lexical:
        """Vocabularies of `texts`; a run of characters must stand in two of them."""
        return cls(
            Vocabulary.learn(map(split, texts), 1), Vocabulary.learn(map(grams, texts), 2), split
        )

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.words.terms) + len(self.grams.terms)

    def row(self, text: str) -> Row:
        """Indices and weights of prepared `text`."""
        (wi, ww), (gi, gw) = self.words.row(self.split(text)), self.grams.row(grams(text))
        return np.concatenate([wi, gi + len(self.words.terms)]), np.concatenate([ww, gw])
