"""Whether a page of this very site sent a request: for forms on pages that are kept.

A kept page is the same for everybody and can carry no token of a session's.
Browsers say where a request comes from, and a page cannot make them lie.
"""

from __future__ import annotations

from django.http import HttpRequest


def is_same_origin(request: HttpRequest) -> bool:
    """Whether the browser says that ``request`` comes from a page of this host."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    origin = request.headers.get("Origin", "")
    return origin == f"{request.scheme}://{request.get_host()}"
