"""Text copied from a word processor, as the blocks of a body.

Word puts lists on the clipboard as paragraphs of the class MsoListParagraph whose
style says ``mso-list``, each with its number or bullet in a span of its own
(``mso-list:Ignore``); a title is a paragraph of the class MsoTitle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Comment, Tag
from django.utils.translation import gettext as _

from .html import to_blocks
from .legacy_fonts import is_legacy
from .text import nfc

_LIST = re.compile(r"mso-list:\s*(?!ignore)", re.IGNORECASE)
_MARKER = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
#: "1.", "a)", "(iv)": what stands before an item of a list that counts.
_NUMBERED = re.compile(r"^\(?(\d+|[a-zđ]|[ivxlc]+)[.)]", re.IGNORECASE)
_TITLES = {"msotitle", "msosubtitle"}


@dataclass(frozen=True)
class Pasted:
    """What was on the clipboard.

    Attributes:
        blocks: as a StreamField stores them.
        warnings: what looks wrong, in words.
    """

    blocks: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_clipboard(html: str) -> Pasted:
    """The blocks that copied ``html`` amounts to: headings, paragraphs, lists, tables.

    Fonts, colours, comments and pictures are dropped, text is brought into NFC. Pictures of
    the clipboard stand on the sender's disk; a whole document brings its own along.
    """
    soup = BeautifulSoup(html, "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    _name_titles(soup)
    _gather_lists(soup)
    warnings = []
    if is_legacy(nfc(soup.get_text(" "))):
        warnings.append(
            _(
                "The text seems to be typed for old fonts (TCVN3 or VNI). "
                "Convert it to Unicode before you go on: readers would see wrong letters."
            )
        )
    if soup.find("img"):
        warnings.append(
            _(
                "Pictures are not pasted. Add them as blocks, or make the article "
                "from the Word document, which brings its pictures along."
            )
        )
    return Pasted(to_blocks(str(soup)), warnings)


def _name_titles(soup: BeautifulSoup) -> None:
    for paragraph in soup.find_all("p"):
        if {str(name).lower() for name in paragraph.get("class") or ()} & _TITLES:
            paragraph.name = "h2"


def _gather_lists(soup: BeautifulSoup) -> None:
    """Make each run of list paragraphs one list; the levels of a list become one."""
    open_list: Tag | None = None
    for paragraph in soup.find_all("p"):
        if not _LIST.search(str(paragraph.get("style", ""))):
            continue
        marker = paragraph.find(style=_MARKER)
        said = ""
        if isinstance(marker, Tag):
            said = marker.get_text().strip()
            marker.decompose()
        kind = "ol" if _NUMBERED.match(said) else "ul"
        before = _sibling_before(paragraph)
        if open_list is None or before is not open_list or open_list.name != kind:
            open_list = soup.new_tag(kind)
            paragraph.insert_before(open_list)
        paragraph.name = "li"
        open_list.append(paragraph.extract())


def _sibling_before(node: Tag) -> Tag | None:
    """The element before ``node``, where nothing but white space stands between them."""
    before = node.previous_sibling
    while before is not None and not isinstance(before, Tag) and not str(before).strip():
        before = before.previous_sibling
    return before if isinstance(before, Tag) else None
