"""What the encoder has learned of letters counts for the entries that they were about, for no others."""
from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Mapping

import numpy as np
import pytest

from policy_kb.encoders import Remembering, UniversalSentenceEncoder, opinion_of
from policy_kb.matcher import Match, Matcher, fit
from policy_kb.models import CLAUSE, NOT_REGULATED, OUT_OF_SCOPE, Opinion
from tests.policy_kb import test_matcher

SHORT = "外来务工可以租公租房吗"
STORY = "我在城里打工好几年了，一家人挤在一间小平房里，房东又说要涨房租，孩子写作业都没地方，"
LETTER = f"{STORY}{SHORT}"
WORDS = test_matcher.WORDS
ENTRIES = [
    replace(e, questions=(*e.questions, *(f"{STORY}{q}" for q in e.questions[:3])))
    for e in test_matcher.ENTRIES
]
OUTSIDE = [*test_matcher.OUTSIDE, f"{STORY}附近哪有饭店", f"{STORY}公交几点发车"]
TITLES = {e.id: e.title for e in ENTRIES}


class Taught(UniversalSentenceEncoder):
    """An encoder whose letters of any kind were about `about`, if about one of `titles`."""

    def __init__(self, about: str, titles: Mapping[str, str] = TITLES) -> None:
        names = [*titles, "other", "unrelated"]
        says = [8.0 if name == about else 0.0 for name in names]
        self.opinion = {
            "names": np.array(names), "titles": np.array([*titles.values(), "", ""]),
            "coef": np.zeros((512, len(names) + 1), dtype=np.float16),
            "intercept": np.array([*says, -8.0 if about.startswith("N") else 8.0]),
        }


@pytest.fixture(autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_KB_VAR", str(tmp_path_factory.getbasetemp() / "opinion"))


def match(encoder: UniversalSentenceEncoder, text: str = LETTER) -> Match:
    return Matcher(fit(ENTRIES, OUTSIDE, WORDS, encoder), encoder).match(text)


@lru_cache
def plain(text: str = LETTER) -> Match:
    """What the lines alone say."""
    return match(UniversalSentenceEncoder(), text)


def share(found: Match, number: str) -> float:
    return dict(found.candidates).get(number, 0)


def test_what_letters_were_about_speaks_against_another_entry() -> None:
    assert plain().candidates[0][0] == "10-1"
    assert share(match(Taught("N-401")), "N-401") > share(plain(), "N-401")


def test_letters_count_less_for_a_short_question() -> None:
    told = share(match(Taught("N-401"), SHORT), "N-401")
    assert share(plain(SHORT), "N-401") < told < share(match(Taught("N-401")), "N-401")


@pytest.mark.parametrize("titles", [
    {n: t for n, t in TITLES.items() if n != "10-1"}, {**TITLES, "10-1": "以前的标题"},
], ids=["newer than the letters", "another title since"])
def test_an_entry_that_letters_do_not_know_as_it_is_goes_by_its_lines(titles: dict[str, str]) -> None:
    assert match(Taught("N-401", titles)).candidates == plain().candidates


def test_letters_about_an_entry_that_is_no_more_count_for_none() -> None:
    found = match(Taught("99-9", {**TITLES, "99-9": "删去的条目"}))
    assert set(dict(found.candidates)) <= {*TITLES, "out_of_scope"}


def test_letters_that_know_none_of_the_entries_change_nothing() -> None:
    told = match(Taught("88-8", {"88-8": "别的文件"}))
    assert told.candidates == plain().candidates


def test_a_wrapped_encoder_keeps_what_it_has_learned() -> None:
    taught = Taught("4-1")
    assert opinion_of(Remembering(taught)) is taught.opinion
    assert not opinion_of(Remembering(UniversalSentenceEncoder()))


def test_what_asks_counts_as_much_as_all_that_is_told() -> None:
    kinds = np.array([CLAUSE, NOT_REGULATED, OUT_OF_SCOPE], dtype=np.int8)
    opinion = Opinion(np.eye(4), np.zeros(4), np.array([0, 1, 2]), kinds, np.ones(3, np.int8))
    told, asked = np.array([4.0, 0, 0, -2]), [np.array([0, 8.0, 0, 2]), np.array([0, 0.0, 0, 4])]
    p, evidence = opinion.read(told, asked)
    assert p[0] == pytest.approx(p[1]) and evidence[1] == .5
    assert opinion.read(told, [])[1][1] == -2
