"""How fast the rules decide: random fact sets on one core.

    python -m bench.eligibility [SETS]

Prints decisions per second: one line a rule, one for all rules that are told apart, the slowest.
A decision is the outcome, what would change it, and the trace of the nearest situation.
Facts are drawn from the answers at which a rule can turn, 不清楚 and not yet asked among them.
"""
from __future__ import annotations

import datetime as dt
import random
import sys
import time
from typing import Callable, Sequence

from policy_kb import boundaries, paths
from policy_kb.eligibility import Facts, decide, decide_all
from policy_kb.release import Release, ReleaseError, Releases
from policy_kb.rules import Rule, facts_of

SETS, SEED = 10_000, 4
DAY = dt.date(2026, 11, 24)
NOT_ASKED = 0.2                                   # share of facts that have not been asked


def fact_sets(release: Release, rules: Sequence[Rule], count: int) -> list[Facts]:
    """Random fact sets for `rules`, the same on every run."""
    draw = random.Random(SEED)
    answers = {
        name: boundaries.values(rule, release.facts[name], DAY)
        for rule in rules for name in (*rule.applies_to, *facts_of(rule))
    }
    return [
        {name: draw.choice(values) for name, values in answers.items() if draw.random() > NOT_ASKED}
        for _ in range(count)
    ]


def per_second(sets: Sequence[Facts], decide_one: Callable[[Facts], object]) -> int:
    """Fact sets decided in a second of this process's CPU time."""
    start = time.process_time()
    for facts in sets:
        decide_one(facts)
    return int(len(sets) / (time.process_time() - start))


def main() -> None:
    """Measure all rules, then the largest group."""
    try:
        release = Releases(paths.releases()).current()
        count = int(sys.argv[1]) if len(sys.argv) > 1 else SETS
    except (ReleaseError, ValueError) as error:
        sys.exit(str(error))
    figures = {
        id: per_second(fact_sets(release, [rule], count), lambda facts: decide(rule, facts, DAY).nearest.trace)
        for id, rule in release.rules.items()
    }
    for id, figure in sorted(figures.items(), key=lambda pair: pair[1]):
        print(f"{figure:>8}  {id}")
    group = [rule for rule in release.rules.values() if rule.applies_to]
    sets = fact_sets(release, group, count)
    together = per_second(sets, lambda facts: decide_all(group, facts, DAY)[0].nearest.trace)
    print(f"{together:>8}  {len(group)} rules that are told apart, together")
    print(f"{min(figures.values()):>8}  slowest rule, {count} random fact sets, one core")


if __name__ == "__main__":
    main()
