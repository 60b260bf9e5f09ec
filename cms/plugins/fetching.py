"""What plugins ask other servers with: the guard of :mod:`sites.fetching`, in the plugins' name."""

from __future__ import annotations

from sites import fetching
from sites.fetching import Fetched, FetchFailed, FetchRefused

from .discovery import SDK_VERSION

__all__ = ["USER_AGENT", "FetchFailed", "FetchRefused", "Fetched", "fetch"]

USER_AGENT = f"Sen/{SDK_VERSION} (feed reader)"


def fetch(url: str, *, timeout: float = 10, max_bytes: int = 2_000_000) -> Fetched:
    """GET ``url`` from the public Internet. For refreshes and tasks, never while a page renders.

    Without cookies or credentials, over http and https, following three redirects
    at most, each checked like the first address. Only an answer 200 counts.

    Args:
        timeout: seconds in all, beside those the name server takes.
        max_bytes: of the body, decompressed; a longer one is a failure.

    Raises:
        FetchRefused: an address of another kind, with a user name, on another
            port, or on a network that is not public (``SEN_FETCH_NETWORKS`` and
            ``SEN_FETCH_PORTS`` allow more).
        FetchFailed: no such name, no connection, no valid certificate, an error,
            too slow, too long.
    """
    return fetching.fetch(url, timeout=timeout, max_bytes=max_bytes, user_agent=USER_AGENT)
