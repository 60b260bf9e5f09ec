"""Log lines: for people, or one JSON object each; who was answered, and never a secret."""

from __future__ import annotations

import logging
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
