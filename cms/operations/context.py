"""Which request is being answered, for log lines and reports, and for what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.http import HttpRequest

_request: ContextVar[HttpRequest | None] = ContextVar("sen_request", default=None)


#: Stands in a request's environment where its answer lacks something.
INCOMPLETE = "sen.incomplete"


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """Let what is logged inside the block belong to ``request``."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def mark_incomplete() -> None:
    """Say that the answer lacks what it may have soon, such as a picture: it is kept for moments.

    Without effect where no request is being answered.
    """
    if (request := _request.get()) is not None:
        request.META[INCOMPLETE] = True


def about_request(request: HttpRequest | None = None) -> dict[str, Any]:
    """What every log line says of where it was written: ``request_id``, ``department``, ``user``.

    Args:
        request: which request it is about; None: the one being answered, if there is one.

    The department is its site's host, the user an account's number. Nothing is
    asked of the database for it; what is not known is left out.
    """
    request = request or _request.get()
    found: dict[str, Any] = {}
    if request is not None:
        found["request_id"] = getattr(request, "request_id", "")
        # Known once somebody has asked who it is; a log line does not ask.
        user = getattr(request, "_cached_user", None)
        if user is not None and user.pk is not None:
            found["user"] = user.pk
    department = _department(request)
    if department is not None:
        site = department._state.fields_cache.get("site")
        found["department"] = site.hostname if site is not None else str(department.pk)
    return found


def _department(request: HttpRequest | None) -> Any:
    # Logs are set up before there are models.
    if not apps.models_ready:
        return None
    from sites.tenancy import current_department

    return current_department() or getattr(request, "department", None)
