"""Lists training lines that are nearly the same but lead elsewhere.

    python -m bench.near_duplicates [--least 0.8]

Lines of data/nlu are compared across intents, 问法 across entries. How alike two lines are is the
share of pairs of neighbouring characters that they have in common, 0 to 1.
"""
from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Iterator

from ruamel.yaml import YAML

from policy_kb import matcher, paths
from policy_kb.entries import load_content
from policy_kb.features import grams
from policy_kb.text import normalize

LEAST = .8
Line = tuple[str, str]          # a normalised line and the class it is trained for


@dataclass(frozen=True)
class Alike:
    """Two lines of different classes and how alike they are, 0 to 1."""

    likeness: float
    one: Line
    other: Line


def examples(folder: Path) -> list[Line]:
    """Normalised examples of all intents in a folder of Rasa's NLU files."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        for block in YAML(typ="safe", pure=True).load(path.read_text("utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            found += [(normalize(line.removeprefix("- ")), block["intent"]) for line in lines]
    return found


def questions() -> list[Line]:
    """Normalised titles and 问法 of all entries, and what is out of scope."""
    content = load_content(paths.content())
    return matcher.training_lines(content.entries, content.out_of_scope)


def _pairs(text: str) -> set[str]:
    return {gram for gram in grams(text) if len(gram) == 2} or {text}


def alike(lines: Iterable[Line], least: float = LEAST) -> Iterator[Alike]:
    """Pairs of lines of different classes at least this much alike."""
    known = [(line, _pairs(line[0])) for line in lines]
    known.sort(key=lambda pair: len(pair[1]))
    for at, (one, held) in enumerate(known):
        for other, more in known[at + 1:]:
            if len(more) * least > len(held):
                break
            likeness = len(held & more) / len(held | more)
            if likeness >= least and one[1] != other[1]:
                yield Alike(likeness, one, other)


def main() -> None:
    """Print the pairs, most alike first."""
    parser = argparse.ArgumentParser(prog="python -m bench.near_duplicates",
                                     description="列出几乎相同、却归在不同意图或条目下的训练句子。")
    parser.add_argument("--least", type=float, default=LEAST, help="相像程度的下限，0 到 1")
    least = parser.parse_args().least
    for name, lines in (("意图", examples(paths.ROOT / "data" / "nlu")), ("条目", questions())):
        found = sorted(alike(lines, least), key=lambda pair: -pair.likeness)
        print(f"{name}：{len(lines)} 句，{len(found)} 对相像度不低于 {least:g}")
        for pair in found:
            print(f"  {pair.likeness:.2f}  {pair.one[1]}「{pair.one[0]}」  {pair.other[1]}「{pair.other[0]}」")


if __name__ == "__main__":
    main()
