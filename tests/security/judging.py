"""Is anything of a hostile input left? Judged by what stands there, not by what was taken out."""

from __future__ import annotations

import re
from html import unescape

from bs4 import BeautifulSoup
from django.conf import settings

from cms.content.html import ALLOWED_TAGS, URL_SCHEMES

# The whole grammar of cleaned HTML. What it matches reads the same in every parser:
# nothing is open, no value without quotes, no "<" that does not begin one of these tags.
_ATTRIBUTE = r' (?:href|colspan|linktype|id|data-block-key)="[^"<>\u0338]*"'
_NAMES = "|".join(sorted(ALLOWED_TAGS, key=len, reverse=True))
_TAG = rf"</?(?:{_NAMES})(?:{_ATTRIBUTE})*>(?!\u0338)"
_TEXT = r"(?:[^<>&]|&(?:amp|lt|gt|nbsp|quot);)"
CLEANED = re.compile(rf"(?:{_TEXT}|{_TAG})*")
_TAGS = re.compile(_TAG)
_HREF = re.compile(r'href="([^"]*)"')
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


def scheme_of(address: str) -> str:
    """The scheme that a browser finds in ``address`` (https://url.spec.whatwg.org/#url-parsing)."""
    bare = re.sub(r"[\t\n\r]", "", re.sub(r"^[\x00-\x20]+", "", address))
    found = _SCHEME.match(bare)
    return found[1].lower() if found else ""


def fault_of_fragment(html: str) -> str | None:
    """What is wrong with cleaned ``html``; None if nothing is."""
    if not CLEANED.fullmatch(html):
        return "it is not in the form of cleaned HTML"
    for address in _HREF.findall("".join(_TAGS.findall(html))):
        if scheme_of(unescape(address)) not in {"", *URL_SCHEMES}:
            return f"a link leads to {address!r}"
    return None


def faults_of_page(html: str) -> list[str]:
    """What a whole page of ours holds that no text may bring into it."""
    faults = []
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        for name, value in element.attrs.items():
            text = " ".join(value) if isinstance(value, list) else str(value)
            if name.startswith("on"):
                faults.append(f"<{element.name} {name}={text!r}>")
            if name in _ADDRESSES and scheme_of(text) not in {"", "http", "https", "mailto", "tel"}:
                faults.append(f"<{element.name} {name}={text!r}>")
            if "alert(" in text and name not in _TEXTS | _ADDRESSES:
                faults.append(f"<{element.name} {name}={text!r}>")
        if element.name in ("object", "embed", "base", "frame", "frameset", "applet"):
            faults.append(f"<{element.name}>")
        if element.name == "iframe" and not str(element.get("src")).startswith(
            tuple(settings.SEN_PLAYERS)
        ):
            faults.append(f"<iframe src={element.get('src')!r}>")
        if element.name == "script" and element.get("type") != "application/ld+json":
            code = element.get_text()
            if re.search(r"\b(?:alert|trip)\(", code):
                faults.append(f"<script>{code[:80]}")
        if element.name == "style" and "bay.example" in element.get_text():
            faults.append("<style>")
    return faults


_ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "xlink:href", "background"}
#: Where the words of a title may stand.
_TEXTS = {"alt", "title", "content", "value", "aria-label", "placeholder", "data-caption",
          "data-name", "srcset"}  # fmt: skip
