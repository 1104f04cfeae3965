"""From a message to replies without a bot: what `ask` and every action get to say."""
from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policy_kb import release
from policy_kb.answers import LONGEST_TEXT, Answers
from policy_kb.matcher import Match
from policy_kb.release import Releases
from tests.policy_kb.conftest import write_content


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Answers from the tiny content."""
    folder = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICY_KB_VAR", str(folder))
        release.build(write_content(folder / "content"), folder / "releases")
    return Answers(Releases(folder / "releases").current(), lambda *_: "", dt.date(2026, 1, 15))


def code(answers: Answers, text: str) -> str:
    """Code of the first notice that a message gets."""
    return answers.message(text).replies[0].get("code", "")


@pytest.mark.parametrize("text", ["活不下去了", "我不想活了，居住证落户要几年", "不想活了" + "苦" * LONGEST_TEXT])
def test_distress_comes_first(answers: Answers, text: str) -> None:
    assert code(answers, text) == "distress"


@pytest.mark.parametrize(("text", "said"), [
    ("what is this place", "foreign"), ("여기는 어디입니까", "foreign"), ("？？", "no_words"), ("", "no_words"),
    ("苦" * (LONGEST_TEXT + 1), "too_long"),
])
def test_what_cannot_be_read_gets_one_notice(answers: Answers, text: str, said: str) -> None:
    assert code(answers, text) == said


def test_a_named_subject_is_a_choice_of_its_entries(answers: Answers) -> None:
    found = answers.topic("ask_procedure", "材料")
    assert found.entries == ("N-901",)
    offered = answers.topic("ask_plan").replies[0]
    assert offered["type"] == "notice" and offered["choices"]


def match(*candidates: tuple[str, float], beside: tuple[str, ...] = ()) -> Match:
    """A match that found no clause."""
    return Match("out_of_scope", (), candidates, {}, beside)


def test_a_likely_unregulated_topic_is_named(answers: Answers) -> None:
    assert answers.match(match(("N-901", .8), ("out_of_scope", .1))).entries == ("N-901",)


def test_beside_an_unregulated_topic_stands_what_else_may_be_meant(answers: Answers) -> None:
    found = answers.match(match(("N-901", .4), ("N-902", .3), beside=("4-1", "N-902"))).replies[0]
    assert found["entry"] == "N-901"
    assert [n["entry"] for n in found["nearest"]][:2] == ["4-1", "N-902"]


def test_a_miss_offers_what_may_be_meant_before_the_menu(answers: Answers) -> None:
    found = answers.match(match(("4-1", .1), beside=("4-1",)))
    assert found.missed and found.replies[0]["choices"][0]["payload"] == "entry:4-1"
    assert len(found.replies[0]["choices"]) == 1 + len(answers.menu())


@pytest.mark.parametrize("candidates", [
    [("out_of_scope", .6), ("N-901", .3)], [("N-901", .1), ("N-902", .1)], [("4-1", .3), ("out_of_scope", .2)],
])
def test_what_is_unlikely_is_a_miss(answers: Answers, candidates: list[tuple[str, float]]) -> None:
    assert answers.match(match(*candidates)).missed
