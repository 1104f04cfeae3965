"""What a person says about themselves in their own words, read as values of facts.

Nothing is guessed: what names no option, or two, is not read.
"""
from __future__ import annotations

import datetime as dt
import re
from typing import Callable, Iterable, Mapping

from policy_kb.eligibility import UNKNOWN, Value
from policy_kb.facts import option_of
from policy_kb.quantities import Quantity, Unclear, read_age, read_date, read_duration
from policy_kb.rules import Fact, Option
from policy_kb.text import normalize

NOT = ("不", "没", "无", "非", "未", "别")
UNSURE = re.compile(
    r"不清楚|不知道|不晓得|不太清楚|不明白|记不[清得住]|忘了|说不[好准清]|不好说|不确定|拿不准|没[问查]过|不懂|咋知道"
)
QUESTION = re.compile(
    r"[？?]|吗|呢$|么$|怎么|咋|能不能|可不可以|可以不$|能不$|行不$|多少|哪|什么|啥|如何|是否|要不要|有没有|用不用|为什么|为啥|几(?:年|个|岁)"
)
CLAUSE_END = re.compile(r"[，。；！？,;!?\n]")
NEAR = 12                                        # characters between a length and its word


def is_question(text: str) -> bool:
    """Whether something is asked rather than stated."""
    return bool(QUESTION.search(normalize(text)))


def is_unsure(text: str) -> bool:
    """Whether the person says that they do not know."""
    return bool(UNSURE.search(normalize(text))) and not is_question(text.replace("怎么", ""))


def _named(text: str, saying: str) -> bool:
    """Whether `saying` stands in `text` and is not denied just before."""
    at = text.find(saying)
    while at >= 0:
        denied = text[max(0, at - 2):at].endswith(NOT) or text[max(0, at - 2):at] in ("不是", "没有")
        if not denied or saying.startswith(NOT):
            return True
        at = text.find(saying, at + 1)
    return False


def _longest(text: str, options: Iterable[Option], words: Callable[[Option], Iterable[str]]) -> str | None:
    """The option whose longest word stands in `text`; None if there is none or a tie."""
    found: dict[str, int] = {}
    for option in options:
        lengths = [len(w) for w in map(normalize, words(option)) if len(w) > 1 and _named(text, w)]
        if lengths:
            found[option.value] = max(lengths)
    best = [value for value, length in found.items() if length == max(found.values())]
    return best[0] if len(best) == 1 else None


def read_answer(fact: Fact, text: str, today: dt.date) -> Value | None:
    """Value that `text` gives when it answers the question of `fact`; None if it gives none.

    Raises Unclear when something was said that has to be asked back.
    """
    plain = normalize(text)
    exact = option_of(fact, plain)
    if exact is not None:
        return exact
    if fact.kind == "choice" or fact.options:
        found = _longest(plain, fact.options, lambda o: (o.value, *o.sayings))
        if found or fact.kind == "choice":
            return found
    return {"duration": read_duration, "age": read_age, "date": read_date}[fact.kind](plain, today)


def _length_in(fact: Fact, text: str, today: dt.date) -> Value | None:
    """A length in a story, if a word near it shows that it is this fact's."""
    reader = {"duration": read_duration, "age": read_age}.get(fact.kind)
    if reader is None or not fact.mentions:
        return None
    words = [w for w in fact.mentions if w in text]
    if not words:
        return None
    try:
        return reader(text, today)
    except Unclear:
        return None


def facts_in(text: str, facts: Mapping[str, Fact], today: dt.date,
             wanted: Iterable[str]) -> dict[str, Value]:
    """Values of the `wanted` facts that a message states in passing."""
    plain = normalize(text)
    found: dict[str, Value] = {}
    for name in wanted:
        fact = facts[name]
        value = _longest(plain, fact.options, lambda o: o.mentions) if fact.options else None
        if value is None:
            value = next((v for part in CLAUSE_END.split(plain)
                          if (v := _length_in(fact, part, today)) is not None), None)
        if value is not None:
            found[name] = value
    return found


def volunteered(text: str, facts: Mapping[str, Fact], today: dt.date,
                answered: Iterable[str]) -> dict[str, Value]:
    """New values for facts that were `answered` before: what a correction changes.

    A word that fits one answered fact only is read; lengths by their unit.
    """
    stated = facts_in(text, facts, today, answered)
    if stated:
        return stated
    found: dict[str, Value] = {}
    for name in answered:
        try:
            value = read_answer(facts[name], text, today)
        except Unclear:
            value = None
        if value is not None and (isinstance(value, Quantity) or len(normalize(text)) > 1):
            found[name] = value
    if is_unsure(text):
        return {}
    return found if len(found) == 1 else {}


__all__ = ["UNKNOWN", "facts_in", "is_question", "is_unsure", "read_answer", "volunteered"]
