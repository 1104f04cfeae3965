"""Of siblings under one rule the one is shown that what was said does not rule out."""
import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest

from policy_kb import paths
from policy_kb.branches import fitting
from policy_kb.entries import load_content
from policy_kb.matcher import Match
from tests.rules.shipped import facts, rules

TODAY = dt.date(2026, 6, 15)
SHIPPED = Path(paths.ROOT / "policy_kb" / "content")


@pytest.fixture(scope="module")
def release() -> SimpleNamespace:
    """What a release knows of entries, rules and facts, without building one."""
    entries = {entry.id: entry for entry in load_content(SHIPPED).entries}
    return SimpleNamespace(entries=entries, rules=rules(), facts=facts())


def shown(release: SimpleNamespace, text: str, *likely: str) -> tuple[str, ...]:
    """The entries that remain of a match that would show the first of `likely`."""
    match = Match("answer", likely[:1], tuple((i, .3) for i in likely), {})
    return fitting(match, text, release, TODAY).entries


@pytest.mark.parametrize(("text", "entry"), [
    ("今年59岁，户口迁来养老保险转不转", "12-1"), ("今年60岁，户口迁来养老保险转不转", "12-3"),
    ("没到60岁就迁户口，养老转吗", "12-1"), ("过了60岁才迁户口，养老转吗", "12-3"),
])
def test_an_age_decides_between_siblings_whichever_was_likelier(
        release: SimpleNamespace, text: str, entry: str) -> None:
    assert shown(release, text, "12-1", "12-3") == (entry,)
    assert shown(release, text, "12-3", "12-1") == (entry,)


@pytest.mark.parametrize("text", ["养老保险转不转", "户口迁来养老金谁发"])
def test_nothing_changes_where_nothing_is_told(release: SimpleNamespace, text: str) -> None:
    assert shown(release, text, "12-3", "12-1") == ("12-3",)


def test_an_entry_is_kept_when_no_sibling_is_left(release: SimpleNamespace) -> None:
    assert shown(release, "住了不满两年能落户吗", "4-1", "12-1") == ("4-1",)


def test_unregulated_topics_and_choices_are_left_alone(release: SimpleNamespace) -> None:
    assert shown(release, "今年60岁，多少岁退休", "N-205", "12-3") == ("N-205",)
    offered = Match("clarify", ("12-1", "12-3"), (("12-1", .5), ("12-3", .4)), {})
    assert fitting(offered, "今年60岁", release, TODAY) == offered
