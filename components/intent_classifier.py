"""Rasa's intent classifier: forms first, then the project's own logistic regression."""
from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import policy_kb
from components import storage
from components.guards import guarded
from policy_kb import paths
from policy_kb.encoders import Stored, default_encoder
from policy_kb.intents import Intents, learn
from policy_kb.text import normalize

SHOWN = 8
LONGEST_TALK = 40       # characters; a longer message asks something, however it begins
BRIEF = frozenset((
    "affirm", "bot_challenge", "choose", "correct", "deny", "feedback", "goodbye", "greet", "help",
    "repeat", "resume", "stop", "thanks", "unsure", "why",
))
NO_WORDS = "nlu_fallback"
CODE = ("intents", "fitting", "features", "models", "text", "messages", "encoders")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PolicyIntentClassifier(GraphComponent, IntentClassifier):
    """Ranks intents by the vector that the matcher uses too, so a message is encoded once."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`dictionary_path`: folder of the project's words, one a line."""
        return {"dictionary_path": None}

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Text:
        """What else a trained classifier depends on: Rasa would keep one made with another encoder."""
        made = hashlib.sha256(default_encoder().name.encode())
        code = [(Path(policy_kb.__file__).with_name(f"{name}.py")) for name in CODE]
        for path in (*code, *_dictionaries(config)):
            made.update(path.read_bytes())
        return made.hexdigest()

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> PolicyIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> PolicyIntentClassifier:
        """The trained classifier, warm: the first citizen must not wait for the encoder."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._intents = Intents(*storage.load(folder), default_encoder())
        component._intents.ranking("您好")
        return component

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage,
                 resource: Resource) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._intents: Intents | None = None

    def _terms(self) -> List[Text]:
        lines = [line for path in _dictionaries(self._config)
                 for line in path.read_text("utf-8").splitlines()]
        return list(dict.fromkeys(line.split()[0] for line in lines if line.strip()))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that have an intent."""
        lines = {normalize(e.get(TEXT)): e.get(INTENT)
                 for e in training_data.intent_examples if e.get(TEXT)}
        encoder = Stored(default_encoder(), paths.var() / "cache" / "vectors.sqlite")
        arrays, lists = learn(list(lines), list(lines.values()), self._terms(), encoder)
        with self._storage.write_to(self._resource) as folder:
            storage.save(folder, arrays, lists)
        self._intents = Intents(arrays, lists, default_encoder())
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking of `messages`."""
        for message in messages:
            ranking = [
                {"name": name, "confidence": p} for name, p in self._rank(message.get(TEXT) or "")
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[:SHOWN], add_to_output=True)
        return messages

    def _rank(self, text: Text) -> List[tuple]:
        plain = normalize(text[:1000])
        intent = guarded(plain) or (None if re.search(r"[^\W\d_]", plain) else NO_WORDS)
        if intent:
            return [(intent, 1.0)]
        ranking = self._intents.ranking(text)
        return _without_talk(ranking) if len(plain) > LONGEST_TALK else ranking


def _dictionaries(config: Dict[Text, Any]) -> List[Path]:
    folder = Path(config["dictionary_path"] or paths.content() / "jieba")
    return sorted(folder.glob("*.txt"))


def _without_talk(ranking: List[tuple]) -> List[tuple]:
    """A ranking without the intents of short messages."""
    kept = [(name, p) for name, p in ranking if name not in BRIEF]
    total = sum(p for _, p in kept)
    return [(name, p / total) for name, p in kept]
