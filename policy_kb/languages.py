"""Whether a message is Chinese in any writing: characters, pinyin, initials; or another language."""
from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, pinyin_dict
from pypinyin.style import convert

from policy_kb.text import CJK

LONGEST = 6         # letters of the longest syllable, “zhuang”
MANY = 2            # words of the Latin alphabet that are no pinyin make another language

_CHINESE = re.compile(rf"[{CJK}]")
_WORD = re.compile(r"[a-zà-ɏ]+")
_VOWEL = re.compile(r"[aeiouà-ɏ]")


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    """All syllables of pinyin, without tones."""
    marked = {one for read in pinyin_dict.pinyin_dict.values() for one in read.split(",")}
    return frozenset(convert(one, Style.NORMAL, strict=False) for one in marked)


def _is_pinyin(word: str) -> bool:
    """Whether `word` is a run of syllables or, without a vowel, of initials."""
    reached = [True] + [False] * len(word)
    for end in range(1, len(word) + 1):
        reached[end] = any(
            reached[start] and word[start:end] in _syllables()
            for start in range(max(0, end - LONGEST), end)
        )
    return reached[-1] or not _VOWEL.search(word)


def _other_letters(plain: str) -> int:
    """Letters that are neither Chinese nor Latin: kana, hangul, Cyrillic and so on."""
    rest = re.sub(r"[の・ー]", "", _WORD.sub("", _CHINESE.sub("", plain)))
    return sum(unicodedata.category(c).startswith("L") for c in rest)


def is_foreign(plain: str) -> bool:
    """Whether normalised text is in another language than Chinese, however that is typed."""
    chinese = len(_CHINESE.findall(plain))
    if _other_letters(plain) * 2 > chinese:
        return True
    words = [word for word in _WORD.findall(plain) if not _is_pinyin(word)]
    return len(words) >= MANY and chinese < len(words)
