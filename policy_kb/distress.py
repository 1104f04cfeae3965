"""Somebody who may be about to harm themselves: words that no classifier is asked about.

It is the same for every path a message can take. A false alarm costs a sentence with two
telephone numbers, so what is said of others, or in anger, counts too.
"""
from __future__ import annotations

import re

from policy_kb.text import normalize

_MARKS = re.compile(r"[^\w]+")
_SAID = re.compile(
    r"活不下去|活不了了|活不成了|没法活|没有?活路|不让人活|不想再?活(?!动|泼)|不愿再?活(?!动)|不活了"
    r"|活够了|活腻|活着还?有(?:啥|什么|何)(?:意思|意义|劲|用|盼头)|活着(?:也|还|真|都)?(?:没|没有)(?:啥|什么)?(?:意思|意义|劲|盼头|指望)|活着(?:也是|就是)?受罪"
    r"|(?<!不)想死(?!机|掉电|守|磕|党|[你您他她它])|想要死|寻死|死了算|死了得了|死了拉倒|不如死|去死了|死给(?:你|您|他)们?看"
    r"|一了百了|自杀|自尽|自残|轻生|寻短见|想不开|了结(?:自己|此生|这辈子|这条命)|结束(?:我|自己|我自己)?的?生命"
    r"|跳楼(?!价|机)|跳河|跳江|跳海|投河|投江|上吊|割腕|喝农药|喝药死|喝敌敌畏|吞安眠药|烧炭|遗书"
)


def in_distress(text: str) -> bool:
    """Whether a message, as typed, speaks of not wanting to live."""
    return bool(_SAID.search(_MARKS.sub("", normalize(text))))


def without_it(text: str) -> str:
    """Normalised `text` less the words of distress: what else the person wants to know."""
    return _SAID.sub("", normalize(text)).strip(" ，。！")
