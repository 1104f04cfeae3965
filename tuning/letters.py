"""Letters with what answers them."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "letters"
COVERS = (0, 1, 2)


@dataclass(frozen=True)
class Letter:
    """A letter and what it asks.

    `covers`: 2 if an item of the plan answers what is asked, 1 if an item speaks of this matter
    of such people but not of the detail that is asked, 0 if none does. `entries`: those items,
    best first. `topics`: unregulated topics that it is about, best first. `unrelated`: it asks
    nothing about residence, insurance, housing, schooling, land or work.
    """

    text: str
    covers: int
    entries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    unrelated: bool = False


def _letter(line: str, place: str) -> Letter:
    try:
        raw = json.loads(line)
        found = Letter(raw["text"], raw["covers"], tuple(raw["entries"]), tuple(raw["topics"]),
                       bool(raw.get("unrelated")))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{place}: no letter ({error!r})") from None
    if found.covers not in COVERS or bool(found.entries) != bool(found.covers):
        raise ValueError(f"{place}: covers is 0 without entries, or 1 or 2 with some")
    return found


def read(folder: Path = FOLDER) -> list[Letter]:
    """All letters of `folder`, file by file. Raises ValueError that names the line."""
    return [
        _letter(line, f"{path.name}:{number}")
        for path in sorted(folder.glob("*.jsonl"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]
