"""The state of an interview: one plan for each verdict to be reached, and where it stands."""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Mapping

from policy_kb import facts as values
from policy_kb.eligibility import TODAY, UNKNOWN, Value
from policy_kb.quantities import Quantity
from policy_kb.rules import Fact


@dataclass(frozen=True)
class Plan:
    """One verdict to reach: for whom, about what (`verdicts.rules_for`), and what is known.

    `told`: the verdict on these facts has been given.
    """

    person: str
    subject: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    told: bool = False


@dataclass(frozen=True)
class Interview:
    """State. `status`: asking, confirming (what was heard), stopped or done.

    `again` is a fact asked anew, `before` the outcome that a correction put in question,
    `memory` all that the writer has told of themselves, also in interviews before this one.
    """

    plans: tuple[Plan, ...]
    at: int = 0
    status: str = "asking"
    misses: int = 0
    heard: Mapping[str, Value] = field(default_factory=dict)
    again: str | None = None
    before: str | None = None
    memory: Mapping[str, Value] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """The plan that is being worked on."""
        return self.plans[self.at]

    def changing(self, at: int, **changes: Any) -> "Interview":
        """The same with changes in the plan number `at`."""
        plan = replace(self.plans[at], **changes)
        return replace(self, plans=(*self.plans[:at], plan, *self.plans[at + 1:]))

    def knowing(self, facts: Mapping[str, Value], **changes: Any) -> "Interview":
        """The same with other facts in the present plan."""
        return replace(self.changing(self.at, facts=dict(facts)), **changes)


def told_by(interview: Interview, person: str) -> dict[str, Value]:
    """All that is known of the writer, if they are called `person`."""
    own = [plan.facts for plan in interview.plans if plan.person == person]
    return {**interview.memory, **{n: v for facts in own for n, v in facts.items()}}


def dump(interview: Interview) -> dict[str, Any]:
    """JSON form."""
    plans = [{"person": p.person, "subject": p.subject, "facts": values.dump_all(p.facts),
              "told": p.told} for p in interview.plans]
    return {
        "plans": plans, "at": interview.at, "status": interview.status,
        "misses": interview.misses, "heard": values.dump_all(interview.heard),
        "again": interview.again, "before": interview.before,
        "memory": values.dump_all(interview.memory),
    }


def load(raw: Mapping[str, Any]) -> Interview:
    """State of its JSON form."""
    plans = tuple(
        Plan(p["person"], p["subject"], values.load_all(p["facts"]), p["told"])
        for p in raw["plans"])
    return Interview(**{
        **raw, "plans": plans, "heard": values.load_all(raw["heard"]),
        "memory": values.load_all(raw["memory"]),
    })


def fits(fact: Fact, value: Value) -> bool:
    """Whether a value can be the fact's; the fact may have changed since it was told."""
    if value == UNKNOWN or value in fact.values():
        return True
    if fact.kind == "date":
        return isinstance(value, tuple) or value == TODAY
    return fact.kind != "choice" and isinstance(value, Quantity)


def fitting(told: Mapping[str, Value], facts: Mapping[str, Fact]) -> dict[str, Value]:
    """Of what was told, the facts and values that still exist."""
    return {n: v for n, v in told.items() if n in facts and fits(facts[n], v)}
