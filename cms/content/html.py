"""Foreign HTML: cleaned by one policy, and taken apart into the blocks of a body."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator
from typing import Any

import nh3
from bs4 import BeautifulSoup, NavigableString, Tag
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
RICH_TEXT_TAGS = {"p", "br", "b", "strong", "i", "em", "a", "ul", "ol", "li", "h3", "h4"}
URL_SCHEMES = {"http", "https", "mailto", "tel"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
CONTAINERS = {"div", "section", "article", "center", "[document]"}
MAX_HEADING = 200
MAX_COLUMNS = 50


def sanitise(html: str) -> str:
    """``html`` with only the tags, attributes and addresses that a body may carry, in NFC."""
    return nfc(
        nh3.clean(
            html,
            tags=ALLOWED_TAGS,
            attributes=ALLOWED_ATTRIBUTES,
            url_schemes=URL_SCHEMES,
            link_rel=None,
        )
    )


def safe_rich_text(value: RichText, tags: Collection[str] = RICH_TEXT_TAGS) -> SafeString:
    """Rich text as HTML for a page, with nothing in it but ``tags``.

    The editor writes no other; what is stored may have come from elsewhere. Tags
    beyond the policy of this module are not to be had.
    """
    html = nh3.clean(
        expand_db_html(value.source),
        tags=ALLOWED_TAGS & set(tags),
        attributes={"a": {"href"}} if "a" in tags else {},
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )
    return mark_safe(nfc(html))  # noqa: S308  (cleaned on the line above)


def to_blocks(html: str) -> list[dict[str, Any]]:
    """The body blocks that ``html`` amounts to, as a StreamField stores them.

    Paragraphs and lists become ``paragraph`` blocks, headings ``heading``,
    quotations ``quote``, tables ``table``; text that stands in no paragraph gets
    one. Whatever the policy does not allow is dropped before.
    """
    soup = BeautifulSoup(sanitise(html), "html.parser")
    blocks: list[dict[str, Any]] = []
    for kind, value in _walk(soup):
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
