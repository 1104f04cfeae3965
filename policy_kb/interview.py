"""The eligibility interview: a state, and what each message makes of it.

Pure: the release, the day and the receipt function are given; the state is a frozen object with
a JSON form, so that any channel can keep it. The rules do the asking: the next question is the
fact that can still change the outcome.
"""
from __future__ import annotations

import dataclasses
import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import Any, Mapping, Sequence

from policy_kb import facts as values
from policy_kb import household, questions, reply, verdicts
from policy_kb.answers import Issue
from policy_kb.eligibility import UNKNOWN, Value, decide_all, next_fact
from policy_kb.quantities import Quantity, Unclear
from policy_kb.release import Release
from policy_kb.reply import Reply
from policy_kb.rules import Rule, facts_of
from policy_kb.statements import facts_in, is_question, is_unsure, read_answer, volunteered
from policy_kb.text import normalize

SETTLEMENT, PENSION, SCHOOLING = "落户", "养老", "上学"
SUBJECTS: Mapping[str, str] = {
    SETTLEMENT: "看看能不能落户", PENSION: "落户后养老保险怎么办", "医保": "落户后医保怎么办",
    SCHOOLING: "孩子上学怎么办", "土地": "老家的土地怎么办", "公租房": "公租房怎么办",
    "公积金": "公积金怎么办", "低保": "低保怎么办",
}
OFFERED = 4                                      # subjects offered after a verdict
STOP = re.compile(r"^(?:算了|先?不[说问查看弄整][了啦吧]?|退出|停|停止|结束|不想[说问查弄]了?|先这样|回头再[说问]|改天再?[说问]?|拉倒|不整了|下次再?说?吧?|先?到这(?:里|儿)?吧?)[了啦吧。！!，,]*(?:先?不[说问][了啦]?)?$")
WHY = re.compile(r"为(?:什么|啥)(?:要)?(?:问|需要|知道)|问这个?(?:干嘛|干啥|做什么|干什么|有什么用|有啥用|啥意思|什么意思)|^为(?:什么|啥)[？?呀啊]*$|(?:什么|啥)意思[？?]*$")
CORRECTION = re.compile(r"说错|答错|选错|点错|记错|填错|弄错|搞错|写错|改成|改一下|改为|更正|纠正|要改|改下|重新说")
PERHAPS = re.compile(r"其实|不对|应该是|不是|刚才|实际上|我是说")
BACK = re.compile(r"^(?:返回|上一题|上一步|回到?上一[题步个]|退回去?)[。！]?$")
NUMBERED = re.compile(r"第\s*([0-9]+|[一二三四五六七八九十])\s*(?:题|问|个)(?:问题)?")
YES = re.compile(r"^(?:是的?|对的?|嗯+|没错|好的?|行|可以|中|对呀|是啊|ok|正确|没问题|妥|成)[，。！!啊呀]*")
NO = re.compile(r"^(?:不是|不对|不|没有|错了|有错|不全对)[，。！!啊呀的]*")
DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}
MOST_MISSES = 2

REMEMBERED = "记下了：{facts}。"
HEARD = "我看到您说：{facts}。对吗？"
CHANGED = "已改：{name}，{old} → {new}。"
SAME = "原来记的就是：{facts}。"
WHICH = "您要改哪一个？"
NOTHING_TO_CHANGE = "还没有回答过问题，没有要改的。"
STOPPED = "好的，先到这里。您答过的还留着，回复“继续”接着来；半小时不说话就不再保留。"
MISSED = "没听懂“{said}”。{hint}"
EXPLAINED = "{why}{help}\n答不上来可以选“不清楚”，也可以回复“转人工”，或拨打{hotline}。"
CHOOSE = "请选一个选项，或者换个说法。"
TURNED = "改之前：{old}；改之后：{new}。"


@dataclass(frozen=True)
class Plan:
    """One verdict to reach: for whom, about what (`verdicts.rules_for`), and what is known."""

    person: str
    subject: str
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Interview:
    """State. `status`: asking, confirming (what was heard), stopped or done.

    `again` is a fact asked anew, `before` the outcome that a correction put in question.
    """

    plans: tuple[Plan, ...]
    at: int = 0
    status: str = "asking"
    misses: int = 0
    heard: Mapping[str, Value] = field(default_factory=dict)
    again: str | None = None
    before: str | None = None

    @property
    def plan(self) -> Plan:
        """The plan that is being worked on."""
        return self.plans[self.at]

    def knowing(self, facts: Mapping[str, Value], **changes: Any) -> "Interview":
        """The same with other facts in the present plan."""
        plan = replace(self.plan, facts=dict(facts))
        plans = (*self.plans[:self.at], plan, *self.plans[self.at + 1:])
        return replace(self, plans=plans, **changes)


@dataclass(frozen=True)
class Taken:
    """What a message made of the interview, and what is said before the next question."""

    interview: Interview
    remarks: tuple[Reply, ...] = ()


def dump(interview: Interview) -> dict[str, Any]:
    """JSON form."""
    raw = dataclasses.asdict(replace(interview, plans=(), heard={}))
    plans = [{"person": p.person, "subject": p.subject, "facts": values.dump_all(p.facts)}
             for p in interview.plans]
    return {**raw, "plans": plans, "heard": values.dump_all(interview.heard)}


def load(raw: Mapping[str, Any]) -> Interview:
    """State of its JSON form."""
    plans = tuple(
        Plan(p["person"], p["subject"], values.load_all(p["facts"])) for p in raw["plans"])
    return Interview(**{**raw, "plans": plans, "heard": values.load_all(raw["heard"])})


def after_verdict(interview: Interview) -> Interview:
    """State once the verdict was told: a later correction is compared with this verdict."""
    return replace(interview, before=None)


class Interviewer:
    """Leads interviews by the rules of one release on one day."""

    def __init__(self, release: Release, issue: Issue, today: dt.date) -> None:
        self.release, self.issue, self.today = release, issue, today

    def known_subject(self, subject: str) -> bool:
        """Whether `subject` is a rule or a group of this release."""
        return any(subject in (r.id, r.group) for r in self.release.rules.values())

    def rules(self, plan: Plan) -> list[Rule]:
        """Rules of a plan."""
        return verdicts.rules_for(self.release, plan.subject)

    # ---- beginning ---------------------------------------------------------------------------

    def hear(self, text: str, subject: str) -> dict[str, Value]:
        """Facts of a subject that a message states in passing, about the writer."""
        rules = verdicts.rules_for(self.release, subject)
        wanted = dict.fromkeys(n for r in rules for n in (*r.applies_to, *facts_of(r)))
        own = text
        for person in household.relatives(text):
            own = re.sub(rf"{person.name}\s*[（(]?\s*{person.age}\s*岁?[)）]?", person.name, own)
        return facts_in(own, self.release.facts, self.today, wanted)

    def heard(self, text: str, subject: str) -> str:
        """The same in words; "" if nothing was heard."""
        return self._words(self.hear(text, subject))

    def start(self, subject: str, text: str = "", known: Mapping[str, Value] | None = None) -> Taken:
        """A new interview about `subject`; facts in `text` are offered for confirmation.

        `known` are facts that the person has given before. Raises FactError for no subject.
        """
        facts = {n: v for n, v in (known or {}).items() if n in self._askable(subject)}
        plans = [Plan(household.SELF, subject, facts)]
        plans += [self._relative(person) for person in household.relatives(text)]
        heard = {n: v for n, v in self.hear(text, subject).items() if n not in facts}
        interview = Interview(tuple(plans), heard=heard, status="confirming" if heard else "asking")
        return self._onward(interview)

    def _askable(self, subject: str) -> set[str]:
        rules = verdicts.rules_for(self.release, subject)
        return {n for r in rules for n in (*r.applies_to, *facts_of(r))}

    def _relative(self, person: household.Person) -> Plan:
        if person.child:
            return Plan(person.name, SCHOOLING)
        known = {} if person.age is None else {
            "年龄": Quantity(months=(person.age * 12, person.age * 12 + 11))}
        return Plan(person.name, PENSION, known)

    # ---- what is said next -------------------------------------------------------------------

    def pending(self, interview: Interview) -> str | None:
        """The fact that is being asked; None when nothing is."""
        if interview.status != "asking":
            return None
        if interview.again:
            return interview.again
        return next_fact(self.rules(interview.plan), interview.plan.facts, self.today)

    def prompt(self, interview: Interview) -> Reply:
        """What the person is to answer now."""
        plan = interview.plan
        if interview.status == "confirming":
            choices = [("对", "confirm:yes"), ("不对，一个个问我", "confirm:no"), ("先不说了", "stop")]
            said = HEARD.format(facts=self._words(interview.heard))
            return reply.notice("heard", said, choices)
        fact = self.pending(interview)
        assert fact is not None, "an interview that is asking has a question"
        person = "" if plan.person == household.SELF else plan.person
        facts = {n: v for n, v in plan.facts.items() if n != interview.again}
        return questions.question(self.release, self.rules(plan), fact, facts, self.today, person)

    def verdict(self, interview: Interview) -> Reply:
        """The verdict of the present plan with its receipt; after the last, where to go from it."""
        plan = interview.plan
        person = "" if len(interview.plans) == 1 else plan.person
        found = verdicts.issue(
            self.release, plan.subject, plan.facts, self.today, self.issue, person)
        new = reply.OUTCOMES[found["rules"][0]["outcome"]]
        if interview.before:
            found["changed"] = TURNED.format(old=interview.before, new=new)
        if interview.at + 1 < len(interview.plans):
            return found
        done = {rule.group for p in interview.plans for rule in self.rules(p)}
        found["next"] = [{"title": "改一个回答", "payload": "correct"}] + [
            {"title": title, "payload": f"rule:{subject}"}
            for subject, title in SUBJECTS.items()
            if subject not in done and self.known_subject(subject)
        ][:OFFERED]
        return found

    def _outcome(self, interview: Interview) -> str:
        plan = interview.plan
        result = decide_all(self.rules(plan), plan.facts, self.today)[0]
        return reply.OUTCOMES[result.outcome]

    def _words(self, facts: Mapping[str, Value]) -> str:
        return "；".join(
            f"{name}：{values.words(self.release.facts[name], value)}" for name, value in facts.items())

    # ---- messages ----------------------------------------------------------------------------

    def _onward(self, interview: Interview, *remarks: Reply) -> Taken:
        """Go on to the next question, the next person, or the end."""
        said = list(remarks)
        while interview.status == "asking" and self.pending(interview) is None:
            if interview.at + 1 == len(interview.plans):
                return Taken(replace(interview, status="done"), tuple(said))
            said.append(self.verdict(interview))
            interview = replace(interview, at=interview.at + 1, before=None)
        return Taken(interview, tuple(said))

    def choose(self, interview: Interview, payload: str) -> Taken | None:
        """A button was pressed; None if it is not the interview's."""
        kind, _, rest = payload.partition(":")
        if kind == "answer":
            name, _, text = rest.partition(":")
            if name not in self.release.facts:
                return Taken(interview)
            return self._note(interview, name, values.parse(self.release.facts[name], text, self.today))
        if kind == "confirm":
            return self._confirmed(interview, rest == "yes")
        if kind == "change" and rest in interview.plan.facts:
            return self._ask_again(interview, rest)
        simple = {"why": self._why, "stop": self._stop, "correct": self._which}
        return simple[kind](interview) if kind in simple else None

    def take(self, interview: Interview, text: str) -> Taken | None:
        """What was written while the interview is on; None if it is about something else."""
        plain = normalize(text)
        if STOP.match(plain):
            return self._stop(interview)
        if interview.status == "confirming":
            return self._confirming(interview, plain)
        if WHY.search(plain):
            return self._why(interview)
        if self.corrects(interview, plain):
            return self.correct(interview, plain)
        return self._answer(interview, plain)

    def miss(self, interview: Interview, text: str, hint: str = "") -> Taken:
        """Nothing was understood: ask again with an example; the second time explain."""
        fact = self.pending(interview)
        misses = interview.misses + 1
        interview = replace(interview, misses=misses)
        if fact is None:
            return Taken(interview, (reply.notice("again", CHOOSE),))
        one = self.release.facts[fact]
        if misses >= MOST_MISSES:
            why = questions.why(
                self.release, self.rules(interview.plan), fact, interview.plan.facts)
            said = EXPLAINED.format(why=why, help=one.sources, hotline=reply.HOTLINE)
            return Taken(interview, (reply.notice("explain", said),))
        hint = hint or (f"可以这样写：{one.example}。" if one.example else CHOOSE)
        return Taken(interview, (reply.notice("again", MISSED.format(said=text[:20], hint=hint)),))

    def _answer(self, interview: Interview, plain: str) -> Taken | None:
        name = self.pending(interview)
        if name is None:
            return None
        fact = self.release.facts[name]
        if is_unsure(plain):
            return self._note(interview, name, UNKNOWN)
        if is_question(plain) and values.option_of(fact, plain) is None:
            return None
        try:
            value = read_answer(fact, plain, self.today)
        except Unclear as unclear:
            return self.miss(interview, plain, unclear.hint)
        others = facts_in(plain, self.release.facts, self.today,
                          self._askable(interview.plan.subject) - {name, *interview.plan.facts})
        if value is None:
            return self._noted_aside(interview, others) if others else None
        said = {name: value} if fact.kind != "choice" else {}
        taken = self._note(interview.knowing({**interview.plan.facts, **others}), name, value)
        told = {**said, **others}
        if not told:
            return taken
        remark = reply.notice("noted", REMEMBERED.format(facts=self._words(told)))
        return replace(taken, remarks=(remark, *taken.remarks))

    def _noted_aside(self, interview: Interview, others: Mapping[str, Value]) -> Taken:
        """Something else was told than was asked: keep it, and ask the question again."""
        facts = {**interview.plan.facts, **others}
        remark = reply.notice("noted", REMEMBERED.format(facts=self._words(others)))
        return self._onward(interview.knowing(facts, misses=0), remark)

    def _note(self, interview: Interview, name: str, value: Value) -> Taken:
        """Keep one answer; answers that hang on a changed one are dropped."""
        old = interview.plan.facts.get(name)
        kept = dict(interview.plan.facts)
        if name in kept and old != value:
            kept = self._without_dependants(kept, name)
        facts = {**kept, name: value}
        changed = ()
        if old is not None and interview.again == name:
            changed = (self._changed(name, old, value),)
        return self._onward(interview.knowing(facts, misses=0, again=None, status="asking"), *changed)

    def _changed(self, name: str, old: Value, new: Value) -> Reply:
        fact = self.release.facts[name]
        if old == new:
            return reply.notice("same", SAME.format(facts=self._words({name: new})))
        said = CHANGED.format(name=name, old=values.words(fact, old), new=values.words(fact, new))
        return reply.notice("changed", said)

    def _without_dependants(self, facts: Mapping[str, Value], name: str) -> dict[str, Value]:
        stale = {name}
        while True:
            more = {n for n in facts if set(self.release.facts[n].depends_on) & stale} - stale
            if not more:
                return {n: v for n, v in facts.items() if n not in stale - {name}}
            stale |= more

    def _confirming(self, interview: Interview, plain: str) -> Taken | None:
        if NO.match(plain):
            rest = NO.sub("", plain)
            taken = self._confirmed(interview, False)
            stated = facts_in(rest, self.release.facts, self.today, interview.heard)
            return self._noted_aside(taken.interview, stated) if stated else taken
        if YES.match(plain):
            return self._confirmed(interview, True)
        stated = facts_in(plain, self.release.facts, self.today, self._askable(interview.plan.subject))
        if stated and not is_question(plain):
            heard = {**interview.heard, **stated}
            return Taken(replace(interview, heard=heard))
        return None

    def _confirmed(self, interview: Interview, right: bool) -> Taken:
        heard = interview.heard if right else {}
        facts = {**interview.plan.facts, **heard}
        return self._onward(interview.knowing(facts, heard={}, status="asking", misses=0))

    def _why(self, interview: Interview) -> Taken:
        fact = self.pending(interview)
        if fact is None:
            return Taken(interview, (reply.notice("again", CHOOSE),))
        rules = self.rules(interview.plan)
        said = questions.why(self.release, rules, fact, interview.plan.facts)
        said += self.release.facts[fact].sources
        return Taken(interview, (reply.notice("why", said),))

    def _stop(self, interview: Interview) -> Taken:
        return Taken(replace(interview, status="stopped"))

    def resume(self, interview: Interview) -> Taken:
        """Go on where it was stopped."""
        if interview.status != "stopped":
            return Taken(interview)
        status = "confirming" if interview.heard else "asking"
        return self._onward(replace(interview, status=status, misses=0))

    # ---- corrections -------------------------------------------------------------------------

    def corrects(self, interview: Interview, text: str) -> bool:
        """Whether a message takes back an answer: says so, or says otherwise of an answered fact."""
        plain = normalize(text)
        if not interview.plan.facts or is_question(plain):
            return False
        if CORRECTION.search(plain) or BACK.match(plain):
            return True
        return bool(PERHAPS.search(plain)) and bool(self._otherwise(interview, plain))

    def _otherwise(self, interview: Interview, plain: str) -> dict[str, Value]:
        """Answered facts of which a message states a value."""
        rest = PERHAPS.sub(" ", CORRECTION.sub(" ", plain)).strip(" ，。、了我的")
        answered = list(interview.plan.facts)
        stated = volunteered(rest, self.release.facts, self.today, answered) if rest else {}
        return stated or self._named(rest, answered)

    def correct(self, interview: Interview, text: str) -> Taken:
        """Change what was answered before: the named question, or what the new words fit."""
        plain = normalize(text)
        answered = list(interview.plan.facts)
        if not answered:
            return Taken(interview, (reply.notice("again", NOTHING_TO_CHANGE),))
        if BACK.match(plain):
            return self._ask_again(interview, answered[-1])
        numbered = NUMBERED.search(plain)
        if numbered:
            return self._correct_numbered(interview, numbered, plain, answered)
        new = self._otherwise(interview, plain)
        return self._put(interview, new) if new else self._which(interview, plain, answered)

    def _correct_numbered(self, interview: Interview, found: re.Match[str], plain: str,
                          answered: Sequence[str]) -> Taken:
        number = DIGITS.get(found[1]) or int(found[1])
        if not 0 < number <= len(answered):
            return self._which(interview)
        name = answered[number - 1]
        rest = CORRECTION.sub(" ", plain[found.end():]).strip(" ，。、了")
        value = self._read(name, rest) if rest else None
        return self._put(interview, {name: value}) if value is not None else self._ask_again(interview, name)

    def _read(self, name: str, text: str) -> Value | None:
        if is_unsure(text):
            return UNKNOWN
        try:
            return read_answer(self.release.facts[name], text, self.today)
        except Unclear:
            return None

    def _named(self, text: str, answered: Sequence[str]) -> dict[str, Value]:
        """A fact called by its name: “把年龄改成六十”."""
        for name in answered:
            if name in text:
                value = self._read(name, text.replace(name, "").strip(" 把，。改成是为"))
                if value is not None:
                    return {name: value}
        return {}

    def _which(self, interview: Interview, rest: str = "", answered: Sequence[str] = ()) -> Taken:
        """Ask which answer is to be changed; one that is called by its name is asked again."""
        for name in answered:
            if rest and name in rest:
                return self._ask_again(interview, name)
        facts = interview.plan.facts
        if not facts:
            return Taken(interview, (reply.notice("again", NOTHING_TO_CHANGE),))
        choices = [(f"{n}：{values.words(self.release.facts[n], v)}", f"change:{n}")
                   for n, v in facts.items()]
        return Taken(interview, (reply.menu(WHICH, choices),))

    def _ask_again(self, interview: Interview, name: str) -> Taken:
        return Taken(replace(self._reopened(interview), again=name))

    def _reopened(self, interview: Interview) -> Interview:
        before = self._outcome(interview) if interview.status == "done" else interview.before
        return replace(interview, status="asking", misses=0, before=before)

    def _put(self, interview: Interview, new: Mapping[str, Value]) -> Taken:
        """Change facts, say old and new, drop what hangs on them and go on."""
        remarks, facts = [], dict(interview.plan.facts)
        for name, value in new.items():
            remarks.append(self._changed(name, facts[name], value))
            if facts[name] != value:
                facts = {**self._without_dependants(facts, name), name: value}
        reopened = self._reopened(interview)
        return self._onward(reopened.knowing(facts, again=None), *remarks)
