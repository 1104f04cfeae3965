"""What became of a message, and the figures of many."""
from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping, Sequence

from bench.labelled import LABELS, Labelled

OFFERED = 3             # of the choices of a turn, so many count
Decide = Callable[[str], "Outcome"]
Marks = Mapping[str, bool]


@dataclass(frozen=True)
class Outcome:
    """`answered` and `offered` are ids of entries that a policy answer or a choice names.

    `cited` are clauses that a verdict rests on; `kinds` the types of the replies; `nearest` the
    ids beside an unregulated topic, which the citizen can choose too.
    """

    kinds: tuple[str, ...]
    answered: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    cited: tuple[int, ...] = ()


def clause_of(entry: str) -> int:
    """Clause number of an entry id; 0 for an unregulated topic and what is no entry."""
    number = entry.split("-")[0]
    return int(number) if number.isdigit() else 0


def _cited(reply: Mapping[str, Any]) -> list[int]:
    return [row["clause"] for rule in reply["rules"] for row in rule["trace"] if row.get("clause")]


def of_replies(replies: Iterable[Mapping[str, Any]]) -> Outcome:
    """The outcome of the reply objects of one turn."""
    by_kind: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for reply in replies:
        by_kind[reply["type"]].append(reply)
    topics = by_kind["not_regulated"]
    return Outcome(
        kinds=tuple(kind for kind, found in by_kind.items() if found),
        answered=tuple(r["entry"] for r in by_kind["policy_answer"]),
        offered=tuple(c["entry"] for r in by_kind["clarify"] for c in r["choices"]
                      if c["entry"])[:OFFERED],
        nearest=tuple(n["entry"] for r in topics for n in r["nearest"])[:OFFERED],
        cited=tuple(c for r in by_kind["verdict"] for c in _cited(r)),
    )


def marks(row: Labelled, found: Outcome) -> Marks:
    """Whether the message was answered right, at once, asserted, or asked back."""
    wanted = set(row.clauses)
    said = {clause_of(i) for i in found.answered} | set(found.cited)
    offered = {clause_of(i) for i in found.offered}
    return {
        "right": bool(wanted & (said | offered)), "at_once": bool(wanted & said),
        "asserted": bool(found.answered or found.cited), "clarify": "clarify" in found.kinds,
        "reachable": bool(wanted & (said | offered | {clause_of(i) for i in found.nearest})),
    }


def interval(good: int, count: int) -> tuple[float, float]:
    """Wilson's interval of 95 % for `good` of `count`."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, good / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(
        share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def rate(values: Sequence[bool]) -> str:
    """“90.0 % [74–97]” for nine of ten and so on; a dash for none."""
    if not values:
        return "–"
    low, high = interval(sum(values), len(values))
    return f"{sum(values) / len(values):.1%} [{low * 100:.0f}–{high * 100:.0f}]"


@dataclass(frozen=True)
class Column:
    """A figure: the share of `mark` among the messages of `label`."""

    title: str
    label: str
    mark: str


COLUMNS = (
    Column("答对或给出选项", "in_scope", "right"), Column("其中直接答对", "in_scope", "at_once"),
    Column("误答：文件未规定", "out_of_scope", "asserted"),
    Column("误答：无关", "unrelated", "asserted"),
    Column("反问：文件未规定", "out_of_scope", "clarify"),
    Column("反问：无关", "unrelated", "clarify"),
)


def figures(rows: Sequence[Labelled], found: Sequence[Outcome],
            doubtful: bool = False) -> list[list[bool]]:
    """One list of true and false for each of COLUMNS, over firm or over doubtful labels."""
    scored = [(r, marks(r, o)) for r, o in zip(rows, found) if r.doubtful == doubtful]
    return [[m[c.mark] for r, m in scored if r.label == c.label] for c in COLUMNS]


def line(name: str, cells: Iterable[str]) -> str:
    """A row of a Markdown table."""
    return f"| {name} | {' | '.join(cells)} |"


def head(first: str, titles: Iterable[str]) -> str:
    """The first two rows of a Markdown table."""
    titles = list(titles)
    return f"{line(first, titles)}\n|{'---|' * (len(titles) + 1)}"


def figures_line(name: str, rows: Sequence[Labelled], found: Sequence[Outcome],
                 doubtful: bool = False) -> str:
    """A row of the main table."""
    return line(name, map(rate, figures(rows, found, doubtful)))


def _groups(row: Labelled) -> list[str]:
    clauses = [f"第 {c:>2} 条" for c in row.clauses] if row.label == "in_scope" else []
    return [*clauses, f"标签 {LABELS[row.label]}", *([f"语体 {row.register}"] if row.register else [])]


def good(row: Labelled, found: Outcome) -> bool:
    """Right for a message in scope, nothing asserted for another."""
    seen = marks(row, found)
    return seen["right"] if row.label == "in_scope" else not seen["asserted"]


def by_group(rows: Sequence[Labelled], found: Sequence[Outcome]) -> list[str]:
    """A row for each clause, label and register: how many were good, and what was said most."""
    verdicts: dict[str, list[bool]] = defaultdict(list)
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for row, outcome in zip(rows, found):
        if not row.doubtful:
            for group in _groups(row):
                verdicts[group].append(good(row, outcome))
                said[group].update(outcome.answered or outcome.offered or outcome.kinds)
    return [
        line(group, [f"{sum(v)}/{len(v)}", rate(v),
                     "、".join(f"{what}×{n}" for what, n in said[group].most_common(6))])
        for group, v in sorted(verdicts.items())
    ]


def _first(found: Outcome) -> str:
    entry = next(iter(found.answered or found.offered), "")
    if entry and clause_of(entry):
        return str(clause_of(entry))
    return "未规定" if "not_regulated" in found.kinds or entry else "其他"


def confusion(rows: Sequence[Labelled], found: Sequence[Outcome]) -> list[str]:
    """Rows of a table: clause asked against the first clause shown; all firm labels."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row, outcome in zip(rows, found):
        if not row.doubtful:
            shown = _first(outcome)
            inside = row.label == "in_scope"
            right = shown if shown in map(str, row.clauses) else str(row.clauses[0]) if inside else ""
            counts[right or LABELS[row.label]][shown] += 1
    shown = sorted({s for c in counts.values() for s in c}, key=_order)
    asked = sorted(counts, key=_order)
    return [head("问的＼先给出的", shown),
            *(line(a, (str(counts[a][s] or "") for s in shown)) for a in asked)]


def _order(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdigit() else (99, name)
