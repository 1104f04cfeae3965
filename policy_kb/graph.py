"""Each rule's interview as a picture for lawyers: question, answer, next question, outcome.

The flow is what `eligibility` would ask, not what the YAML says; states from which everything
goes on alike are drawn once. Pictures are DOT files, drawn by Graphviz.
"""
from __future__ import annotations

import datetime as dt
import hashlib
import math
import shutil
import subprocess
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Iterable, Iterator, Mapping, Union

from dateutil.relativedelta import relativedelta

from policy_kb import boundaries, reply
from policy_kb.eligibility import UNKNOWN, Facts, RuleResult, Value, decide, known, next_fact
from policy_kb.facts import words
from policy_kb.quantities import Quantity
from policy_kb.release import Release
from policy_kb.rules import Fact, Rule

FAR = 120                                          # months beyond a threshold: clearly past it
FONT = "Noto Sans CJK SC,Microsoft YaHei,PingFang SC,sans-serif"
LINE, TITLE = 14, 40                               # characters of a line in a box, in a title
CLOSING = "，。、；：？！）”／"
OUTCOMES = {
    "likely": ("按所说情况，符合", "#d5e8d4"), "not_met": ("目前有条件不满足", "#ffe6cc"),
    "undetermined": ("还不能判断", "#eeeeee"), "window": ("须窗口认定", "#dae8fc"),
}
OVERVIEW = "overview"
MISSING = (
    "没有找到画图程序 dot，请先安装 Graphviz 再运行一次："
    "Debian、Ubuntu 用 sudo apt-get install graphviz，macOS 用 brew install graphviz。"
)
INDEX = """# 访谈流程图

每张图是一条规则的提问流程：方框是问题，线上是回答，圆角框是结论。
颜色和框里的字说的是同一件事：绿色按所说情况符合，橙色目前有条件不满足，蓝色须窗口认定，灰色还不能判断。
虚线是“不清楚”：每一问都可以这样答，结论里会写明还不清楚什么、去哪里查。
“年龄”和“时长”说得不够具体、跨在界线上的，与“不清楚”同样处理。
图由规则画出，不手工修改；规则改了以后运行 `make interview-graph` 重画。
界线按 {day} 有效的取值。

| 规则 | 依据 | 图 |
|---|---|---|
{rows}
"""


class GraphError(RuntimeError):
    """The pictures cannot be drawn; the message says in Chinese what to install."""


@dataclass(frozen=True)
class Leaf:
    """An outcome and its words."""

    outcome: str
    text: str


@dataclass(frozen=True)
class Question:
    """A fact that is asked, and where each answer leads."""

    fact: str
    answers: tuple[tuple[str, "Node"], ...]


Node = Union[Leaf, Question]


# ---- the flow --------------------------------------------------------------------------------------


def flow(rule: Rule, facts: Mapping[str, Fact], today: dt.date) -> Node:
    """The interview of one rule from its first question."""
    return _node(rule, facts, {}, today)


def _node(rule: Rule, facts: Mapping[str, Fact], given: Facts, today: dt.date) -> Node:
    name = next_fact([rule], given, today)
    if name is None:
        return _leaf(decide(rule, given, today))
    return Question(name, tuple(
        (label, _node(rule, facts, {**given, name: value}, today))
        for label, value in answers(rule, facts, name, given, today)
    ))


def _leaf(result: RuleResult) -> Leaf:
    nearest = result.nearest
    text = OUTCOMES[result.outcome][0]
    if nearest.held:
        text += f"：{nearest.case.name}"
    elif result.outcome == "window":
        text = "原文没有写这种情况，请问窗口"
    elif result.outcome == "not_met":
        failing = dict.fromkeys(c.label for c in nearest.trace if c.met is False)
        text += f"：{'、'.join(failing)}"
    changes = dict.fromkeys(
        c.test.change.replace("{差}", "所差的时间") for c in nearest.trace
        if c.met is False and nearest.changes and c.test.change
    )
    return Leaf(result.outcome, text + (f"；可改变：{'、'.join(changes)}" if changes else ""))


def answers(rule: Rule, facts: Mapping[str, Fact], name: str, given: Facts,
             today: dt.date) -> Iterator[tuple[str, Value]]:
    """The answers that are told apart, each with its label; 不清楚 last."""
    fact = facts[name]
    if fact.kind == "date":
        yield from _days(rule, facts, name, given, today)
    elif fact.kind == "choice":
        yield from ((value, value) for value in fact.values())
    else:
        yield from _lengths(rule, fact, today)
    yield UNKNOWN, UNKNOWN


def _lengths(rule: Rule, fact: Fact, today: dt.date) -> Iterator[tuple[str, Value]]:
    """Each stretch between thresholds, with a length that lies clearly in it."""
    limits = boundaries.thresholds(rule, fact.id, today)
    for low, high in zip([None, *limits], [*limits, None]):
        label = words(fact, Quantity(months=(low, None if high is None else high - 1)))
        clear = 0 if low is None else low + FAR
        yield label, boundaries.exactly(clear if high is None else min(clear, high - 1))


def _days(rule: Rule, facts: Mapping[str, Fact], name: str, given: Facts,
          today: dt.date) -> Iterator[tuple[str, Value]]:
    """Today, and days in the past on which a length lay on either side of its threshold."""
    for value in facts[name].values():
        yield words(facts[name], value), value
    for length in {t.fact: None for t in boundaries.leaves(rule) if t.as_of == name}:
        value = known(given, length)
        if isinstance(value, Quantity) and value.months:
            yield from _sides(rule, facts[length], value.months[0], today)


def _sides(rule: Rule, fact: Fact, months: int, today: dt.date) -> Iterator[tuple[str, Value]]:
    for limit in boundaries.thresholds(rule, fact.id, today):
        for ago, span in ((months - limit + FAR, (None, limit - 1)), ((months - limit) // 2, (limit, None))):
            day = today - relativedelta(months=ago)
            yield f"那天{words(fact, Quantity(months=span))}", (day, day)


# ---- the picture -----------------------------------------------------------------------------------


@dataclass
class _Drawing:
    """Numbers nodes in the order in which they are met; equal nodes have one number."""

    facts: Mapping[str, Fact]
    numbers: dict[Node, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def add(self, node: Node) -> str:
        """Draw `node` and all that follows it; its name."""
        if node in self.numbers:
            return self.numbers[node]
        name = self.numbers[node] = f"n{len(self.numbers) + 1}"
        if isinstance(node, Leaf):
            colour = OUTCOMES[node.outcome][1]
            self.lines.append(
                f'{name} [label={_quoted(node.text)} style="rounded,filled" fillcolor="{colour}"]')
            return name
        self.lines.append(f"{name} [label={_quoted(self.facts[node.fact].question)}]")
        for labels, child in _gathered(node):
            dashed = " style=dashed color=gray40 fontcolor=gray40" if labels == [UNKNOWN] else ""
            self.lines.append(f"{name} -> {self.add(child)} [label={_quoted('／'.join(labels))}{dashed}]")
        return name


def _gathered(node: Question) -> Iterator[tuple[list[str], Node]]:
    """Answers that lead to the same place, together."""
    found: dict[Node, list[str]] = {}
    for label, child in node.answers:
        found.setdefault(child, []).append(label)
    yield from ((labels, child) for child, labels in found.items())


def _quoted(text: str, longest: int = LINE) -> str:
    lines = _lines(text, longest)
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'


def _lines(text: str, longest: int) -> list[str]:
    """`text` in lines of about equal length, none of which begins with a closing sign."""
    width = math.ceil(len(text) / math.ceil(len(text) / longest))
    lines = []
    while text:
        end = width + sum(1 for _ in takewhile(CLOSING.__contains__, text[width:]))
        lines.append(text[:end])
        text = text[end:]
    return lines


def _digraph(title: str, lines: Iterable[str]) -> str:
    head = (
        f'digraph {{\n  graph [label={_quoted(title, TITLE)} labelloc=t fontsize=18 fontname="{FONT}"]\n'
        f'  node [shape=box fontname="{FONT}" fontsize=12]\n'
        f'  edge [fontname="{FONT}" fontsize=11]\n'
    )
    return head + "".join(f"  {line}\n" for line in lines) + "}\n"


def picture(rule: Rule, facts: Mapping[str, Fact], today: dt.date) -> str:
    """DOT text of one rule's interview."""
    drawing = _Drawing(facts)
    drawing.add(flow(rule, facts, today))
    return _digraph(rule.name, drawing.lines)


def _routing(rules: Iterable[Rule], facts: Mapping[str, Fact]) -> str:
    """DOT text of the questions that tell the rules of a group apart."""
    lines: dict[str, None] = {}
    for rule in rules:
        for name, wanted in rule.applies_to.items():
            lines[f"{_quoted(name)} [label={_quoted(facts[name].question)}]"] = None
            lines[f'{_quoted(rule.id)} [label={_quoted(rule.name)} style="rounded,filled" fillcolor="#ffffff"]'] = None
            for value in wanted:
                lines[f"{_quoted(name)} -> {_quoted(rule.id)} [label={_quoted(value)}]"] = None
    return _digraph("先问哪一种情况，再看哪一条规则；答“不清楚”的逐条都问", lines)


def pictures(release: Release, today: dt.date) -> dict[str, str]:
    """DOT texts by file name without ending: how rules are told apart, then each rule."""
    drawn = {id: picture(rule, release.facts, today) for id, rule in release.rules.items()}
    routed = [rule for rule in release.rules.values() if rule.applies_to]
    return {**({OVERVIEW: _routing(routed, release.facts)} if routed else {}), **drawn}


def index(release: Release, today: dt.date) -> str:
    """The page that shows all pictures, in Markdown."""
    rows = [f"| 先看哪一条规则 | | [图]({OVERVIEW}.svg) |"] * any(r.applies_to for r in release.rules.values())
    for id, rule in release.rules.items():
        bases = dict.fromkeys(case.basis for case in rule.cases)
        labels = dict.fromkeys(reply.clause_label(release.entries[b].clause, b) for b in bases)
        rows.append(f"| {rule.name} | {'、'.join(labels)} | [图]({id}.svg) |")
    return INDEX.format(day=today.isoformat(), rows="\n".join(rows))


def _svg(dot: str) -> bytes:
    """The picture of a DOT text, marked with the text's hash. Raises GraphError."""
    program = shutil.which("dot")
    if program is None:
        raise GraphError(MISSING)
    run = subprocess.run([program, "-Tsvg"], input=dot.encode(), capture_output=True)
    if run.returncode:
        raise GraphError(f"dot 没有画成：{run.stderr.decode(errors='replace').strip()[:200]}")
    return run.stdout.rstrip() + f"\n<!-- {mark(dot)} -->\n".encode()


def mark(dot: str) -> str:
    """What a picture says of the DOT text that it was drawn from."""
    return f"sha256 {hashlib.sha256(dot.encode()).hexdigest()}"


def draw_command(release: Release, folder: Path, today: dt.date) -> str:
    """`interview-graph FOLDER`: DOT texts, pictures and index are written.

    Raises GraphError, before anything is written, if Graphviz is not installed.
    """
    found = {name: (dot, _svg(dot)) for name, dot in pictures(release, today).items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, (dot, svg) in found.items():
        (folder / f"{name}.dot").write_text(dot, "utf-8")
        (folder / f"{name}.svg").write_bytes(svg)
    (folder / "index.md").write_text(index(release, today), "utf-8")
    return f"第 {release.number} 版 {len(release.rules)} 条规则的流程图已写入 {folder}，从 index.md 看起。"
