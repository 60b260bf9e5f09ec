"""Telling visitors apart for half an hour without knowing who they are."""

from __future__ import annotations

import hmac
import secrets
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from crawlerdetect import CrawlerDetect
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from sites.clients import client_address

from .models import DailySalt, Presence

VISIT_GAP = timedelta(minutes=30)
ONLINE_WINDOW = timedelta(minutes=5)

_salts: dict[date, bytes] = {}


def is_bot(request: HttpRequest) -> bool:
    """Whether the user agent names a crawler, a script, or nothing at all."""
    agent = request.headers.get("User-Agent", "")
    return _is_bot(agent)


# Some hundred patterns a question; the agents of a day are few.
@lru_cache(4096)
def _is_bot(agent: str) -> bool:
    return not agent or CrawlerDetect(user_agent=agent).isCrawler()


def digest(request: HttpRequest, site_id: int, day: date) -> str:
    """An unlinkable name for the visitor of a site on ``day``: it dies with the day's salt.

    Another on each site: nobody can tell who reads which departments.
    """
    agent = request.headers.get("User-Agent", "")
    who = f"{site_id}\0{client_address(request)}\0{agent}"
    return hmac.new(_salt(day), who.encode(), sha256).hexdigest()[:32]


def mark(request: HttpRequest, secret: str) -> str:
    """A name for the visitor among those who met ``secret``: the same only for the same secret.

    For "once a visitor" without knowing who: keep the mark, and delete the
    secret when it is over; then nobody can tell any more whom a mark meant.
    """
    who = f"{client_address(request)}\0{request.headers.get('User-Agent', '')}"
    key = f"{settings.SECRET_KEY}\0{secret}".encode()
    return hmac.new(key, who.encode(), sha256).hexdigest()[:32]


def _salt(day: date) -> bytes:
    salt = _salts.get(day)
    if salt is None:
        row, _ = DailySalt.objects.get_or_create(
            day=day, defaults={"salt": secrets.token_bytes(32)}
        )
        salt = bytes(row.salt)
        _salts.clear()
        _salts[day] = salt
    return salt


def online(site_id: int) -> int:
    """How many visitors were here within the last five minutes."""
    since = timezone.now() - ONLINE_WINDOW
    return Presence.objects.filter(site_id=site_id, last_seen__gte=since).count()


def forget(today: date) -> None:
    """Delete the salts of past days and the digests that were last seen before today."""
    _salts.clear()
    start = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    Presence.objects.filter(last_seen__lt=min(start, timezone.now() - VISIT_GAP)).delete()
    DailySalt.objects.filter(day__lt=today).delete()
