"""The audit: every combination of answers that matters, by the rules and by the hand-written tables.

The sheet carries the release number and the content hash, and a line to sign.
"""
from __future__ import annotations

import csv
import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence

from policy_kb import boundaries, lint, paths, tables
from policy_kb.eligibility import Facts, RuleResult, decide
from policy_kb.facts import words
from policy_kb.release import Release
from policy_kb.rules import Fact, Rule, facts_of
from policy_kb.tables import Line, Table

WORDS = {outcome: word for word, outcome in tables.OUTCOMES.items()}
FRONT = ("序号", "规则", "规则名称")
BACK = ("机器判定", "情形", "核对表判定", "核对表行", "是否一致", "条款", "理由", "核对人意见")
NO_TABLE, NO_LINE = "没有核对表", "核对表没有写到"
SIGN = ("核对人：", "", "日期：", "", "签字：", "")
Say = Callable[[str], None]


class AuditError(RuntimeError):
    """Rules and tables do not agree; the message says in Chinese where to look."""


@dataclass(frozen=True)
class Audited:
    """One combination of answers: what the rule decides, and the line of the table, if any."""

    given: Facts
    result: RuleResult
    table: Table | None
    line: Line | None

    @property
    def held(self) -> str:
        """Name of the situation that holds, "" if none does."""
        return self.result.nearest.case.name if self.result.nearest.held else ""

    @property
    def agrees(self) -> bool:
        """Whether rule and table say the same; without a table there is nothing to contradict."""
        if self.line is None:
            return self.table is None
        return (self.line.outcome, self.line.case) == (self.result.outcome, self.held)


def audited(rule: Rule, facts: Mapping[str, Fact], table: Table | None,
            today: dt.date) -> Iterator[Audited]:
    """Every combination of the answers at which `rule` can turn."""
    for given in boundaries.combinations(rule, facts, today):
        line = tables.look_up(table, given, today) if table else None
        yield Audited(given, decide(rule, given, today), table, line)


def _table_cells(one: Audited) -> list[str]:
    if one.line is None:
        return [NO_LINE if one.table else NO_TABLE, ""]
    return [WORDS[one.line.outcome], str(one.line.number)]


def _cells(one: Audited, facts: Mapping[str, Fact], width: int) -> list[str]:
    rule = one.result.rule
    said = [f"{name}：{words(facts[name], value)}" for name, value in one.given.items()]
    said += [""] * (width - len(said))
    agrees = "" if one.table is None else "一致" if one.agrees else "不一致"
    why = [one.line.clause, one.line.reason] if one.line else ["", ""]
    return [rule.id, rule.name, *said, WORDS[one.result.outcome], one.held,
            *_table_cells(one), agrees, *why, ""]


class _Sheet:
    """Writes the audit of a release row by row and keeps count."""

    def __init__(self, release: Release, found: Mapping[str, Table], today: dt.date) -> None:
        self.release, self.tables, self.today = release, found, today
        self.width = max((len(facts_of(rule)) for rule in release.rules.values()), default=0)
        self.rows = self.differences = 0

    def head(self) -> Iterator[Sequence[str]]:
        """What the sheet is about, and its columns."""
        yield [f"《{self.release.document.title}》资格判定核对表"]
        yield ["版本", f"第{self.release.number}版"]
        yield ["内容哈希", self.release.content_hash]
        yield ["判定日", self.today.isoformat()]
        yield ["说明", "每一行是一种回答的组合；核对表由人照原文另写，机器判定由规则得出；签字栏在最后一行。"]
        yield []
        yield [*FRONT, *(f"情况{n}" for n in range(1, self.width + 1)), *BACK]

    def body(self, rule: Rule) -> Iterator[Sequence[str]]:
        """The rows of one rule."""
        for one in audited(rule, self.release.facts, self.tables.get(rule.id), self.today):
            self.rows += 1
            self.differences += not one.agrees
            yield [str(self.rows), *_cells(one, self.release.facts, self.width)]

    def foot(self) -> Iterator[Sequence[str]]:
        """The sum and the line to sign."""
        yield []
        yield ["合计", f"{self.rows}种组合", f"不一致{self.differences}种"]
        yield SIGN


def _write(sheet: _Sheet, file: Path, say: Say) -> None:
    """The sheet in `file`, whole or not at all; with the mark by which Excel knows UTF-8."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerows(sheet.head())
            for n, rule in enumerate(sheet.release.rules.values(), 1):
                size = boundaries.count(rule, sheet.release.facts, sheet.today)
                say(f"核对 {n}/{len(sheet.release.rules)}：{rule.name}，{size} 种组合……")
                writer.writerows(sheet.body(rule))
            writer.writerows(sheet.foot())
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


def sheet_command(release: Release, file: Path, today: dt.date, say: Say = lambda _: None) -> str:
    """`audit FILE.csv`: the sheet is written; what came of it, in words.

    Raises AuditError (after writing) if a rule and its table differ, TableError if a table
    cannot be read, OSError if the file cannot be written.
    """
    found = tables.read_all(paths.content() / "tables")
    sheet = _Sheet(release, found, today)
    _write(sheet, file, say)
    remarks = [r for rule in release.rules.values() for r in lint.remarks(rule, release.facts, today)]
    remarks += [f"{id}：没有核对表，只有机器判定。" for id in release.rules if id not in found]
    if sheet.differences:
        raise AuditError(
            f"有 {sheet.differences} 种组合的判定与核对表不一致，已写入 {file}，请筛选“不一致”逐行查看。"
        )
    summary = f"第 {release.number} 版 {sheet.rows} 种组合已写入 {file}，与核对表没有不一致。"
    return "\n".join([summary, *remarks])
