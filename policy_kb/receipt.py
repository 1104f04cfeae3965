"""Receipts: short codes under which staff see an answer exactly as it was given.

A receipt names the release, the entry or rules, and for a verdict the facts and the day.
Nothing in it identifies a person. The code is derived from that content, so the same answer
has the same code on every channel.
"""
from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"    # a prime number of signs: no I, L, O, U, Z
READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "Z": "2"})
BASE = len(ALPHABET)
LENGTH = 9                                       # 44 bits, and one sign that catches any slip


class ReceiptError(ValueError):
    """The code is mistyped or unknown; the message says in Chinese what to do."""


@dataclass(frozen=True)
class Receipt:
    """What was answered on `day`. `facts` is empty but for verdicts."""

    code: str
    kind: str
    release: int
    subject: str
    facts: Mapping[str, Any]
    day: dt.date


def _check(body: str) -> str:
    weighted = sum(n * ALPHABET.index(c) for n, c in enumerate(body, 1))
    return ALPHABET[weighted % BASE]


def _code(content: str, attempt: int) -> str:
    number = int.from_bytes(hashlib.sha256(f"{attempt}{content}".encode()).digest()[:8], "big")
    body = "".join(ALPHABET[number // BASE**n % BASE] for n in range(LENGTH))
    return f"{body[:5]}-{body[5:]}{_check(body)}"


def tidy(code: str) -> str:
    """The code as issued, from however it was typed. Raises ReceiptError if it is mistyped."""
    typed = "".join(c for c in code.upper().translate(READ_AS) if c in ALPHABET)
    if len(typed) != LENGTH + 1 or _check(typed[:LENGTH]) != typed[LENGTH]:
        raise ReceiptError(f"凭证号“{code[:30]}”不对，应当是 10 位字母和数字，请核对后重新输入。")
    return f"{typed[:5]}-{typed[5:]}"


class Receipts:
    """The store of receipts: one SQLite file, made when first written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=3)
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = normal")
        db.execute(
            "create table if not exists receipt (code text primary key, content text not null)"
        )
        return db

    def issue(self, kind: str, release: int, subject: str,
              facts: Mapping[str, Any], today: dt.date) -> str:
        """Code of this answer, stored; the same content on the same day gives the same code.

        Returns "" when the store cannot be written: an answer is not withheld for that.
        """
        content = json.dumps(
            [kind, release, subject, dict(facts), today.isoformat()],
            ensure_ascii=False, sort_keys=True,
        )
        try:
            with closing(self._open()) as db:
                return self._store(db, content)
        except (sqlite3.Error, OSError):
            return ""

    def _store(self, db: sqlite3.Connection, content: str) -> str:
        for attempt in range(5):
            code = _code(content, attempt)
            row = db.execute("select content from receipt where code = ?", (code,)).fetchone()
            if row is None:
                with db:
                    db.execute("insert or ignore into receipt values (?, ?)", (code, content))
            elif row[0] != content:
                continue
            return code
        return ""

    def find(self, code: str) -> Receipt:
        """The receipt under `code`. Raises ReceiptError if it is mistyped or unknown."""
        code, row = tidy(code), None
        if self.path.is_file():
            with closing(self._open()) as db:
                row = db.execute("select content from receipt where code = ?", (code,)).fetchone()
        if row is None:
            raise ReceiptError(f"没有凭证 {code} 的记录，请核对后重新输入。")
        kind, release, subject, facts, day = json.loads(row[0])
        return Receipt(code, kind, release, subject, facts, dt.date.fromisoformat(day))
