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
    {"text": "村里户口，进城打工三年，能把户口落城里吗", "covers": 2, "entries": ["4-1"], "topics": []},
    {"text": "外地孩子上一年级要备齐哪些材料", "covers": 1, "entries": ["13-1"], "topics": ["N-502"]},
    {"text": "落户要带哪些材料", "covers": 0, "entries": [], "topics": ["N-901"]},
    {"text": "今天晚上吃啥", "covers": 0, "entries": [], "topics": [], "unrelated": True},
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
    (tmp_path / "few.jsonl").write_text("".join(json.dumps(row) + "\n" for row in LETTERS))
    told = _run(tmp_path)
    assert told.returncode == 0, told.stderr
    assert "round 2 of 2: loss" in told.stdout
    made = TunedSentenceEncoder(tmp_path / "made.npz")
    vectors = made.encode(TEXTS)
    alike = (vectors * UniversalSentenceEncoder().encode(TEXTS)).sum(axis=1)
    assert .5 < alike.min() and alike.max() < .99999
    names = made.opinion["names"].tolist()
    assert {"4-1", "N-901", "other", "unrelated"} <= set(names)
    assert made.opinion["coef"].shape == (512, len(names) + 1)


def test_a_broken_letter_stops_it_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_text("{}\n")
    told = _run(tmp_path)
    assert told.returncode == 1 and "few.jsonl:1" in told.stderr
    assert "Traceback" not in told.stderr and not (tmp_path / "made.npz").exists()
