"""Lines of an entry that are asked in different ways get weights of their own."""
import numpy as np
import pytest

from policy_kb import fitting
from policy_kb.models import CLAUSE, NOT_REGULATED, Classifier, packed, unpacked, weighed

TWO_WAYS = np.array([[1, 0, 0]] * 4 + [[0, 1, 0]] * 4 + [[0, 0, 1]] * 2, dtype=np.float32)
CLASSES = np.array([0] * 8 + [1] * 2)


def test_lines_of_a_class_that_are_alike_make_a_group() -> None:
    group, owners = fitting.groups(TWO_WAYS, CLASSES, size=4)
    assert owners.tolist() == [0, 0, 1]
    assert len(set(group[:4])) == len(set(group[4:8])) == 1 and group[0] != group[4]


def test_a_group_never_holds_lines_of_two_classes() -> None:
    rows = np.random.RandomState(0).standard_normal((60, 5)).astype(np.float32)
    classes = np.arange(60) % 3
    group, owners = fitting.groups(rows, classes, size=4)
    assert (owners[group] == classes).all()
    assert sorted(set(group)) == list(range(len(owners)))


def test_ungrouped_a_class_is_one_group() -> None:
    group, owners = fitting.groups(TWO_WAYS, CLASSES, fitting.UNGROUPED)
    assert group.tolist() == CLASSES.tolist() and owners.tolist() == [0, 1]


def model(groups: list[int]) -> Classifier:
    return Classifier(
        np.zeros((1, len(groups)), dtype=np.float32), np.log(np.array([1, 2, 1], dtype=np.float32)),
        np.array(groups), np.array([CLAUSE, NOT_REGULATED], dtype=np.int8), np.zeros(0), (),
        np.zeros((0, 0)), np.zeros(0, dtype=int))


def test_a_class_is_as_likely_as_its_groups_together() -> None:
    row = (np.array([], dtype=np.int64), np.array([], dtype=np.float32))
    assert model([0, 0, 1]).probabilities(row, np.zeros(0)).tolist() == pytest.approx([.75, .25])


def test_a_release_from_before_there_were_groups_is_read_as_it_was_meant() -> None:
    whole = model([0, 1, 1])
    old = packed("m", whole)
    del old["m.groups"]
    assert unpacked("m", old, Classifier).groups.tolist() == [0, 1]


def test_the_part_that_asks_counts_as_much_as_all_that_is_told() -> None:
    told, asked, other = np.array([0., 2]), np.array([4., 4]), np.array([1., 9])
    assert weighed(told, [other, asked]).tolist() == [2, 3]
    assert weighed(told, []).tolist() == told.tolist()
