"""Where a request comes from: the one rule for everybody who counts, limits or writes it down."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The visitor's address, behind ``TRUSTED_PROXY_COUNT`` proxies that append to the header."""
    trusted: int = settings.TRUSTED_PROXY_COUNT
    if trusted:
        forwarded = [
            part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part
        ]
        if len(forwarded) >= trusted:
            return forwarded[-trusted]
    return request.META.get("REMOTE_ADDR", "")
