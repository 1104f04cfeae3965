"""An entry that is published is found at once: no training of the bot comes between."""
from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any, Iterator

import pytest
from ruamel.yaml import YAML

from policy_kb import paths, release
from policy_kb.answers import Answers
from policy_kb.release import Releases

pytestmark = pytest.mark.slow

NEW = YAML(typ="safe", pure=True).load(Path(__file__).with_name("new_entries.yml").read_text("utf-8"))
ANSWER = "“{topic}”，本文件未规定。\n请拨打12345咨询，由话务员转到主管部门。\n"


def number(at: int) -> str:
    """Id of the new entry at a position."""
    return f"N-{at + 951}"


def entries() -> Iterator[dict[str, Any]]:
    """The new entries as the office would write them."""
    for at, one in enumerate(NEW):
        yield {
            "编号": number(at), "话题": one["话题"], "答复": ANSWER.format(topic=one["话题"]),
            "问法": one["问法"], "部门": [], "相近": ["4-1"],
        }


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Answers from the content that ships with the new entries added, freshly published."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(paths.ROOT / "policy_kb" / "content", folder / "content")
    with (folder / "content" / "not_regulated" / "new.yml").open("w", encoding="utf-8") as file:
        YAML().dump({"主题": "ask_procedure", "条目": list(entries())}, file)
    release.build(folder / "content", folder / "releases")
    return Answers(Releases(folder / "releases").current(), lambda *_: "", dt.date(2026, 1, 15))


def finds(answers: Answers, text: str, entry: str) -> bool:
    """Whether an entry answers a message or is one of at most three to choose from."""
    answer = answers.message(text)
    offered = [c["entry"] for r in answer.replies if r["type"] == "clarify" for c in r["choices"]]
    return entry in answer.entries or len(offered) <= 3 and entry in offered


@pytest.mark.parametrize("at", range(len(NEW)), ids=lambda at: NEW[at]["话题"])
def test_a_new_entry_is_found_by_its_own_questions_and_by_others(answers: Answers, at: int) -> None:
    asked = {*NEW[at]["问法"], *NEW[at]["另问"]}
    assert not {text for text in asked if not finds(answers, text, number(at))}


def test_there_are_twenty_new_entries_with_three_other_questions_each() -> None:
    assert len(NEW) == 20
    assert all(len(one["另问"]) == 3 and not set(one["另问"]) & set(one["问法"]) for one in NEW)
