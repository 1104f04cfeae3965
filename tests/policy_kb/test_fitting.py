"""What the gate is learned from and looks at."""
import numpy as np

from policy_kb.models import Seen, weighed


def seen(p: float, evidence: float) -> Seen:
    return np.array([p]), np.array([evidence, 0])


def test_the_part_that_asks_counts_as_much_as_all_that_is_told() -> None:
    p, evidence = weighed(seen(.2, 0), [seen(.3, 1), seen(.8, 4)])
    assert p.tolist() == [.5] and evidence.tolist() == [2, 0]


def test_a_short_message_is_judged_by_all_of_it() -> None:
    told = seen(.2, 1)
    assert weighed(told, []) == told
