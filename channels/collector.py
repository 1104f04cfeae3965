"""Collects what the bot says in one turn, each message whole: text, custom and buttons together."""
from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel


class Collector(OutputChannel):
    """Rasa's own collector takes a message apart and cuts its text at blank lines."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.messages: list[dict[str, Any]] = []

    def name(self) -> str:  # type: ignore[override]
        """Name of the channel that collects."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message of the bot."""
        kept = {key: message.get(key) for key in ("text", "custom", "buttons")}
        if kept["text"] or kept["custom"]:
            self.messages.append({**kept, "buttons": kept["buttons"] or []})

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep a text that did not come through a response."""
        await self.send_response(recipient_id, {"text": text})
