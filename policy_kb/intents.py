"""Intents of a dialogue from the same features as the matcher's; knows nothing of Rasa.

`learn` gives plain arrays and lists, `Intents` reads them: as with releases there is no pickle.
"""
from __future__ import annotations

from typing import Mapping, Sequence

import numpy as np

from policy_kb import fitting
from policy_kb.encoders import Encoder, EncoderError
from policy_kb.features import Lexical, Vocabulary
from policy_kb.messages import whole
from policy_kb.models import Classifier, centred, packed, unpacked
from policy_kb.text import Repair, Segmenter, frequent


def learn(texts: Sequence[str], intents: Sequence[str], terms: Sequence[str],
          encoder: Encoder) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """Arrays and lists of a classifier of `texts` (normalised) into `intents`.

    Raises EncoderError if the encoder fails.
    """
    names = sorted(set(intents))
    classes = np.array([names.index(i) for i in intents])
    segmenter = Segmenter(terms)
    lexical = Lexical.learn(texts, segmenter.cut)
    lines = fitting.Lines(texts, classes, np.zeros(len(names), dtype=np.int8),
                          encoder.encode(texts), encoder.blocks)
    arrays = packed("classifier", fitting.classifier(lines, lexical))
    arrays |= {"words.idf": lexical.words.idf, "grams.idf": lexical.grams.idf}
    arrays["classifier.lines"] = arrays["classifier.lines"][:0]
    arrays["classifier.line_class"] = arrays["classifier.line_class"][:0]
    return arrays, {
        "intents": names, "words": list(lexical.words.terms), "grams": list(lexical.grams.terms),
        "terms": list(terms), "common": frequent(texts, segmenter), "encoder": [encoder.name],
    }


class Intents:
    """Ranks intents of a message. Raises EncoderError if made with another encoder."""

    def __init__(self, arrays: Mapping[str, np.ndarray], lists: Mapping[str, list[str]],
                 encoder: Encoder) -> None:
        if lists["encoder"] != [encoder.name]:
            raise EncoderError(
                f"模型是用编码器 {lists['encoder'][0]} 训练的，现在装的是 {encoder.name}；请重新训练。"
            )
        self._names, self._encoder = lists["intents"], encoder
        self._classifier: Classifier = unpacked("classifier", arrays, Classifier)
        segmenter = Segmenter(lists["terms"])
        self._repair = Repair(lists["terms"], lists["common"], segmenter)
        self._lexical = Lexical(
            Vocabulary.of(lists["words"], arrays["words.idf"]),
            Vocabulary.of(lists["grams"], arrays["grams.idf"]), segmenter.cut,
        )

    def ranking(self, message: str) -> list[tuple[str, float]]:
        """(intent, probability) of `message`, best first."""
        text = self._repair(whole(message))
        dense = centred(self._encoder.encode([text]), self._classifier.mean,
                        self._classifier.blocks)
        p = self._classifier.probabilities(self._lexical.row(text), dense[0])
        return [(self._names[i], float(p[i])) for i in np.argsort(-p, kind="stable")]
