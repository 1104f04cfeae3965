"""From a message to reply objects: the same answer for every channel and every tool."""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Callable, Mapping, Sequence

from policy_kb import context, reply, verdicts
from policy_kb.branches import fitting
from policy_kb.distress import in_distress, without_it
from policy_kb.entries import TOPICS
from policy_kb.languages import is_foreign
from policy_kb.matcher import NEARLY, OUTSIDE, Match
from policy_kb.messages import Part, read
from policy_kb.release import Release
from policy_kb.reply import Choice, Reply
from policy_kb.statements import is_question
from policy_kb.text import normalize

Issue = Callable[..., str]

MENU_TOPICS = (
    "ask_settlement", "ask_residence_permit", "ask_pension", "ask_medical", "ask_housing",
    "ask_schooling", "ask_land", "ask_welfare",
)
NOT_FOUND = (
    "这个问题在《{title}》里没有找到对应的内容，我不猜。\n"
    f"您可以换个说法，或拨打{reply.HOTLINE}问工作人员。\n"
    "我能查的是这份文件里的：落户、居住证、养老、医保、住房、上学、土地权益、低保。"
)
FOREIGN = (
    "这里用中文回答，只查《{title}》。请用中文写您的问题，或选一个话题。\n"
    "This service answers questions in Chinese about one Dandong settlement policy."
)
DISTRESS = (
    "您先别一个人扛着。现在就可以打电话找人：全国统一心理援助热线 12356；"
    "人身安全有危险请拨 110 或 120。\n"
    f"生活困难的事可以拨打 {reply.HOTLINE}，会有人帮您转到民政部门。"
)
TWICE_MISSED = "连着两次没有帮上您，建议直接问人。"
ASKED_FOR_PERSON = "好的，请找工作人员。"
TOO_LONG = "您写的内容超过{limit}个字。请留下最想问的一两句话，再发一次。"
NO_WORDS = "没有看到文字。请写一句您想问的话，例如“有居住证能落户吗”。"
MANY = 8
PERHAPS = .2                                     # likelihood of an unregulated topic
SAYS_NOTHING = .2                                # likelihood of the best entry for a mere story
TAKEN = .3                                       # likelihood of an entry for a completed question
PLAINLY_TWO = 60                                 # characters of a message without a story
LONGEST_TEXT = 1000                              # characters of one message


@dataclass(frozen=True)
class Answer:
    """Replies to one message. `entries` were shown; `missed` if nothing was found."""

    replies: tuple[Reply, ...]
    entries: tuple[str, ...] = ()
    missed: bool = False

    @property
    def choices(self) -> list[Choice]:
        """All choices of the turn, numbered as `texts` numbers them."""
        return [choice for r in self.replies for choice in reply.choices(r)]


def texts(replies: Sequence[Reply], first: int = 1) -> list[str]:
    """Plain words of the replies of one turn; choices are numbered through from `first`."""
    out = []
    for one in replies:
        out.append(reply.plain_text(one, first))
        first += len(reply.choices(one))
    return out


def help_at_once() -> Reply:
    """Telephone numbers for somebody who may harm themselves, and the way to a person."""
    return reply.notice("distress", DISTRESS, [("转人工", "handoff")])


class Answers:
    """Answers from one release on one day.

    `issue(kind, release_number, subject, facts, today)` gives a receipt code, or "".
    """

    def __init__(self, release: Release, issue: Issue, today: dt.date) -> None:
        self.release, self.issue, self.today = release, issue, today

    def _receipt(self, kind: str, subject: str) -> str:
        return self.issue(kind, self.release.number, subject, {}, self.today)

    def entry(self, number: str) -> Answer:
        """The entry `number`; an unknown one is a miss (it may be gone since it was offered)."""
        entry = self.release.entries.get(number)
        if entry is None:
            return self.not_found()
        code = self._receipt(entry.kind, entry.id)
        found = reply.entry_reply(self.release, entry, code, self.today)
        rights = verdicts.rights_of(self.release, {}, [entry.topic], told=[entry.id])
        return Answer(({**found, "rights": rights} if rights else found,), (entry.id,))

    def topic(self, topic: str, word: str = "") -> Answer:
        """What there is on a topic to choose from; `word` narrows it to entries that have it."""
        about = [e for e in self.release.entries.values() if e.topic == topic]
        clauses = [e for e in about if e.kind == "clause" and e.audience == "群众"]
        named = [e for e in clauses if word in e.title or word in e.original]
        others = [e for e in about if e.kind == "not_regulated" and word and word in e.title]
        found = [e.id for e in (*(named or clauses), *others)][:MANY]
        if len(found) < 2:
            return self.entry(*found) if found else self.not_found()
        prompt = f"关于{word or TOPICS[topic]}，可以看下面这些，您想看哪一条？"
        return Answer((reply.clarify(self.release, found, prompt),))

    def message(self, text: str, topics: Mapping[str, float] | None = None,
                last_entry: str | None = None) -> Answer:
        """Answer what a citizen wrote: one question, or two one after the other.

        `last_entry` was shown before: “要多久” is asked of it.
        """
        if in_distress(text):
            return self.comfort(text)
        if len(text) > LONGEST_TEXT:
            return Answer((reply.notice("too_long", TOO_LONG.format(limit=LONGEST_TEXT)),))
        if not any(c.isalnum() for c in text):
            return Answer((reply.notice("no_words", NO_WORDS, self.menu()),))
        if is_foreign(normalize(text)):
            return self.foreign()
        plain = self.release.matcher.prepare(text)
        return self._leaning(plain, last_entry) or self._questions(text, topics)

    def _questions(self, text: str, topics: Mapping[str, float] | None) -> Answer:
        parts = self._parts(text)
        prior = topics if len(parts) == 1 else None     # it is one for the whole message
        answers = [self._part(part, prior) for part in parts]
        return _together([a for a in answers if not a.missed]) or answers[0]

    def _parts(self, text: str) -> Sequence[Part]:
        """What is asked: two questions, or the message; of one that is all story, its question."""
        asked = [Part.of(part, part) for part in read(text) if is_question(part)]
        if len(asked) > 1 and len(text) <= PLAINLY_TWO:
            return asked
        parts = self.release.matcher.questions(text)
        likeliest = self.release.matcher.match(parts[0]).candidates[0][1]
        return asked if len(asked) == 1 and likeliest < SAYS_NOTHING else parts

    def _part(self, part: Part, topics: Mapping[str, float] | None) -> Answer:
        matcher = self.release.matcher
        leaning = self._leaning(matcher.prepare(part), None)
        if leaning:
            return leaning
        found = matcher.match(part, topics)
        return self.match(fitting(found, part, self.release, self.today))

    def _leaning(self, plain: str, last_entry: str | None) -> Answer | None:
        """Answer a message that leaves out what it is about; None if it speaks for itself."""
        last = self.release.entries.get(last_entry or "")
        named = context.bare_subject(plain)
        if named:
            return self.topic(*named)
        matches = [self.release.matcher.match(q) for q in context.completions(plain, last)]
        if not matches:
            return None
        best = max(matches, key=lambda m: (m.decision == "answer", m.candidates[0][1]))
        if best.decision == "answer" or last and best.candidates[0][1] >= TAKEN:
            return self.match(best)
        general = last is None or context.leans(plain)
        return self.topic(*context.subject(last)) if general else None

    def match(self, match: Match) -> Answer:
        """Reply objects for what the matcher decided."""
        if match.decision == "clarify":
            return Answer((reply.clarify(self.release, match.entries),))
        shown = match.entries or self._likely_topic(match)
        if not shown:
            return self.not_found(match.beside)
        return _together([self._with_others(self.entry(number), match.beside) for number in shown])

    def _likely_topic(self, match: Match) -> tuple[str, ...]:
        """The unregulated topic that a message most likely means, if any."""
        likely = dict(match.candidates)
        topic = next((i for i in likely if i.startswith("N-")), None)
        found = topic and likely[topic] >= max(PERHAPS, NEARLY * likely.get(OUTSIDE, 0))
        return (topic,) if found else ()

    def _with_others(self, answer: Answer, others: Sequence[str]) -> Answer:
        """An unregulated topic beside what else may have been meant."""
        found = [reply.beside(self.release, r, others) if r["type"] == "not_regulated" else r
                 for r in answer.replies]
        return replace(answer, replies=tuple(found))

    def comfort(self, text: str) -> Answer:
        """Where help is to be had at once; then what else `text` asks, if the document says it."""
        asked = without_it(text)
        match = self.release.matcher.match(asked) if is_question(asked) else None
        found = self.match(match) if match and match.decision == "answer" else None
        return _together([Answer((help_at_once(),)), *([found] if found else [])])

    def foreign(self) -> Answer:
        """Say in two languages what is answered here."""
        text = FOREIGN.format(title=self.release.document.title)
        return Answer((reply.notice("foreign", text, self.menu()),))

    def not_found(self, beside: Sequence[str] = ()) -> Answer:
        """Say that nothing was found, and where to go from here; entries `beside` come first."""
        text = NOT_FOUND.format(title=self.release.document.title)
        near = [(self.release.entries[i].title, f"entry:{i}") for i in beside]
        return Answer((reply.notice("out_of_scope", text, [*near, *self.menu()]),), missed=True)

    def menu(self) -> list[tuple[str, str]]:
        """(title, payload) of the topics, the interview and a person."""
        topics = [(TOPICS[t], f"topic:{t}") for t in MENU_TOPICS]
        return [*topics, ("看看我能不能落户", "interview"), ("转人工", "handoff")]

    def handoff(self, reason: str, asked: Sequence[str]) -> Answer:
        """Where to reach a person; `asked` are entry ids that were shown before."""
        titles = [self.release.entries[i].title for i in asked if i in self.release.entries]
        about = "、".join(titles) if titles else "尚未查到对应条款"
        summary = f"可以这样说明：我在政策问答里问的是——{about}。"
        code = self._receipt("handoff", " ".join(asked))
        return Answer((reply.handoff(reason, summary, code),))


def _together(answers: Sequence[Answer]) -> Answer | None:
    """One answer of several; an entry is shown once."""
    shown: dict[str, Reply] = {}
    for answer in answers:
        for one in answer.replies:
            shown.setdefault(str(one.get("entry") or one), one)
    if not shown:
        return None
    entries = dict.fromkeys(i for a in answers for i in a.entries)
    return Answer(tuple(shown.values()), tuple(entries), all(a.missed for a in answers))
