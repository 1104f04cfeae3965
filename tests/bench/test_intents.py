"""Cross-validation of intents: every example is held out once, and the figures are what they say."""
from __future__ import annotations

import pytest

from bench.intents import Guess, curve, folds, held_out, mean_f1

LINES = [(f"{intent}{n}", intent) for intent in ("greet", "thanks") for n in range(10)]


def test_folds_spread_every_intent_evenly() -> None:
    fold = folds(LINES)
    for k in range(5):
        held = [intent for (_, intent), at in zip(LINES, fold) if at == k]
        assert sorted(held) == ["greet"] * 2 + ["thanks"] * 2


def test_no_example_is_guessed_by_a_model_that_has_seen_it() -> None:
    def learn(lines):
        seen = {text for text, _ in lines}

        def rank(text: str) -> list[tuple[str, float]]:
            assert text not in seen
            return [("greet", .9)]
        return rank
    guesses, _ = held_out(LINES, learn)
    assert len(guesses) == len(LINES)
    assert mean_f1(guesses) == pytest.approx((2 * 10 / 30 + 0) / 2)


def test_a_threshold_above_a_confidence_rejects_it() -> None:
    head, _, *rows = "\n".join(curve([
        Guess("greet", "greet", .22), Guess("greet", "thanks", .35)])).splitlines()
    shares = {row.split("|")[1].strip(): [cell.split()[0] for cell in row.split("|")[2:4]] for row in rows}
    assert "门槛" in head
    assert shares["0.1"] == ["0.0%", "100.0%"]
    assert shares["0.25"] == ["100.0%", "100.0%"]
    assert shares["0.4"] == ["100.0%", "0.0%"]
