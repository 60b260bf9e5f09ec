"""Which players a video may be embedded from, and which address of theirs plays it.

Nothing of what an editor pastes reaches the page but the video's own id: the
player's address is made here. Its hosts are those of the content policy
(``frame-src``); another one has to be named in both places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

ALLOWED = "YouTube, Vimeo"

_YOUTUBE_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com"}
_VIMEO_HOSTS = {"vimeo.com", "www.vimeo.com"}
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}\Z")
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([A-Za-z0-9_-]{11})/?\Z")
# An unlisted video has a key beside its number.
_VIMEO_PATH = re.compile(r"/(?:video/)?([0-9]{5,12})(?:/([0-9a-f]{8,16}))?/?\Z")
_VIMEO_KEY = re.compile(r"[0-9a-f]{8,16}\Z")


@dataclass(frozen=True)
class Player:
    """Where a video is played: for a frame, and for somebody who follows a link."""

    name: str
    frame_url: str
    page_url: str


def player_for(address: str) -> Player | None:
    """The player of the video at ``address``; None for any other address."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None or port is not None:
        return None
    query = parse_qs(parts.query)
    if host == "youtu.be":
        return _youtube(parts.path.strip("/"))
    if host in _YOUTUBE_HOSTS:
        if parts.path == "/watch":
            return _youtube(query.get("v", [""])[0])
        match = _YOUTUBE_PATH.match(parts.path)
        return _youtube(match[1]) if match else None
    if host in _VIMEO_HOSTS or host == "player.vimeo.com":
        match = _VIMEO_PATH.match(parts.path)
        return _vimeo(match[1], match[2] or query.get("h", [""])[0]) if match else None
    return None


def _youtube(video: str) -> Player | None:
    if not _YOUTUBE_ID.match(video):
        return None
    return Player(
        "YouTube",
        f"https://www.youtube-nocookie.com/embed/{video}?autoplay=1&rel=0",
        f"https://www.youtube.com/watch?v={video}",
    )


def _vimeo(number: str, key: str) -> Player:
    key = key if _VIMEO_KEY.match(key) else ""
    return Player(
        "Vimeo",
        f"https://player.vimeo.com/video/{number}?dnt=1&autoplay=1" + (f"&h={key}" if key else ""),
        f"https://vimeo.com/{number}" + (f"/{key}" if key else ""),
    )
