"""The office's YAML files as typed, frozen objects.

This is the one place where the Chinese keys of `content/` meet English attributes.
Everything here is about form: a broken file, an unknown key, a value of the wrong type.
Whether the content is *right* (quotations, links, leftovers) is asked in `check`.
"""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Literal, Mapping

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

Kind = Literal["clause", "not_regulated"]

TOPICS = {
    "ask_settlement": "落户",
    "ask_pension": "养老保险",
    "ask_medical": "医疗保险",
    "ask_housing": "住房和公积金",
    "ask_schooling": "子女上学",
    "ask_land": "农村土地权益",
    "ask_residence_permit": "居住证",
    "ask_welfare": "低保和救助",
    "ask_plan": "方案本身",
    "ask_procedure": "怎么办理",
}

STATUS_CODES = {
    "现行": "in_force",
    "待确认": "unconfirmed",
    "已过目标期": "target_passed",
    "失效": "expired",
    "被替代": "superseded",
}

PREAMBLE, CLOSING = "前言", "结语"
NUMERALS = "一二三四五六七八九十"
CLAUSE_NUMBERS = {
    **{n: i for i, n in enumerate(NUMERALS, 1)},
    **{"十" + n: 10 + i for i, n in enumerate(NUMERALS[:7], 1)},
}


class ContentError(ValueError):
    """The content cannot be used. `faults` lists why: one Chinese sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Department:
    """A body in one entry: `name` as the document has it, `role` 牵头/配合/分工/相近."""

    name: str
    role: str


@dataclass(frozen=True)
class Status:
    """Validity of an entry's basis. `label` is one of STATUS_CODES' keys."""

    label: str
    verified_on: dt.date | None
    note: str

    @property
    def code(self) -> str:
        """English code of the label, as reply objects carry it."""
        return STATUS_CODES[self.label]


@dataclass(frozen=True)
class Entry:
    """One 项 of a clause, or one topic that the document does not regulate.

    `clause` is 1–17, or None for the preamble, the closing and unregulated topics.
    `offset` is the position of `original` in the source in characters, None if there is none.
    """

    id: str
    kind: Kind
    clause: int | None
    title: str
    topic: str
    original: str
    answer: str
    questions: tuple[str, ...]
    unchecked: tuple[str, ...]
    pending: tuple[str, ...]
    do_not_promise: tuple[str, ...]
    rule: str | None
    related: tuple[str, ...]
    departments: tuple[Department, ...]
    cites: tuple[str, ...]
    exceptions: Mapping[str, str]
    audience: str
    status: Status
    offset: int | None
    file: str


@dataclass(frozen=True)
class Clause:
    """One numbered clause (1–17), the preamble (0) or the closing (18)."""

    position: int
    label: str
    title: str
    chapter: str
    tails: tuple[str, ...]
    entries: tuple[str, ...]
    file: str

    @property
    def number(self) -> int | None:
        """1–17, or None for the two unnumbered parts."""
        return self.position if 1 <= self.position <= 17 else None


@dataclass(frozen=True)
class Body:
    """A body as the document names it, and the one that has taken over since."""

    name: str
    successor: str
    checked: str
    checked_on: dt.date | None
    note: str


@dataclass(frozen=True)
class Citation:
    """A document that the source cites and that is, or is not, held here."""

    id: str
    title: str
    number: str | None
    held: bool
    status: str
    note: str


@dataclass(frozen=True)
class Document:
    """The source document. `target_year` is the last year that its goals name."""

    title: str
    file: str
    sha256: str
    number: str | None
    status: Status
    target_year: int | None


@dataclass(frozen=True)
class Right:
    """Entries shown unasked when a topic or one of the situations (fact → values) comes up."""

    note: str
    entries: tuple[str, ...]
    topics: tuple[str, ...]
    situations: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Content:
    """All of `content/`, as read. `rules` and `facts` stay raw: `rules.py` gives them meaning."""

    document: Document
    source: str
    source_bytes: bytes
    clauses: tuple[Clause, ...]
    entries: tuple[Entry, ...]
    departments: tuple[Body, ...]
    citations: tuple[Citation, ...]
    synonyms: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    rules: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Any]
    rights: tuple[Right, ...] = ()
    rule_files: Mapping[str, str] = field(default_factory=dict)


# Form of each mapping: Chinese key → (type, required). "texts" is a list of non-empty strings.
CLAUSE = {
    "条": ("text", True), "标题": ("text", True), "章": ("text", False), "主题": ("topic", True),
    "面向": ("text", True), "牵头": ("texts", False), "配合": ("texts", False),
    "分工": ("texts", False), "责任原文": ("texts", False), "项": ("list", True),
}
ITEM = {
    "编号": ("text", True), "小标题": ("text", True), "原文": ("text", True),
    "答复": ("text", True), "问法": ("texts", True), "例外": ("mapping", False),
    "未写明": ("texts", False), "待确认": ("texts", False), "不要承诺": ("texts", False),
    "判定": ("text", False), "相关": ("texts", False), "引用": ("texts", False),
    "主题": ("topic", False), "牵头": ("texts", False), "配合": ("texts", False),
    "分工": ("texts", False), "状态": ("status", False), "核对日": ("date", False),
    "说明": ("text", False), "面向": ("text", False),
}
TOPIC_FILE = {"主题": ("topic", True), "条目": ("list", True)}
TOPIC_ENTRY = {
    "编号": ("text", True), "话题": ("text", True), "答复": ("text", True),
    "问法": ("texts", True), "部门": ("texts", False), "相近": ("texts", False),
    "不要承诺": ("texts", False), "待确认": ("texts", False), "判定": ("text", False),
    "状态": ("status", False), "核对日": ("date", False), "说明": ("text", False),
    "主题": ("topic", False),
}
BODY = {
    "名称": ("text", True), "现承接": ("text", False), "核对": ("text", False),
    "核对日": ("date", False), "说明": ("text", False),
}
DOCUMENT = {
    "名称": ("text", True), "文件": ("text", True), "sha256": ("text", True),
    "文号": ("text", False), "状态": ("status", True), "说明": ("text", False),
    "核对日": ("date", False), "目标年": ("int", False),
}
CITATION = {
    "编号": ("text", True), "名称": ("text", True), "文号": ("text", False),
    "收录": ("text", False), "状态": ("text", False), "说明": ("text", False),
    "用于": ("texts", False),
}
RIGHT = {
    "说明": ("text", True), "展示": ("texts", True), "主题": ("texts", False),
    "情况": ("mapping", False),
}
SYNONYM = {"词": ("text", True), "同义": ("texts", True)}

TYPE_WORDS = {
    "text": "一段文字", "texts": "一个列表，每行一条文字", "list": "一个列表",
    "mapping": "“词: 理由”的对照", "date": "日期，写成 2026-01-31",
    "topic": "主题代号，可用：" + "、".join(TOPICS), "status": "、".join(STATUS_CODES) + " 之一",
    "int": "整数",
}


def _fits(value: Any, kind: str) -> bool:
    if value is None:
        return True
    if kind == "texts":
        return isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)
    if kind == "topic":
        return isinstance(value, str) and value in TOPICS
    if kind == "status":
        return isinstance(value, str) and value in STATUS_CODES
    if kind == "date":
        return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, {"text": str, "list": list, "mapping": dict}[kind])


class _Reader:
    """Reads the files of one content folder and gathers faults instead of stopping at one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[str] = []

    def yaml(self, path: Path) -> Any:
        """Parsed file, or None with a fault noted."""
        name = path.relative_to(self.root).as_posix()
        try:
            return YAML(typ="safe", pure=True).load(path.read_bytes().decode("utf-8"))
        except FileNotFoundError:
            self.faults.append(f"{name}：缺少这个文件，请从上一版恢复。")
        except UnicodeDecodeError:
            self.faults.append(f"{name}：不是 UTF-8 文字，请另存为 UTF-8 编码。")
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else "？"
            reason = error.problem or ""
            if "duplicate key" in reason:
                reason = "同一个键写了两次"
            self.faults.append(
                f"{name} 第 {line} 行：YAML 写法有误（{reason}），请检查缩进、冒号和引号。"
            )
        except (YAMLError, ValueError):
            self.faults.append(f"{name}：YAML 写法有误，请检查缩进、冒号、引号和日期。")
        return None

    def mapping(self, raw: Any, form: Mapping[str, tuple[str, bool]], where: str) -> dict[str, Any]:
        """`raw` checked against `form`: unknown keys, missing keys, wrong types are faults."""
        if not isinstance(raw, dict):
            self.faults.append(f"{where}：这里应当是“键: 值”的对照。")
            return {}
        for key in raw:
            if key not in form:
                self.faults.append(f"{where}：不认识的键“{key}”，可用的键：{'、'.join(form)}。")
        for key, (kind, required) in form.items():
            value = raw.get(key)
            if required and value in (None, "", []):
                self.faults.append(f"{where}：缺少“{key}”，应当是{TYPE_WORDS[kind]}。")
            elif not _fits(value, kind):
                self.faults.append(f"{where}：“{key}”应当是{TYPE_WORDS[kind]}，现在是“{value}”。")
        return {k: v for k, v in raw.items() if k in form and _fits(v, form[k][0])}

    def list_of(self, raw: Any, key: str, name: str) -> list[Any]:
        """The list under `key` of a file that is a mapping."""
        found = raw.get(key) if isinstance(raw, dict) else None
        if not isinstance(found, list):
            self.faults.append(f"{name}：缺少列表“{key}”。")
            return []
        return found


def _texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(raw.get(key) or ())


def _bodies(raw: Mapping[str, Any], fallback: Mapping[str, Any]) -> tuple[Department, ...]:
    own = any(key in raw for key in ("牵头", "配合", "分工"))
    found = raw if own else fallback
    return tuple(
        Department(name, role) for role in ("牵头", "配合", "分工") for name in _texts(found, role)
    )


def _status(raw: Mapping[str, Any], default: Status) -> Status:
    label = raw.get("状态") or default.label
    changed = label != default.label
    note = raw.get("说明") or ("" if changed else default.note)
    return Status(label, raw.get("核对日") or default.verified_on, note)


def _clause_entry(raw: dict[str, Any], clause: dict[str, Any], position: int, source: str,
                  status: Status, name: str) -> Entry:
    original = raw.get("原文", "").strip()
    offset = source.find(original) if original else -1
    return Entry(
        id=raw.get("编号", ""), kind="clause",
        clause=position if 1 <= position <= 17 else None,
        title=raw.get("小标题", ""), topic=raw.get("主题") or clause.get("主题", "ask_plan"),
        original=original, answer=raw.get("答复", "").strip(),
        questions=_texts(raw, "问法"), unchecked=_texts(raw, "未写明"),
        pending=_texts(raw, "待确认"), do_not_promise=_texts(raw, "不要承诺"),
        rule=raw.get("判定"), related=_texts(raw, "相关"), departments=_bodies(raw, clause),
        cites=_texts(raw, "引用"), exceptions=raw.get("例外") or {},
        audience=raw.get("面向") or clause.get("面向", ""),
        status=_status(raw, status), offset=None if offset < 0 else offset, file=name,
    )


def _topic_entry(raw: dict[str, Any], topic: str, status: Status, name: str) -> Entry:
    return Entry(
        id=raw.get("编号", ""), kind="not_regulated", clause=None, title=raw.get("话题", ""),
        topic=raw.get("主题") or topic, original="", answer=raw.get("答复", "").strip(),
        questions=_texts(raw, "问法"), unchecked=(), pending=_texts(raw, "待确认"),
        do_not_promise=_texts(raw, "不要承诺"), rule=raw.get("判定"), related=_texts(raw, "相近"),
        departments=tuple(Department(n, "相近") for n in _texts(raw, "部门")),
        cites=(), exceptions={}, audience="群众", status=_status(raw, status), offset=None,
        file=name,
    )


def clause_position(label: str) -> int | None:
    """0 for 前言, 1–17 for 一…十七, 18 for 结语, None for anything else."""
    return {PREAMBLE: 0, CLOSING: 18, **CLAUSE_NUMBERS}.get(label)


def _read_clauses(reader: _Reader, source: str, status: Status) -> Iterator[tuple[Clause, list]]:
    for path in sorted((reader.root / "clauses").glob("*.yml")):
        name = path.relative_to(reader.root).as_posix()
        raw = reader.yaml(path)
        if raw is None:
            continue
        clause = reader.mapping(raw, CLAUSE, name)
        position = clause_position(clause.get("条", ""))
        if position is None:
            reader.faults.append(f"{name}：“条”应当是 前言、一 到 十七、结语 之一。")
            continue
        entries = []
        for n, raw_item in enumerate(clause.get("项") or [], 1):
            number = raw_item.get("编号") if isinstance(raw_item, dict) else None
            item = reader.mapping(raw_item, ITEM, f"{name} {number or f'第 {n} 项'}")
            entries.append(_clause_entry(item, clause, position, source, status, name))
        yield Clause(
            position, clause["条"], clause.get("标题", ""), clause.get("章") or "",
            _texts(clause, "责任原文"), tuple(e.id for e in entries), name,
        ), entries


def _read_topics(reader: _Reader, status: Status) -> Iterator[Entry]:
    for path in sorted((reader.root / "not_regulated").glob("*.yml")):
        name = path.relative_to(reader.root).as_posix()
        raw = reader.yaml(path)
        if raw is None:
            continue
        top = reader.mapping(raw, TOPIC_FILE, name)
        for n, raw_entry in enumerate(top.get("条目") or [], 1):
            number = raw_entry.get("编号") if isinstance(raw_entry, dict) else None
            entry = reader.mapping(raw_entry, TOPIC_ENTRY, f"{name} {number or f'第 {n} 条'}")
            yield _topic_entry(entry, top.get("主题", "ask_procedure"), status, name)


def _read_document(reader: _Reader, raw: Any) -> Document:
    top = raw.get("本文件") if isinstance(raw, dict) else None
    doc = reader.mapping(top, DOCUMENT, "documents.yml 本文件")
    status = Status(doc.get("状态", "待确认"), doc.get("核对日"), (doc.get("说明") or "").strip())
    return Document(
        doc.get("名称", ""), doc.get("文件", ""), doc.get("sha256", ""), doc.get("文号"),
        status, doc.get("目标年"),
    )


def _read_citations(reader: _Reader, raw: Any) -> Iterator[Citation]:
    for n, item in enumerate(reader.list_of(raw, "引用", "documents.yml"), 1):
        c = reader.mapping(item, CITATION, f"documents.yml 引用第 {n} 条")
        yield Citation(
            c.get("编号", ""), c.get("名称", ""), c.get("文号"), c.get("收录") == "是",
            c.get("状态") or "待核", c.get("说明") or "",
        )


def _read_bodies(reader: _Reader) -> Iterator[Body]:
    raw = reader.yaml(reader.root / "departments.yml")
    for n, item in enumerate(reader.list_of(raw, "部门", "departments.yml"), 1):
        b = reader.mapping(item, BODY, f"departments.yml 第 {n} 个部门")
        yield Body(b.get("名称", ""), b.get("现承接") or "", b.get("核对") or "待核",
                   b.get("核对日"), b.get("说明") or "")


def _read_synonyms(reader: _Reader) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    raw = reader.yaml(reader.root / "synonyms.yml")
    for n, item in enumerate(reader.list_of(raw, "同义词", "synonyms.yml"), 1):
        s = reader.mapping(item, SYNONYM, f"synonyms.yml 第 {n} 组")
        if s.get("词") in found:
            reader.faults.append(f"synonyms.yml 第 {n} 组：“{s['词']}”已有一组，请合并。")
        found[s.get("词", "")] = _texts(s, "同义")
    return found


def _read_words(reader: _Reader) -> tuple[str, ...]:
    words: list[str] = []
    for path in sorted((reader.root / "jieba").glob("*.txt")):
        words += [line.split()[0] for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(dict.fromkeys(words))


def _read_rules(reader: _Reader) -> tuple[dict[str, Mapping[str, Any]], dict[str, str]]:
    rules: dict[str, Mapping[str, Any]] = {}
    files: dict[str, str] = {}
    for path in sorted((reader.root / "rules").glob("*.yml")):
        name = path.relative_to(reader.root).as_posix()
        raw = reader.yaml(path)
        if not isinstance(raw, dict) or not isinstance(raw.get("规则"), str):
            reader.faults.append(f"{name}：缺少“规则”（规则代号）。")
        elif raw["规则"] in rules:
            reader.faults.append(f"{name}：规则代号“{raw['规则']}”与 {files[raw['规则']]} 重复。")
        else:
            rules[raw["规则"]], files[raw["规则"]] = raw, name
    return rules, files


def _read_rights(reader: _Reader) -> Iterator[Right]:
    path = reader.root / "rights.yml"
    if not path.exists():
        return
    for raw in reader.list_of(reader.yaml(path), "权利", "rights.yml"):
        right = reader.mapping(raw, RIGHT, "rights.yml")
        cases = {k: tuple(v if isinstance(v, list) else [v])
                 for k, v in (right.get("情况") or {}).items()}
        yield Right(right.get("说明", ""), _texts(right, "展示"), _texts(right, "主题"), cases)


def _read_source(reader: _Reader, file: str) -> bytes:
    path = reader.root / file
    if file and path.is_file() and path.resolve().is_relative_to(reader.root.resolve()):
        return path.read_bytes()
    reader.faults.append(f"documents.yml 本文件：找不到原文文件“{file}”。")
    return b""


def _decode(reader: _Reader, raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        reader.faults.append(f"{file}：原文不是 UTF-8 文字。")
        return ""


def load_content(root: Path) -> Content:
    """Read the content folder `root`.

    Raises ContentError with every fault of form found (one Chinese sentence each).
    """
    reader = _Reader(root)
    documents = reader.yaml(root / "documents.yml")
    document = _read_document(reader, documents)
    source_bytes = _read_source(reader, document.file)
    source = _decode(reader, source_bytes, document.file)
    read = list(_read_clauses(reader, source, document.status))
    read.sort(key=lambda pair: pair[0].position)
    entries = [e for _, found in read for e in found]
    entries += _read_topics(reader, document.status)
    rules, rule_files = _read_rules(reader)
    scope = reader.list_of(reader.yaml(root / "out_of_scope.yml"), "例句", "out_of_scope.yml")
    content = Content(
        document=document, source=source, source_bytes=source_bytes,
        clauses=tuple(clause for clause, _ in read), entries=tuple(entries),
        departments=tuple(_read_bodies(reader)),
        citations=tuple(_read_citations(reader, documents)),
        synonyms=_read_synonyms(reader), words=_read_words(reader),
        out_of_scope=tuple(str(s) for s in scope),
        rules=rules, facts=reader.yaml(root / "facts.yml") or {},
        rights=tuple(_read_rights(reader)), rule_files=rule_files,
    )
    if reader.faults:
        raise ContentError(reader.faults)
    return content
