"""Numbers that open the parts of an official document: 第一章, 第一条, 一、, (一), 1., (1), ①."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import cn2an

CHINESE_DIGITS = "零〇○一二三四五六七八九十百千两"
_CHINESE = rf"[{CHINESE_DIGITS}]{{1,7}}"
_ANY = rf"(?:{_CHINESE}|\d{{1,4}})"
# 第十二条规定的…… continues a sentence; 第十二条　公民…… opens an article.
_NOT_A_REFERENCE = r"(?!\s*(?:规定|的|第|至|、|和|或)|所列|所称|款|中|以)"


@dataclass(frozen=True)
class Number:
    """An opening number: as written, its value, its rank (0 is the highest), where it ends."""

    text: str
    value: int
    rank: int
    end: int


ARTICLE_RANK = 3  # 第一条
ITEM_RANK = 6  # 1.
_STYLES: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (rank, re.compile(pattern))
    for rank, pattern in (
        *(
            (rank, rf"第\s*({_ANY})\s*{unit}(?:之{_CHINESE})?{_NOT_A_REFERENCE}")
            for rank, unit in enumerate("编章节条")
        ),
        (4, rf"({_CHINESE})\s*(?:、|[．.](?!\d))(?!{_CHINESE}、)"),
        (5, rf"[（(〔]?\s*({_CHINESE})\s*[）)〕]|([㈠-㈩])"),
        (6, r"(\d{1,3})\s*(?:[．、]|\.(?!\d))|([⒈-⒛])"),
        # 应急预案 number their chapters without a mark: 1 总则, 1.1 编制目的.
        (6, r"(\d{1,2})[ \u3000]+(?=[^\s\d年月日个人名元万亿户岁次天亩倍、页][^。，；：]{1,20}$)"),
        (7, r"\d{1,2}[.．](\d{1,2})(?![\d.．万亿元倍个年月日米亩千百%％])"),
        (8, r"\d{1,2}[.．]\d{1,2}[.．](\d{1,2})(?![\d.．])"),
        (9, r"[（(]?\s*(\d{1,3})\s*[）)]|([⑴-⒇])"),
        (10, r"([①-⑳])"),
    )
)
_FIRST_CHARACTERS = re.compile(rf"[第（(〔㈠-㈩⒈-⒛⑴-⒇①-⑳\d{CHINESE_DIGITS}]")


def read_number(text: str) -> Number | None:
    """The number that opens ``text``, or None when it opens with something else."""
    if not _FIRST_CHARACTERS.match(text):
        return None
    for rank, pattern in _STYLES:
        match = pattern.match(text)
        value = match and _value(next(filter(None, match.groups())))
        if match and value:
            written = re.sub(r"\s+", "", match[0])
            return Number(written, value, rank, match.end())
    return None


@lru_cache(maxsize=4096)
def value_of(numeral: str) -> int | None:
    """The whole number that a Chinese, full-width or Arabic numeral names; None when it is none."""
    try:
        return int(numeral)
    except ValueError:
        pass
    try:
        return int(cn2an.cn2an(re.sub("[○〇]", "零", numeral), "normal"))
    except (ValueError, TypeError):
        return None


def _value(numeral: str) -> int | None:
    if len(numeral) == 1 and not numeral.isdecimal() and numeral not in CHINESE_DIGITS:
        return int(unicodedata.numeric(numeral))
    return value_of(numeral)
