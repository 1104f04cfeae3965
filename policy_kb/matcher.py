"""Finds the entry that answers a message, asks back, or says that nothing here does.

`fit` runs when a release is built and gives plain arrays and lists; `Matcher` reads them with
numpy alone. A second, purely lexical model travels along for readers without the encoder.
"""
from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, Mapping, Protocol, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from policy_kb import paths
from policy_kb.encoders import Encoder, EncoderError, NullEncoder, Stored, opinion_of
from policy_kb.entries import Entry
from policy_kb.features import Lexical, Vocabulary
from policy_kb.messages import Part, read, whole
from policy_kb.models import (
    CLAUSE, NOT_REGULATED, OTHER, OUT_OF_SCOPE, UNRELATED, Classifier, Gate, Opinion, centred,
    packed, together, unpacked, weighed,
)
from policy_kb.text import Repair, Segmenter, frequent, lexicon, normalize

Decision = Literal["answer", "clarify", "out_of_scope"]

OUTSIDE = "out_of_scope"
RECENT = 64             # texts whose sight is kept, for questions() and then match()
TOPIC_WEIGHT = .25      # exponent of the topic prior
TOPIC_FLOOR = .05       # confidence that a topic keeps when the prior does not name it
LEAST_BESIDE = .03      # probability from which an entry stands beside an answer that is none
MOSTLY = .7             # a topic this likely is named even where a clause might be offered
NEARLY = .6             # a topic this likely beside what is outside is named
SAME_QUESTION = 80      # of 100: so alike, an out-of-scope example asks what an entry answers
CHOICES = 3
LEAST_CHOICE = .05      # an entry with less of its kind's probability is not offered


class Source(Protocol):
    """Whatever holds what `fit` gave: a Fitted or a release."""

    arrays: Mapping[str, np.ndarray]
    lists: Mapping[str, list[str]]


@dataclass(frozen=True)
class Fitted:
    """The matcher as plain arrays and lists of strings, by name."""

    arrays: dict[str, np.ndarray]
    lists: dict[str, list[str]]


@dataclass(frozen=True)
class Match:
    """What to do with a message.

    `entries`: for "answer" the entry to show, or siblings to show together (at most two); for
    "clarify" two or three to choose from; else none. `beside`: what else may be meant where no
    clause is shown, at most three. `candidates`: the most likely entries with their
    probabilities, best first. `explanation`: why, as plain values in Chinese keys.
    """

    decision: Decision
    entries: tuple[str, ...]
    candidates: tuple[tuple[str, float], ...]
    explanation: dict[str, Any]
    beside: tuple[str, ...] = ()


def training_lines(entries: Sequence[Entry], out_of_scope: Sequence[str]) -> list[tuple[Part, str]]:
    """(line as a message is read, class) of all training lines; a line stands once."""
    found: dict[Part, str] = {}
    for entry in entries:
        for line in (entry.title, *entry.questions):
            found.setdefault(whole(line), entry.id)
    for line in out_of_scope:
        found.setdefault(whole(line), OUTSIDE)
    return [(line, owner) for line, owner in found.items() if line]


def _opinion(encoder: Encoder, titles: Mapping[str, str], kinds: np.ndarray) -> Opinion | None:
    """What the encoder's letters say of the entries of `titles`; none if it has learned no letters.

    Columns of entries that are no more are left out.
    """
    raw = opinion_of(encoder)
    if not raw:
        return None
    place = {name: i for i, name in enumerate(titles)}
    place |= {OTHER: place[OUTSIDE], UNRELATED: place[OUTSIDE]}
    kept = [i for i, name in enumerate(raw["names"]) if str(name) in place]
    columns = np.array([place[str(raw["names"][i])] for i in kept])
    known = np.zeros(len(titles), dtype=np.int8)
    for i, column in zip(kept, columns):
        known[column] |= str(raw["titles"][i]) == titles.get(str(raw["names"][i]), "")
    return Opinion(raw["coef"][:, [*kept, -1]], raw["intercept"][[*kept, -1]], columns, kinds, known)


def _fit_model(prefix: str, texts: Sequence[Part], classes: np.ndarray, kinds: np.ndarray,
               names: Sequence[str], lexical: Lexical, encoder: Encoder,
               opinion: Opinion | None = None) -> dict[str, np.ndarray]:
    from policy_kb import fitting

    asked = [text.asked for text in texts]
    every = list(dict.fromkeys(q for parts in asked for q in parts))
    vectors = dict(zip(every, encoder.encode(every))) if every else {}
    lines = fitting.Lines([str(t) for t in texts], classes, kinds, encoder.encode(texts),
                          encoder.blocks, asked, vectors)
    parents = [name.split("-")[0] if not name.startswith("N") else name for name in names]
    siblings = np.unique(parents, return_inverse=True)[1]
    model, gate, informed = fitting.fit(lines, lexical, siblings, opinion)
    found = {**packed(f"{prefix}.classifier", model), **packed(f"{prefix}.gate", gate)}
    if informed:
        found |= packed(f"{prefix}.opinion", opinion) | packed(f"{prefix}.informed", informed)
    return found


def _without_answered(lines: Sequence[tuple[Part, str]]) -> list[tuple[Part, str]]:
    """`lines` less the out-of-scope examples that ask what an entry now answers."""
    answered = [text for text, name in lines if name != OUTSIDE]
    return [
        (text, name) for text, name in lines if name != OUTSIDE
        or not process.extractOne(text, answered, scorer=fuzz.ratio, score_cutoff=SAME_QUESTION)
    ]


def fit(entries: Sequence[Entry], out_of_scope: Sequence[str], words: Sequence[str],
        encoder: Encoder, synonyms: Mapping[str, Sequence[str]] | None = None) -> Fitted:
    """Learn to find `entries` by their 问法 and titles. Same content, same result.

    Raises EncoderError if the encoder fails. Vectors are kept in `var/cache`.
    """
    terms = lexicon(synonyms or {}, words)
    segmenter = Segmenter(terms)
    lines = _without_answered(training_lines(entries, out_of_scope))
    texts, labels = [t for t, _ in lines], [c for _, c in lines]
    ids = [e.id for e in entries]
    names = [*ids, OUTSIDE]
    kinds = np.array([
        *(CLAUSE if e.kind == "clause" else NOT_REGULATED for e in entries), OUT_OF_SCOPE,
    ], dtype=np.int8)
    classes = np.array([names.index(label) for label in labels])
    lexical = Lexical.learn(texts, segmenter.cut)
    stored = Stored(encoder, paths.var() / "cache" / "vectors.sqlite")
    arrays = {"words.idf": lexical.words.idf, "grams.idf": lexical.grams.idf}
    opinion = _opinion(encoder, {**{e.id: e.title for e in entries}, OUTSIDE: ""}, kinds)
    if encoder.dimension:
        arrays |= _fit_model("dense", texts, classes, kinds, names, lexical, stored, opinion)
    arrays |= _fit_model("lexical", texts, classes, kinds, names, lexical, NullEncoder())
    return Fitted(arrays, {
        "classes": names, "titles": [*(e.title for e in entries), ""],
        "topics": [*(e.topic for e in entries), ""], "lines": [str(t) for t in texts],
        "words": list(lexical.words.terms), "grams": list(lexical.grams.terms),
        "terms": terms, "common": frequent(texts, segmenter), "encoder": [encoder.name],
    })


@dataclass(frozen=True)
class _Sight:
    """A prepared text as the classifier sees it. `dense` is centred; `said` are the opinion's scores."""

    text: str
    dense: np.ndarray
    p: np.ndarray
    said: np.ndarray


@dataclass(frozen=True)
class _Judged:
    """What became of a message: the gate that judged, how sure it is that a clause answers, whether
    clauses may be offered, and the probability of every entry."""

    gate: Gate
    sure: float
    offered: bool
    p: np.ndarray


class _Model:
    """A classifier with its gate and the encoder that it was fitted with."""

    def __init__(self, prefix: str, source: Source, encoder: Encoder, lexical: Lexical) -> None:
        self.classifier: Classifier = unpacked(f"{prefix}.classifier", source.arrays, Classifier)
        self.gate: Gate = unpacked(f"{prefix}.gate", source.arrays, Gate)
        self.opinion: Opinion | None = None
        if f"{prefix}.opinion.coef" in source.arrays:
            self.opinion = unpacked(f"{prefix}.opinion", source.arrays, Opinion)
            self.informed: Gate = unpacked(f"{prefix}.informed", source.arrays, Gate)
        self.encoder, self._lexical = encoder, lexical
        # Replaced, never changed: several threads may read it.
        self._recent: dict[str, _Sight] = {}

    def see(self, texts: Sequence[str]) -> dict[str, _Sight]:
        """Sights of prepared `texts`, encoded together: that costs little more than one alone."""
        found = {t: self._recent[t] for t in texts if t in self._recent}
        missing = [t for t in dict.fromkeys(texts) if t not in found]
        if missing:
            found.update(zip(missing, self._look(missing)))
            self._recent = dict([*self._recent.items(), *found.items()][-RECENT:])
        return found

    def _look(self, texts: Sequence[str]) -> list[_Sight]:
        raw = self.encoder.encode(texts)
        rows = centred(raw, self.classifier.mean, self.classifier.blocks)
        said = self.opinion.scores(raw) if self.opinion else rows
        return [
            _Sight(t, row, self.classifier.probabilities(self._lexical.row(t), row), scores)
            for t, row, scores in zip(texts, rows, said)
        ]

    def judge(self, told: _Sight, asked: Sequence[_Sight]) -> _Judged:
        """Whether a clause answers. The opinion is asked too if it knows the likeliest entry; it
        cannot keep a clause from being offered.
        """
        seen = [(s.p, self.classifier.evidence(s.p, s.dense)) for s in (told, *asked)]
        p, evidence = weighed(seen[0], seen[1:])
        sure = self.gate(evidence)
        offered = sure >= self.gate.refuse
        weight = self.opinion.weight(told.text, int(p.argmax())) if self.opinion else 0
        if not weight:
            return _Judged(self.gate, sure, offered, p)
        said = self.opinion.read(told.said, [s.said for s in asked])
        p, evidence = together((p, evidence), said, weight)
        return _Judged(self.informed, self.informed(evidence), offered, p)


def _likely(kind: np.ndarray) -> list[int]:
    """Entries of a kind that have a share of its probability worth offering, likeliest first."""
    least = max(LEAST_CHOICE * kind.sum(), 1e-9)
    return [int(i) for i in np.argsort(-kind, kind="stable") if kind[i] >= least]


class Matcher:
    """Matches messages against what `fit` learned; safe between threads."""

    def __init__(self, source: Source, encoder: Encoder) -> None:
        lists = source.lists
        self._ids, self._titles = lists["classes"], lists["titles"]
        self._topics, self._lines = np.array(lists["topics"]), lists["lines"]
        self._place = {name: i for i, name in enumerate(self._ids)}
        segmenter = Segmenter(lists["terms"])
        self._repair = lru_cache(RECENT)(Repair(lists["terms"], lists["common"], segmenter))
        self._lexical = Lexical(
            Vocabulary.of(lists["words"], source.arrays["words.idf"]),
            Vocabulary.of(lists["grams"], source.arrays["grams.idf"]), segmenter.cut,
        )
        self._source = source
        fits = encoder.dimension and encoder.name == lists["encoder"][0]
        self._model = _Model("dense", source, encoder, self._lexical) if fits else self._spare

    @cached_property
    def _spare(self) -> _Model:
        """The model that needs no encoder, read when it is first needed."""
        return _Model("lexical", self._source, NullEncoder(), self._lexical)

    @property
    def encoder(self) -> Encoder:
        """What makes its vectors; one without columns if it goes by words alone."""
        return self._model.encoder

    @property
    def gate(self) -> Gate:
        """The gate in use: the one that hears the opinion, if there is one."""
        return self._model.informed if self._model.opinion else self._model.gate

    def with_gate(self, **thresholds: float) -> Matcher:
        """The same matcher with other thresholds."""
        other = copy.copy(self)
        other._model = copy.copy(self._model)
        other._model.gate = dataclasses.replace(self._model.gate, **thresholds)
        if other._model.opinion:
            other._model.informed = dataclasses.replace(self._model.informed, **thresholds)
        return other

    def prepare(self, text: str) -> str:
        """Normalised and repaired form of `text`."""
        return self._repair(normalize(text))

    def questions(self, text: str) -> tuple[Part, ...]:
        """What `text` asks: its two questions if they and the whole are clear, else the whole."""
        parts, told = read(text), whole(text)
        if len(parts) < 2:
            return (told,)
        first, second, _ = found = self._match_all([*parts, told])
        clear = all(m.decision == "answer" for m in found) and first.entries != second.entries
        return parts if clear else (told,)

    def match(self, text: str, topics: Mapping[str, float] | None = None) -> Match:
        """Decide what to do with `text`: a whole message, or a part that `questions` gave.

        `topics`: confidence (0–1) in topic intents, a mild prior.
        """
        part = text if isinstance(text, Part) else whole(text)
        return self._match_all([part], topics)[0]

    def _match_all(self, parts: Sequence[Part],
                   topics: Mapping[str, float] | None = None) -> list[Match]:
        texts = [[self.prepare(t) for t in (part, *part.asked)] for part in parts]
        every = [t for group in texts for t in group]
        try:
            model, seen = self._model, self._model.see(every)
        except EncoderError:
            model, seen = self._spare, self._spare.see(every)
        return [self._decide(model, topics, *(seen[t] for t in group)) for group in texts]

    def _with_topics(self, p: np.ndarray, topics: Mapping[str, float] | None) -> np.ndarray:
        if not topics:
            return p
        prior = np.array([max(topics.get(t, 0.0), TOPIC_FLOOR) if t else 1 for t in self._topics])
        weighed = p * prior ** TOPIC_WEIGHT
        return weighed / weighed.sum()

    def _decide(self, model: _Model, topics: Mapping[str, float] | None, seen: _Sight,
                *asked: _Sight) -> Match:
        judged = model.judge(seen, asked)
        sure, p, kinds = judged.sure, self._with_topics(judged.p, topics), model.classifier.kinds
        clause = np.where(kinds == CLAUSE, p, 0)
        topic = np.where(kinds == NOT_REGULATED, p, 0)
        likely = sure * clause / max(clause.sum(), 1e-9)
        likely += (1 - sure) * np.where(kinds == CLAUSE, 0, p) / max(1 - clause.sum(), 1e-9)
        order = [int(i) for i in np.argsort(-likely, kind="stable")]
        decision, chosen, why = self._choose(judged, clause, topic, p[kinds == OUT_OF_SCOPE].sum())
        named = decision == "answer" and kinds[chosen[0]] == CLAUSE
        beside = [] if named or decision == "clarify" else self._beside(clause, topic, chosen)
        return Match(
            decision, tuple(self._ids[i] for i in chosen),
            tuple((self._ids[i], float(likely[i])) for i in order[:5]),
            self._explain(model, judged, seen, order, likely, why),
            tuple(self._ids[i] for i in beside),
        )

    def _choose(self, judged: _Judged, clause: np.ndarray, topic: np.ndarray,
                outside: float) -> tuple[Decision, list[int], str]:
        gate = judged.gate
        if judged.sure >= gate.answer:
            shown = self._together(clause, gate.share)
            if shown:
                return "answer", shown, "条款内容，把握够"
            return "clarify", self._choices(clause, topic), "问的是条款内容，但有几条相近"
        best = int(topic.argmax())
        if topic[best] >= MOSTLY:
            return "answer", [best], "本文件未规定的事项"
        if judged.offered:
            return "clarify", self._choices(clause, topic), "拿不准条款是否规定了这件事"
        if topic[best] < NEARLY * outside:
            return "out_of_scope", [], "与本文件无关"
        if topic[best] < gate.topic_share * topic.sum():
            return "out_of_scope", [], "与本文件无关，也不像已列出的未规定事项"
        return "answer", [best], "本文件未规定的事项"

    def _together(self, clause: np.ndarray, share: float) -> list[int]:
        """The entry to show; two siblings of one clause when only both together suffice."""
        first, second = (int(i) for i in np.argsort(-clause, kind="stable")[:2])
        total = max(clause.sum(), 1e-9)
        if clause[first] >= share * total:
            return [first]
        same = self._ids[first].split("-")[0] == self._ids[second].split("-")[0]
        return [first, second] if same and clause[first] + clause[second] >= share * total else []

    def _choices(self, clause: np.ndarray, topic: np.ndarray) -> list[int]:
        """Two or three entries to choose from, likeliest first: items of two clauses and an
        unregulated topic; likely siblings where there is room.
        """
        topics = _likely(topic)[:1]
        picked = [*self._of_different_clauses(clause)[:CHOICES - len(topics)], *topics]
        siblings = [i for i in _likely(clause) if i not in picked]
        picked += siblings[:CHOICES - len(picked)]
        others = [int(i) for i in np.argsort(-clause, kind="stable") if i not in picked]
        picked += others[:max(0, 2 - len(picked))]
        return sorted(picked, key=lambda i: -(clause[i] + topic[i]))

    def _beside(self, clause: np.ndarray, topic: np.ndarray, chosen: Sequence[int]) -> list[int]:
        """At most three other entries that are likely, likeliest first, two of a kind."""
        both = clause + topic
        topics = [i for i in _likely(topic) if i not in chosen][:2]
        found = [i for i in (*self._of_different_clauses(clause)[:2], *topics)
                 if both[i] >= LEAST_BESIDE]
        return sorted(found, key=lambda i: -both[i])[:CHOICES]

    def _of_different_clauses(self, clause: np.ndarray) -> list[int]:
        """The likeliest item of each likely clause, likeliest first."""
        first_of: dict[str, int] = {}
        for i in _likely(clause):
            first_of.setdefault(self._ids[i].split("-")[0], i)
        return list(first_of.values())

    def _explain(self, model: _Model, judged: _Judged, seen: _Sight, order: Sequence[int],
                 likely: np.ndarray, why: str) -> dict[str, Any]:
        alike = model.classifier.lines @ seen.dense
        near = np.argsort(-alike, kind="stable")[:3] if len(seen.dense) else []
        return {
            "读作": seen.text,
            "词": self._lexical.split(seen.text),
            "理由": why,
            "把握": round(judged.sure, 4),
            "门槛": {"直接回答": round(judged.gate.answer, 4), "不再提供条款": round(judged.gate.refuse, 4)},
            "可能": [
                {"编号": self._ids[i], "标题": self._titles[i], "概率": round(float(likely[i]), 4)}
                for i in order[:5]
            ],
            "相近问法": [self._lines[int(i)] for i in near],
            "编码器": model.encoder.name,
        }
