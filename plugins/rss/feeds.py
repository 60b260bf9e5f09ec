"""From the bytes of a feed, as they are found in the wild, to a few lines of plain text."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, TypedDict
from urllib.parse import urljoin, urlsplit

import feedparser
from django.utils.translation import gettext as _

from cms.sdk import Fetched, nfc, plain_text

MAX_ENTRIES = 20
MAX_TITLE = 300
MAX_LINK = 2000


class NoFeed(Exception):  # noqa: N818 (said of the document)
    """What was fetched is no RSS and no Atom."""


class Entry(TypedDict):
    """One line: ``link`` is http(s) or empty, ``date`` is ISO 8601 in UTC or empty."""

    title: str
    link: str
    date: str


class Feed(TypedDict):
    """What is kept of a feed, in its own order."""

    title: str
    entries: list[Entry]


def read(fetched: Fetched) -> Feed:
    """The feed's title and first entries, all of it plain text.

    Raises:
        NoFeed: it is something else, or broken beyond reading.
    """
    headers = {"content-location": fetched.url}
    if fetched.content_type:
        headers["content-type"] = fetched.content_type
    # A stream: a string or bytes would be tried as an address and as a file's name.
    parsed = feedparser.parse(BytesIO(fetched.content), response_headers=headers)
    version = parsed.get("version", "")
    if not parsed.entries and not version:
        raise NoFeed(_("There is no RSS or Atom feed at this address."))
    # Atom says what is text; in RSS, nobody does, and many write HTML.
    says_type = version.startswith("atom")
    entries = [_entry(entry, fetched.url, says_type) for entry in parsed.entries]
    return Feed(
        title=_text(parsed.feed.get("title_detail"), says_type),
        entries=[entry for entry in entries if entry["title"]][:MAX_ENTRIES],
    )


def _entry(entry: Mapping[str, Any], base: str, says_type: bool) -> Entry:
    link = _link(entry.get("link"), base)
    # A link that has no name is its own.
    title = _text(entry.get("title_detail"), says_type) or link
    return Entry(title=title, link=link, date=_date(entry))


def _text(detail: Mapping[str, Any] | None, says_type: bool) -> str:
    """What a reader would read of a title, be it text or HTML."""
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    if not (says_type and detail.get("type") == "text/plain"):
        value = plain_text(value)
    text = nfc(_printable(" ".join(value.split())))
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1].rstrip() + "…"


def _link(link: Any, base: str) -> str:
    try:
        url = urljoin(base, _printable(str(link or "")).strip())
        parts = urlsplit(url)
    except ValueError:  # such as a bracket that is never closed
        return ""
    is_web = link and parts.scheme in ("http", "https") and parts.hostname
    return url if is_web and len(url) <= MAX_LINK else ""


def _date(entry: Mapping[str, Any]) -> str:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if not parsed:
        return ""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    except (ValueError, OverflowError, OSError):  # the year 0, or 99999
        return ""


def _printable(text: str) -> str:
    """Without the letters that no reader sees and that some databases refuse."""
    return "".join(letter for letter in text if letter.isprintable())
