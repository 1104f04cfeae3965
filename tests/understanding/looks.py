"""What a turn of the bot comes to, whatever the words of its answers are."""
from __future__ import annotations

from tests.conversation.tester import Conversation


def answered(citizen: Conversation) -> list[str]:
    """Entries that the last turn answered with."""
    return [r["entry"] for r in citizen.replies if "entry" in r]


def offered(citizen: Conversation) -> list[str]:
    """Entries that the last turn gave to choose from."""
    return [c["entry"] for r in citizen.replies if r["type"] == "clarify" for c in r["choices"]]


def clauses(citizen: Conversation) -> set[int]:
    """Numbers of the clauses that the last turn quoted."""
    return {q["clause"] for r in citizen.replies for q in r.get("quotes", [])}


def leads_to(citizen: Conversation, entry: str) -> bool:
    """Whether the last turn answers with an entry or offers it among three at most."""
    few = [r["choices"] for r in citizen.replies
           if r["type"] == "clarify" and len(r["choices"]) <= 3]
    return entry in answered(citizen) or any(c["entry"] == entry for row in few for c in row)
