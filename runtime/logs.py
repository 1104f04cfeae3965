"""Structured log lines: one JSON object a line, never a citizen's words or id."""
from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import structlog

OURS = ("actions", "channels", "components", "policy_kb", "runtime")
EVENT_NAME = re.compile(r"[\w.]+", re.ASCII)


def _place(record: logging.LogRecord) -> str:
    """File and line where the error was raised, or else where the line was logged."""
    trace = record.exc_info[2] if record.exc_info else None
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace:
        return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return f"{record.pathname}:{record.lineno}"


def _message(record: logging.LogRecord) -> str:
    """The message of our own code; of a library's only a bare name of an event.

    Libraries put what a citizen wrote, or who it was, into their sentences.
    """
    text = record.getMessage()
    ours = record.name.partition(".")[0] in OURS
    return text if ours or EVENT_NAME.fullmatch(text) else ""


class JsonLines(logging.Formatter):
    """A record as {time, level, logger, message, at, error}."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        row = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname,
            "logger": record.name, "message": _message(record), "at": _place(record),
        }
        if record.exc_info and record.exc_info[0]:
            # The text of an error may quote a message, so only its kind is logged.
            row["error"] = record.exc_info[0].__name__
        return json.dumps(row, ensure_ascii=False)


def _event_alone(logger: Any, method: str, event: dict[str, Any]) -> str:
    """What of a structlog event is logged: its name. Its fields hold what was said."""
    return str(event["event"])


def configure() -> None:
    """Send warnings and worse of libraries, and everything of ours, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    structlog.configure(
        processors=[_event_alone],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
