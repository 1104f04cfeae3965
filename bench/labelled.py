"""Files of labelled messages: one JSON object a line."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = {"in_scope": "文件有规定", "out_of_scope": "文件未规定", "unrelated": "无关"}


class LabelledError(ValueError):
    """A file of messages is broken; the message says in Chinese where and how."""


@dataclass(frozen=True)
class Labelled:
    """A message and what it asks: `label` is a key of LABELS, `clauses` are those that answer it.

    `doubtful`: the document names the topic but not the detail. `register`: how it is written.
    """

    text: str
    label: str
    clauses: tuple[int, ...] = ()
    doubtful: bool = False
    register: str = ""


def _clauses(raw: Any) -> tuple[int, ...]:
    if not isinstance(raw, list) or not all(type(c) is int and 1 <= c <= 17 for c in raw):
        raise LabelledError("clauses 应当是 1 到 17 的整数的列表")
    return tuple(raw)


def _labelled(line: str) -> Labelled:
    try:
        raw = json.loads(line)
    except ValueError:
        raise LabelledError("不是 JSON") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str) or not raw["text"].strip():
        raise LabelledError("缺少 text（一句话）")
    if raw.get("label") not in LABELS:
        raise LabelledError(f"label 应当是 {'、'.join(LABELS)} 之一")
    clauses = _clauses(raw.get("clauses", []))
    if raw["label"] == "in_scope" and not clauses:
        raise LabelledError("in_scope 的一行要有 clauses")
    return Labelled(raw["text"], raw["label"], clauses, bool(raw.get("doubtful", False)),
                    str(raw.get("register") or ""))


def read(path: Path) -> list[Labelled]:
    """All messages of a file, in its order. Raises LabelledError."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise LabelledError(f"{path} 不是 UTF-8 编码的文本，请另存为 UTF-8。") from None
    except OSError:
        raise LabelledError(f"打不开文件 {path}，请检查路径。") from None
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_labelled(line))
            except LabelledError as error:
                raise LabelledError(f"{path} 第 {number} 行：{error}。") from None
    if not found:
        raise LabelledError(f"{path} 里没有一条消息。")
    return found
