"""Asking the outermost application, as a server does."""

from __future__ import annotations

import json
from typing import Any

from django.test import RequestFactory

from cms.operations.front import OperationsFront


class Answer:
    """What came back."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status[:3])
        self.headers = dict(headers)
        self.text = body.decode()

    def json(self) -> Any:
        return json.loads(self.text)


def refuse(environ: dict[str, Any], start_response: Any) -> Any:
    """An application that must not be asked."""
    raise AssertionError(f"{environ['PATH_INFO']} came through")


def ask(
    path: str,
    *,
    method: str = "GET",
    application: Any = refuse,
    host: str = "ai.do.vn",
    **meta: Any,
) -> Answer:
    """Send one request; ``meta`` goes into its environment."""
    environ = RequestFactory().generic(method, path, **meta).environ | {"HTTP_HOST": host}
    started: list[Any] = []
    body = OperationsFront(application)(environ, lambda *told: started.extend(told))
    return Answer(started[0], started[1], b"".join(body))
