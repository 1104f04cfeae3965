"""The matcher and its rivals in this process, without Rasa: what they would say to a message."""
from __future__ import annotations

import time
from pathlib import Path
from typing import Callable, Iterator, Sequence

import numpy as np

from bench.baselines import BM25, Neighbours, Threshold
from bench.labelled import Labelled
from bench.scoring import Decide, Outcome, clause_of, figures_line
from policy_kb import matcher
from policy_kb.encoders import Encoder
from policy_kb.entries import Content
from policy_kb.matcher import Matcher
from policy_kb.text import Segmenter

ANSWER = (.3, .5, .7, .8, .9, .95, .98)
REFUSE = (.02, .05, .1, .2, .3)


def _outcome(answered: Sequence[str], offered: Sequence[str]) -> Outcome:
    clauses = tuple(i for i in answered if not i.startswith("N"))
    kinds = {"policy_answer": clauses, "not_regulated": [i for i in answered if i.startswith("N")],
             "clarify": offered}
    found = tuple(kind for kind, ids in kinds.items() if ids)
    return Outcome(found or ("notice",), clauses, tuple(offered))


def decide_with(found: Matcher) -> Decide:
    """The matcher as the bot uses it: every part of the message is answered."""
    def decide(text: str) -> Outcome:
        matches = [found.match(part) for part in found.questions(text)]
        answered = [i for m in matches if m.decision == "answer" for i in m.entries]
        offered = [i for m in matches if m.decision == "clarify" for i in m.entries]
        return _outcome(answered, offered[:3])
    return decide


def decide_by(threshold: Threshold) -> Decide:
    """A baseline in the same form."""
    def decide(text: str) -> Outcome:
        decision, ids = threshold.decide(text)
        return _outcome(ids if decision == "answer" else (), ids if decision == "clarify" else ())
    return decide


def rivals(content: Content, encoder: Encoder) -> Iterator[tuple[str, Decide]]:
    """BM25 and dense neighbours over the same training lines."""
    lines, owners = zip(*matcher.training_lines(content.entries, content.out_of_scope))
    kinds = {e.id: e.kind for e in content.entries}

    def is_clause(owner: str) -> bool:
        return kinds.get(owner) == "clause"

    segmenter = Segmenter(content.words)
    yield "BM25（jieba 词）", decide_by(Threshold(BM25(lines, segmenter), lines, owners, is_clause))
    if encoder.dimension:
        near = Neighbours(lines, encoder)
        yield "只用向量近邻", decide_by(Threshold(near, lines, owners, is_clause))


def curve(rows: Sequence[Labelled], found: Matcher) -> list[str]:
    """Rows of the main table over thresholds around those in use."""
    used = (round(found.gate.answer, 3), round(found.gate.refuse, 3))
    lines = []
    for answer in sorted({*ANSWER, used[0]}):
        for refuse in sorted({*REFUSE, used[1]}):
            if refuse <= answer:
                decide = decide_with(found.with_gate(answer=answer, refuse=refuse))
                star = "（现用）" if (answer, refuse) == used else ""
                name = f"{answer:g} / {refuse:g}{star}"
                lines.append(figures_line(name, rows, [decide(r.text) for r in rows]))
    return lines


def ranks(rows: Sequence[Labelled], found: Matcher, first: int) -> list[bool]:
    """For each firm message in scope, whether a labelled clause is among the `first` best entries."""
    inside = [r for r in rows if r.label == "in_scope" and not r.doubtful]
    return [
        any(clause_of(i) in r.clauses for i, _ in found.match(r.text).candidates[:first])
        for r in inside
    ]


def spent(rows: Sequence[Labelled], decide: Callable[[str], object]) -> list[float]:
    """CPU milliseconds of every message. Nothing may have been encoded before."""
    found = []
    for row in rows:
        start = time.process_time()
        decide(row.text)
        found.append((time.process_time() - start) * 1000)
    return found


def spent_line(times: Sequence[float]) -> str:
    """Median and 95th percentile in words."""
    return f"CPU 毫秒/条 p50 {np.quantile(times, .5):.1f}，p95 {np.quantile(times, .95):.1f}"


def resident() -> float:
    """Memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
