"""The texts in a value, whatever holds it: plain, HTML, JSON as deep as it goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: A text that is longer is judged in pieces of this length, in characters.
PIECE = 1_000_000
DEEPEST = 40
#: Of the words beside an address.
BESIDE = 300


@dataclass(frozen=True)
class Text:
    """One text.

    Attributes:
        place: where it stands, such as ``body › 3``: names of columns, and numbers in lists.
        value: as it is stored.
        beside: the short texts that stand with it, such as the title of a link's address.
    """

    place: str
    value: str
    beside: str = ""


def texts_in(value: Any, place: str, beside: str = "") -> Iterator[Text]:
    """Every text in ``value``.

    Args:
        value: a string, or what JSON is made of; a string that holds JSON is read as such.
        place: the name of what holds it.
    """
    yield from _walk(value, place, beside, 0)


def _walk(value: Any, place: str, beside: str, depth: int) -> Iterator[Text]:
    if isinstance(value, str):
        inner = _as_json(value) if depth < DEEPEST else None
        if inner is not None:
            yield from _walk(inner, place, beside, depth + 1)
        else:
            for start in range(0, len(value), PIECE):
                yield Text(place, value[start : start + PIECE], beside)
    elif depth >= DEEPEST:
        # So deep nobody nests a text but to hide it.
        yield Text(place, str(value)[:PIECE], beside)
    elif isinstance(value, dict):
        yield from _walk_dict(value, place, beside, depth)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value, start=1):
            yield from _walk(item, f"{place} › {number}", beside, depth + 1)


def _walk_dict(value: dict[str, Any], place: str, beside: str, depth: int) -> Iterator[Text]:
    if isinstance(value.get("type"), str) and "value" in value:
        # A block of a stream field.
        yield from _walk(value["value"], place, beside, depth + 1)
        return
    words = [
        item.strip()
        for item in value.values()
        if isinstance(item, str) and 0 < len(item) <= BESIDE and "://" not in item
    ]
    beside = " ".join(words)[:BESIDE] or beside
    for item in value.values():
        yield from _walk(item, place, beside, depth + 1)


def _as_json(value: str) -> Any:
    start = value[:1]
    if start not in ("[", "{"):
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list | dict) else None
