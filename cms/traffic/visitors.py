"""Telling visitors apart for half an hour without knowing who they are."""

from __future__ import annotations

import hmac
import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256

from crawlerdetect import CrawlerDetect
from django.conf import settings
from django.db import IntegrityError, transaction
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
    return not agent or CrawlerDetect(user_agent=agent).isCrawler()


def digest(request: HttpRequest, day: date) -> str:
    """An unlinkable name for the visitor on ``day``: it dies with the day's salt."""
    who = f"{client_address(request)}\0{request.headers.get('User-Agent', '')}"
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


def touch(site_id: int, visitor: str, now: datetime) -> bool:
    """Note that ``visitor`` is here now; tell whether this begins a new visit.

    Each step is one statement that only one of several simultaneous requests
    can win, so a visit begins once.
    """
    mine = Presence.objects.filter(site_id=site_id, digest=visitor)
    if mine.filter(last_seen__gte=now - VISIT_GAP).update(last_seen=now):
        return False
    if mine.filter(last_seen__lt=now - VISIT_GAP).update(last_seen=now):
        return True
    try:
        with transaction.atomic():
            Presence.objects.create(site_id=site_id, digest=visitor, last_seen=now)
    except IntegrityError:
        return False
    return True


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
