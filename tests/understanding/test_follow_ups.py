"""What is asked after an answer is understood against it; what is asked twice is answered twice."""
from __future__ import annotations

import pytest

from tests.conversation.tester import Conversation

pytestmark = pytest.mark.slow


def shown(citizen: Conversation) -> set[str]:
    """Entries that the last turn answered with or offered."""
    offered = {c["entry"] for r in citizen.replies for c in r.get("choices", []) if "entry" in c}
    return {r["entry"] for r in citizen.replies if "entry" in r} | offered


@pytest.mark.parametrize(("first", "then", "entries"), [
    ("居住证满两年能落户吗", "要多久", {"4-1", "N-905"}),
])
def test_a_follow_up_is_read_against_the_answer_before_it(
        citizen: Conversation, first: str, then: str, entries: set[str]) -> None:
    citizen.tells(first, then)
    assert shown(citizen) & entries, citizen.texts
