"""Who a message is about: the writer, and relatives who come along, with their ages."""
from __future__ import annotations

import re
from dataclasses import dataclass

from policy_kb.text import normalize

SELF = "您"
ELDERS = ("老伴", "爱人", "媳妇", "老婆", "老公", "丈夫", "妻子", "对象", "爸妈", "父母", "老爸", "老妈",
          "爸爸", "妈妈", "父亲", "母亲", "俺爹", "俺娘", "我爸", "我妈", "爷爷", "奶奶", "姥姥", "姥爷",
          "公公", "婆婆", "岳父", "岳母")
CHILDREN = ("孙子", "孙女", "外孙女", "外孙", "儿子", "女儿", "闺女", "孩子", "小孩", "娃")
RELATIVE = re.compile("|".join(sorted((*ELDERS, *CHILDREN), key=len, reverse=True)))
TOGETHER = re.compile(r"和|跟|同|与|带|领|还有|一起|一块|一家|都")
AGE = re.compile(r"^[（(]?\s*(?:今年)?(\d{1,3})\s*(?:岁|周岁)?\s*[)）]?")
ADULT = 16                                       # years; a younger relative goes to school


@dataclass(frozen=True)
class Person:
    """One of a household: how they were called, age in years if it was said, child or not."""

    name: str
    age: int | None
    child: bool


def _person(found: re.Match[str], rest: str) -> Person:
    stated = AGE.match(rest)
    age = int(stated[1]) if stated else None
    child = found[0] in CHILDREN and (age is None or age < ADULT)
    return Person(found[0], age, child)


def relatives(text: str) -> tuple[Person, ...]:
    """Relatives who come along, in the order named, each once; none unless somebody comes along."""
    plain = normalize(text)
    if not TOGETHER.search(plain):
        return ()
    people: dict[str, Person] = {}
    for found in RELATIVE.finditer(plain):
        people.setdefault(found[0], _person(found, plain[found.end():]))
    return tuple(people.values())
