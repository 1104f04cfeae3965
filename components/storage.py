"""Arrays and lists of strings in Rasa's model folder, without pickle."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Mapping

import numpy as np


def save(folder: Path, arrays: Mapping[str, np.ndarray], lists: Mapping[str, list[str]]) -> None:
    """Write both into `folder`."""
    np.savez_compressed(folder / "arrays.npz", **arrays)
    (folder / "lists.json").write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """Read both from `folder`."""
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return arrays, json.loads((folder / "lists.json").read_text("utf-8"))
