"""Asking a video's site how it is embedded (oEmbed), through the guard on other servers.

Only the players that the pages show (``SEN_PLAYERS``) are asked, each at the one address that
Wagtail knows of it: an address that an editor types decides whether somebody is asked, never
who. What comes back is data of a stranger: its shape is checked here, its HTML goes through
``cms.content.html`` wherever it is shown.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.finders.oembed import OEmbedFinder
from wagtail.embeds.oembed_providers import vimeo, youtube

from sites.fetching import FetchFailed, FetchRefused, fetch

from .html import safe_player

logger = logging.getLogger(__name__)

PLAYERS = (youtube, vimeo)
TIMEOUT = 5  # seconds
ASKED_AGAIN_AFTER = 60  # seconds, after a failure
MAX_BYTES = 100_000
_MAX_LENGTH = 10_000  # characters of each text
_TEXTS = ("title", "author_name", "provider_name", "thumbnail_url")


class GuardedFinder(OEmbedFinder):
    """Wagtail's finder, for players whose frames a page may show, asking by the guard."""

    def __init__(self, providers: Any = None, options: dict[str, Any] | None = None) -> None:
        super().__init__(providers=providers or PLAYERS, options=options)

    def find_embed(
        self, url: str, max_width: int | None = None, max_height: int | None = None
    ) -> dict[str, Any]:
        """What the player's site says of ``url``, as Wagtail keeps it.

        It is kept for good, so that no reader's page asks another server once it is known.

        Raises:
            EmbedNotFoundException: nobody knows it, or the answer is of no use; for a minute
                it is not asked again.
        """
        endpoint = self._get_endpoint(url)
        if endpoint is None:
            raise EmbedNotFoundException
        # Every rendering of its page would wait for a server that does not answer.
        remembered = f"no-embed:{hashlib.sha256(url.encode()).hexdigest()}"
        if (failed := cache.get(remembered)) is not None:
            raise EmbedNotFoundException(failed)
        asked = {**self.options, "url": url, "format": "json"}
        asked |= {"maxwidth": max_width} if max_width else {}
        asked |= {"maxheight": max_height} if max_height else {}
        try:
            fetched = fetch(f"{endpoint}?{urlencode(asked)}", timeout=TIMEOUT, max_bytes=MAX_BYTES)
            return _read(json.loads(fetched.content))
        except (FetchRefused, FetchFailed, ValueError, RecursionError) as error:
            logger.warning("no embed of %s: %s", url, error)
            cache.set(remembered, str(error), ASKED_AGAIN_AFTER)
            raise EmbedNotFoundException(str(error)) from error


def _read(answer: Any) -> dict[str, Any]:
    """What Wagtail keeps of an answer. Raises ValueError for one that is no player's."""
    if not isinstance(answer, dict) or answer.get("type") not in ("video", "rich"):
        raise ValueError("it is no player")
    html = _text(answer, "html")
    if not safe_player(html):
        raise ValueError("it has no player in it that a page may show")
    sizes = {name: _size(answer.get(name)) for name in ("width", "height")}
    texts = {name: _text(answer, name) for name in _TEXTS}
    return {"type": answer["type"], "html": html, **texts, **sizes}


def _text(answer: dict[str, Any], name: str) -> str:
    """A text of the answer that a database can keep; empty for anything else."""
    value = answer.get(name)
    if not isinstance(value, str) or len(value) > _MAX_LENGTH:
        return ""
    # A lone half of a letter, or NUL, is stored by no database.
    return value.encode("utf-8", "ignore").decode().replace("\0", "")


def _size(value: Any) -> int | None:
    """Pixels; None for what is no size, such as "100%"."""
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if 0 < found < 100_000 else None
