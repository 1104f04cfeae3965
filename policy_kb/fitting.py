"""Fits the entry classifier and its gate when a release is built. The only user of scikit-learn.

The gate and its thresholds are learned from lines that the classifier has not seen: every fold
holds out lines that resemble each other, and of the unregulated topics every second one whole,
because citizens ask about many things that nobody has thought of.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np

from policy_kb.features import Lexical
from policy_kb.models import (
    CLAUSE, DENSE_WEIGHT, NOT_REGULATED, OUT_OF_SCOPE, Classifier, Gate, centred,
)

FOLDS = 4
STRENGTH = 10.0             # inverse regularisation of the classifier
ROUNDS = 60                 # iterations of its solver; more change nothing that can be measured
ASSERTED = .02              # of held-out lines that no clause answers, at most so many pass
LOST = .04                  # of held-out lines that a clause answers, so many may be turned away
PRECISION = .93             # of the entries shown without asking back
TOPIC_PRECISION = .75       # of the unregulated topics shown without asking back


@dataclass(frozen=True)
class Lines:
    """Training lines: prepared texts, class and kind of each, and their raw dense vectors."""

    texts: Sequence[str]
    classes: np.ndarray
    kinds: np.ndarray
    dense: np.ndarray
    blocks: tuple[int, ...]

    def only(self, chosen: np.ndarray) -> Lines:
        """The chosen lines; classes keep their numbers."""
        texts = [t for t, c in zip(self.texts, chosen) if c]
        return Lines(texts, self.classes[chosen], self.kinds, self.dense[chosen], self.blocks)


def _matrix(lexical: Lexical, texts: Sequence[str], dense: np.ndarray):
    from scipy.sparse import csr_matrix, hstack

    rows = [lexical.row(t) for t in texts]
    places = np.concatenate([r[0] for r in rows])
    weights = np.concatenate([r[1] for r in rows])
    ends = np.cumsum([0, *(len(r[0]) for r in rows)])
    sparse = csr_matrix((weights, places, ends), shape=(len(texts), lexical.width))
    return hstack([sparse, csr_matrix(dense * DENSE_WEIGHT)], format="csr", dtype=np.float32)


def classifier(lines: Lines, lexical: Lexical) -> Classifier:
    """Fit the classifier on `lines`; a class without lines is never the answer."""
    from sklearn.linear_model import LogisticRegression

    mean = lines.dense.mean(axis=0)
    dense = centred(lines.dense, mean, lines.blocks)
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, class_weight="balanced", tol=1e-3)
    model.fit(_matrix(lexical, lines.texts, dense), lines.classes)
    coef = np.zeros((lexical.width + dense.shape[1], len(lines.kinds)), dtype=np.float32)
    intercept = np.full(len(lines.kinds), -50, dtype=np.float32)
    coef[:, model.classes_], intercept[model.classes_] = model.coef_.T, model.intercept_
    return Classifier(coef, intercept, lines.kinds, mean, lines.blocks, dense, lines.classes)


def folds(lines: Lines, lexical: Lexical) -> np.ndarray:
    """The fold of every line; lines of an entry that resemble each other share one."""
    space = lines.dense if lines.dense.shape[1] else _hashed(lines.texts)
    found = np.zeros(len(lines.texts), dtype=int)
    for number in np.unique(lines.classes):
        at = np.flatnonzero(lines.classes == number)
        if lines.kinds[number] == NOT_REGULATED and number % 2:
            found[at] = number // 2 % FOLDS
            continue
        rows = space[at] - space[at].mean(axis=0)
        _, _, axes = np.linalg.svd(rows, full_matrices=False)
        order = np.argsort(rows @ axes[0], kind="stable")
        found[at[order]] = np.arange(len(at)) * FOLDS // len(at)
    return found


def _hashed(texts: Sequence[str], width: int = 64) -> np.ndarray:
    rows = np.zeros((len(texts), width), dtype=np.float32)
    for row, text in zip(rows, texts):
        for c in text:
            row[ord(c) % width] += 1
    return rows


@dataclass(frozen=True)
class HeldOut:
    """What the classifier makes of lines that it has not seen, a row each."""

    probabilities: np.ndarray
    evidence: np.ndarray
    classes: np.ndarray


def held_out(lines: Lines, lexical: Lexical) -> HeldOut:
    """Cross-validated probabilities and evidence of all lines."""
    fold = folds(lines, lexical)
    p: list = [None] * len(lines.texts)
    e: list = [None] * len(lines.texts)
    for k in range(FOLDS):
        model = classifier(lines.only(fold != k), lexical)
        dense = centred(lines.dense, model.mean, lines.blocks)
        for i in np.flatnonzero(fold == k):
            text = lines.texts[i]
            p[i] = model.probabilities(lexical.row(text), dense[i])
            e[i] = model.evidence(p[i], dense[i], lexical.known(text), len(text))
    return HeldOut(np.array(p), np.array(e), lines.classes)


def _share(p: np.ndarray, kinds: np.ndarray, kind: int) -> tuple[np.ndarray, np.ndarray]:
    """The best class of a kind for every row, and its share of the kind's probability."""
    part = np.where(kinds == kind, p, 0)
    best = part.argmax(axis=1)
    return best, part[np.arange(len(p)), best] / np.maximum(part.sum(axis=1), 1e-9)


def _least_share(share: np.ndarray, right: np.ndarray, precision: float) -> float:
    """The smallest share from which on `precision` of the shown entries are right."""
    for least in np.arange(.2, .95, .025):
        shown = share >= least
        if shown.any() and right[shown].mean() >= precision:
            return float(least)
    return .95


def gate(seen: HeldOut, kinds: np.ndarray, siblings: np.ndarray) -> Gate:
    """Fit the gate on held-out lines. `siblings` numbers the clause of every class."""
    from sklearn.linear_model import LogisticRegression

    inside = kinds[seen.classes] == CLAUSE
    centre, spread = seen.evidence.mean(axis=0), seen.evidence.std(axis=0) + 1e-6
    scaled = (seen.evidence - centre) / spread
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500)
    model.fit(scaled, inside)
    passed = model.predict_proba(scaled)[:, 1]
    best, share = _share(seen.probabilities, kinds, CLAUSE)
    right = siblings[best] == siblings[seen.classes]
    topic, topic_share = _share(seen.probabilities, kinds, NOT_REGULATED)
    asked = kinds[seen.classes] == NOT_REGULATED
    answer = float(np.quantile(passed[~inside], 1 - ASSERTED)) if (~inside).any() else .5
    refuse = float(np.quantile(passed[inside], LOST)) if inside.any() else .5
    return Gate(
        model.coef_[0], centre, spread, float(model.intercept_[0]),
        answer, min(refuse, answer),
        _least_share(share[inside], right[inside], PRECISION),
        _least_share(topic_share[asked], topic[asked] == seen.classes[asked], TOPIC_PRECISION),
    )
