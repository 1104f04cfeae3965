"""Right, at once, asserted, asked back: counted from what the citizen sees."""
import pytest

from bench.labelled import Labelled
from bench.scoring import (
    Outcome, by_group, confusion, figures, figures_line, interval, marks, of_replies, rate,
)

ASKED = Labelled("有居住证能落户吗", "in_scope", (4,), register="plain")
OUTSIDE = Labelled("公积金交多少", "out_of_scope")
ANSWER = {"type": "policy_answer", "entry": "4-1"}
VERDICT = {"type": "verdict", "rules": [{"trace": [{"clause": 4}, {"clause": None}]}]}


def clarify(*entries: str | None) -> dict:
    return {"type": "clarify", "choices": [{"entry": e} for e in entries]}


def topic(*nearest: str) -> dict:
    return {"type": "not_regulated", "entry": "N-406", "nearest": [{"entry": e} for e in nearest]}


@pytest.mark.parametrize(("reply", "true"), [
    (ANSWER, {"right", "at_once", "asserted", "reachable"}),
    (VERDICT, {"right", "at_once", "asserted", "reachable"}),
    ({**ANSWER, "entry": "9-1"}, {"asserted"}),
    (clarify("9-1", "4-2", "N-101"), {"right", "clarify", "reachable"}),
    (clarify("9-1", "9-2", "9-3", "4-1"), {"clarify"}),
    (clarify(None), {"clarify"}),
    (topic("10-3", "4-1"), {"reachable"}),
    ({"type": "notice"}, set()), ({"type": "handoff"}, set()),
    ({"type": "interview_question"}, set()),
])
def test_what_a_reply_counts_as(reply: dict, true: set[str]) -> None:
    found = marks(ASKED, of_replies([reply]))
    assert {name for name, value in found.items() if value} == true


def test_any_policy_answer_asserts_even_one_from_the_preamble() -> None:
    assert marks(OUTSIDE, of_replies([{**ANSWER, "entry": "0-1"}]))["asserted"]
    assert not marks(OUTSIDE, of_replies([topic("10-3"), clarify("4-1")]))["asserted"]


def test_of_two_answers_one_right_one_is_enough() -> None:
    found = marks(ASKED, of_replies([{**ANSWER, "entry": "9-1"}, ANSWER]))
    assert found["right"] and found["at_once"]


@pytest.mark.parametrize(("good", "count", "low", "high"), [
    (9, 10, .596, .982), (0, 20, 0, .161), (30, 30, .886, 1), (0, 0, 0, 1),
])
def test_interval_is_wilsons(good: int, count: int, low: float, high: float) -> None:
    assert interval(good, count) == pytest.approx((low, high), abs=1e-3)


def test_a_rate_shows_share_and_interval() -> None:
    assert rate([True] * 9 + [False]) == "90.0% [60–98]" and rate([]) == "–"


def test_doubtful_labels_are_counted_apart() -> None:
    rows = [ASKED, Labelled("落户要什么材料", "in_scope", (4,), doubtful=True), OUTSIDE]
    found = [of_replies([ANSWER]), of_replies([]), of_replies([ANSWER])]
    assert figures(rows, found)[:3] == [[True], [True], [True]]
    assert figures(rows, found, doubtful=True)[:3] == [[False], [False], []]
    assert figures_line("名", rows, found).startswith("| 名 | 100.0%")


def test_groups_are_clauses_labels_and_registers() -> None:
    table = by_group([ASKED, OUTSIDE], [of_replies([ANSWER]), of_replies([ANSWER])])
    assert [row.split(" | ")[:2] for row in table] == [
        ["| 标签 文件有规定", "1/1"], ["| 标签 文件未规定", "0/1"], ["| 第  4 条", "1/1"],
        ["| 语体 plain", "1/1"],
    ]


def test_confusion_sets_what_was_asked_against_what_came_first() -> None:
    other = Outcome(("policy_answer",), ("9-4",))
    table = confusion([ASKED, ASKED, OUTSIDE], [other, Outcome(("notice",)), of_replies([topic()])])
    assert table[0].startswith("| 问的＼先给出的 | 9 | 其他 | 未规定 |")
    assert table[1:] == ["| 4 | 1 | 1 |  |", "| 文件未规定 |  |  | 1 |"]
