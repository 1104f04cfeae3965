"""Fits the entry classifier and its gate when a release is built.

The gate and its thresholds are learned from lines that the classifier has not seen: every fold
holds out lines that resemble each other, and of the unregulated topics every second one whole,
because citizens ask about many things that nobody has thought of.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Mapping, Sequence

import numpy as np

from policy_kb.features import Lexical, Row
from policy_kb.models import (
    CLAUSE, DENSE_WEIGHT, NOT_REGULATED, Classifier, Gate, Opinion, centred, softmax, together,
    weighed,
)

FOLDS = 4
STRENGTH = 10.0             # inverse regularisation of the classifier
ROUNDS = 80                 # iterations of its solver; more change nothing that can be measured
RANK = 800                  # directions that it is fitted in
ASSERTED = .035             # of held-out lines that no clause answers, at most so many pass
LOST = .02                  # of held-out lines that a clause answers, so many may be turned away
PRECISION = .93             # of the entries shown without asking back
TOPIC_PRECISION = .75       # of the unregulated topics shown without asking back
OPINION = (1.0, .5)         # weight of what letters say: for the clauses' entries, for any clause


@dataclass(frozen=True)
class Lines:
    """Training lines: prepared texts, class and kind of each, and their raw dense vectors.

    `asked` has the parts of each line that ask, where a line is longer than what it asks;
    `asked_dense` their raw dense vectors.
    """

    texts: Sequence[str]
    classes: np.ndarray
    kinds: np.ndarray
    dense: np.ndarray
    blocks: tuple[int, ...]
    asked: Sequence[tuple[str, ...]] = ()
    asked_dense: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Space:
    """All lines in the directions in which they differ most.

    `rows` are the lines there, one each; `back` carries weights found there back to features.
    Fitting in a few hundred directions instead of tens of thousands of features takes seconds
    instead of minutes and ranks the entries alike.
    """

    rows: np.ndarray
    back: Callable[[np.ndarray], np.ndarray]


def _sparse(lexical: Lexical, texts: Sequence[str]):
    from scipy.sparse import csr_matrix

    rows = [lexical.row(t) for t in texts]
    places = np.concatenate([r[0] for r in rows])
    weights = np.concatenate([r[1] for r in rows])
    ends = np.cumsum([0, *(len(r[0]) for r in rows)])
    return csr_matrix((weights, places, ends), shape=(len(texts), lexical.width))


def _leading(likeness: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvectors and eigenvalues of the largest `rank`, found from a fixed random start."""
    size = min(rank + 20, len(likeness))
    probe = np.random.RandomState(0).standard_normal((len(likeness), size)).astype(np.float32)
    for _ in range(3):
        probe, _ = np.linalg.qr(likeness @ probe)
    values, vectors = np.linalg.eigh(probe.T @ likeness @ probe)
    kept = [i for i in range(size)[::-1] if values[i] > 1e-4 * values[-1]][:rank]
    return probe @ vectors[:, kept], values[kept]


def space(lines: Lines, lexical: Lexical, centred_lines: np.ndarray) -> Space:
    """The space of `lines`, whose centred vectors are given."""
    sparse, dense = _sparse(lexical, lines.texts), centred_lines * DENSE_WEIGHT
    likeness = np.asarray((sparse @ sparse.T).todense(), dtype=np.float32) + dense @ dense.T
    vectors, values = _leading(likeness, RANK)
    scale = vectors / np.sqrt(values)

    def back(weights: np.ndarray) -> np.ndarray:
        by_line = scale @ weights
        return np.vstack([sparse.T @ by_line, dense.T @ by_line]).astype(np.float32)

    return Space((vectors * np.sqrt(values)).astype(np.float32), back)


def regression(rows: np.ndarray, classes: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression with balanced classes: weights and intercepts.

    A class without lines is never the answer.
    """
    from scipy.optimize import minimize

    present, at = np.unique(classes, return_inverse=True)
    sizes = np.bincount(at)
    weight = (len(at) / (len(present) * sizes))[at].astype(np.float32)[:, None]
    truth = np.eye(len(present), dtype=np.float32)[at]
    padded = np.hstack([rows, np.ones((len(rows), 1), dtype=np.float32)])
    shape = (padded.shape[1], len(present))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w = flat.reshape(shape)
        scores = padded @ w.astype(np.float32)
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        total = p.sum(axis=1, keepdims=True)
        fit = float((weight * (np.log(total) - (scores * truth).sum(axis=1, keepdims=True))).sum())
        slope = (padded.T @ (weight * (p / total - truth))).astype(np.float64)
        slope[:-1] += w[:-1] / STRENGTH
        return fit + .5 * float((w[:-1] ** 2).sum()) / STRENGTH, slope.ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B",
                     options={"maxiter": ROUNDS, "gtol": 1e-3}).x.reshape(shape)
    coef = np.zeros((rows.shape[1], count), dtype=np.float32)
    intercept = np.full(count, -50, dtype=np.float32)
    coef[:, present], intercept[present] = found[:-1], found[-1]
    return coef, intercept


def folds(lines: Lines) -> np.ndarray:
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


def _asking(lines: Lines, lexical: Lexical, mean: np.ndarray) -> list[list[tuple[Row, np.ndarray]]]:
    """Features of the parts of every line that ask."""
    names = list(lines.asked_dense)
    raw = np.array([lines.asked_dense[n] for n in names]).reshape(len(names), len(mean))
    seen = {n: (lexical.row(n), row) for n, row in zip(names, centred(raw, mean, lines.blocks))}
    return [[seen[part] for part in parts] for parts in lines.asked or [()] * len(lines.texts)]


def held_out(lines: Lines, lexical: Lexical, found: Space, mean: np.ndarray,
             dense: np.ndarray) -> HeldOut:
    """Cross-validated probabilities and evidence of all lines."""
    fold, asking = folds(lines), _asking(lines, lexical, mean)
    p = np.zeros((len(lines.texts), len(lines.kinds)))
    evidence: list = [None] * len(lines.texts)
    for k in range(FOLDS):
        seen = fold != k
        model, scores = _model(lines, found, mean, dense, seen)
        for i in np.flatnonzero(~seen):
            told = softmax(scores[i].astype(np.float64))
            asked = [(model.probabilities(*part), part[1]) for part in asking[i]]
            p[i], evidence[i] = weighed((told, model.evidence(told, dense[i])),
                                        [(q, model.evidence(q, vector)) for q, vector in asked])
    return HeldOut(p, np.array(evidence), lines.classes)


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

    centre, spread = seen.evidence.mean(axis=0), seen.evidence.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500)
    model.fit((seen.evidence - centre) / spread, kinds[seen.classes] == CLAUSE)
    found = Gate(model.coef_[0], centre, spread, float(model.intercept_[0]), 0, 0, 0, 0)
    return _with_thresholds(found, seen, kinds, siblings)


def _with_thresholds(found: Gate, seen: HeldOut, kinds: np.ndarray, siblings: np.ndarray) -> Gate:
    inside = kinds[seen.classes] == CLAUSE
    passed = np.array([found(evidence) for evidence in seen.evidence])
    best, share = _share(seen.probabilities, kinds, CLAUSE)
    right = siblings[best] == siblings[seen.classes]
    topic, topic_share = _share(seen.probabilities, kinds, NOT_REGULATED)
    asked = kinds[seen.classes] == NOT_REGULATED
    answer = float(np.quantile(passed[~inside], 1 - ASSERTED)) if (~inside).any() else .5
    refuse = float(np.quantile(passed[inside], LOST)) if inside.any() else .5
    return replace(
        found, answer=answer, refuse=min(refuse, answer),
        share=_least_share(share[inside], right[inside], PRECISION),
        topic_share=_least_share(topic_share[asked], topic[asked] == seen.classes[asked],
                                 TOPIC_PRECISION),
    )


def _model(lines: Lines, found: Space, mean: np.ndarray, dense: np.ndarray,
           seen: np.ndarray | slice = slice(None)) -> tuple[Classifier, np.ndarray]:
    """The classifier that has seen the lines `seen`, and its scores of all lines for each class."""
    coef, intercept = regression(found.rows[seen], lines.classes[seen], len(lines.kinds))
    model = Classifier(found.back(coef), intercept, lines.kinds, mean, lines.blocks,
                       dense[seen], lines.classes[seen])
    return model, found.rows @ coef + intercept


def _centred(lines: Lines) -> tuple[np.ndarray, np.ndarray]:
    mean = lines.dense.mean(axis=0)
    return mean, centred(lines.dense, mean, lines.blocks)


def classifier(lines: Lines, lexical: Lexical) -> Classifier:
    """The classifier of `lines` without a gate."""
    mean, dense = _centred(lines)
    return _model(lines, space(lines, lexical, dense), mean, dense)[0]


def _informed(seen: HeldOut, lines: Lines, opinion: Opinion) -> HeldOut:
    """`seen` together with the opinion, for the lines whose entry it knows.

    It has seen none of the lines either.
    """
    weights = [opinion.weight(text, c) for text, c in zip(lines.texts, seen.classes)]
    known = np.flatnonzero(weights)
    both = []
    for i in known:
        asked = [opinion.scores(lines.asked_dense[part]) for part in lines.asked[i]]
        said = opinion.read(opinion.scores(lines.dense[i]), asked)
        both.append(together((seen.probabilities[i], seen.evidence[i]), said, weights[i]))
    return HeldOut(np.array([p for p, _ in both]), np.array([e for _, e in both]),
                   seen.classes[known])


def _informed_gate(plain: Gate, seen: HeldOut, kinds: np.ndarray, siblings: np.ndarray) -> Gate:
    """`plain` with the opinion's evidence added; thresholds from the held-out lines `seen`.

    Below what clauses are offered, `plain` alone decides.
    """
    found = replace(
        plain, coef=np.append(plain.coef, OPINION), centre=np.append(plain.centre, [0, 0]),
        spread=np.append(plain.spread, [1, 1]),
    )
    return replace(_with_thresholds(found, seen, kinds, siblings), refuse=plain.refuse)


def fit(lines: Lines, lexical: Lexical, siblings: np.ndarray,
        opinion: Opinion | None = None) -> tuple[Classifier, Gate, Gate | None]:
    """The classifier of `lines`, its gate, and the gate where the opinion counts too.

    The last is None where the opinion knows no entries, or clauses only, or topics only.
    `siblings` numbers the clause of every class.
    """
    mean, dense = _centred(lines)
    found = space(lines, lexical, dense)
    seen = held_out(lines, lexical, found, mean, dense)
    plain, both = gate(seen, lines.kinds, siblings), None
    told = opinion and _informed(seen, lines, opinion)
    if told and len(set(lines.kinds[told.classes] == CLAUSE)) == 2:
        both = _informed_gate(plain, told, lines.kinds, siblings)
    return _model(lines, found, mean, dense)[0], plain, both
