"""From where an act came: the admin with the visitor's address, a command, the scheduler."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sites.clients import client_address

_origin: ContextVar[str] = ContextVar("sen_origin", default="")

#: What the field of the record holds at most.
LONGEST = 100


def origin() -> str:
    """Where what runs was begun: ``admin 10.0.0.7``, ``site …``, ``scheduler``, ``command x``."""
    return (_origin.get() or _command())[:LONGEST]


@contextmanager
def coming_from(what: str) -> Iterator[None]:
    """Let what is written down inside the block have come from ``what``."""
    token = _origin.set(what)
    try:
        yield
    finally:
        _origin.reset(token)


def _command() -> str:
    """The management command that this process runs."""
    if len(sys.argv) > 1 and Path(sys.argv[0]).name == "manage.py":
        return f"command {sys.argv[1]}"
    return "command"


class OriginMiddleware:
    """Note the address of a request, for whatever is written into the record meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        where = "admin" if request.path.startswith(self.admin) else "site"
        with coming_from(f"{where} {client_address(request)}".strip()):
            return self.get_response(request)
