"""Every rule decides as its sentences say, and its sentences leave no condition untried."""
from __future__ import annotations

from typing import Callable, Iterator

import pytest

from policy_kb import rules as model
from policy_kb.eligibility import UNKNOWN, decide, holds, known, limit_of, months_at
from policy_kb.quantities import Quantity
from tests.rules.shipped import Sentence, change_words, rules, sentences


@pytest.mark.parametrize("sentence", sentences(), ids=lambda s: f"{s.rule.id}：{s.words}")
def test_the_rule_decides_as_the_sentence_says(sentence: Sentence):
    result = decide(sentence.rule, sentence.given, sentence.today)
    assert result.outcome == sentence.outcome
    if sentence.case:
        assert result.nearest.held and result.nearest.case.name == sentence.case
    if sentence.changes is not None:
        told = [change_words(change) for change in result.nearest.changes]
        assert len(told) == len(sentence.changes), told
        for expected in sentence.changes:
            assert any(words.startswith(expected) for words in told), told


def test_every_rule_has_sentences_and_every_sentence_its_own_words():
    assert {s.rule.id for s in sentences()} == set(rules())
    told = [(s.rule.id, s.words) for s in sentences()]
    assert len(told) == len(set(told))


def _places() -> Iterator[tuple[model.Rule, model.Case, model.Test]]:
    for rule in rules().values():
        for case in rule.cases:
            for test in model.tests_of(case.condition):
                yield rule, case, test


def _can_hold(condition: model.Condition, own: set[str], met: Callable[[model.Test], bool]) -> bool:
    """Whether a situation holds once the conditions on `own` facts do."""
    if isinstance(condition, model.Test):
        return condition.fact in own or met(condition)
    parts = [_can_hold(part, own, met) for part in condition.parts]
    return {"all": all(parts), "any": any(parts), "none": not any(parts)}[condition.kind]


def _tried(rule: model.Rule, case: model.Case, test: model.Test) -> Iterator[Sentence]:
    """Sentences in which nothing but the facts of this condition keeps the situation from holding."""
    for sentence in sentences():
        def met(one: model.Test) -> bool:
            return holds(one, rule, sentence.given, sentence.today) is True
        if sentence.rule is rule and _can_hold(case.condition, {test.fact}, met):
            yield sentence


def _name(place: tuple[model.Rule, model.Case, model.Test]) -> str:
    rule, case, test = place
    operand = test.operand if isinstance(test.operand, str) else "、".join(test.operand)
    return f"{rule.id} {case.name}：{test.fact} {test.operator} {operand}"


@pytest.mark.parametrize("place", _places(), ids=_name)
def test_every_condition_is_tried_where_it_holds_and_where_it_fails(place):
    rule, case, test = place
    found = {holds(test, rule, s.given, s.today) for s in _tried(*place)}
    assert {True, False} <= found, f"{_name(place)}：缺少只差这一项的用例"


@pytest.mark.parametrize("place", _places(), ids=_name)
def test_every_condition_is_tried_with_each_of_its_facts_unknown(place):
    rule, case, test = place
    for name in filter(None, (test.fact, test.as_of)):
        found = [s for s in _tried(*place) if s.given.get(name) == UNKNOWN
                 and holds(test, rule, s.given, s.today) is None]
        assert found, f"{_name(place)}：缺少“{name}”不清楚的用例"
        assert any(s.outcome == "undetermined" for s in found), _name(place)


def _months(sentence: Sentence, test: model.Test) -> tuple[int | None, int | None]:
    value, day = known(sentence.given, test.fact), known(sentence.given, test.as_of or "")
    assert isinstance(value, Quantity)
    on = day if isinstance(day, tuple) else (sentence.today, sentence.today)
    return months_at(value, on, sentence.today)


@pytest.mark.parametrize(
    "place", [p for p in _places() if isinstance(p[2].operand, str)], ids=_name)
def test_every_length_is_tried_on_both_sides_of_its_threshold(place):
    rule, case, test = place
    tried = [s for s in sentences() if s.rule is rule and known(s.given, test.fact)]
    found = {_months(s, test) for s in tried}
    limit = limit_of(test, rule, tried[0].today)
    assert {(limit - 1, limit - 1)} <= found, f"{_name(place)}：缺少差一个月的用例"
    assert any(low == limit for low, _ in found), f"{_name(place)}：缺少刚满的用例"
