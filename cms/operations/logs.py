"""Log lines: for people, or one JSON object each; who was answered, and never a secret."""

from __future__ import annotations

import logging
import os
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter

from .context import about_request
from .redaction import redact

#: What a line may have; whatever else is handed to a logger stays out of it.
FIELDS = (
    *("timestamp", "level", "logger", "message", "request_id", "department", "user"),
    *("method", "path", "status", "kind", "milliseconds", "exc_info", "stack_info"),
)


class Console(logging.StreamHandler):  # type: ignore[type-arg]
    """The error output; where systemd's journal reads it, each line says how grave it is.

    So ``journalctl -p warning`` finds what is wrong. See sd-daemon(3) for the prefix, and
    JOURNAL_STREAM in systemd.exec(5) for who reads.
    """

    #: Python's levels and syslog's, the gravest first.
    GRAVITY = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))

    def __init__(self) -> None:
        super().__init__()
        self.to_journal = _is_journal(self.stream)

    def format(self, record: logging.LogRecord) -> str:
        """The formatter's lines, each with its prefix where the journal takes it away again."""
        text = super().format(record)
        if not self.to_journal:
            return text
        gravity = next((number for level, number in self.GRAVITY if record.levelno >= level), 7)
        return "\n".join(f"<{gravity}>{line}" for line in text.split("\n"))


def _is_journal(stream: Any) -> bool:
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no file at all, as under tests
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


class AboutRequest(logging.Filter):
    """Puts onto each record what :func:`.about_request` knows."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        # Django tells of an answer when it has left the middleware, and brings its request along.
        request = getattr(record, "request", None)
        about = about_request(request if isinstance(request, HttpRequest) else None)
        for name, value in about.items():
            setattr(record, name, value)
        return True


class LineFormatter(logging.Formatter):
    """A line for people, with the request's id."""

    def __init__(self, form: str) -> None:
        super().__init__(form, style="{", defaults={"request_id": "-"})

    def format(self, record: logging.LogRecord) -> str:
        """The line, redacted."""
        return redact(super().format(record))


class JSONFormatter(JsonFormatter):
    """A JSON object of :data:`FIELDS`, those that there are."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=True,
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Only what may stand there, redacted."""
        found = {name: log_data[name] for name in FIELDS if log_data.get(name) is not None}
        return {
            name: redact(value) if isinstance(value, str) else value
            for name, value in found.items()
        }
