"""Replies as WeChat shows them: one text of at most 2,048 bytes, options as numbered links.

A reply object is rendered from the words that every channel has (`policy_kb.reply`); what those
leave to a richer client (the reason of a question) is added here.
"""
from __future__ import annotations

import re
from typing import Any, Callable, Iterable, Mapping, Sequence
from urllib.parse import quote

from policy_kb import reply
from policy_kb.reply import Choice, Reply

LIMIT = 2048                # bytes of UTF-8 in one text; measured by many, written nowhere
MORE = "继续"
PAGE = "page"               # what the link behind a page sends
LONGEST_TITLE = 60          # characters that a link sends; a longer title sends its number
BETWEEN = "\n\n\x1e"         # between two messages: where a page had best end; never shown
_STOPS = "。；！？，、"
_UNPRINTABLE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Link = Callable[[int, Choice], str]


def anchor(number: int, choice: Choice) -> str:
    """A numbered line that sends the choice when tapped; without links the number can be typed.

    `weixin://bizmsgmenu` needs no permission and rides in a passive reply.
    """
    title = harmless(choice["title"])
    words = title if len(title) <= LONGEST_TITLE else str(number)
    return f"{number}. {_link(words, choice['payload'], title)}"


def numbered(number: int, choice: Choice) -> str:
    """The same line without a link."""
    return f"{number}. {harmless(choice['title'])}"


def _link(words: str, payload: str, title: str) -> str:
    # WeChat takes Chinese as it is; escaping it would treble the bytes.
    words, payload = (_escape(part) for part in (words, payload))
    return (f'<a href="weixin://bizmsgmenu?msgmenucontent={words}&msgmenuid={payload}">'
            f"{title}</a>")


def _escape(part: str) -> str:
    return "".join(c if ord(c) > 127 else quote(c, safe=":") for c in part)


CONTINUED = f"\n\n（未完，回复“{MORE}”或点这里：{_link(MORE, PAGE, '看下文')}）"


def harmless(text: str) -> str:
    """Text that cannot be taken for a link of ours, nor break the XML around it."""
    return _UNPRINTABLE.sub("", text).replace("<", "＜").replace("]]>", "]]＞")


def render(messages: Iterable[Mapping[str, Any]], link: Link = anchor) -> str:
    """One text of all messages of a Rasa turn; choices are numbered through, as the bot has it."""
    parts, first = [], 1
    for message in messages:
        choices = _choices(message)
        parts.append(_linked(harmless(_words(message, first)), choices, first, link))
        first += len(choices)
    return BETWEEN.join(part for part in parts if part)


def choices_of(messages: Iterable[Mapping[str, Any]]) -> list[Choice]:
    """Everything that can be chosen after a turn, in the order of the numbers."""
    return [choice for message in messages for choice in _choices(message)]


def _reply_of(message: Mapping[str, Any]) -> Reply | None:
    custom = message.get("custom")
    known = isinstance(custom, Mapping) and custom.get("type") in reply.TEXTS
    return dict(custom) if known else None


def _choices(message: Mapping[str, Any]) -> list[Choice]:
    found = _reply_of(message)
    if found:
        return reply.choices(found)
    return [{"title": b["title"], "payload": b.get("payload") or b["title"]}
            for b in message.get("buttons") or []]


def _words(message: Mapping[str, Any], first: int) -> str:
    found = _reply_of(message)
    if not found:
        return str(message.get("text") or "").strip()
    text = reply.plain_text(found, first)
    extra = [line for line in EXTRA.get(found["type"], _nothing)(found) if line not in text]
    return "\n\n".join([text, *extra])


def _linked(text: str, choices: Sequence[Choice], first: int, link: Link) -> str:
    """The text with the lines of its choices as links; those it does not name follow it."""
    lines = {numbered(n, c): link(n, c) for n, c in enumerate(choices, first)}
    rows = [lines.pop(row, row) for row in text.split("\n")]
    return "\n".join([*rows, *lines.values()])


def _nothing(_: Reply) -> list[str]:
    return []


def _question(found: Reply) -> list[str]:
    left = found.get("remaining_at_most")
    lines = (("怎样弄清楚：", found.get("help")), ("这一问的依据：", found.get("why")))
    progress = [f"（连这一问，最多还有{left}问）"] if left else []
    return [*(f"{label}{words}" for label, words in lines if words), *progress]


EXTRA: Mapping[str, Callable[[Reply], list[str]]] = {"interview_question": _question}


def size(text: str) -> int:
    """Bytes that count against LIMIT."""
    return len(text.encode())


def page(text: str, limit: int = LIMIT, more: str = CONTINUED) -> tuple[str, str]:
    """(what fits into one message of `limit` bytes, the rest). Never cuts a character or a link.

    `more` ends a message that has a rest.
    """
    text = text.strip(BETWEEN)
    if size(text) <= limit:
        return _shown(text), ""
    room = limit - size(more)
    head = _whole_messages(text, room) or _head(text, room)
    return _shown(head) + more, text[len(head):].strip(BETWEEN)


def _shown(text: str) -> str:
    return text.replace(BETWEEN, "\n\n").strip("\n")


def _whole_messages(text: str, room: int) -> str:
    """As many messages as there is room for, if that keeps the next one whole; else ""."""
    parts, fits = text.split(BETWEEN), 0
    while size(BETWEEN.join(parts[:fits + 1])) <= room:
        fits += 1
    return BETWEEN.join(parts[:fits]) if size(parts[fits]) <= room else ""


def _head(text: str, room: int) -> str:
    """The longest beginning of at most `room` bytes that ends with a line."""
    lines, fits = text.split("\n"), 0
    while size("\n".join(lines[:fits + 1])) <= room:
        fits += 1
    while fits > 1 and (not lines[fits - 1].strip() or lines[fits - 1].endswith("：")):
        fits -= 1               # a heading goes with what it heads
    return "\n".join(lines[:fits]) or _cut(lines[0], room)


def _cut(line: str, room: int) -> str:
    """The beginning of a line that is too long by itself, after a stop if one is near."""
    head = line.encode()[:room].decode("utf-8", "ignore")
    # A line of ours with a link is far shorter than a message; this is only for safety.
    if head.rfind("<a ") > head.rfind("</a>"):
        head = head[:head.rfind("<a ")] or head
    stop = max(head.rfind(s) for s in _STOPS) + 1
    return head[:stop] if stop > len(head) // 2 else head
