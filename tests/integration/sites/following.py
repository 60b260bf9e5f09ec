"""Following an old address, as a browser does."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.test import Client


def follow(host: str, path: str) -> tuple[int, str]:
    """What stands behind the one permanent redirect that ``path`` gives: status and address."""
    answer = Client(headers={"host": host}).get(path)
    assert answer.status_code == 301, (host, path, answer.status_code)
    url = urlsplit(answer["Location"])
    there = Client(headers={"host": url.netloc}).get(
        f"{url.path}?{url.query}" if url.query else url.path
    )
    return there.status_code, url.geturl()
