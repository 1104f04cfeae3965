"""Log lines name what happened and where, never who it was or what was said."""
from __future__ import annotations

import json
import logging

import pytest

from runtime.logs import JsonLines, _event_alone


def line(name: str, message: str, *arguments: object, error: Exception | None = None) -> dict:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "place.py", 7, message, arguments, info)
    return json.loads(JsonLines().format(record))


def test_our_own_lines_are_kept_whole():
    found = line("channels.web", "turn failed: %s", "ValueError")
    assert found["message"] == "turn failed: ValueError"
    assert found["level"] == "ERROR" and found["at"] == "place.py:7"


@pytest.mark.parametrize("message", ["Parsed 'my secret'", "user 4711 not found", "我的秘密"])
def test_of_a_library_the_place_is_kept_and_not_the_sentence(message):
    found = line("rasa.core.processor", message)
    assert found["message"] == "" and found["at"] == "place.py:7"


def test_of_a_library_the_name_of_an_event_is_kept():
    assert line("rasa.core", "processor.lock.failed")["message"] == "processor.lock.failed"


def test_an_error_is_kept_as_its_kind_and_place():
    try:
        raise ValueError("my secret")
    except ValueError as error:
        found = line("actions.base", "action failed", error=error)
    assert found["error"] == "ValueError" and "test_logs.py" in found["at"]
    assert "secret" not in json.dumps(found)


def test_the_fields_of_an_event_are_not_logged():
    assert _event_alone(None, "error", {"event": "rest.failure", "text": "my secret"}) == "rest.failure"
