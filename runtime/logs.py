"""Structured log lines: one JSON object a line, never a citizen's words or id."""
from __future__ import annotations

import json
import logging
import sys
import warnings

QUIET = ("rasa", "sanic", "apscheduler", "tensorflow", "matplotlib", "asyncio", "urllib3", "jieba")


class JsonLines(logging.Formatter):
    """A record as {time, level, logger, message, error}."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        row = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname,
            "logger": record.name, "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            # The text of an error may quote a message, so only its kind and place are logged.
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
            row |= {"error": record.exc_info[0].__name__, "at": place}
        return json.dumps(row, ensure_ascii=False)


def configure() -> None:
    """Send warnings and worse of libraries, and everything of ours, to standard error."""
    warnings.filterwarnings("ignore")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
