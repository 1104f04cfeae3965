"""Long messages: what is asked, apart from greetings, stories and thanks."""
from __future__ import annotations

import re
from typing import Iterator

from policy_kb.text import normalize

_EDGES = " ，、：！。；.~"
LONGEST = 1000          # characters of a message that are read
SHORT = 40              # a message of this many characters is taken as it is
PART = 90               # characters of one question part, its context included
ENOUGH = 12             # a question shorter than this needs the sentence before it
TOLD = 400              # characters of a whole message that are looked at together

_BREAK = re.compile(r"[。？！；…\n]+|(?<=[吗呢么])[，、 ]|\.(?!\d)|(?:^|(?<=\D))\d{1,2}[、.](?=\D)")
_GREETING = re.compile(
    r"^(?:(?:尊敬|敬爱|亲爱)的[^，：]{0,14}(?:[，：]|$)|(?:各位|市)?(?:领导|书记|市长|局长|主任|同志|老师|律师"
    r"|客服|工作人员|小编|大家|亲)们?[，： ]*(?:您|你)?们?好?(?:[，：啊呀]|$)|(?:您|你)们?好[啊呀哇]?(?:[，： ]|$)"
    r"|(?:在吗|在不在|哈喽|嗨|hi|hello|早上好|上午好|中午好|下午好|晚上好|打扰(?:一?下)?了?)(?:[，： ]|$)"
    r"|(?:麻烦|打扰|请)(?:一下|您|你)?[，：])+[，： ]*"
)
_THANKS = re.compile(
    r"(?:谢谢|多谢|感谢|万分感谢|不胜感激|拜托了?|辛苦了?|叩谢|祝(?:您|你|大家|领导)|此致|敬礼"
    r"|盼(?:复|回复|望)|(?:请|望|期待|恳请|希望)[^，]{0,8}(?:回复|答复|解答|回信|复信|予以解决|百忙)"
    r"|急急急|在线等|先谢)[^，]{0,14}$"
)
_ASKED = re.compile(
    r"？|吗|呢|么$|怎么|怎样|咋|如何|能不能|可不可以|可否|能否|是否|是不是|有没有|要不要|用不用|需不需要"
    r"|该不该|行不行|可以不|能不|请问|咨询|想问|问一?下|问问|多少|什么|啥|哪|几[年个月天岁]|多久|多长|多大"
    r"|为何|为什么|想知道|想了解|求解|求助|有无|算不算|合不合|会不会|还是"
)
_WISHED = re.compile(r"希望|恳请|请求|要求|建议|申请|想把|想将|想要|诉求|反映|投诉|办理|解决")
_EMPTY_QUESTION = re.compile(
    r"^(?:请问|那|这|这样|这种|我们?|他们?|这个|到底|究竟|现在|以上|上述|情况|该|我该|应该|的话|下|一下|是"
    r"|都|又|还|了|，)*(?:怎么办|咋办|咋整|可以吗|行吗|能吗|对吗|合理吗|合法吗|怎么处理|如何处理|如何解决|怎么解决"
    r"|有吗|为什么|是吗|怎么回事|能解决吗|如何是好|什么情况|有没有相关政策|可不可以|行不行|能不能)(?:呢|啊|呀|？)*$"
)


class Part(str):
    """One question of a message, ready to be matched; `story` is what the message says in all.

    `asked` of a whole message: its one or two parts that ask, where they are not all of it.
    """

    story: str = ""
    asked: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, story: str, asked: tuple[str, ...] = ()) -> Part:
        """A part of `story`."""
        part = cls(text)
        part.story, part.asked = story, asked
        return part


def _clean(sentence: str) -> str:
    bare = _GREETING.sub("", sentence.strip(_EDGES)).strip(" ，、：")
    while _THANKS.search(bare):
        bare = _THANKS.sub("", bare).strip(" ，、：")
    return bare


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for found in _BREAK.finditer(text):
        yield text[start:found.start()] + ("？" if "？" in found[0] else "")
        start = found.end()
    yield text[start:]


def sentences(text: str) -> list[str]:
    """The sentences of normalised `text` that say something: no greeting, no thanks."""
    return [s for s in map(_clean, _pieces(text)) if re.search(r"\w", s)]


def _weight(sentence: str, position: int, count: int) -> float:
    """How much a sentence looks like what the message wants answered."""
    asked = min(len(_ASKED.findall(sentence)), 3)
    weight = asked + ("？" in sentence) + .5 * bool(_WISHED.search(sentence))
    return weight + .3 * position / count - .5 * (len(sentence) < 4)


def _bare(sentence: str) -> str:
    return sentence.strip(_EDGES + "？")


def _with_context(found: list[str], at: int) -> str:
    """Sentence `at`, with sentences before it as long as it says too little by itself.

    A question that follows another one may be short: what it needs was not said there.
    """
    part, first = _bare(found[at]), at
    empty = bool(_EMPTY_QUESTION.match(found[at]))
    while first > 0 and (empty and first == at
                         or len(part) < ENOUGH and found[first - 1][-1] not in "？吗呢么"):
        first -= 1
        part = f"{_bare(found[first])[-PART:]}，{part}"
    return part[-PART:] if first < at else part[:PART]


def _asking(found: list[str]) -> list[int]:
    """Positions of the at most two sentences that ask, in the order of the message."""
    order = sorted(
        range(len(found)), key=lambda i: (-_weight(found[i], i + 1, len(found)), i)
    )
    asking = [i for i in order if _ASKED.search(found[i])] or order[:1]
    return sorted(asking[:2])


def _told(found: list[str]) -> str:
    """What the sentences say in all; of a long story those that ask least are left out."""
    kept = list(range(len(found)))
    by_weight = sorted(kept, key=lambda i: _weight(found[i], i + 1, len(found)))
    while len(kept) > 1 and sum(len(found[i]) + 1 for i in kept) > TOLD:
        kept.remove(by_weight.pop(0))
    return "，".join(_bare(found[i]) for i in kept)[-TOLD:]


def _told_and_asked(text: str) -> tuple[str, tuple[str, ...]]:
    """What `text` says in all, and its one or two parts that ask; a short message is its own."""
    plain = normalize(text[:LONGEST])
    found = sentences(plain)
    story = _told(found) or plain[:TOLD]
    if len(story) <= SHORT and sum(bool(_ASKED.search(s)) for s in found) < 2:
        return story, (story,)
    parts = dict.fromkeys(_with_context(found, i) for i in _asking(found))
    return story, tuple(parts) or (story,)


def whole(text: str) -> Part:
    """The message as typed, as one part, without pleasantries.

    Only the first LONGEST characters are read.
    """
    story, asked = _told_and_asked(text)
    return Part.of(story, story, tuple(q for q in asked if q != story))


def read(text: str) -> tuple[Part, ...]:
    """The one or two parts of `text` (as typed) that ask, in its order, without pleasantries.

    Only the first LONGEST characters are read. There is always a part, if only an empty one.
    """
    story, asked = _told_and_asked(text)
    return tuple(Part.of(q, story) for q in asked)
