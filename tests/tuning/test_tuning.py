"""The network that is tuned is the one that serves, and what it learns reaches the encoder."""
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from policy_kb import paths
from policy_kb.encoders import TunedSentenceEncoder, UniversalSentenceEncoder

pytestmark = pytest.mark.slow
TEXTS = ["有居住证能落户吗", "俺爹六十多了，户口迁来以后农保谁发？" * 8, "", "hello 2026"]
LETTERS = [
    ("村里户口，进城打工三年，能把户口落城里吗", "in_scope", ["4-1"]),
    ("户口迁走了，家里的地还是俺的不", "in_scope", ["9-4"]),
    ("落户要带哪些材料", "out_of_scope", ["N-901"]),
    ("今天晚上吃啥", "unrelated", []),
]


def test_the_network_gives_the_vectors_of_the_package() -> None:
    from tuning.network import Network, Pieces

    pieces = Pieces()
    vectors = Network(pieces.weights(), pieces.epsilon)(*pieces.rows(TEXTS)).numpy()
    assert (vectors * UniversalSentenceEncoder().encode(TEXTS)).sum(axis=1).min() > .9999


def test_the_encoder_reads_every_weight_by_its_name(tmp_path: Path) -> None:
    from tuning.network import Pieces

    np.savez(tmp_path / "same.npz", **Pieces().weights())
    same = TunedSentenceEncoder(tmp_path / "same.npz").encode(TEXTS)
    assert np.allclose(same, UniversalSentenceEncoder().encode(TEXTS), atol=1e-5)


def _run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tuning", "--letters", folder, "--out", folder / "made.npz",
         "--rounds", "2"],
        cwd=paths.ROOT, capture_output=True, text=True, timeout=200, env=os.environ,
    )


def test_what_is_learned_from_letters_reaches_the_encoder(tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_text("".join(
        json.dumps({"text": text, "label": label, "entries": entries}) + "\n"
        for text, label, entries in LETTERS
    ))
    told = _run(tmp_path)
    assert told.returncode == 0, told.stderr
    assert "round 2 of 2: loss" in told.stdout
    vectors = TunedSentenceEncoder(tmp_path / "made.npz").encode(TEXTS)
    alike = (vectors * UniversalSentenceEncoder().encode(TEXTS)).sum(axis=1)
    assert .5 < alike.min() and alike.max() < .99999


def test_a_broken_letter_stops_it_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_text("{}\n")
    told = _run(tmp_path)
    assert told.returncode == 1 and "few.jsonl:1" in told.stderr
    assert "Traceback" not in told.stderr and not (tmp_path / "made.npz").exists()
