"""However a message is written, the bot understands it or says what it can do; never silence."""
from __future__ import annotations

import pytest

from tests.conversation.tester import Conversation

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("text", ["？？？", "。。。", "😀😀", "🙏"])
def test_a_message_without_words_is_asked_for_one(citizen: Conversation, text: str) -> None:
    citizen.says(text)
    assert citizen.codes() == ["no_words"]
