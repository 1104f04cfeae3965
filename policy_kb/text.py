"""What a citizen typed, made comparable: normal form, words, and homophones put right."""
from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Iterable, Mapping

import jieba
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from policy_kb import paths

jieba.setLogLevel(logging.ERROR)

CJK = "\u3400-\u9fff"
_SPACES = re.compile(r"\s+")
_BETWEEN_CJK = re.compile(rf"(?<=[{CJK}，。？！、；：]) (?=[{CJK}，。？！、；：])")
_REPEATED_MARKS = re.compile(r"([^\w\s])(?:\s*\1)+|([^\w\s])(?:\s*[^\w\s]){3,}")
_ADDRESS = re.compile(rf"(?i:https?:/+|www\.)[^\s{CJK},，。！；]*")
_LATIN_RUN = re.compile(r"[a-z]+(?:[ '][a-z]+)*")
_WORD = re.compile(r"\w")
_DRAWING = {"So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}
_FULL_STOPS = str.maketrans({",": "，", "?": "？", "!": "！", ";": "；", ":": "："})


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def _drawn(line: str) -> bool:
    """Whether a line is a picture made of characters rather than something said."""
    shown = re.sub(r"(.)\1+", r"\1", line.replace(" ", ""))
    letters = len(re.findall(rf"[{CJK}]", shown)) * 3 + len(re.findall(r"[a-z0-9]", shown.lower()))
    return len(shown) >= 3 and letters * 2 < len(shown)


def normalize(text: str) -> str:
    """One line of simplified, lower-case, half-width text without pictures, addresses of web
    pages or control characters.

    Spaces between Chinese characters go; marks said several times are said once. Pure: the same
    text always gives the same result, and normalising twice changes nothing.
    """
    text = unicodedata.normalize("NFKC", text)
    lines = text.splitlines()
    lines = [line for line in lines if len(lines) == 1 or not _drawn(line)]
    kept = (
        " " if c.isspace() else "" if unicodedata.category(c) in _DRAWING else c
        for c in " ".join(lines)
    )
    plain = _simplifier().convert(_ADDRESS.sub("", "".join(kept))).lower().translate(_FULL_STOPS)
    plain = _REPEATED_MARKS.sub(lambda m: m[1] or m[2], plain)
    return _BETWEEN_CJK.sub("", _SPACES.sub(" ", plain)).strip()


@lru_cache(maxsize=1)
def _base() -> jieba.Tokenizer:
    """The general dictionary, read once a process, its cache in a folder of our own."""
    folder = paths.var() / "cache" / "jieba"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    return tokenizer


_base_lock = threading.Lock()


def _general() -> jieba.Tokenizer:
    with _base_lock:
        return _base()


class Segmenter:
    """Splits text into words by the general dictionary and `words`; safe between threads.

    It never touches jieba's global dictionary, so words of an old release do not linger.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        general = _general()
        self._jieba = jieba.Tokenizer()
        self._jieba.FREQ, self._jieba.total = dict(general.FREQ), general.total
        self._jieba.initialized = True
        for word in words:
            self._jieba.add_word(normalize(word))

    def cut(self, text: str) -> list[str]:
        """The words of normalised `text`, without blanks and punctuation."""
        return [w for w in self._jieba.cut(text, HMM=False) if _WORD.search(w)]

    def knows(self, word: str) -> bool:
        """Whether `word` is in the dictionary."""
        return bool(self._jieba.FREQ.get(word))

    def uses(self, word: str) -> int:
        """How often `word` stands in the texts behind the dictionary; 0 if it does not know it."""
        return self._jieba.FREQ.get(word) or 0

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Start and end of every word of `text`, punctuation included."""
        return [(start, end) for _, start, end in self._jieba.tokenize(text, HMM=False)]


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    if not "\u3400" <= character <= "\u9fff":
        return character
    return lazy_pinyin(character, style=Style.NORMAL)[0]


def syllables(text: str) -> tuple[str, ...]:
    """Pinyin without tones, one syllable a character; other characters stay as they are."""
    return tuple(map(_syllable, text))


def _chinese(word: str) -> bool:
    return bool(re.fullmatch(rf"[{CJK}]+", word))


class Repair:
    """Puts homophone slips (签户口 → 迁户口) and typed pinyin (luohu → 落户) right.

    `terms` are the project's own words; `common` are words met in the entries, most frequent
    first, and serve typed pinyin alone: 迁到 must not become 前到. Only a stretch that makes no
    sense to the dictionary is changed, and only into a term that sounds the same; a character
    that stands by itself in most sentences (不, 是, 岁) is taken to be meant.
    """

    LONGEST = 8
    OWN = "不没无未是在有"       # a term of any length must not swallow these
    USUAL = 10_000              # uses of a character as a word of its own, in the dictionary

    def __init__(self, terms: Iterable[str], common: Iterable[str] = (),
                 segmenter: Segmenter | None = None) -> None:
        self._segmenter = segmenter or Segmenter()
        self._known: set[str] = set()
        self._by_sound: dict[tuple[str, ...], str] = {}
        self._by_letters: dict[str, str] = {}
        self._by_initials: dict[str, str] = {}
        for word in terms:
            self._learn(normalize(word), term=True)
        for word in common:
            self._learn(word, term=False)

    def _learn(self, word: str, term: bool) -> None:
        if not _chinese(word) or len(word) > self.LONGEST:
            return
        sound = syllables(word)
        self._known.add(word)
        self._by_letters.setdefault("".join(sound), word)
        if term and len(word) > 1:
            self._by_sound.setdefault(sound, word)
        if term and len(word) >= 3:
            self._by_initials.setdefault("".join(s[0] for s in sound), word)

    def __call__(self, text: str) -> str:
        """Repaired form of normalised `text`."""
        if re.search("[a-z]", text):
            text = _BETWEEN_CJK.sub("", _LATIN_RUN.sub(self._spoken, text))
        return self._homophones(text)

    def _spoken(self, match: re.Match[str]) -> str:
        run = match[0]
        whole = self._letters(re.sub("[ ']", "", run))
        if whole:
            return whole
        return " ".join(
            self._by_initials.get(w) or self._letters(w) or w for w in re.split("[ ']", run)
        )

    def _letters(self, run: str) -> str | None:
        """`run` as the fewest words whose pinyin spells it out, None if nothing does.

        A single short syllable says too little: "de", "an" and "e" stay as typed.
        """
        if len(run) < 4 or len(run) > 60:
            return None
        best: list[tuple[int, str] | None] = [(0, "")] + [None] * len(run)
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - 24), end):
                word = self._by_letters.get(run[start:end])
                if word and best[start] is not None:
                    candidate = (best[start][0] + 1, best[start][1] + word)
                    if best[end] is None or candidate[0] < best[end][0]:
                        best[end] = candidate
        return best[-1][1] if best[-1] and len(best[-1][1]) >= 2 else None

    def _homophones(self, text: str) -> str:
        sounds, spans = syllables(text), self._segmenter.spans(text)
        word_at = [span for span in spans for _ in range(span[1] - span[0])]
        out, taken = list(text), [False] * len(text)
        for length in range(min(self.LONGEST, len(text)), 1, -1):
            for start in range(len(text) - length + 1):
                end = start + length
                word = self._by_sound.get(sounds[start:end])
                if word and not any(taken[start:end]) and self._is_slip(text, start, word, word_at):
                    out[start:end] = word
                    taken[start:end] = [True] * length
        return "".join(out)

    def _is_slip(self, text: str, start: int, word: str,
                 word_at: list[tuple[int, int]]) -> bool:
        end = start + len(word)
        typed = text[start:end]
        if typed == word or typed in self._known or self._segmenter.knows(typed):
            return False
        wrong = [i for i in range(start, end) if text[i] != word[i - start]]
        touched = {word_at[i] for i in wrong}
        if any(s < start or e > end for s, e in touched):
            return False
        if any(text[i] in self.OWN for i in wrong):
            return False
        if len(wrong) == len(word):
            return len(word) >= 4
        return len(word) >= 3 or all(
            e - s == 1 and self._segmenter.uses(text[s]) < self.USUAL for s, e in touched
        )


def lexicon(synonyms: Mapping[str, Iterable[str]], words: Iterable[str]) -> list[str]:
    """The project's own words in a fixed order: document words, their synonyms, user words."""
    both = [w for word, others in synonyms.items() for w in (word, *others)]
    return list(dict.fromkeys([*both, *words]))


def frequent(texts: Iterable[str], segmenter: Segmenter) -> list[str]:
    """Words that stand at least twice in normalised `texts`, most frequent first."""
    counts = Counter(w for t in texts for w in segmenter.cut(t))
    return [w for w, n in sorted(counts.items(), key=lambda x: (-x[1], x[0])) if n >= 2]
