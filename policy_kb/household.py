"""Who a message is about: the writer, and relatives who come along, with their ages."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from policy_kb.quantities.numerals import NUMBER, figure
from policy_kb.text import normalize

SELF = "您"
ELDERS = ("老伴", "爱人", "媳妇", "老婆", "老公", "丈夫", "妻子", "对象", "爸妈", "父母", "老爸", "老妈",
          "爸爸", "妈妈", "父亲", "母亲", "俺爹", "俺娘", "我爸", "我妈", "爷爷", "奶奶", "姥姥", "姥爷",
          "公公", "婆婆", "岳父", "岳母", "丈母娘", "老丈人", "老人", "大爷", "大娘")
CHILDREN = ("孙子", "孙女", "外孙女", "外孙", "儿子", "女儿", "闺女", "姑娘", "孩子", "小孩", "娃")
RELATIVE = re.compile("|".join(sorted((*ELDERS, *CHILDREN), key=len, reverse=True)))
TOGETHER = re.compile(r"和|跟|(?<![合共相不])同(?![意时样事学等])|与|带|领着|还有|一起|一块|一家|都[来在跟想要过]|[来在跟想要过]都")
AGE = re.compile(rf"^[（(]?\s*(?:今年|都|已经|快|有)?\s*({NUMBER})\s*(?:周?岁[)）]?|[)）]|(?=$|[，。！、；,;!了和带跟]))")
AGE_BEFORE = re.compile(rf"({NUMBER})(?:周岁|岁)的?$")
FOR_ONE = re.compile(r"(?:帮|给|替|为|代)(?:我|俺|咱|忙|家里)?(?:的)?$|^(?:那么?)?(?:我|俺|咱)?(?:家|家里)?的?$")
CLAUSES = re.compile(r"(?<=[，。；！？,;!?\n])")
ABOUT_SELF = re.compile(r"(?:我|俺|本人|自己)(?!的?(?:家的?)?(?:" + RELATIVE.pattern + "))")
CALLED = {"我爸": "爸爸", "我妈": "妈妈", "俺爹": "父亲", "俺娘": "母亲"}
ADULT = 18                                       # years; a younger child of the family goes to school
OF_AGE = r"(?:成年|成家|结了?婚|娶|嫁|工作|上班|打工|打零工|务工|做买卖|做生意|(?:大学|大专|技校)毕业|当兵|当过兵|退伍|退役)"
BY_NOW = r"(?:现在|如今|早就?|已经?|是|[在到]?(?:丹东|市里|城里|厂里|单位|公司))*"
GROWN_BEFORE = re.compile(r"(?<![未没])(?:成年|成家|结了?婚|工作|上班|毕业)了?的?[大二三四小老]?$")
GROWN_AFTER = re.compile(rf"^(?:都|也)?{BY_NOW}{OF_AGE}")
GROWN_LATER = re.compile(rf"^[^，。；！？]{{0,9}}[，,；。][他她](?:都|也)?{BY_NOW}{OF_AGE}")
ALONG = re.compile(r"(?:带着?|领着?|陪着?|和|跟|与|同)(?:我|俺|自己)?的?[大二三四小老]?$")


@dataclass(frozen=True)
class Person:
    """One of a household: how they were called, age in years if it was said; a `child` goes to
    school, a `grown` one is a child of the family that is of age."""

    name: str
    age: int | None
    child: bool
    grown: bool = False


@dataclass(frozen=True)
class _Mention:
    person: Person
    start: int
    end: int


def _age(words: str) -> int | None:
    try:
        low, high = figure(words)
    except ValueError:
        return None
    return int(low) if low == high and low <= 120 else None


def _mention(found: re.Match[str], text: str) -> _Mention:
    after, before = AGE.match(text[found.end():]), AGE_BEFORE.search(text[:found.start()])
    stated = after or before
    age = _age(stated[1]) if stated else None
    young = found[0] in CHILDREN
    grown = young and (age >= ADULT if age is not None else _said_grown(found, text))
    start = before.start() if before and not after else found.start()
    person = Person(CALLED.get(found[0], found[0]), age, young and not grown, grown)
    return _Mention(person, start, found.end() + (after.end() if after else 0))


def _said_grown(found: re.Match[str], text: str) -> bool:
    """Whether a child is said to be of age, to work or to be married; 我带孩子打工 says it of me."""
    before, after = text[:found.start()], text[found.end():]
    if GROWN_BEFORE.search(before) or GROWN_LATER.match(after):
        return True
    return bool(GROWN_AFTER.match(after)) and (after[0] in "都也" or not ALONG.search(before))


def _mentions(text: str) -> Iterator[_Mention]:
    return (_mention(found, text) for found in RELATIVE.finditer(text))


def relatives(text: str) -> tuple[Person, ...]:
    """Relatives who come along, in the order named, each once; none unless somebody comes along.

    Of one who is named again, what is said first about the age counts.
    """
    plain = normalize(text)
    if not TOGETHER.search(plain):
        return ()
    people: dict[str, Person] = {}
    for person in (one.person for one in _mentions(plain)):
        known = people.setdefault(person.name, person)
        if known.age is None and not known.grown and (person.age is not None or person.grown):
            people[person.name] = person
    return tuple(people.values())


def only(text: str) -> Person | None:
    """The one relative whom a message is about instead of the writer: 帮我爸查一下; else None."""
    plain = normalize(text)
    found = list(_mentions(plain))
    if TOGETHER.search(plain) or len({one.person.name for one in found}) != 1:
        return None
    first = found[0]
    clause = CLAUSES.split(plain[:first.start])[-1]
    return first.person if FOR_ONE.search(clause) and not ABOUT_SELF.search(plain[first.end:]) else None


def own_words(text: str) -> str:
    """What a message says of the writer: without the ages of relatives and clauses about them."""
    plain = normalize(text)
    for one in reversed(list(_mentions(plain))):
        plain = plain[:one.start] + one.person.name + plain[one.end:]
    return "".join(clause for clause in CLAUSES.split(plain) if not _about_another(clause))


def _about_another(clause: str) -> bool:
    found = RELATIVE.search(clause)
    if not found or TOGETHER.search(clause):
        return False
    return bool(re.fullmatch(r"(?:我|俺|咱)?(?:家|家里)?的?", clause[:found.start()]))
