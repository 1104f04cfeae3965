"""Releases: immutable, numbered SQLite files and a pointer to the current one.

A release holds everything an answer needs: entries, rules, facts, search index, the fitted
matcher as plain arrays, and the content files as they were, so that `export` gives them back.
Readers open it read-only; publishing writes a new file beside it and then moves the pointer.
"""
from __future__ import annotations

import dataclasses
import datetime as dt
import fcntl
import hashlib
import json
import os
import re
import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import numpy as np
from sqlite_utils import Database

from policy_kb import matcher, rules, search
from policy_kb.check import sound_content
from policy_kb.encoders import default_encoder
from policy_kb.entries import (
    Body, Citation, Content, Department, Document, Entry, Right, Status,
)
from policy_kb.text import Segmenter

FORMAT = 1
POINTER = "current.json"
NAME = re.compile(r"^(\d{4,})-([0-9a-f]{12})\.sqlite$")
BUILDERS = (
    "release", "entries", "matcher", "fitting", "features", "models", "intents", "messages",
    "encoders", "text", "search", "query", "marks", "vocabulary", "mentions", "numbering",
)

Say = Callable[[str], None]


class ReleaseError(RuntimeError):
    """A release cannot be found, opened or made; the message says in Chinese what to do."""


@dataclass(frozen=True)
class ReleaseInfo:
    """What is known of a release without opening it. `created_at` is ISO 8601, UTC."""

    number: int
    content_hash: str
    sha256: str
    builder: str
    created_at: str
    entries: int

    @property
    def file(self) -> str:
        """Name of the SQLite file in the releases folder."""
        return f"{self.number:04d}-{self.content_hash[:12]}.sqlite"


def _plain(value: Any) -> Any:
    """JSON form of dataclasses, dates, tuples and mappings; keys are sorted by the dump."""
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value


def _dump(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(content: Content) -> str:
    """SHA-256 (hex) over all that the content says: same content, same hash."""
    return hashlib.sha256(_dump(content).encode()).hexdigest()


def _builder(encoder_name: str) -> str:
    """Fingerprint of the code and the encoder that turn content into a release."""
    digest = hashlib.sha256(f"{FORMAT} {encoder_name}".encode())
    for module in BUILDERS:
        path = Path(__file__).with_name(f"{module}.py")
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:12]


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _status(raw: dict[str, Any]) -> Status:
    return Status(raw["label"], _date(raw["verified_on"]), raw["note"])


def _entry(raw: dict[str, Any]) -> Entry:
    lists = ("questions", "unchecked", "pending", "do_not_promise", "related", "cites")
    return Entry(**{
        **raw, **{key: tuple(raw[key]) for key in lists}, "status": _status(raw["status"]),
        "departments": tuple(Department(**d) for d in raw["departments"]),
    })


def _document(raw: dict[str, Any]) -> Document:
    return Document(**{**raw, "status": _status(raw["status"])})


class _Arrays(Mapping[str, np.ndarray]):
    """The arrays of a release, each read when it is asked for: most of them are large."""

    def __init__(self, release: Release) -> None:
        self._release = release

    def __getitem__(self, name: str) -> np.ndarray:
        found = self._release.connection.execute(
            "select dtype, shape, data from array where name = ?", (name,)).fetchone()
        if found is None:
            raise KeyError(name)
        dtype, shape, data = found
        return np.frombuffer(data, dtype=dtype).reshape(json.loads(shape))

    def __iter__(self) -> Iterator[str]:
        return (name for name, in self._release.connection.execute("select name from array"))

    def __len__(self) -> int:
        return self._release.connection.execute("select count(*) from array").fetchone()[0]


class Release:
    """An open release; safe to share between threads.

    Raises ReleaseError if the file is missing or is not the one that was published.
    """

    def __init__(self, path: Path, info: ReleaseInfo) -> None:
        if not path.is_file():
            raise ReleaseError(f"第 {info.number} 版的文件 {path.name} 不见了，请从备份恢复。")
        if hashlib.sha256(path.read_bytes()).hexdigest() != info.sha256:
            raise ReleaseError(f"第 {info.number} 版的文件 {path.name} 被改动过，请从备份恢复。")
        self.path, self.info = path, info
        self.number, self.content_hash = info.number, info.content_hash
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's read-only connection."""
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True
            )
        return self._local.connection

    def _value(self, key: str) -> Any:
        row = self.connection.execute("select value from meta where key = ?", (key,)).fetchone()
        return json.loads(row[0])

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Entries by id, clauses in the order of the document, then unregulated topics."""
        rows = self.connection.execute("select entry_id, body from entry order by id")
        return {number: _entry(json.loads(body)) for number, body in rows}

    @cached_property
    def document(self) -> Document:
        """The source document."""
        return _document(self._value("document"))

    @cached_property
    def source(self) -> str:
        """The untouched text of the source document."""
        return self.files[self.document.file].decode("utf-8")

    @cached_property
    def departments(self) -> Mapping[str, Body]:
        """Bodies by the name that the document gives them."""
        return {
            raw["name"]: Body(**{**raw, "checked_on": _date(raw["checked_on"])})
            for raw in self._value("departments")
        }

    @cached_property
    def citations(self) -> Mapping[str, Citation]:
        """Documents that the source cites, by id."""
        return {raw["id"]: Citation(**raw) for raw in self._value("citations")}

    @cached_property
    def synonyms(self) -> Mapping[str, tuple[str, ...]]:
        """The document's words, each with those that citizens use."""
        return {word: tuple(others) for word, others in self._value("synonyms").items()}

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The user dictionary for segmentation."""
        return tuple(self._value("words"))

    @cached_property
    def facts(self) -> Mapping[str, rules.Fact]:
        """Facts that the interview asks, by id."""
        return rules.parse_facts(self._value("facts"))

    @cached_property
    def rules(self) -> Mapping[str, rules.Rule]:
        """Eligibility rules by id."""
        return {key: rules.parse_rule(raw) for key, raw in self._value("rules").items()}

    @cached_property
    def rights(self) -> tuple[Right, ...]:
        """What is told unasked, and when."""
        return tuple(
            Right(r["note"], tuple(r["entries"]), tuple(r["topics"]),
                  {k: tuple(v) for k, v in r["situations"].items()})
            for r in self._value("rights")
        )

    @cached_property
    def arrays(self) -> Mapping[str, np.ndarray]:
        """The fitted matcher's arrays by name."""
        return _Arrays(self)

    @cached_property
    def lists(self) -> Mapping[str, list[str]]:
        """The fitted matcher's vocabularies by name."""
        return {n: json.loads(v) for n, v in self.connection.execute("select * from list")}

    @cached_property
    def segmenter(self) -> Segmenter:
        """The segmenter that the search index was made with."""
        return Segmenter(self.words)

    @cached_property
    def matcher(self) -> matcher.Matcher:
        """The entry matcher fitted when this release was built."""
        return matcher.Matcher(self, default_encoder())

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The content files from which the release was built, by path."""
        return dict(self.connection.execute("select path, data from file order by path"))


class Releases:
    """The folder of releases. `current()` follows the pointer without a restart."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._current: Release | None = None

    def list(self) -> list[ReleaseInfo]:
        """All releases, oldest first."""
        found = []
        for path in sorted(self.directory.glob("*.json")):
            if path.name != POINTER:
                found.append(ReleaseInfo(**json.loads(path.read_text("utf-8"))))
        return sorted(found, key=lambda info: info.number)

    def info(self, number: int) -> ReleaseInfo:
        """What is known of release `number`. Raises ReleaseError if there is none."""
        for info in self.list():
            if info.number == number:
                return info
        raise ReleaseError(f"没有第 {number} 版；用 python -m policy_kb releases 查看已有的版本。")

    def open(self, number: int) -> Release:
        """Open release `number`. Raises ReleaseError if there is none."""
        info = self.info(number)
        return Release(self.directory / info.file, info)

    def current_number(self) -> int | None:
        """Number of the current release, None before the first."""
        try:
            return int(json.loads((self.directory / POINTER).read_text("utf-8"))["number"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise ReleaseError(
                f"指针文件 {POINTER} 坏了；用 python -m policy_kb rollback 版本号 重新指定。"
            ) from None

    def current(self) -> Release:
        """The current release; opened anew only when the pointer has moved.

        Raises ReleaseError before the first release.
        """
        try:
            stat = (self.directory / POINTER).stat()
        except FileNotFoundError:
            raise ReleaseError("还没有发布过版本；请先运行 python -m policy_kb build。") from None
        with self._lock:
            stamp = (stat.st_mtime_ns, stat.st_ino)
            if self._current is None or stamp != self._stamp:
                number = self.current_number()
                if self._current is None or self._current.number != number:
                    self._current = self.open(number)
                self._stamp = stamp
            return self._current

    def rollback(self, number: int) -> ReleaseInfo:
        """Make release `number` current. Raises ReleaseError if it is not whole."""
        info = self.open(number).info
        _write(self.directory / POINTER, json.dumps({"number": number}).encode())
        return info


def _write(path: Path, data: bytes) -> None:
    """Write `data` so that `path` is either the old or the new file, never half of one."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


@contextmanager
def _only_builder(directory: Path) -> Iterator[None]:
    """One publisher at a time; what a killed one left behind is removed."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReleaseError("另一个发布正在进行，请稍后再试。") from None
        for path in directory.glob(".building*"):
            path.unlink()
        for path in directory.glob("*.sqlite"):
            if not path.with_suffix(".json").exists():
                path.unlink()
        yield


def _fill(db: Database, content: Content, files: Mapping[str, bytes], say: Say) -> None:
    meta = {
        "format": FORMAT, "document": content.document, "departments": content.departments,
        "citations": content.citations, "synonyms": content.synonyms, "words": content.words,
        "rules": content.rules, "facts": content.facts, "rights": content.rights,
    }
    db["meta"].insert_all(
        ({"key": key, "value": _dump(value)} for key, value in sorted(meta.items())), pk="key"
    )
    db["clause"].insert_all((
        {"position": c.position, "label": c.label, "title": c.title, "chapter": c.chapter}
        for c in content.clauses
    ), pk="position")
    db["entry"].insert_all((
        {"id": n, "entry_id": e.id, "kind": e.kind, "clause": e.clause, "topic": e.topic,
         "title": e.title, "status": e.status.label, "body": _dump(e)}
        for n, e in enumerate(content.entries, 1)
    ), pk="id")
    db["entry"].create_index(["entry_id"], unique=True)
    db["file"].insert_all(
        ({"path": p, "data": files[p]} for p in sorted(files)), pk="path"
    )
    say("建立检索索引……")
    search.build_index(db, content.entries, content.synonyms, Segmenter(content.words))


def _fit(db: Database, content: Content, say: Say) -> None:
    say(f"训练条目匹配（{sum(len(e.questions) for e in content.entries)} 条问法）……")
    fitted = matcher.fit(content.entries, content.out_of_scope, content.words, default_encoder())
    db["array"].create(
        {"name": str, "dtype": str, "shape": str, "data": bytes}, pk="name"
    ).insert_all(
        {"name": name, "dtype": array.dtype.str, "shape": json.dumps(array.shape),
         "data": np.ascontiguousarray(array).tobytes()}
        for name, array in sorted(fitted.arrays.items())
    )
    db["list"].create({"name": str, "value": str}, pk="name").insert_all(
        {"name": name, "value": json.dumps(values, ensure_ascii=False)}
        for name, values in sorted(fitted.lists.items())
    )


def content_files(root: Path) -> dict[str, bytes]:
    """All files of content folder `root` that a release keeps, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in (".yml", ".txt") and not path.name.startswith(".")
    }


def _make_file(directory: Path, content: Content, files: Mapping[str, bytes], say: Say) -> Path:
    draft, done = directory / f".building-{os.getpid()}", directory / f".building-{os.getpid()}.done"
    db = Database(sqlite3.connect(draft))
    try:
        db.execute("pragma synchronous = off")
        _fill(db, content, files, say)
        _fit(db, content, say)
        db.conn.commit()
        db.execute("vacuum into ?", [str(done)])
    finally:
        db.conn.close()
        draft.unlink(missing_ok=True)
    with done.open("rb") as file:
        os.fsync(file.fileno())
    return done


def build(content_root: Path, directory: Path, say: Say = lambda _: None) -> ReleaseInfo:
    """Make a release of the content folder and make it current.

    If the current release already says the same, made by the same builder, it is returned and
    nothing is written. Raises ContentError if the content has faults, ReleaseError if another
    build is running. Killed at any moment, it leaves the old release current.
    """
    content = sound_content(content_root)
    digest, builder = content_hash(content), _builder(default_encoder().name)
    releases = Releases(directory)
    with _only_builder(directory):
        known = releases.list()
        for info in known:
            if (info.content_hash, info.builder) == (digest, builder):
                say(f"内容没有变化，沿用第 {info.number} 版。")
                return releases.rollback(info.number)
        done = _make_file(directory, content, content_files(content_root), say)
        info = ReleaseInfo(
            number=max((i.number for i in known), default=0) + 1, content_hash=digest,
            sha256=hashlib.sha256(done.read_bytes()).hexdigest(), builder=builder,
            created_at=dt.datetime.now(dt.timezone.utc).isoformat(timespec="seconds"),
            entries=len(content.entries),
        )
        os.replace(done, directory / info.file)
        _write((directory / info.file).with_suffix(".json"), _dump(info).encode())
        return releases.rollback(info.number)


def export(release: Release, target: Path) -> int:
    """Write the release's content files into the new or empty folder `target`; files written.

    Raises ReleaseError if the folder holds anything.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ReleaseError(f"{target} 已有内容；请给一个新的或空的文件夹，免得覆盖。")
    part = target.with_name(f".{target.name}.{os.getpid()}")
    for name, data in release.files.items():
        path = part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    if target.exists():
        target.rmdir()
    os.replace(part, target)
    return len(release.files)
