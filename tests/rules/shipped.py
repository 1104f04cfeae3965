"""The rules and facts that ship, and the sentences that say what they must decide."""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping

from ruamel.yaml import YAML

from policy_kb import facts as values
from policy_kb.eligibility import Change, Outcome, Value
from policy_kb.entries import Content, load_content
from policy_kb.rules import Fact, Rule, parse_facts, parse_rule
from policy_kb.tables import OUTCOMES

HERE = Path(__file__).parent
CONTENT = HERE.parent.parent / "policy_kb/content"
SHEET = {"规则", "今天", "通常", "用例"}
SENTENCE = {"说明", "今天", "情况", "结果", "情形", "改变"}


def read(path: Path) -> Any:
    """A YAML file."""
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


@lru_cache(maxsize=None)
def rules() -> Mapping[str, Rule]:
    """The rules that ship, by id."""
    found = (parse_rule(read(path)) for path in sorted((CONTENT / "rules").glob("*.yml")))
    return {rule.id: rule for rule in found}


@lru_cache(maxsize=None)
def facts() -> Mapping[str, Fact]:
    """The facts that ship, by id."""
    return parse_facts(read(CONTENT / "facts.yml"))


@dataclass(frozen=True)
class Held:
    """What a verdict and an audit need of a release, without its search index and its matcher."""

    number: int
    content_hash: str
    content: Content

    def __post_init__(self) -> None:
        self.__dict__.update(
            entries={e.id: e for e in self.content.entries}, document=self.content.document,
            departments={b.name: b for b in self.content.departments},
            citations={c.id: c for c in self.content.citations}, rights=self.content.rights,
            facts=parse_facts(self.content.facts),
            rules={id: parse_rule(raw) for id, raw in self.content.rules.items()},
        )


@lru_cache(maxsize=None)
def held() -> Held:
    """The content that ships, as a release holds it."""
    return Held(7, "c0ffee" * 10, load_content(CONTENT))


@dataclass(frozen=True)
class Sentence:
    """One case: what a person says on a day, and what then is decided.

    `case` and `changes` are None where the sentence does not speak of them.
    """

    rule: Rule
    words: str
    today: dt.date
    given: Mapping[str, Value]
    outcome: Outcome
    case: str | None
    changes: tuple[str, ...] | None


def _day(raw: Any) -> dt.date:
    return raw if isinstance(raw, dt.date) else dt.date.fromisoformat(raw)


def _sentence(raw: Mapping[str, Any], sheet: Mapping[str, Any]) -> Sentence:
    assert set(raw) <= SENTENCE, f"{sheet['规则']} {raw.get('说明')}：不认识的键 {set(raw) - SENTENCE}"
    today = _day(raw.get("今天") or sheet["今天"])
    said = {**sheet["通常"], **(raw.get("情况") or {})}
    given = {
        name: values.parse(facts()[name], str(text), today)
        for name, text in said.items() if text is not None
    }
    changes = tuple(raw["改变"]) if "改变" in raw else None
    return Sentence(rules()[sheet["规则"]], raw["说明"], today, given, OUTCOMES[raw["结果"]],
                    raw.get("情形"), changes)


@lru_cache(maxsize=None)
def sentences() -> tuple[Sentence, ...]:
    """All sentences of all rules."""
    found = []
    for path in sorted(HERE.glob("*.yml")):
        sheet = read(path)
        assert set(sheet) == SHEET and sheet["规则"] == path.stem, path.name
        found += [_sentence(raw, sheet) for raw in sheet["用例"]]
    return tuple(found)


def change_words(change: Change) -> str:
    """A change as a sentence writes it: what, from when, given what."""
    when = f"，{values.days_words(change.when)}起" if change.when else ""
    given = f"，前提是{'、'.join(change.assuming)}" if change.assuming else ""
    return f"{change.needed}{when}{given}"
