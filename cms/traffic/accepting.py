"""What is counted: the one way into the ledger, for the beacon, its short cut and the pixel."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils import timezone

from . import ledger, visitors
from .limits import LIMIT
from .models import SITE


def accept(request: HttpRequest, site_id: int, page_id: int | None, key: str = "") -> None:
    """Count one view of ``page_id`` (None for a page that is no Wagtail page), once and for all.

    When this returns, the hit is in the database. A key that was there within the
    last hour is not counted again, nor, without a key, the same visitor on the same
    page within ten seconds.

    Raises:
        TooManyViewsError: the visitor was counted too often within a minute.
        LedgerUnavailableError: the database does not answer; nothing was counted.
    """
    now = timezone.now()
    try:
        visitor = visitors.digest(request, site_id, timezone.localdate(now))
    except (DatabaseError, InterfaceError) as error:
        raise ledger.LedgerUnavailableError from error
    LIMIT.take(visitor)
    is_bot = visitors.is_bot(request)
    ledger.append(ledger.View(site_id, page_id or SITE, now, visitor, is_bot, key))
