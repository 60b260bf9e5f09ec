"""The text of a demo page: as a StreamField stores it, and as search reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .records import Block

_ENDS, _TAGS = re.compile("</(?:p|li)>"), re.compile("<[^>]+>")


class BodyMaker:
    """Makes the bodies of one site.

    Args:
        name: tells the site and the seed, so that its blocks' ids are the same every time.
        images: the ids of the site's pictures by key.
    """

    def __init__(self, name: str, images: Mapping[str, int]) -> None:
        self._name = name
        self._images = images

    def stored(self, blocks: Iterable[Block], key: str) -> list[dict[str, Any]]:
        """The blocks as they are stored; ``key`` tells the page."""
        return [
            {
                "type": kind,
                "value": self._value(kind, value),
                "id": str(uuid5(NAMESPACE_URL, f"{self._name}/{key}/{index}")),
            }
            for index, (kind, value) in enumerate(blocks)
        ]

    def _value(self, kind: str, value: Any) -> Any:
        if kind == "image":
            return {
                "image": self._images[value["picture_key"]],
                "alt": value["alt"],
                "caption": value["caption"],
            }
        if kind == "table":
            return {
                "columns": [{"type": "text", "heading": head} for head in value["header"]],
                "rows": [{"values": row} for row in value["rows"]],
                "caption": value["caption"],
            }
        return value


def searchable(blocks: Iterable[Block]) -> list[str]:
    """The texts that search finds in ``blocks``, in the order in which Wagtail collects them."""
    texts: list[str] = []
    for kind, value in blocks:
        match kind:
            case "paragraph":
                texts.append(_text_of(value))
            case "quote":
                texts += (value["text"], value["attribution"])
            case "image":
                texts += (value["alt"], value["caption"])
            case "table":
                texts += (value["caption"], *value["header"])
                for row in value["rows"]:
                    texts += row
            case _:
                texts.append(value)
    return texts


def _text_of(html: str) -> str:
    """What Wagtail's ``get_text_for_indexing`` makes of such plain HTML, in a tenth of its time."""
    return unescape(_TAGS.sub("", _ENDS.sub(" ", html)).strip())
