"""Letters in pairs: nearly the same words, but only one of the two asks what a clause answers.

pairs.jsonl holds a pair in two adjacent lines, the one that a clause answers first.
"""
from __future__ import annotations

import pytest

from bench.labelled import read
from policy_kb import paths
from policy_kb.release import Releases

PAIRS = paths.ROOT / "tests" / "understanding" / "pairs.jsonl"


@pytest.mark.slow
def test_what_a_clause_answers_speaks_more_for_a_clause_than_its_near_miss() -> None:
    matcher = Releases(paths.releases()).current().matcher
    rows = read(PAIRS)
    assert [r.label for r in rows] == ["in_scope", "out_of_scope"] * (len(rows) // 2)
    sure = [matcher.match(r.text).explanation["把握"] for r in rows]
    wrong = [rows[i].text for i in range(0, len(rows), 2) if sure[i] <= sure[i + 1]]
    assert len(rows) >= 600 and len(wrong) <= len(rows) / 2 / 20, wrong
