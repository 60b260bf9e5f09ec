"""Hashes of what was written: canonical JSON, SHA-256, and marks with a key beside the database."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder


def canonical(value: Any) -> bytes:
    """``value`` as JSON of which there is one form only: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder
    ).encode()


def hash_of(value: Any) -> str:
    """The SHA-256 of ``value``'s canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def hash_of_content(content: Any) -> str:
    """The hash of a revision's content: what was approved, word for word."""
    return hash_of(content)


def keys() -> list[str]:
    """The keys with which marks may have been made; the first one makes new ones."""
    known = [
        settings.SEN_RECORD_KEY,
        *settings.SEN_RECORD_KEY_FALLBACKS,
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
    ]
    return list(dict.fromkeys(known))


def mark_of(purpose: str, value: Any, key: str | None = None) -> str:
    """What only who has the key can make of ``value`` (HMAC-SHA-256), in hexadecimal."""
    message = purpose.encode() + b"\0" + canonical(value)
    return hmac.new((key or keys()[0]).encode(), message, hashlib.sha256).hexdigest()


def holds(mark: str, purpose: str, value: Any, known: Iterable[str] | None = None) -> bool:
    """Whether ``mark`` was made of ``value`` with one of the keys."""
    # Compared as bytes: a forged mark need not be ASCII.
    return any(
        hmac.compare_digest(mark.encode(), mark_of(purpose, value, key).encode())
        for key in (keys() if known is None else known)
    )
