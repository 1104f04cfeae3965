"""Training lines stand in one place only, are enough, and Rasa finds no fault with them."""
from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from bench import near_duplicates
from bench.labelled import read
from policy_kb import paths
from policy_kb.entries import Content, load_content
from policy_kb.text import normalize
from tuning import letters

NLU = paths.ROOT / "data" / "nlu"
MEASURED = [paths.ROOT / "tests" / "understanding" / f"{name}.jsonl"
            for name in ("hard_messages", "pairs", "letters", "unseen")]
ALIKE = 80                              # of 100: what is measured with must stay below
CITIZENS, NEAR_MISSES = 36, 400         # least 问法 of an item for citizens, and over all topics


@pytest.fixture(scope="module")
def content() -> Content:
    """The content that ships."""
    return load_content(paths.ROOT / "policy_kb" / "content")


def _in_several_places(lines: list[tuple[str, str]]) -> dict[str, set[str]]:
    places = defaultdict(set)
    for text, place in lines:
        places[normalize(text)].add(place)
    return {text: found for text, found in places.items() if len(found) > 1}


def _repeated(lines: list[tuple[str, str]]) -> list[str]:
    counts = Counter(normalize(text) for text, _ in lines)
    return [text for text, count in counts.items() if count > 1]


def test_no_example_stands_under_two_intents_or_twice() -> None:
    lines = near_duplicates.examples(NLU)
    assert not _in_several_places(lines)
    assert not _repeated(lines)


def test_no_question_stands_under_two_entries_or_twice(content: Content) -> None:
    lines = [(q, e.id) for e in content.entries for q in e.questions]
    lines += [(q, "out_of_scope") for q in content.out_of_scope]
    assert not _in_several_places(lines)
    assert not _repeated(lines)


def test_what_citizens_ask_is_asked_in_many_ways(content: Content) -> None:
    few = {e.id: len(e.questions) for e in content.entries
           if e.kind == "clause" and e.audience == "群众" and len(e.questions) < CITIZENS}
    assert not few


def test_near_misses_are_many_and_spread_over_the_topics(content: Content) -> None:
    sizes = [len(e.questions) for e in content.entries if e.kind == "not_regulated"]
    assert sum(sizes) >= NEAR_MISSES
    assert min(sizes) >= 10


def test_hardly_any_lines_that_lead_elsewhere_are_nearly_the_same() -> None:
    assert len(list(near_duplicates.alike(near_duplicates.examples(NLU)))) <= 3
    lines = near_duplicates.questions()
    assert len(list(near_duplicates.alike(lines))) <= len(lines) / 200


def test_letters_name_entries_that_there_are(content: Content) -> None:
    kind, found = {e.id: e.kind for e in content.entries}, letters.read()
    assert {kind[e] for letter in found for e in letter.entries} == {"clause"}
    assert {kind[t] for letter in found for t in letter.topics} == {"not_regulated"}


@pytest.mark.parametrize("line", [
    "no json", '{"text": "x"}', '{"text": "x", "covers": 3, "entries": ["4-1"], "topics": []}',
    '{"text": "x", "covers": 1, "entries": [], "topics": []}',
])
def test_a_broken_letter_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    good = '{"text": "x", "covers": 0, "entries": [], "topics": []}'
    (tmp_path / "some.jsonl").write_text(f"{good}\n{line}\n")
    with pytest.raises(ValueError, match=r"some\.jsonl:2"):
        letters.read(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("file", MEASURED, ids=lambda path: path.stem)
def test_no_message_to_measure_with_resembles_a_training_line(file: Path) -> None:
    lines = [text for text, _ in near_duplicates.questions()]
    lines += [normalize(letter.text) for letter in letters.read()]
    texts = [normalize(row.text) for row in read(file)]
    assert len(texts) >= 600
    alike = process.cdist(texts, lines, scorer=fuzz.ratio, score_cutoff=ALIKE)
    assert not [texts[i] for i in alike.any(axis=1).nonzero()[0]]


@pytest.mark.slow
def test_rasa_finds_no_fault_with_the_data() -> None:
    found = subprocess.run([sys.executable, "-m", "rasa", "data", "validate"], cwd=paths.ROOT,
                           capture_output=True, text=True)
    said = found.stdout + found.stderr
    assert found.returncode == 0, said
    assert "No story structure conflicts found" in said
