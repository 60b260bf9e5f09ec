"""Taking out of a text what must stand in no log and no report."""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings

HIDDEN = "***"

# A query string: what a reader searched for, or a token.
_QUERY = re.compile(r"(?<=[\w/)\]-])\?[^\s\"'<>?]*=[^\s\"'<>]*")
# A header that says who somebody is, up to the end of its line.
_HEADER = re.compile(r"(?i)\b((?:set-)?cookie|(?:proxy-)?authorization)(['\"]?\s*[:=]\s*)[^\r\n]+")
# A cookie or a named secret on its own.
_NAMED = re.compile(
    r"(?i)\b([\w-]*(?:sessionid|csrftoken|csrfmiddlewaretoken|password|passwd|secret|token))"
    r"(['\"]?\s*[:=]\s*)['\"]?[^\s,;&'\"]{4,}['\"]?"
)
# Django's token in a link to a new password or an invitation.
_LINK = re.compile(r"\b[0-9a-z]{5,8}-[0-9a-f]{32,64}\b")
# The password in the address of a database or another server.
_ADDRESS = re.compile(r"(?<=://)[^\s/@:]*:[^\s/]+(?=@)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def redact(text: str) -> str:
    """``text`` without secrets of the settings, query strings, cookies, tokens and passwords."""
    known = _known(tuple(settings.SEN_SECRETS))
    if known is not None:
        text = known.sub(HIDDEN, text)
    text = _ADDRESS.sub(HIDDEN, text)
    text = _QUERY.sub("?" + HIDDEN, text)
    text = _HEADER.sub(rf"\1\2{HIDDEN}", text)
    text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
    return _LINK.sub(HIDDEN, text)


def redact_people(text: str) -> str:
    """The same, and without e-mail addresses."""
    return _MAIL.sub(HIDDEN, redact(text))


@lru_cache(maxsize=4)
def _known(secrets: tuple[str, ...]) -> re.Pattern[str] | None:
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
