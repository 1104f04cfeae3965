"""Letters with what answers them."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bench.labelled import LABELS

FOLDER = Path(__file__).parent / "letters"


@dataclass(frozen=True)
class Letter:
    """A letter and what it asks.

    `entries`: the items that answer it (`in_scope`) or the unregulated topics it is about, best
    first; none where no listed topic fits. `doubtful`: the document names the subject of the
    letter but not the detail, or stands near it.
    """

    text: str
    label: str
    entries: tuple[str, ...] = ()
    doubtful: bool = False


def _letter(line: str, place: str) -> Letter:
    try:
        raw = json.loads(line)
        found = Letter(raw["text"], raw["label"], tuple(raw["entries"]), bool(raw.get("doubtful")))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{place}: no letter ({error!r})") from None
    if found.label not in LABELS:
        raise ValueError(f"{place}: label is one of {', '.join(LABELS)}")
    return found


def read(folder: Path = FOLDER) -> list[Letter]:
    """All letters of `folder`, file by file. Raises ValueError that names the line."""
    return [
        _letter(line, f"{path.name}:{number}")
        for path in sorted(folder.glob("*.jsonl"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]
