"""Foreign HTML: cleaned by one policy, and taken apart into the blocks of a body.

:func:`sanitise` is the only place that decides which HTML may stand in Sen; every way in
and every way out calls it. docs/security/html.md lists them.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import nh3
from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html

from .text import nfc, squeeze

ALLOWED_TAGS = {
    *("p", "br", "b", "strong", "i", "em", "sup", "a", "ul", "ol", "li", "blockquote"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "caption", "thead", "tbody", "tfoot"),
    *("tr", "th", "td", "div", "section", "article", "center"),
}
INLINE = {"b", "strong", "i", "em", "sup", "a", "br"}
ALLOWED_ATTRIBUTES = {"a": {"href"}, "td": {"colspan"}, "th": {"colspan"}}
RICH_TEXT_TAGS = {"p", "br", "b", "strong", "i", "em", "sup", "a", "ul", "ol", "li", "h3", "h4"}
URL_SCHEMES = {"http", "https", "mailto", "tel"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
CONTAINERS = {"div", "section", "article", "center", "[document]"}
MAX_HEADING = 200
MAX_COLUMNS = 50
MAX_ROUNDS = 6

#: What stands inside is no text for a reader; it goes with its element.
_DROPPED_WHOLE = {
    *("script", "style", "template", "noscript", "iframe", "noembed", "noframes", "object"),
    *("svg", "math", "title", "textarea", "xmp"),
}
# How Wagtail stores a link to a page or a file, and by what its comments find their place.
_STORED = {
    "linktype": re.compile(r"page|document"),
    "id": re.compile(r"[0-9]{1,18}"),
    "data-block-key": re.compile(r"[A-Za-z0-9_-]{1,40}"),
}
_COLSPAN = re.compile(r"[0-9]{1,3}")
# Signs that nobody sees: controls, those that turn the direction of the text (a name can
# be made to read as another), and the tags that hide a text within a text. The stroke
# U+0338 is different: in NFC it melts with the "<", ">" or "=" before it, so that the end of
# a cleaned tag would be none any more.
_UNSEEN = dict.fromkeys(
    code
    for first, last in (
        *((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0x0338, 0x0338)),
        *((0x061C, 0x061C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069)),
        *((0xD800, 0xDFFF), (0xFEFF, 0xFEFF), (0xFFFE, 0xFFFF), (0xE0000, 0xE007F)),
    )
    for code in range(first, last + 1)
)
_WEB_PLAYERS = re.compile(r"https://www\.youtube\.com/embed/")
_IFRAME = re.compile(r'<iframe [^<>]*src="[^<>"]+"[^<>]*></iframe>')


def sanitise(html: str, tags: Collection[str] = ALLOWED_TAGS, *, stored: bool = False) -> str:
    """``html`` with only the tags, attributes and addresses that a body may carry, in NFC.

    What comes back is the same to every parser: tags that are closed, attributes in
    quotes, ``<`` and ``&`` of the text escaped; cleaning it again changes nothing.

    Args:
        tags: fewer than the policy allows; more are not to be had.
        stored: keep what Wagtail's editor stores beside HTML, its links by id.
    """
    attributes = {name: set(allowed) for name, allowed in ALLOWED_ATTRIBUTES.items()}
    if stored:
        attributes["a"] |= {"linktype", "id"}
        attributes["*"] = {"data-block-key"}
    allowed = ALLOWED_TAGS & set(tags)
    attributes = {tag: names for tag, names in attributes.items() if tag in {*allowed, "*"}}
    # In NFC first: what is composed is judged as it will stand there.
    html = nfc(html).translate(_UNSEEN)
    for _round in range(MAX_ROUNDS):
        cleaned = nh3.clean(
            html,
            tags=allowed,
            clean_content_tags=_DROPPED_WHOLE,
            attributes=attributes,
            attribute_filter=_attribute,
            url_schemes=URL_SCHEMES,
            link_rel=None,
        )
        # References such as &#824; have become signs.
        cleaned = nfc(cleaned.translate(_UNSEEN))
        if cleaned == html:
            return html
        html = cleaned
    # What every reading changes again is shown as text.
    bare = nh3.clean(html, tags=set(), clean_content_tags=_DROPPED_WHOLE)
    return nfc(bare.translate(_UNSEEN))


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value of an attribute as it may stand; None takes it away."""
    if name == "href":
        return web_address(value) or None
    form = _STORED.get(name, _COLSPAN)
    return value if form.fullmatch(value) else None


def web_address(address: str) -> str:
    """``address`` if a link may lead there, else nothing: http(s), mailto, tel, or on this site.

    Read as a browser does, which forgets tabs, line breaks and what stands before the scheme.
    """
    bare = re.sub(r"[\t\n\r]", "", address.translate(_UNSEEN)).strip()
    try:
        scheme = urlsplit(bare).scheme
    except ValueError:  # such as a bracket that is never closed
        return ""
    # Without a scheme no colon may come before the path, or a browser might see one.
    if scheme.lower() in URL_SCHEMES or (not scheme and ":" not in re.split(r"[/?#]", bare)[0]):
        return bare
    return ""


def plain_text(html: str) -> str:
    """What a reader would read of ``html``: text, which is to be escaped like any other."""
    return unescape(sanitise(html, ()))


def safe_rich_text(value: RichText, tags: Collection[str] = RICH_TEXT_TAGS) -> SafeString:
    """Rich text as HTML for a page, with nothing in it but ``tags``.

    The editor writes no other; what is stored may have come from elsewhere. Tags
    beyond the policy of this module are not to be had.
    """
    # Cleaned before too: the links are found by expressions that trust what they read.
    stored = sanitise(value.source, tags, stored=True)
    return mark_safe(sanitise(expand_db_html(stored), tags))  # noqa: S308  (just cleaned)


class CleanRichText(RichText):
    """Rich text of a block: whatever was stored, a page shows what the policy allows."""

    def __html__(self) -> str:
        return safe_rich_text(self)


def safe_player(html: str) -> SafeString:
    """The frame of an allowed player in ``html`` and nothing else; empty where there is none.

    The players are those of the content policy, ``SEN_PLAYERS``. YouTube's is taken from
    its host without cookies.
    """

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            value = _WEB_PLAYERS.sub("https://www.youtube-nocookie.com/embed/", value)
            players = tuple(f"{player}/" for player in settings.SEN_PLAYERS)
            return value if value.startswith(players) else None
        if name in ("width", "height"):
            return value if re.fullmatch(r"[0-9]{1,4}", value) else None
        return "" if name == "allowfullscreen" else value

    cleaned = nh3.clean(
        nfc(html).translate(_UNSEEN),
        tags={"iframe"},
        clean_content_tags=_DROPPED_WHOLE - {"iframe"},
        attributes={"iframe": {"src", "width", "height", "title", "allowfullscreen"}},
        attribute_filter=attribute,
        url_schemes={"https"},
        link_rel=None,
    )
    found = _IFRAME.search(cleaned.translate(_UNSEEN))
    return mark_safe(nfc(found[0]) if found else "")  # noqa: S308  (cleaned above)


def to_blocks(html: str) -> list[dict[str, Any]]:
    """The body blocks that ``html`` amounts to, as a StreamField stores them.

    Paragraphs and lists become ``paragraph`` blocks, headings ``heading``,
    quotations ``quote``, tables ``table``; text that stands in no paragraph gets
    one. Whatever the policy does not allow is dropped before.
    """
    soup = BeautifulSoup(sanitise(html), "html.parser")
    blocks: list[dict[str, Any]] = []
    for kind, value in _walk(soup):
        if kind == "paragraph":
            # Written by another parser than the one that cleaned it.
            value = sanitise(value)
        if kind == "paragraph" and blocks and blocks[-1]["type"] == "paragraph":
            blocks[-1]["value"] += value
        else:
            blocks.append({"type": kind, "value": value, "id": str(uuid.uuid4())})
    return blocks


def _walk(parent: Tag) -> Iterator[tuple[str, Any]]:
    loose: list[str] = []
    for node in parent.children:
        if isinstance(node, NavigableString) or (isinstance(node, Tag) and node.name in INLINE):
            loose.append(str(node) if isinstance(node, Tag) else _escaped(node))
            continue
        yield from _paragraphs(loose)
        loose = []
        if isinstance(node, Tag):
            yield from _block(node)
    yield from _paragraphs(loose)


def _block(node: Tag) -> Iterator[tuple[str, Any]]:
    text = squeeze(node.get_text(" "))
    if not text:
        return
    if node.name in HEADINGS and len(text) <= MAX_HEADING:
        yield "heading", text
    elif node.name == "blockquote":
        yield "quote", {"text": text, "attribution": ""}
    elif node.name == "table" and (table := _table(node)) is not None:
        yield "table", table
    elif node.name in ("ul", "ol"):
        items = "".join(
            f"<li>{inner}</li>"
            for item in node.find_all("li", recursive=False)
            if (inner := _inline(item))
        )
        if items:
            yield "paragraph", f"<{node.name}>{items}</{node.name}>"
    elif node.name in CONTAINERS or node.find(["p", "ul", "ol", "table", "div"]):
        yield from _walk(node)
    else:
        yield from _paragraphs([_inline(node)])


def _paragraphs(pieces: list[str]) -> Iterator[tuple[str, str]]:
    """Loose text, cut where two line breaks or an empty line stand."""
    joined = "".join(pieces)
    for part in re.split(r"(?:<br\s*/?>\s*){2,}|\n\s*\n", joined):
        inner = _tidy(part)
        if inner:
            yield "paragraph", f"<p>{inner}</p>"


def _inline(node: Tag) -> str:
    """The inner HTML of ``node`` with block tags inside it taken away, their text kept."""
    for inner in node.find_all(True):
        if inner.name not in INLINE:
            inner.insert_before(" ")
            inner.unwrap()
    return _tidy(node.decode_contents())


def _tidy(html: str) -> str:
    html = re.sub(r"[\s\xa0]+", " ", html)
    return re.sub(r"^(?:\s|<br\s*/?>)+|(?:\s|<br\s*/?>)+$", "", html)


def _escaped(text: NavigableString) -> str:
    return text.output_ready(formatter="minimal")


def _table(node: Tag) -> dict[str, Any] | None:
    rows = [
        [squeeze(cell.get_text(" ")) for cell in row.find_all(["th", "td"], recursive=False)]
        for row in node.find_all("tr")
    ]
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    if not 0 < width <= MAX_COLUMNS:
        return None
    head, *body = [row + [""] * (width - len(row)) for row in rows]
    caption = node.find("caption")
    return {
        "columns": [{"type": "text", "heading": heading} for heading in head],
        "rows": [{"values": row} for row in body],
        "caption": squeeze(caption.get_text(" ")) if caption else "",
    }


def with_absolute_addresses(html: str, root: str) -> str:
    """``html`` of a page of ours as it can be read elsewhere: addresses with their host.

    Drawings that only decorate are left out.

    Args:
        root: scheme and host, without a slash at the end.
    """
    soup = BeautifulSoup(html, "html.parser")
    for drawing in soup.find_all("svg"):
        drawing.decompose()
    for attribute in ("href", "src"):
        for element in soup.select(f"[{attribute}^='/']:not([{attribute}^='//'])"):
            element[attribute] = f"{root}{element[attribute]}"
    for element in soup.select("[srcset]"):
        del element["srcset"]
    return str(soup)
