"""Rasa's default pipeline, trained on the entries' own questions: a baseline.

    python -m bench.rasa_default FILE

The pipeline is the one that `rasa init` writes, with jieba in place of splitting at blanks, which
Chinese does not have. An intent is an entry; what falls below Rasa's own fallback threshold is
taken as an offer of the three best. Lines of more than LONGEST characters are left out: with
them a round of DIET takes over two minutes. The model is kept by what it was trained on.
Prints one JSON object; a row of `outcomes` has the fields of an Outcome.
"""
from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import yaml

from bench.labelled import LabelledError, read
from policy_kb import matcher, paths
from policy_kb.entries import Content, load_content

CONFIG = """recipe: default.v1
language: zh
pipeline:
- name: JiebaTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  constrain_similarities: true
  random_seed: 1
- name: EntitySynonymMapper
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
"""
FALLBACK = "nlu_fallback"
LONGEST = 40            # characters of a line that it is trained on


def training_data(content: Content) -> str:
    """The entries' questions as Rasa's YAML."""
    examples: dict[str, list[str]] = {}
    for text, entry in matcher.training_lines(content.entries, content.out_of_scope):
        if len(text) <= LONGEST:
            examples.setdefault(entry, []).append(text.replace("[", "（").replace("]", "）"))
    nlu = [{"intent": name, "examples": "".join(f"- {t}\n" for t in texts)}
           for name, texts in examples.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True)


def kept(data: str) -> Path:
    """Where the model trained on `data` is or would be."""
    name = hashlib.sha256((CONFIG + data).encode()).hexdigest()[:12]
    return paths.var() / "eval" / "rasa-default" / f"{name}.tar.gz"


def model(data: str) -> Path:
    """The model trained on `data`; trained now if it is not there."""
    from rasa.model_training import train_nlu

    found = kept(data)
    if not found.exists():
        print("训练 Rasa 默认流程……", file=sys.stderr, flush=True)
        folder = found.parent
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.yml").write_text(CONFIG, "utf-8")
        (folder / "nlu.yml").write_text(data, "utf-8")
        train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder),
                  fixed_model_name=found.name.removesuffix(".tar.gz"))
    return found


def outcome(parsed: dict[str, Any], clauses: set[str]) -> list[list[str]]:
    """The fields of an Outcome for Rasa's result: kinds, answered, offered."""
    ranked = [i["name"] for i in parsed["intent_ranking"] if i["name"] != FALLBACK]
    best = parsed["intent"]["name"]
    if best == FALLBACK:
        return [["clarify"], [], [i for i in ranked if i != matcher.OUTSIDE][:3]]
    if best in clauses:
        return [["policy_answer"], [best], []]
    return [["notice" if best == matcher.OUTSIDE else "not_regulated"], [], []]


def main() -> None:
    """Train if need be, parse the file that the command line names, print the outcomes."""
    try:
        rows = read(Path(sys.argv[1]))
    except LabelledError as error:
        sys.exit(str(error))
    content = load_content(paths.content())
    path = model(training_data(content))

    from rasa.core.agent import Agent

    agent = Agent.load(str(path))
    clauses = {e.id for e in content.entries if e.kind == "clause"}

    async def parse() -> list[list[list[str]]]:
        return [outcome(await agent.parse_message(r.text), clauses) for r in rows]

    print(json.dumps({"outcomes": asyncio.run(parse())}))


if __name__ == "__main__":
    main()
