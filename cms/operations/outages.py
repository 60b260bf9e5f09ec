"""What people see while something that Sen stands on is away: the database, the cache, the disk.

Readers are told to come back, with ``Retry-After`` for machines (RFC 9110, 10.2.3). Whoever
sent a form finds it in the answer, to be sent once more: what they wrote is not lost.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import suppress

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.defaults import server_error
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

#: In seconds; what is started anew is mostly back by then.
RETRY_AFTER = 30
#: PEP 249 has OperationalError for what is not under the programmer's control; Django's
#: InterfaceError is a connection that was closed.
_AWAY = (OperationalError, InterfaceError, RedisConnectionError, RedisTimeoutError)
#: The disk is full, the quota is used up, the disk went read-only.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


def fault_page(request: HttpRequest) -> HttpResponse:
    """The answer where something was raised that nobody caught: ``handler500``.

    503 where what Sen stands on is away or full, else 500.
    """
    causes = list(_causes(sys.exc_info()[1]))
    full = any(is_full(error) for error in causes)
    if not full and not any(isinstance(error, _AWAY) for error in causes):
        return server_error(request)
    context = {
        "full": full,
        "sent": request.method not in ("GET", "HEAD"),
        "fields": list(_fields(request)),
        "had_files": _had_files(request),
        "path": request.get_full_path(),
    }
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def is_full(error: BaseException) -> bool:
    """Whether ``error`` says that there is no room: on a disk or in the database."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    if not isinstance(error, OperationalError):
        return False
    # psycopg's DiskFull (SQLSTATE 53100), SQLite's SQLITE_FULL.
    return getattr(error.__cause__, "sqlstate", "") == "53100" or "disk is full" in str(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    # django-redis raises the cause of its own exception while it handles that: a ring.
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What an editor's form held; nothing of a form that has to do with passwords."""
    admin, accounts = reverse("wagtailadmin_home"), reverse("account_login").rpartition("login")[0]
    if request.method != "POST" or not request.path.startswith(admin):
        return
    if request.path.startswith(accounts):
        return
    # It may not have been read yet, and be broken.
    with suppress(Exception):
        for name, values in request.POST.lists():
            for value in values:
                yield name, value


def _had_files(request: HttpRequest) -> bool:
    with suppress(Exception):
        return bool(request.FILES)
    return False
