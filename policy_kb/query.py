"""What a query asks for: words and their alternatives, and what was understood otherwise."""
from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import product
from typing import Iterable, Iterator, Mapping, Sequence

from policy_kb.marks import take_marks
from policy_kb.numbering import CHINESE_DIGITS, value_of
from policy_kb.text import CJK, Repair, Segmenter, lexicon, normalize
from policy_kb.vocabulary import Groups, Vocabulary, ends_of

LONGEST_QUERY = 1000     # characters that are read
LONGEST_SHOWN = 40       # characters of a suggestion; more is no slip of the pen
MOST_GROUPS = 24         # words of a query that count
SINGLE = 0.5             # what a single character counts beside a word
SUGGESTION = "您是不是要找“{}”？"

STOP_WORDS = frozenset(
    "的 了 吗 呢 啊 吧 么 呀 嘛 我 你 您 他 她 它 我们 你们 他们 咱 咱们 是 在 有 和 与 或 及 就 都 也 还 又 把 被"
    " 让 给 对 从 到 向 这 那 这个 那个 这些 那些 一 个 一个 不 没 没有 请 请问 问 想 想问 想要 要 会 能 可以 怎么"
    " 怎样 如何 什么 啥 咋 咋办 怎么办 哪 哪些 哪里 多少 几 为什么 是否 是不是 能不能 可不可以 一下 现在 已经"
    " 自己 人 时候 之后 以后 之前 然后 但是 如果 因为 所以 还是 关于 有关 相关 规定 情况 问题 谢谢 你好 您好"
    .split()
)
# Common on their own, so never the slip in a word: 丹东能 is not 丹东市.
PARTICLES = frozenset("的了吗呢啊吧么呀是在有和与或就都也还又把被让给对从到向这那一不没请问想要会能可以为去来过"
                      "得着地我你您他她它们人年月日上下里外多少大小好用办做说看")

_QUANTITY = re.compile(rf"(?P<n>[{CHINESE_DIGITS}]{{1,4}}|\d{{1,3}})(?P<unit>年|个月|周?岁|天)")
_UNITS = frozenset("年 个 月 岁 天".split())
_LATIN = re.compile(r"[a-z]+(?:[ ']+[a-z]+)*")
_CHINESE_RUN = re.compile(rf"[{CJK}]{{3,}}")
_LONGEST_SLIPPED = 200   # characters in which slips are sought


def plain(text: str) -> str:
    """Normal form with quantities in digits: 两年 and 2年, 六十周岁 and 60岁 are the same."""
    return _QUANTITY.sub(_in_digits, normalize(text))


def _in_digits(match: re.Match[str]) -> str:
    unit = match["unit"].removeprefix("周")
    return f"{value_of(match['n']) or match['n']}{unit}"


@dataclass(frozen=True)
class Wanted:
    """What a query asks for: groups of alternatives (words, phrases of words) and marks.

    `weights` say how much each group tells entries apart.
    """

    groups: Groups
    weights: list[float]
    marks: Groups
    suggestion: str | None


class QueryReader:
    """Turns queries into groups of words of one index."""

    def __init__(
        self, vocabulary: Vocabulary, total: int, segmenter: Segmenter,
        synonyms: Mapping[str, Sequence[str]], words: Iterable[str],
    ) -> None:
        """`total` is the number of entries in the index."""
        self.vocabulary, self.total, self.segmenter = vocabulary, total, segmenter
        self._synonyms = _synonym_groups(synonyms)
        self._repair = Repair(lexicon(synonyms, words), vocabulary.entries, segmenter)

    def read(self, query: str) -> Wanted:
        """The words that `query` asks for, with what was understood differently from typed."""
        marks, text = take_marks(plain(query[:LONGEST_QUERY]))
        spoken, text = self._take_latin(text)
        repaired = self._repair(text)
        near, shown = self._near_misses(repaired)
        groups = [*spoken, *self._groups(repaired), *near]
        groups = list(dict.fromkeys(groups))[:MOST_GROUPS]
        taken_for = [group[0] for group in spoken if group[0] not in query.lower()]
        if shown != text:
            taken_for.append(shown.strip())
        weights = [self.weight(group) for group in groups]
        return Wanted(groups, weights, marks, _suggestion(" ".join(taken_for)))

    def weight(self, group: Sequence[str]) -> float:
        """How much it says that an entry holds one of `group`: rare words say more."""
        entries = max((self._entries(phrase) for phrase in group), default=0)
        weight = max(math.log((self.total + 1) / (entries + 0.5)), 0) + 0.1
        return weight if len(group[0]) > 1 else weight * SINGLE

    def _entries(self, phrase: str) -> int:
        if " " not in phrase:
            return self.vocabulary.entries.get(phrase, 0)
        return min((self.vocabulary.entries.get(word, 0) for word in phrase.split()), default=0)

    def _take_latin(self, text: str) -> tuple[Groups, str]:
        groups: Groups = []
        for match in _LATIN.finditer(text):
            runs = re.split("[ ']+", match[0])
            found = self.vocabulary.spoken("".join(runs)) or [
                group for run in runs for group in self.vocabulary.spoken(run)]
            groups += [self._with_synonyms(group) for group in found]
        return groups, _LATIN.sub(" ", text)

    def _groups(self, text: str) -> Groups:
        groups: Groups = []
        words = dict.fromkeys(self._words(text))
        for word in (word for word in words if word not in STOP_WORDS | PARTICLES):
            group = (word,) if " " in word else self._alternatives(word)
            if any(map(self._entries, group)):
                groups.append(group)
            if len(groups) == MOST_GROUPS:
                break
        return groups

    def _words(self, text: str) -> Iterator[str]:
        """The words of `text`: known synonyms, quantities and runs of single characters whole."""
        words = self.segmenter.cut(text)
        position = 0
        while position < len(words):
            size = self._synonym_size(words, position)
            loose = self._loose_size(words, position) if size == 1 else 0
            yield (" " if loose > 1 else "").join(words[position:position + max(size, loose)])
            position += max(size, loose)

    def _loose_size(self, words: Sequence[str], position: int) -> int:
        """Number of words from `position` that mean something only as a phrase: 2 年, 同 城 同."""
        if words[position].isdecimal():
            return 2 if words[position + 1:position + 2] and words[position + 1] in _UNITS else 1
        size = 0
        for word in words[position:position + 6]:
            if len(word) > 1 or word in PARTICLES or word.isdecimal():
                break
            size += 1
        return size

    def _synonym_size(self, words: Sequence[str], position: int) -> int:
        """Number of words from `position` that make up the longest known synonym, at least 1."""
        sizes = range(min(6, len(words) - position), 1, -1)
        return next((
            size for size in sizes
            if "".join(words[position:position + size]) in self._synonyms), 1)

    def _alternatives(self, word: str) -> tuple[str, ...]:
        others = self.vocabulary.containing(word) if len(word) > 1 else ()
        if word not in self.vocabulary and word not in self._synonyms and not others:
            others = tuple(part for part in ends_of(word) if part in self.vocabulary)[:2]
        return self._with_synonyms((word, *others))

    def _with_synonyms(self, words: Sequence[str]) -> tuple[str, ...]:
        same = (other for word in words[:1] for other in self._synonyms.get(word, ()))
        phrases = (" ".join(self.segmenter.cut(word)) for word in (*words, *same))
        return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))

    def _near_misses(self, text: str) -> tuple[Groups, str]:
        """Words one character away from a stretch that makes none, and the text with them."""
        groups: Groups = []
        for run in _CHINESE_RUN.finditer(text[:200]):
            for typed, word in self._slips(run[0]):
                groups.append(self._with_synonyms([word]))
                text = text.replace(typed, word)
        return groups, text

    def _slips(self, run: str) -> Iterator[tuple[str, str]]:
        spans = self.segmenter.spans(run)
        for first, more in product(range(len(spans)), (1, 2, 3)):
            stretch = spans[first:first + more + 1]
            start, end = stretch[0][0], stretch[-1][1]
            # A lone character beside one whole word is no slip: 居住证丢 is not 居住证件.
            alone = {
                a for a, b in stretch if b - a == 1 and run[a] not in PARTICLES
                and not (more == 1 and end - start > 2)}
            near = self.vocabulary.near(run[start:end]) if alone else ()
            for word in near:
                if next(i for i, c in enumerate(word, start) if c != run[i]) in alone:
                    yield run[start:end], word
                    break


def _suggestion(taken_for: str) -> str | None:
    return SUGGESTION.format(taken_for) if 0 < len(taken_for) <= LONGEST_SHOWN else None


def _synonym_groups(synonyms: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Every word of a group of synonyms with all words of its groups."""
    groups: dict[str, dict[str, None]] = {}
    for word, others in synonyms.items():
        members = [normalize(member) for member in (word, *others)]
        for member in members:
            groups.setdefault(member, {}).update(dict.fromkeys(members))
    return {word: tuple(members) for word, members in groups.items()}
