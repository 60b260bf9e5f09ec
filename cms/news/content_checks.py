"""What an article must have before anybody is asked to approve it; a draft may lack it.

Text alternatives and headers of tables: WCAG 2.2, 1.1.1 and 1.3.1, asked for by Circular
32/2017/TT-BTTTT, article 18. Text in one encoding: TCVN 6909.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cms.content.legacy_fonts import is_legacy


def missing(title: str, lead: str, body: Any, main_image: Any, caption: str) -> list[str]:
    """What is missing, each a sentence that says where and how to mend it; empty for nothing.

    Args:
        body: the value of the article's stream field.
        main_image: the picture beside the title, or None; ``caption`` is its caption.
    """
    found = []
    if main_image is not None and not (main_image.description or caption).strip():
        found.append(
            _(
                "The main picture has no words for those who do not see it: "
                "write a caption, or a description of the picture."
            )
        )
    pictures = tables = 0
    for block in body:
        for picture in _pictures(block):
            pictures += 1
            image = picture.get("image")
            described = picture.get("alt") or getattr(image, "description", "")
            if image is not None and not described.strip():
                found.append(
                    _(
                        "Picture %(number)s in the text has no alternative text: say what it "
                        "shows, for those who do not see it."
                    )
                    % {"number": pictures}
                )
        if block.block_type == "table":
            tables += 1
            headings = [str(column.get("heading", "")) for column in block.value.columns]
            if not all(heading.strip() for heading in headings):
                found.append(
                    _("Table %(number)s has a column without a heading: name each column.")
                    % {"number": tables}
                )
    texts = body.stream_block.get_searchable_content(body)
    words = " ".join([title, lead, *map(str, texts)])
    if is_legacy(words):
        found.append(
            _(
                "The text seems to be typed for old fonts (TCVN3 or VNI). "
                "Convert it to Unicode before you go on: readers would see wrong letters."
            )
        )
    return found


def _pictures(block: Any) -> list[Any]:
    """The pictures of a block, in the order of the text."""
    if block.block_type == "image":
        return [block.value]
    return list(block.value["pictures"]) if block.block_type == "gallery" else []
