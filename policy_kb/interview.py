"""The eligibility interview: a state, and what each message makes of it.

Pure: the release, the day and the receipt function are given; the state is a frozen object with
a JSON form, so that any channel can keep it. The rules do the asking: the next question is the
fact that can still change the outcome.
"""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Callable, Mapping

from policy_kb import corrections, household, moves, plans, questions, reply, verdicts
from policy_kb import facts as values
from policy_kb.answers import Issue
from policy_kb.context import bare_subject, subject_of
from policy_kb.eligibility import UNKNOWN, Value, decide_all, next_fact
from policy_kb.plans import Interview, Plan, dump, load
from policy_kb.quantities import Quantity, Unclear
from policy_kb.release import Release
from policy_kb.reply import Reply
from policy_kb.rules import Rule, facts_of
from policy_kb.statements import facts_in, is_question, is_unsure, read_answer, tells_length
from policy_kb.text import normalize

SETTLEMENT, PENSION, SCHOOLING = "落户", "养老", "上学"
SUBJECTS: Mapping[str, str] = {
    SETTLEMENT: "看看能不能落户", PENSION: "落户后养老保险怎么办", "医保": "落户后医保怎么办",
    SCHOOLING: "孩子上学怎么办", "土地": "老家的土地怎么办", "公租房": "公租房怎么办",
    "公积金": "公积金怎么办", "低保": "低保怎么办",
}
OFFERED = 4                                      # subjects offered after a verdict
MOST_MISSES = 2
SHORT = 12                                       # characters; longer ones may be about other things
SHOWN = 20                                       # characters of a message that are said back

REMEMBERED = "记下了：{facts}。"
CARRIED = "接着用您前面说过的：{facts}。"
HEARD = "我看到您说：{facts}。对吗？"
CHANGED = "已改：{name}，{old} → {new}。"
SAME = "原来记的就是：{facts}。"
KEPT = "好的，不改。"
WHICH = "您要改哪一个？"
FIRST = "这已经是第一个问题了。"
NOTHING_TO_CHANGE = "还没有回答过问题，没有要改的。"
NOTHING_ASKED = "现在没有在问您问题。"
AGAIN = "好的，从头来。"
STOPPED = "好的，先到这里。您答过的还留着，回复“继续”接着来；半小时不说话就不再保留。"
MISSED = "没听懂“{said}”。{hint}"
EXPLAINED = "{why}{help}\n答不上来可以选“不清楚”，也可以回复“转人工”，或拨打{hotline}。"
CHECKING = "这些是从您的话里看到的，先跟您核对，免得记错。"
ONE_BY_ONE = "那我一个一个问。"
CHOOSE = "请选一个选项，或者换个说法。"
TURNED = "改之前：{old}；改之后：{new}。"


@dataclass(frozen=True)
class Taken:
    """What a message made of the interview, and what is said before the next question.

    `ends`: the interview came to rest just now, at a verdict or at a stop.
    """

    interview: Interview
    remarks: tuple[Reply, ...] = ()
    ends: bool = False


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

    def _askable(self, subject: str) -> list[str]:
        rules = verdicts.rules_for(self.release, subject)
        return list(dict.fromkeys(n for r in rules for n in (*r.applies_to, *facts_of(r))))

    def _about(self, subject: str, group: str) -> bool:
        """Whether a subject, a rule's name or a group's, is nothing but `group`."""
        return {rule.group for rule in verdicts.rules_for(self.release, subject)} == {group}

    def _of_children(self, subject: str) -> bool:
        """Whether a subject is about the children of the writer."""
        return self._about(subject, SCHOOLING)

    def _facts_in(self, text: str, subject: str) -> dict[str, Value]:
        return facts_in(text, self.release.facts, self.today, self._askable(subject))

    def fit(self, interview: Interview) -> Interview | None:
        """The state as far as this release still knows its subjects, facts and values.

        A release may have been published since; None if no subject is left.
        """
        facts = self.release.facts
        left = [replace(p, facts=plans.fitting(p.facts, facts)) for p in interview.plans
                if self.known_subject(p.subject)]
        if not left:
            return None
        at = min(interview.at, len(left) - 1)
        again = interview.again if interview.again in left[at].facts else None
        return replace(
            interview, plans=tuple(left), at=at, again=again,
            heard=plans.fitting(interview.heard, facts), memory=plans.fitting(interview.memory, facts),
        )

    # ---- beginning ---------------------------------------------------------------------------

    def hear(self, text: str, subject: str) -> dict[str, Value]:
        """Facts of a subject that a message states in passing, about the one it is about."""
        whole = household.only(text) or self._of_children(subject)
        own = text if whole else household.own_words(text)
        return self._facts_in(own, subject)

    def heard(self, text: str, subject: str) -> str:
        """The same in words; "" if nothing was heard."""
        return self._words(self.hear(text, subject))

    def start(self, subject: str, text: str = "", known: Mapping[str, Value] | None = None,
              confirmed: bool = False) -> Taken:
        """A new interview about `subject`; facts in `text` are offered for confirmation.

        `known` is what the writer has told before; `confirmed`: they agreed to what was heard.
        Raises FactError for no subject.
        """
        memory = dict(known or {})
        first = self._first(subject, text, memory)
        heard = {n: v for n, v in self.hear(text, subject).items() if first.facts.get(n) != v}
        if confirmed:
            first, heard = replace(first, facts={**first.facts, **heard}), {}
        others = [] if first.person != household.SELF else self._relatives(subject, text)
        status = "confirming" if heard else "asking"
        interview = Interview((first, *others), heard=heard, status=status, memory=memory)
        carried = {n: v for n, v in first.facts.items() if n in memory}
        return self.onward(interview, *self._told(CARRIED, carried))

    def _first(self, subject: str, text: str, known: Mapping[str, Value]) -> Plan:
        """The plan of the writer, or of the one relative whom the message is about."""
        askable = self._askable(subject)
        other = None if self._of_children(subject) else household.only(text)
        if other is None:
            return Plan(household.SELF, subject, {n: v for n, v in known.items() if n in askable})
        return Plan(other.name, subject, {n: v for n, v in _age(other).items() if n in askable})

    def _relatives(self, subject: str, text: str) -> list[Plan]:
        """Plans of those who come along; of a child only its schooling is asked, once."""
        found = [plan for p in household.relatives(text) for plan in self._plans_of(p, subject)]
        return [plan for plan in found if self.known_subject(plan.subject)
                and not (plan.subject == SCHOOLING and self._of_children(subject))]

    def _plans_of(self, person: household.Person, subject: str) -> list[Plan]:
        """What there is to decide for one who comes along: a grown child settles by itself."""
        if person.child:
            return [Plan(person.name, SCHOOLING)]
        settles = person.grown and self._about(subject, SETTLEMENT)
        own = [Plan(person.name, SETTLEMENT)] if settles else []
        return [*own, Plan(person.name, PENSION, _age(person))]

    def restart(self, interview: Interview) -> Taken:
        """The same questions anew; nothing that was told is kept."""
        empty = tuple(Plan(plan.person, plan.subject) for plan in interview.plans)
        return self.onward(Interview(empty), reply.notice("restart", AGAIN))

    # ---- what is said next -------------------------------------------------------------------

    def pending(self, interview: Interview) -> str | None:
        """The fact that is being asked; None when nothing is."""
        if interview.status != "asking":
            return None
        if interview.again:
            return interview.again
        return next_fact(self.rules(interview.plan), interview.plan.facts, self.today)

    def prompt(self, interview: Interview) -> Reply:
        """What the person is to answer now; the verdict if nothing is left to ask."""
        plan = interview.plan
        if interview.status == "confirming":
            choices = [("对", "confirm:yes"), ("不对，一个个问我", "confirm:no"), ("先不说了", "stop")]
            said = HEARD.format(facts=self._words(interview.heard))
            return reply.notice("heard", said, choices)
        fact = self.pending(interview)
        if fact is None:
            return self.verdict(interview)
        person = "" if plan.person == household.SELF else plan.person
        facts = {n: v for n, v in plan.facts.items() if n != interview.again}
        number = list(plan.facts).index(fact) + 1 if interview.again else None
        return questions.question(
            self.release, self.rules(plan), fact, facts, self.today, person, number,
            stuck=interview.misses >= MOST_MISSES)

    def verdict(self, interview: Interview) -> Reply:
        """The verdict of the present plan with its receipt; at the end, where to go from it."""
        plan = interview.plan
        alone = len(interview.plans) == 1 and plan.person == household.SELF
        found = verdicts.issue(self.release, plan.subject, plan.facts, self.today, self.issue,
                               "" if alone else plan.person)
        new = reply.OUTCOMES[found["rules"][0]["outcome"]]
        if interview.before:
            found["changed"] = TURNED.format(old=interview.before, new=new)
        if interview.status == "done":
            found["next"] = self._following(interview)
        return found

    def _following(self, interview: Interview) -> list[reply.Choice]:
        """What can be done after the last verdict."""
        done = {rule.group for p in interview.plans for rule in self.rules(p)}
        others = [{"title": title, "payload": f"rule:{subject}"}
                  for subject, title in SUBJECTS.items()
                  if subject not in done and self.known_subject(subject)]
        return [{"title": "改一个回答", "payload": "correct"}, *others[:OFFERED],
                {"title": "重新开始", "payload": "restart"}]

    def _outcome(self, plan: Plan) -> str:
        result = decide_all(self.rules(plan), plan.facts, self.today)[0]
        return reply.OUTCOMES[result.outcome]

    def _words(self, facts: Mapping[str, Value]) -> str:
        return "；".join(
            f"{name}：{values.words(self.release.facts[name], value)}" for name, value in facts.items())

    def basis(self, interview: Interview) -> list[str]:
        """Entries on which the verdicts that were told rest."""
        results = [decide_all(self.rules(p), p.facts, self.today)[0] for p in interview.plans if p.told]
        return list(dict.fromkeys(result.nearest.case.basis for result in results))

    def _told(self, sentence: str, facts: Mapping[str, Value]) -> tuple[Reply, ...]:
        """A remark that says facts back; none if there are none."""
        return (reply.notice("noted", sentence.format(facts=self._words(facts))),) if facts else ()

    # ---- messages ----------------------------------------------------------------------------

    def onward(self, interview: Interview, *remarks: Reply) -> Taken:
        """Go on to the next question, the next person, or the end."""
        said, interview = list(remarks), self._shared(interview)
        while interview.status == "asking" and self.pending(interview) is None:
            interview = interview.changing(interview.at, told=True)
            open_ones = [i for i, plan in enumerate(interview.plans) if not plan.told]
            if not open_ones:
                return Taken(replace(interview, status="done"), tuple(said), ends=True)
            said.append(self.verdict(interview))
            interview = replace(interview, at=open_ones[0], before=None, misses=0)
        return Taken(interview, tuple(said))

    def _shared(self, interview: Interview) -> Interview:
        """What a person has told for one of their verdicts holds for their others too.

        A verdict that was told changes only with a fact that it rests on.
        """
        for i, plan in enumerate(interview.plans):
            if i == interview.at or plan.person != interview.plan.person:
                continue
            wanted = plan.facts if plan.told else self._askable(plan.subject)
            new = {n: v for n, v in interview.plan.facts.items()
                   if n in wanted and plan.facts.get(n) != v}
            if new:
                facts = self._with(plan.facts, new)
                interview = interview.changing(i, facts=facts, told=False)
        return interview

    def _with(self, told: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, Value]:
        """What was told, with new values, without what hangs on those that changed."""
        for name in (n for n in new if n in told and told[n] != new[n]):
            told = corrections.without_dependants(told, self.release.facts, name)
        return {**told, **new}

    def choose(self, interview: Interview, payload: str) -> Taken | None:
        """A button was pressed, perhaps one of an earlier turn; None if it is not the interview's."""
        kind, _, rest = payload.partition(":")
        moved: Mapping[str, Callable[[], Taken]] = {
            "answer": lambda: self._pressed(interview, rest),
            "confirm": lambda: self._confirmed(interview, rest == "yes"),
            "change": lambda: self._change(interview, rest),
            "why": lambda: self._why(interview), "stop": lambda: self._stop(interview),
            "correct": lambda: self._which(interview), "restart": lambda: self.restart(interview),
        }
        return moved[kind]() if kind in moved else None

    def _pressed(self, interview: Interview, rest: str) -> Taken:
        """An answer by button; one to an earlier question changes that answer."""
        name, _, text = rest.partition(":")
        if name not in self._askable(interview.plan.subject):
            return self.onward(interview)
        try:
            value = values.parse(self.release.facts[name], text, self.today)
        except values.FactError:
            return self.onward(interview)
        if interview.status == "confirming":
            return Taken(replace(interview, heard={**interview.heard, name: value}))
        if name in interview.plan.facts and name != interview.again:
            return self._put(interview, interview.at, {name: value})
        return self._note(replace(interview, status="asking"), name, value)

    def turned(self, interview: Interview, text: str) -> str | None:
        """The other matter that a message turns to, in its words; "" if it names none.

        None if it stays with the interview: an answer, a plain stop, a question on the way.
        """
        plain = normalize(text)
        if self._is_option(interview, plain) or moves.keeps(plain):
            return None
        left = moves.leaves(plain)
        if left is None:
            matter = moves.without_help(plain)
            named = bare_subject(matter)
            return matter if named and named[0] not in self._topics(interview) else None
        asks = is_question(left) or bare_subject(left)
        if not left or asks or subject_of(left) and not self._answers(interview, left):
            return left
        return None

    def _topics(self, interview: Interview) -> set[str]:
        """Topics that the present rules and the pending question are about."""
        entries = [self.release.entries[c.basis] for r in self.rules(interview.plan) for c in r.cases]
        asked = subject_of(self.pending(interview) or "")
        return {entry.topic for entry in entries} | ({asked[0]} if asked else set())

    def take(self, interview: Interview, text: str) -> Taken | None:
        """What was written while the interview is on; None if it is about something else."""
        plain = normalize(text)
        if self._is_option(interview, plain):
            return self._answer(interview, plain)
        for said, move in ((moves.stops, self._stop), (moves.restarts, self.restart)):
            if said(plain):
                return move(interview)
        if interview.status == "confirming":
            return self._confirming(interview, plain)
        if moves.asks_why(plain) or moves.asks_where(plain):
            return self._why(interview)
        if interview.again and moves.keeps(plain):
            return self._kept(interview)
        if self.corrects(interview, plain):
            return self.correct(interview, plain)
        return self._answer(interview, moves.instead(plain) if moves.hesitates(plain) else plain)

    def _is_option(self, interview: Interview, plain: str) -> bool:
        name = self.pending(interview)
        return name is not None and values.option_of(self.release.facts[name], plain) is not None

    def unsure(self, interview: Interview) -> Taken:
        """The person does not know what was asked."""
        name = self.pending(interview)
        return self._note(interview, name, UNKNOWN) if name else self.onward(interview)

    def miss(self, interview: Interview, text: str, hint: str = "") -> Taken:
        """Nothing was understood: ask again with an example; the second time explain."""
        fact = self.pending(interview)
        misses = interview.misses + 1
        interview = replace(interview, misses=misses)
        if fact is None:
            return self._missed_confirming(interview)
        one = self.release.facts[fact]
        if misses >= MOST_MISSES:
            why = questions.why(
                self.release, self.rules(interview.plan), fact, interview.plan.facts)
            said = EXPLAINED.format(why=why, help=one.sources, hotline=reply.HOTLINE)
            return Taken(interview, (reply.notice("explain", said),))
        hint = hint or (f"可以这样写：{one.example}。" if one.example else CHOOSE)
        said = MISSED.format(said=text[:SHOWN], hint=hint)
        return Taken(interview, (reply.notice("again", said),))

    def _missed_confirming(self, interview: Interview) -> Taken:
        if interview.misses < MOST_MISSES:
            return Taken(interview, (reply.notice("again", CHOOSE),))
        taken = self._confirmed(interview, False)
        return replace(taken, remarks=(reply.notice("again", ONE_BY_ONE), *taken.remarks))

    def _answer(self, interview: Interview, plain: str) -> Taken | None:
        name = self.pending(interview)
        if name is None:
            return None
        others = self._aside(interview, plain, name)
        try:
            value = self._reading(name, plain)
        except Unclear as unclear:
            return self._unclear(interview, plain, unclear.hint, others)
        if value is not None:
            return self._note(interview, name, value, others)
        if is_question(plain):
            return None
        return self._noted_aside(interview, others) if others else self.restated(interview, plain)

    def _reading(self, name: str, plain: str) -> Value | None:
        """Value of the fact that is asked; None if something else is said. Raises Unclear."""
        fact = self.release.facts[name]
        if values.option_of(fact, plain) is not None:
            return read_answer(fact, plain, self.today)
        if is_unsure(plain):
            return self._nevertheless(name, plain)
        if is_question(plain) and not tells_length(fact, plain):
            return None
        return read_answer(fact, plain, self.today)

    def _nevertheless(self, name: str, plain: str) -> Value:
        """记不清了，2019年来的吧 tells a length all the same."""
        fact = self.release.facts[name]
        if fact.kind == "choice":
            return UNKNOWN
        try:
            return read_answer(fact, plain, self.today) or UNKNOWN
        except Unclear:
            return UNKNOWN

    def _aside(self, interview: Interview, plain: str, name: str) -> dict[str, Value]:
        """Facts told beside the one that is asked."""
        if is_question(plain):
            return {}
        stated = self._facts_in(household.own_words(plain), interview.plan.subject)
        return {n: v for n, v in stated.items() if n != name and n not in interview.plan.facts}

    def _unclear(self, interview: Interview, plain: str, hint: str,
                 others: Mapping[str, Value]) -> Taken:
        kept = interview.knowing({**interview.plan.facts, **others})
        missed = self.miss(kept, plain, hint)
        return replace(missed, remarks=(*self._told(REMEMBERED, others), *missed.remarks))

    def _noted_aside(self, interview: Interview, others: Mapping[str, Value]) -> Taken:
        """Something else was told than was asked: keep it, and ask the question again."""
        facts = {**interview.plan.facts, **others}
        return self.onward(interview.knowing(facts, misses=0), *self._told(REMEMBERED, others))

    def restated(self, interview: Interview, text: str) -> Taken | None:
        """An answered fact is told anew, perhaps otherwise; None if none is."""
        if is_question(text):
            return None
        stated = self._facts_in(household.own_words(text), interview.plan.subject)
        again = {n: v for n, v in stated.items() if n in interview.plan.facts}
        return self._put(interview, interview.at, again) if again else None

    def _note(self, interview: Interview, name: str, value: Value,
              others: Mapping[str, Value] | None = None) -> Taken:
        """Keep one answer, and what was told beside it; what hangs on a changed one is dropped."""
        told, others = interview.plan.facts, others or {}
        old = told.get(name)
        if old is not None and old != value:
            told = corrections.without_dependants(told, self.release.facts, name)
        said = {name: value} if self.release.facts[name].kind != "choice" else {}
        if interview.again == name and old is not None:
            remarks = (self._changed(name, old, value), *self._told(REMEMBERED, others))
        else:
            remarks = self._told(REMEMBERED, {**said, **others})
        facts = {**told, **others, name: value}
        return self.onward(interview.knowing(facts, misses=0, again=None), *remarks)

    def _changed(self, name: str, old: Value, new: Value) -> Reply:
        fact = self.release.facts[name]
        if old == new:
            return reply.notice("same", SAME.format(facts=self._words({name: new})))
        said = CHANGED.format(name=name, old=values.words(fact, old), new=values.words(fact, new))
        return reply.notice("changed", said)

    # ---- confirming what was heard -----------------------------------------------------------

    def _confirming(self, interview: Interview, plain: str) -> Taken | None:
        """对, 不对, or what has to be put right in what was heard."""
        if moves.asks_why(plain):
            return self._why(interview)
        agreed, rest = moves.agreement(plain)
        stated = {} if is_question(rest) else self._facts_in(
            household.own_words(moves.instead(rest)), interview.plan.subject)
        if stated and agreed is not True:
            return Taken(replace(interview, heard={**interview.heard, **stated}, misses=0))
        if agreed is None or is_question(plain):
            return None
        return self._confirmed(replace(interview, heard={**interview.heard, **stated}), agreed)

    def _confirmed(self, interview: Interview, right: bool) -> Taken:
        facts = self._with(interview.plan.facts, interview.heard if right else {})
        status = "asking" if interview.status == "confirming" else interview.status
        return self.onward(interview.knowing(facts, heard={}, status=status, misses=0))

    def _why(self, interview: Interview) -> Taken:
        fact = self.pending(interview)
        if fact is None:
            said = CHECKING if interview.status == "confirming" else NOTHING_ASKED
            return Taken(interview, (reply.notice("why", said),))
        rules = self.rules(interview.plan)
        said = questions.why(self.release, rules, fact, interview.plan.facts)
        said += self.release.facts[fact].sources
        return Taken(interview, (reply.notice("why", said),))

    def _stop(self, interview: Interview) -> Taken:
        return Taken(replace(interview, status="stopped"), ends=True)

    def resume(self, interview: Interview) -> Taken:
        """Go on where it was stopped."""
        if interview.status != "stopped":
            return Taken(interview)
        status = "confirming" if interview.heard else "asking"
        return self.onward(replace(interview, status=status, misses=0))

    # ---- corrections -------------------------------------------------------------------------

    def corrects(self, interview: Interview, text: str) -> bool:
        """Whether a message takes back an answer: says so, or says otherwise of an answered fact."""
        plain = normalize(text)
        if is_question(plain) or not any(plan.facts for plan in interview.plans):
            return moves.goes_back(plain)
        if moves.takes_back(plain) and (self.pending(interview) or len(plain) <= SHORT):
            return True
        weighs = moves.takes_back(plain) or moves.hesitates(plain)
        if not weighs or self._otherwise(interview, plain) is None:
            return False
        return plain.startswith("不对") or not self._answers(interview, moves.instead(plain))

    def _answers(self, interview: Interview, plain: str) -> bool:
        """Whether words answer what is being asked."""
        name = self.pending(interview)
        fact = self.release.facts.get(name or "")
        return fact is not None and corrections.value_of(fact, plain, self.today) is not None

    def _otherwise(self, interview: Interview, plain: str) -> tuple[int, dict[str, Value]] | None:
        """Whose answered facts a message changes, and to what: of the present person first."""
        order = sorted(range(len(interview.plans)), key=lambda i: (
            interview.plans[i].person not in plain, i != interview.at, i))
        for i in order:
            plan = interview.plans[i]
            said = plain.replace(plan.person, "")
            new = corrections.changed(said, self.release.facts, list(plan.facts), self.today)
            if new:
                return i, new
        return None

    def correct(self, interview: Interview, text: str) -> Taken:
        """Change what was answered before: the named question, or what the new words fit."""
        plain = normalize(text)
        if moves.keeps(plain):
            return self._kept(interview)
        if moves.goes_back(plain):
            return self._back(interview)
        numbered = moves.numbered(plain)
        if numbered:
            return self._correct_numbered(interview, *numbered)
        found = self._otherwise(interview, plain)
        return self._put(interview, *found) if found else self._which(interview, plain)

    def _kept(self, interview: Interview) -> Taken:
        """Nothing is to be changed after all."""
        return self.onward(replace(interview, again=None), reply.notice("same", KEPT))

    def _back(self, interview: Interview) -> Taken:
        """The question before the one that is asked."""
        trail = [(i, name) for i in range(interview.at + 1) for name in interview.plans[i].facts]
        if interview.again:
            trail = trail[:trail.index((interview.at, interview.again))]
        if trail:
            return self._ask_again(interview, *trail[-1])
        return Taken(interview, (reply.notice("again", FIRST),))

    def _correct_numbered(self, interview: Interview, number: int, rest: str) -> Taken:
        answered = list(interview.plan.facts)
        if not 0 < number <= len(answered):
            return self._which(interview)
        name = answered[number - 1]
        value = corrections.value_of(self.release.facts[name], rest, self.today) if rest else None
        if value is None:
            return self._ask_again(interview, interview.at, name)
        return self._put(interview, interview.at, {name: value})

    def _change(self, interview: Interview, rest: str) -> Taken:
        """The button of an answer that is to be changed: number of the plan, name of the fact."""
        number, _, name = rest.partition(":")
        at = int(number) if number.isdecimal() else interview.at
        if at >= len(interview.plans) or name not in interview.plans[at].facts:
            return self._which(interview)
        return self._ask_again(interview, at, name)

    def _which(self, interview: Interview, text: str = "") -> Taken:
        """Ask which answer is to be changed; one that is called by its name is asked again."""
        name = corrections.called(text, list(interview.plan.facts))
        if name is not None:
            return self._ask_again(interview, interview.at, name)
        choices: dict[str, str] = {}
        for i, plan in enumerate(interview.plans):
            for name, value in plan.facts.items():
                title = f"{self._of(interview, plan)}{self._words({name: value})}"
                choices.setdefault(title, f"change:{i}:{name}")
        if not choices:
            return Taken(interview, (reply.notice("again", NOTHING_TO_CHANGE),))
        return Taken(interview, (reply.menu(WHICH, list(choices.items())),))

    def _of(self, interview: Interview, plan: Plan) -> str:
        return f"【{plan.person}】" if len(interview.plans) > 1 else ""

    def _ask_again(self, interview: Interview, at: int, name: str) -> Taken:
        return Taken(replace(self._reopened(interview, at), again=name))

    def _reopened(self, interview: Interview, at: int) -> Interview:
        """The plan number `at` in question once more; its verdict, if told, is remembered."""
        plan = interview.plans[at]
        same = interview.before if at == interview.at else None
        before = self._outcome(plan) if plan.told else same
        opened = interview.changing(at, told=False)
        return replace(opened, at=at, status="asking", misses=0, before=before, again=None)

    def _put(self, interview: Interview, at: int, new: Mapping[str, Value]) -> Taken:
        """Change facts, say old and new, drop what hangs on them and go on."""
        told = interview.plans[at].facts
        remarks = [self._changed(name, told[name], value) for name, value in new.items()]
        facts = self._with(told, new)
        return self.onward(self._reopened(interview, at).knowing(facts), *remarks)


def _age(person: household.Person) -> dict[str, Value]:
    if person.age is None:
        return {}
    return {"年龄": Quantity(months=(person.age * 12, person.age * 12 + 11))}


__all__ = ["Interview", "Interviewer", "Plan", "Taken", "after_verdict", "dump", "load"]
