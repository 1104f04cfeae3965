"""What understanding one message costs: the intent and the entry, in a process of its own.

    python -m bench.cost FILE

Prints one JSON object: CPU milliseconds at p50 and p95, and the memory in MB that the encoder,
the matcher and the intent classifier add.
"""
from __future__ import annotations

import json
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from bench import local
from bench.labelled import LabelledError, read
from policy_kb import paths
from policy_kb.encoders import default_encoder
from policy_kb.intents import Intents
from policy_kb.release import ReleaseError, Releases

MODEL = "bot.tar.gz"


def intents() -> Intents:
    """The intent classifier out of the trained model. Raises FileNotFoundError, KeyError."""
    from components import storage

    with tarfile.open(paths.var() / "models" / MODEL) as archive, \
            tempfile.TemporaryDirectory() as folder:
        parts = [m for m in archive.getmembers() if "PolicyIntentClassifier" in m.name]
        archive.extractall(folder, parts)
        found = next(Path(folder).rglob("lists.json"), None)
        if found is None:
            raise KeyError(MODEL)
        return Intents(*storage.load(found.parent), default_encoder())


def main() -> None:
    """Measure the messages of the file that the command line names."""
    try:
        rows = read(Path(sys.argv[1]))
        before = local.resident()
        ranked, matcher = intents(), Releases(paths.releases()).current().matcher
    except (LabelledError, ReleaseError) as error:
        sys.exit(str(error))
    except (FileNotFoundError, KeyError):
        sys.exit(f"{paths.var() / 'models'} 里没有训练好的模型；请先运行 make train。")
    decide = local.decide_with(matcher)

    def understand(text: str) -> None:
        ranked.ranking(text)
        decide(text)

    understand("有居住证能落户吗")
    after = local.resident()
    times = local.spent(rows, understand)
    print(json.dumps({"p50": float(np.quantile(times, .5)), "p95": float(np.quantile(times, .95)),
                      "memory": after - before, "encoder": matcher.encoder.name}))


if __name__ == "__main__":
    main()
