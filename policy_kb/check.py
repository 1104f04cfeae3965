"""Every fault of the content that an editor can make, as Chinese sentences.

`entries.load_content` has already refused what cannot be read; here the question is
whether the content is true to the source and whole.
"""
from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import Callable, Iterator

from policy_kb import rule_check
from policy_kb.entries import Clause, Content, ContentError, Entry, load_content

GUARDED = ("满", "以上", "可", "或", "凭", "自愿", "不得")
PROMISES = re.compile(r"(?<!不)(?<!不能)(?:一定(?!的|程度|条件|范围)|保证|肯定|包办)")
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
NOT_REGULATED = "本文件未规定"
FEWEST_QUESTIONS = {"群众": 8, "政府": 4}      # a clause's item, by whom it concerns
FEWEST_OTHERWISE = 4
SPACE = re.compile(r"\s+")


def compact(text: str) -> str:
    """`text` without any white space, as passages are compared."""
    return SPACE.sub("", text)


def _where(entry: Entry) -> str:
    return f"{entry.file} {entry.id}"


def _source(content: Content) -> Iterator[str]:
    if hashlib.sha256(content.source_bytes).hexdigest() != content.document.sha256:
        yield (
            f"{content.document.file}：原文与 documents.yml 登记的 sha256 不符。"
            "原文被改动过；请恢复原文，确是新版本则请重新导入并核对每一条。"
        )


def _clauses(content: Content) -> Iterator[str]:
    seen = Counter(c.position for c in content.clauses)
    for position in range(19):
        if not seen[position]:
            yield f"clauses/{position:02d}.yml：缺少这一条（前言、一至十七、结语都要有）。"
        elif seen[position] > 1:
            files = "、".join(c.file for c in content.clauses if c.position == position)
            yield f"{files}：同一条写了 {seen[position]} 次。"


def _ids(content: Content) -> Iterator[str]:
    first: dict[str, Entry] = {}
    for entry in content.entries:
        if entry.id in first:
            yield f"{_where(entry)}：编号重复，{first[entry.id].file} 已经用过。"
        first.setdefault(entry.id, entry)
    for clause in content.clauses:
        for number in clause.entries:
            if not re.fullmatch(rf"{clause.position}-\d+", number):
                yield f"{clause.file} {number}：编号应当是“{clause.position}-序号”。"
    for entry in content.entries:
        if entry.kind == "not_regulated" and not re.fullmatch(r"N-\d{3}", entry.id):
            yield f"{_where(entry)}：编号应当是“N-三位数字”。"


class _Walk:
    """Goes through the source, passage by passage, and notes what nobody has claimed."""

    def __init__(self, source: str) -> None:
        self.source = compact(source)
        self.at = 0
        self.faults: list[str] = []

    def take(self, passage: str, where: str) -> None:
        """The next passage must be `passage`; text before it is a leftover."""
        passage = compact(passage)
        found = self.source.find(passage, self.at)
        if not passage:
            return
        if found < 0:
            self.faults.append(f"{where}：“{_short(passage)}”在原文的这个位置找不到，须逐字一致。")
            return
        if found > self.at:
            self.leftover(found, where)
        self.at = found + len(passage)

    def leftover(self, end: int, where: str) -> None:
        """Note the source from here to `end` as belonging to nobody."""
        text = self.source[self.at:end]
        self.faults.append(f"{where} 之前：原文“{_short(text)}”没有归入任何一项。")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:28]}…{text[-10:]}"


def _passages(clause: Clause, entries: dict[str, Entry], source: str) -> list[tuple[str, str]]:
    """Items and department tails of a clause in the order in which they stand in the source."""
    rows = [(entries[i].original, f"{clause.file} {i}") for i in clause.entries]
    tails = list(clause.tails)
    start = source.find(clause.title)
    placed: list[tuple[str, str]] = []
    for text, where in rows:
        here = source.find(text, max(start, 0))
        while tails and 0 <= source.find(tails[0], start) < here:
            placed.append((tails.pop(0), f"{clause.file} 责任原文"))
        placed.append((text, where))
        start = max(start, here + len(text)) if here >= 0 else start
    return placed + [(tail, f"{clause.file} 责任原文") for tail in tails]


def _coverage(content: Content) -> Iterator[str]:
    """The passages of all clauses use up the source, in order, with nothing left."""
    walk = _Walk(content.source)
    entries = {e.id: e for e in content.entries}
    walk.take(content.document.title, "documents.yml 本文件 名称")
    chapter = ""
    for clause in content.clauses:
        if clause.chapter and clause.chapter != chapter:
            chapter = clause.chapter
            walk.take(chapter, f"{clause.file} 章")
        if clause.number:
            walk.take(f"({clause.label}){clause.title}。", f"{clause.file} 标题")
        for text, where in _passages(clause, entries, content.source):
            walk.take(text, where)
    if walk.at < len(walk.source):
        walk.leftover(len(walk.source), "文末")
    yield from walk.faults


def _quotations(content: Content) -> Iterator[str]:
    for entry in content.entries:
        if entry.kind == "clause" and entry.offset is None:
            yield f"{_where(entry)}：原文“{_short(entry.original)}”不在源文件里，须逐字一致。"


def _fidelity(content: Content) -> Iterator[str]:
    """The plain answer keeps every number and every guarded word, or says why not."""
    for entry in content.entries:
        if entry.kind != "clause":
            continue
        numbers = dict.fromkeys(NUMBER.findall(entry.original))
        for word in [*numbers, *(g for g in GUARDED if g in entry.original)]:
            if word not in entry.answer and word not in entry.exceptions:
                yield (
                    f"{_where(entry)}：原文有“{word}”，答复里没有；"
                    f"请写进答复，或在“例外”里写明为什么不写。"
                )


def _promises(content: Content) -> Iterator[str]:
    for entry in content.entries:
        found = PROMISES.search(entry.answer)
        if found and found.group() not in entry.original:
            yield f"{_where(entry)}：答复里有承诺用语“{found.group()}”，请改成不承诺结果的说法。"


def _not_regulated(content: Content) -> Iterator[str]:
    for entry in content.entries:
        if entry.kind == "not_regulated" and NOT_REGULATED not in entry.answer:
            yield f"{_where(entry)}：答复里必须写明“{NOT_REGULATED}”。"


def _questions(content: Content) -> Iterator[str]:
    owner: dict[str, Entry] = {}
    for entry in content.entries:
        audience = entry.audience if entry.clause else ""
        fewest = FEWEST_QUESTIONS.get(audience, FEWEST_OTHERWISE)
        if len(entry.questions) < fewest:
            yield f"{_where(entry)}：问法只有 {len(entry.questions)} 条，至少要 {fewest} 条。"
        for question in entry.questions:
            other = owner.setdefault(compact(question), entry)
            if other.id != entry.id:
                yield f"{_where(entry)}：问法“{question}”已在 {_where(other)} 用过。"
    for sentence in content.out_of_scope:
        if compact(sentence) in owner:
            yield f"out_of_scope.yml：“{sentence}”已是 {_where(owner[compact(sentence)])} 的问法。"


def _links(content: Content) -> Iterator[str]:
    known = {e.id for e in content.entries}
    bodies = {b.name for b in content.departments}
    cited = {c.id for c in content.citations}
    for entry in content.entries:
        for link in entry.related:
            if link not in known:
                yield f"{_where(entry)}：相关条目“{link}”不存在。"
            if link == entry.id:
                yield f"{_where(entry)}：相关条目指向了自己。"
        for body in entry.departments:
            if body.name not in bodies:
                yield f"{_where(entry)}：部门“{body.name}”不在 departments.yml 里。"
        for cite in entry.cites:
            if cite not in cited:
                yield f"{_where(entry)}：引用的文件“{cite}”不在 documents.yml 里。"
        if entry.rule and entry.rule not in content.rules:
            yield f"{_where(entry)}：判定规则“{entry.rule}”不存在。"


def _bodies(content: Content) -> Iterator[str]:
    for name, count in Counter(b.name for b in content.departments).items():
        if count > 1:
            yield f"departments.yml {name}：部门重复。"
        if name not in content.source:
            yield f"departments.yml {name}：原文里没有这个名称，须照原文写。"


def _rules(content: Content) -> Iterator[str]:
    yield from rule_check.faults(content)


CHECKS: tuple[Callable[[Content], Iterator[str]], ...] = (
    _source, _clauses, _ids, _quotations, _coverage, _fidelity, _promises, _not_regulated,
    _questions, _links, _bodies, _rules,
)


def faults_of(content: Content) -> list[str]:
    """All faults of readable content, in the order of CHECKS; empty when it may be published."""
    return [fault for check in CHECKS for fault in check(content)]


def sound_content(root: Path) -> Content:
    """Content of folder `root` that has no fault. Raises ContentError otherwise."""
    content = load_content(root)
    faults = faults_of(content)
    if faults:
        raise ContentError(faults)
    return content
