"""The fitted classifier as plain arrays: probabilities, evidence, and the gate. numpy only."""
from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Mapping, Sequence

import numpy as np

from policy_kb.features import Row
from policy_kb.messages import SHORT

CLAUSE, NOT_REGULATED, OUT_OF_SCOPE = 0, 1, 2
OTHER, UNRELATED = "other", "unrelated"     # names of an opinion's columns for no listed entry
DENSE_WEIGHT = 1.0
SHORT_WEIGHT = .25          # of an opinion on a short message
SMALLEST = 1e-6


def softmax(scores: np.ndarray) -> np.ndarray:
    """Scores of one message as probabilities."""
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()


def log_odds(p: float) -> float:
    """Logarithm of the odds of `p`, finite for 0 and 1."""
    return float(np.log(SMALLEST + p) - np.log(SMALLEST + 1 - p))


def centred(dense: np.ndarray, mean: np.ndarray, blocks: tuple[int, ...]) -> np.ndarray:
    """Rows of vectors less the mean of the training lines, each block of length one again."""
    rows, start = dense - mean, 0
    for width in blocks:
        part = rows[:, start:start + width]
        part /= np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9)
        start += width
    return rows


@dataclass(frozen=True)
class Classifier:
    """Multinomial logistic regression over entries.

    `coef` has a row for each sparse feature and then for each dense one, a column for each
    class; `kinds` says for each class whether it is a clause entry, an unregulated topic or the
    out-of-scope class; `lines` are the training lines' centred vectors, `line_class` their class.
    """

    coef: np.ndarray
    intercept: np.ndarray
    kinds: np.ndarray
    mean: np.ndarray
    blocks: tuple[int, ...]
    lines: np.ndarray
    line_class: np.ndarray

    def probabilities(self, row: Row, dense: np.ndarray) -> np.ndarray:
        """Probability of every class. `dense` is centred."""
        places, weights = row
        scores = self.intercept + weights @ self.coef[places].astype(np.float32)
        if len(dense):
            scores = scores + DENSE_WEIGHT * dense @ self._dense_coef
        return softmax(scores.astype(np.float64))

    @cached_property
    def _dense_coef(self) -> np.ndarray:
        return self.coef[len(self.coef) - len(self.mean):].astype(np.float32)

    @cached_property
    def _line_kind(self) -> np.ndarray:
        return self.kinds[self.line_class]

    def evidence(self, p: np.ndarray, dense: np.ndarray) -> np.ndarray:
        """What the gate looks at: how much speaks for a clause, and the nearest lines of each kind.

        The length of a message is no evidence: training lines are shorter than what citizens send.
        """
        clause = p[self.kinds == CLAUSE]
        rest = max(p[self.kinds == NOT_REGULATED].max(initial=0), p[self.kinds == OUT_OF_SCOPE].sum())
        total = float(clause.sum())
        found = [
            log_odds(total),
            np.log(SMALLEST + clause.max()) - np.log(SMALLEST + rest),
        ]
        return np.array([*found, *self._nearest(p, dense)])

    def _nearest(self, p: np.ndarray, dense: np.ndarray) -> list[float]:
        same = self.line_class == np.where(self.kinds == CLAUSE, p, -1).argmax()
        groups = [self._line_kind == k for k in (CLAUSE, NOT_REGULATED, OUT_OF_SCOPE)]
        found, start = [], 0
        for width in self.blocks:
            part = slice(start, start + width)
            likeness = self.lines[:, part] @ dense[part]
            found += [float(likeness[g].max(initial=-1)) for g in (*groups, same)]
            start += width
        return found


Seen = tuple[np.ndarray, np.ndarray]    # probability of every class, and evidence


def weighed(told: Seen, asked: Sequence[Seen]) -> Seen:
    """A message as seen: all that it tells, and as much of the part that asks.

    Of two parts that ask, the one counts in which more speaks for a clause. A story names many
    things, but what it asks about is said in one sentence.
    """
    if not asked:
        return told
    most = max(asked, key=lambda part: part[1][0])
    return (told[0] + most[0]) / 2, (told[1] + most[1]) / 2


@dataclass(frozen=True)
class Opinion:
    """What the network that was tuned on letters says of a message, beside the classifier.

    `coef` has a row for each dimension of a raw vector and a column for each entry that letters
    were about, the last for whether a clause answers; `columns` gives the class of every column
    but the last; `known` says for each class whether letters were about it as it stands now.
    """

    coef: np.ndarray
    intercept: np.ndarray
    columns: np.ndarray
    kinds: np.ndarray
    known: np.ndarray

    def scores(self, vectors: np.ndarray) -> np.ndarray:
        """A row of scores for each raw vector. They may be averaged before they are read."""
        return vectors @ self.coef + self.intercept

    def read(self, told: np.ndarray, asked: Sequence[np.ndarray]) -> Seen:
        """Probability of every class, and evidence, from the scores of all and of what asks."""
        scores = (told + np.mean(asked, axis=0)) / 2 if len(asked) else told
        p = np.bincount(self.columns, softmax(scores[:-1]), len(self.known))
        return p, np.array([log_odds(p[self.kinds == CLAUSE].sum()), scores[-1]])

    def weight(self, text: str, likeliest: int) -> float:
        """How much it counts for `text`: in full for a letter, less for what is short.

        What is short and plain the classifier has learned from lines of the same kind. Not at
        all if no letters were about the class `likeliest`.
        """
        return float(self.known[likeliest]) * (1.0 if len(text) > SHORT else SHORT_WEIGHT)


def together(found: Seen, said: Seen, weight: float) -> Seen:
    """What the classifier found and what an opinion of that weight says, as one."""
    share = weight / 2
    return (1 - share) * found[0] + share * said[0], np.append(found[1], weight * said[1])


@dataclass(frozen=True)
class Gate:
    """Probability that a message asks something that a clause answers.

    `coef`, `centre` and `spread` belong to the evidence; the rest are thresholds:
    at `answer` and above a clause is shown, below `refuse` none is offered; `share` is what the
    best entry must have of its kind's probability to be shown without asking back.
    """

    coef: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    intercept: float
    answer: float
    refuse: float
    share: float
    topic_share: float

    def __call__(self, evidence: np.ndarray) -> float:
        score = ((evidence - self.centre) / self.spread) @ self.coef + self.intercept
        return float(1 / (1 + np.exp(-score)))


def packed(prefix: str, part: Classifier | Gate | Opinion) -> dict[str, np.ndarray]:
    """The fields of `part` as arrays; the large ones at half width."""
    found = {}
    for field in fields(part):
        value = np.asarray(getattr(part, field.name))
        small = value.dtype.kind != "f" or value.size < 4096
        found[f"{prefix}.{field.name}"] = value if small else value.astype(np.float16)
    return found


def unpacked(prefix: str, arrays: Mapping[str, np.ndarray], kind: type) -> Classifier | Gate | Opinion:
    """The inverse of `packed`."""
    found = {f.name: arrays[f"{prefix}.{f.name}"] for f in fields(kind)}
    # The coefficients are most of the memory and are used a few rows at a time: they stay small.
    values = {k: v.astype(np.float32) if v.dtype == np.float16 and (kind, k) != (Classifier, "coef") else v
              for k, v in found.items()}
    if kind is Classifier:
        values["blocks"] = tuple(int(b) for b in values["blocks"])
    elif kind is Gate:
        values = {k: float(v) if v.ndim == 0 else v for k, v in values.items()}
    return kind(**values)
