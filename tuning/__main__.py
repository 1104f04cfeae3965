"""Tunes the bundled sentence encoder on the letters in `tuning/letters`.

    python -m tuning [--out FILE] [--rounds N]

The network learns to tell what answers a letter. Its weights serve as encoder, the part that tells
as an opinion beside the classifier (`policy_kb.models.Opinion`). Training lines are not looked at,
so that the classifier and its gate, which are fitted on them when a release is built, meet them as
the encoder meets a message.
"""
from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Iterator, Sequence

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402  the line above must come first

from policy_kb import paths  # noqa: E402
from policy_kb.encoders import TUNED  # noqa: E402
from policy_kb.entries import load_content  # noqa: E402
from policy_kb.messages import whole  # noqa: E402
from policy_kb.models import OTHER, UNRELATED  # noqa: E402
from tuning.letters import FOLDER, Letter, read  # noqa: E402
from tuning.network import COLUMNS, Network, Pieces, Weights  # noqa: E402

BATCH = 32              # letters of a step
ROUNDS = 3
RATE, RATE_OF_HEADS = 4e-4, 5e-3
DROPPED = .2            # share of what the stacks found that a step does not see
UNREAD = .15            # share of the word pieces that a step does not see
UNSEEN = .1             # share of a letter's vector that a step does not see
SCALE = 12.0            # of vectors of length one, before the heads
FULL = 2                # what a letter covers that an item answers in full


class Heads:
    """Which entry, and whether a clause answers: what the network is tuned to tell."""

    def __init__(self, classes: int) -> None:
        def start(width: int, seed: int) -> tf.Variable:
            return tf.Variable(tf.random.stateless_normal((COLUMNS, width), (seed, seed)) * .02)

        self._entry, self._entry_bias = start(classes, 1), tf.Variable(tf.zeros(classes))
        self._clause, self._clause_bias = start(1, 2), tf.Variable(tf.zeros(1))
        self.variables = [self._entry, self._entry_bias, self._clause, self._clause_bias]

    def loss(self, seen: tf.Tensor, entries: tf.Tensor, clause: tf.Tensor) -> tf.Tensor:
        """Of a step, from the letters' vectors."""
        seen = SCALE * tf.nn.dropout(seen, UNSEEN)
        which = tf.nn.softmax_cross_entropy_with_logits(
            entries, seen @ self._entry + self._entry_bias)
        whether = tf.nn.sigmoid_cross_entropy_with_logits(
            clause, (seen @ self._clause + self._clause_bias)[:, 0])
        return tf.reduce_mean(which) + tf.reduce_mean(whether)

    def learned(self) -> Weights:
        """The heads as an opinion reads them: a column for each entry, the last for any clause."""
        return {
            "opinion_coef": SCALE * np.hstack([self._entry.numpy(), self._clause.numpy()]),
            "opinion_intercept": np.hstack([self._entry_bias.numpy(), self._clause_bias.numpy()]),
        }


def _wanted(letters: Sequence[Letter], names: Sequence[str]) -> np.ndarray:
    """A row for each letter: what it covers goes to its items, the rest to its topics."""
    at = {name: i for i, name in enumerate(names)}
    found = np.zeros((len(letters), len(names)), dtype=np.float32)
    for row, letter in zip(found, letters):
        rest = letter.topics or (UNRELATED if letter.unrelated else OTHER,)
        for chosen, share in ((letter.entries, letter.covers / FULL),
                              (rest, 1 - letter.covers / FULL)):
            row[[at[name] for name in chosen]] += share / max(len(chosen), 1)
    return found


def _parts(letter: Letter) -> list[tuple[str, float]]:
    """What a letter tells in all and what it asks, by half each."""
    told = whole(letter.text)
    asked = told.asked or (told,)
    return [(str(told), .5), *((part, .5 / len(asked)) for part in asked)]


def _batches(parts: Sequence[Sequence[tuple[str, float]]],
             random: np.random.RandomState) -> Iterator[np.ndarray]:
    """Letters of about the same length together, in a new order every round."""
    length = np.array([len(p[0][0]) for p in parts]) * (1 + .15 * random.randn(len(parts)))
    order = np.argsort(length)
    steps = [order[i:i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(steps)
    yield from steps


def _laid_out(parts: Sequence[Sequence[tuple[str, float]]],
              pieces: Pieces) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rows of all parts, their lengths, and how much each counts in which letter."""
    flat = [(i, text, share) for i, group in enumerate(parts) for text, share in group]
    shares = np.zeros((len(parts), len(flat)), dtype=np.float32)
    shares[[i for i, _, _ in flat], range(len(flat))] = [share for _, _, share in flat]
    return (*pieces.rows([text for _, text, _ in flat]), shares)


def _optimizer(rate: float, steps: int) -> tf.keras.optimizers.Optimizer:
    return tf.keras.optimizers.Adam(
        tf.keras.optimizers.schedules.PolynomialDecay(rate, steps, rate * .05))


def tune(letters: Sequence[Letter], names: Sequence[str], rounds: int) -> Weights:
    """The weights after `rounds` over `letters`, heads included. Prints the loss of every round."""
    pieces, random = Pieces(), np.random.RandomState(0)
    network, heads = Network(pieces.weights(), pieces.epsilon), Heads(len(names))
    parts, wanted = [_parts(letter) for letter in letters], _wanted(letters, names)
    clause = np.array([letter.covers / FULL for letter in letters], dtype=np.float32)
    steps = rounds * -(-len(letters) // BATCH)
    body = list(network.v.values())
    of_body, of_heads = _optimizer(RATE, steps), _optimizer(RATE_OF_HEADS, steps)

    @tf.function(reduce_retracing=True)
    def step(rows, lengths, shares, entries, clause):
        read = tf.random.uniform(tf.shape(rows)[:2]) > UNREAD
        rows *= tf.cast(read, tf.float32)[..., None]
        with tf.GradientTape() as tape:
            loss = heads.loss(shares @ network(rows, lengths, DROPPED), entries, clause)
        slopes, _ = tf.clip_by_global_norm(tape.gradient(loss, [*body, *heads.variables]), 1.0)
        of_body.apply_gradients(zip(slopes[:len(body)], body))
        of_heads.apply_gradients(zip(slopes[len(body):], heads.variables))
        return loss

    for number in range(1, rounds + 1):
        start, losses = time.monotonic(), []
        for at in _batches(parts, random):
            laid_out = map(tf.constant, _laid_out([parts[i] for i in at], pieces))
            losses.append(float(step(*laid_out, wanted[at], clause[at])))
        print(f"round {number} of {rounds}: loss {np.mean(losses):.3f}, "
              f"{time.monotonic() - start:.0f} s", flush=True)
    return {**{name: variable.numpy() for name, variable in network.v.items()}, **heads.learned()}


def main() -> None:
    """Tune on all letters and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m tuning", description=__doc__.splitlines()[0])
    parser.add_argument("--letters", type=Path, default=FOLDER, help="folder of letters")
    parser.add_argument("--out", type=Path, default=TUNED, help="where the weights go")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    tf.random.set_seed(0)
    titles = {e.id: e.title for e in load_content(paths.content()).entries}
    names = [*titles, OTHER, UNRELATED]
    try:
        letters = read(given.letters)
    except ValueError as error:
        sys.exit(str(error))
    print(f"{len(letters)} letters", flush=True)
    learned = tune(letters, names, given.rounds)
    unfinished = given.out.with_suffix(".part.npz")
    np.savez_compressed(
        unfinished, opinion_names=np.array(names),
        opinion_titles=np.array([titles.get(name, "") for name in names]),
        **{name: w.astype(np.float16) for name, w in learned.items()})
    unfinished.replace(given.out)


if __name__ == "__main__":
    main()
