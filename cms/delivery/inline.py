"""Styles and scripts that stand in the page, so that no request blocks its rendering.

The content policy allows no inline code but what bears a hash that the response's header
names (CSP Level 3, https://www.w3.org/TR/CSP3/#framework-hashes). Unlike a nonce, a hash is
the same for everybody, so a page with its header can be kept.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

#: On a request: the sources that its response's content policy allows, by directive.
SOURCES = "_sen_inline_sources"

# Addresses in such a file are relative to it, so it must stay a file.
_RELATIVE_STYLE = re.compile(r"url\(|@import", re.IGNORECASE)
_RELATIVE_SCRIPT = re.compile(r"\bimport\b")
# What would end the element, or hide its end.
_TAG = re.compile(r"</(style|script)|<script|<!--", re.IGNORECASE)


@dataclass(frozen=True)
class Inline:
    """What stands between the tags of a ``style`` or ``script`` element.

    Args:
        text: the code itself.
        source: how a content policy names it: ``'sha256-…'``.
    """

    text: SafeString
    source: str

    @classmethod
    def of(cls, text: str) -> Inline:
        """``text`` with its hash. Raises ValueError where it would end its element."""
        if _TAG.search(text):
            raise ValueError("the code holds a tag that would end its element")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        return cls(mark_safe(text), f"'sha256-{digest}'")  # noqa: S308 (a file of ours or a plugin's)


def style(request: HttpRequest | None, css: Inline) -> SafeString:
    """A ``style`` element with ``css``, which the response's content policy will allow."""
    _allow(request, "style-src", css)
    return format_html("<style>{}</style>", css.text)


def script(request: HttpRequest | None, code: Inline, *, module: bool) -> SafeString:
    """A ``script`` element with ``code``, which the response's content policy will allow."""
    _allow(request, "script-src", code)
    kind = mark_safe(' type="module"') if module else ""
    return format_html("<script{}>{}</script>", kind, code.text)


def read_style(path: str) -> str | None:
    """The text of a static style sheet; None where it must be linked, or is not there."""
    return _read(path, _RELATIVE_STYLE)


def read_script(path: str) -> Inline | None:
    """A static script; None where it must be linked, or is not there."""
    return _script(path) if not settings.DEBUG else _script.__wrapped__(path)


@lru_cache(maxsize=512)
def _script(path: str) -> Inline | None:
    text = _read(path, _RELATIVE_SCRIPT)
    return None if text is None else Inline.of(text)


def _read(path: str, relative: re.Pattern[str]) -> str | None:
    found = finders.find(path)
    if not isinstance(found, str):
        return None
    text = Path(found).read_text(encoding="utf-8").strip()
    return None if relative.search(text) or _TAG.search(text) else text


def _allow(request: HttpRequest | None, directive: str, inline: Inline) -> None:
    if request is not None:
        sources = request.__dict__.setdefault(SOURCES, {})
        sources.setdefault(directive, {})[inline.source] = None
