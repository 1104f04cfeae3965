"""What a person says about themselves in their own words, read as values of facts.

Nothing is guessed: what names no option, or two, is not read.
"""
from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Callable, Iterable, Mapping, Sequence

from policy_kb.eligibility import UNKNOWN, Value
from policy_kb.facts import option_of
from policy_kb.quantities import Quantity, Unclear, read_age, read_date, read_duration
from policy_kb.rules import Fact, Option
from policy_kb.text import normalize

NOT = tuple("不没无非未别")
DENIAL = re.compile(r"[不没无非未别](?:是|在|有|算|住在?|去|到|想|打算|再|要|办|曾)?[过了]?$")
DENIED_AFTER = re.compile(r"(?:也|都|还)?(?:没有?|不)(?:来|搬|跟|在|是|算)")
UNSURE = re.compile(
    r"不(?:太|大|怎么)?(?:清楚|知道|晓得|记得|确定|了解)|记不[清得住]|忘了|忘记|说不[好准清上]|不好说|拿不准|吃不准|没[问查]过"
    r"|没概念|没数|没注意|没留意|想不起|[搞弄分]不清|谁知道|咋知道"
)
ASKED_ON = re.compile(
    r"[？?]|吗|(?:怎么|咋)(?:办|弄|整|查|交|申请|知道)|[在去到上找](?:哪|谁)|能不能|行不行|什么是|啥是|是(?:啥|什么)$|为(?:什么|啥)"
)
QUESTION = re.compile(
    r"[？?]|吗|(?<![那这多])么$|怎么|咋|能不能|可不可以|可以不$|能不$|行不|哪|(?<!没)(?<!没有)(?:什么|啥)(?!都|也)|如何|是否|要不要"
    r"|有没有|用不用|是不是|对不对|好不好|算不算|够不够|多少|多久|多长|多大(?!岁数)"
    r"|(?:要|得|需|满|够|交|等|差|还有)(?:住|等|交|满)?几(?:年|个月|岁)|几(?:年|个月|岁)(?:才|能|可以|以上|够|行)"
)
LEFT_OPEN = re.compile(r"呢$")
STILL = re.compile(r"着呢$|[还正没才都]")
SUPPOSED = re.compile(r"如果|要是|假如|假设|万一|倘若|的话")
CLAUSE_END = re.compile(r"[，。；！？,;!?\n]")
LEADING = re.compile(r"^(?:我们|我家|我|俺|咱|暂时|目前|现在|当然|确实|反正|就|都|也|还|真|嗯|哦|那个|额|呃|啊|是)+")
PAPERS = re.compile(r"(?:居住证|社保|保险|公积金|医保|合同)[^，。]{0,4}[办交缴签领满]")
TOLD = {"duration": re.compile(r"[^，。？]{0,8}了"), "age": re.compile(r"我|俺|今年|了")}
READERS: Mapping[str, Callable[[str, dt.date], "Value | None"]] = {
    "duration": read_duration, "age": read_age, "date": read_date,
}
TWO = "您说的像是{both}，请选一个。{sources}"


def is_question(text: str) -> bool:
    """Whether something is asked rather than stated."""
    plain = normalize(text)
    left_open = LEFT_OPEN.search(plain) and not STILL.search(plain)
    return bool(QUESTION.search(plain) or left_open or SUPPOSED.search(plain))


def is_unsure(text: str) -> bool:
    """Whether the person says that they do not know."""
    plain = normalize(text)
    return bool(UNSURE.search(plain)) and not ASKED_ON.search(plain)


def tells_length(fact: Fact, text: str) -> bool:
    """Whether a length of the writer's own stands in `text`, even if something is asked as well."""
    plain = normalize(text)
    told = TOLD.get(fact.kind)
    if told is None or SUPPOSED.search(plain):
        return False
    return any(told.search(plain[plain.find(word):] if fact.kind == "duration" else plain)
               for word in fact.mentions if word in plain)


def _denied(text: str, at: int, word: str) -> bool:
    """Whether a word at a place is denied (没有…, …也没来), or asked by denying it (有没有…)."""
    if DENIED_AFTER.match(text, at + len(word)):
        return True
    if word.startswith(NOT):
        return at > 0 and len(word) > 1 and text[at - 1] == word[1]
    return bool(DENIAL.search(text[max(0, at - 4):at]))


@dataclass(frozen=True)
class _Named:
    """An option's word at a place of the text."""

    start: int
    end: int
    value: str
    denied: bool

    def beaten_by(self, other: "_Named") -> bool:
        """Whether it is a part of a longer word, or runs into one that is denied."""
        inside = other.start <= self.start and self.end <= other.end
        longer = other.end - other.start > self.end - self.start
        return inside and longer or other.denied and other.start < self.end < other.end


def _names_another(word: str, value: str, options: Sequence[Option]) -> bool:
    """Whether a word is the beginning of another option: 农村 of 农村籍退役士兵."""
    return any(o.value != value and o.value.startswith(word) for o in options)


def _named(text: str, options: Sequence[Option], words: Callable[[Option], Iterable[str]]) -> list[str]:
    """Values of the options that `text` names."""
    found = [
        _Named(*place.span(), option.value, _denied(text, place.start(), word))
        for option in options for word in map(normalize, words(option))
        if len(word) > 1 and not _names_another(word, option.value, options)
        for place in re.finditer(re.escape(word), text)
    ]
    named = [n.value for n in found if not n.denied and not any(map(n.beaten_by, found))]
    return list(dict.fromkeys(named))


def _general(option: Option) -> tuple[str, ...]:
    """Sayings that mean something only as an answer to the question: 是, 没有, 还没."""
    return tuple(w for w in option.sayings if re.fullmatch(r"[是对有无没不在还行的]+", w))


def _specific(option: Option) -> tuple[str, ...]:
    general = _general(option)
    return tuple(w for w in (option.value, *option.sayings, *option.mentions) if w not in general)


def _option(fact: Fact, plain: str) -> str | None:
    """The option that is meant. Raises Unclear if two are named."""
    exact = option_of(fact, plain) or option_of(fact, LEADING.sub("", plain))
    if exact is not None:
        return exact
    found = _named(plain, fact.options, _specific)
    if not found:
        parts = [LEADING.sub("", part) for part in CLAUSE_END.split(plain)]
        found = list(dict.fromkeys(o for part in parts if part and (o := option_of(fact, part))))
    if len(found) > 1:
        raise Unclear(TWO.format(both="，又像是".join(f"“{v}”" for v in found), sources=fact.sources))
    return found[0] if found else None


def read_answer(fact: Fact, text: str, today: dt.date) -> Value | None:
    """Value that `text` gives when it answers the question of `fact`; None if it gives none.

    Raises Unclear when something was said that has to be asked back.
    """
    plain = normalize(text)
    found = _option(fact, plain) if fact.options else None
    if found is not None or fact.kind == "choice":
        return found
    return READERS[fact.kind](plain, today)


def _length_in(fact: Fact, clause: str, today: dt.date) -> Value | None:
    """A length in a story, if a word near it shows that it is this fact's."""
    if fact.kind not in ("duration", "age") or PAPERS.search(clause):
        return None
    if not any(word in clause.replace("居住证", "") for word in fact.mentions):
        return None
    try:
        return READERS[fact.kind](clause, today)
    except Unclear:
        return None


def _stated(fact: Fact, clauses: Sequence[str], today: dt.date) -> Value | None:
    """What clauses state of a fact; None if nothing, or two things."""
    if fact.options:
        named = _named("，".join(clauses), fact.options, lambda option: option.mentions)
        if named:
            return named[0] if len(named) == 1 else None
    return next((v for part in clauses if (v := _length_in(fact, part, today)) is not None), None)


def facts_in(text: str, facts: Mapping[str, Fact], today: dt.date,
             wanted: Iterable[str]) -> dict[str, Value]:
    """Values of the `wanted` facts that a message states in passing; what is supposed is not."""
    clauses = [c for c in CLAUSE_END.split(normalize(text)) if c and not SUPPOSED.search(c)]
    found = {name: _stated(facts[name], clauses, today) for name in wanted}
    return {name: value for name, value in found.items() if value is not None}


def volunteered(text: str, facts: Mapping[str, Fact], today: dt.date,
                answered: Iterable[str]) -> dict[str, Value]:
    """New values for facts that were `answered` before: what a correction changes.

    Words that fit one answered fact only are read.
    """
    answered = list(answered)
    stated = facts_in(text, facts, today, answered)
    if stated or is_unsure(text):
        return stated
    found = {name: _fitting(facts[name], text, today) for name in answered}
    fitting = {name: value for name, value in found.items() if value is not None}
    return fitting if len(fitting) == 1 else {}


def _fitting(fact: Fact, text: str, today: dt.date) -> Value | None:
    try:
        value = read_answer(fact, text, today)
    except Unclear:
        return None
    return value if isinstance(value, Quantity) or len(normalize(text)) > 1 else None


__all__ = [
    "UNKNOWN", "facts_in", "is_question", "is_unsure", "read_answer", "tells_length", "volunteered",
]
