"""What an area shows that nobody has set up: the widgets that declare it as their place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .registry import RegisteredWidget


def declared_items(slot: str, entries: Iterable[RegisteredWidget]) -> list[dict[str, Any]]:
    """Those of ``entries`` whose default place is ``slot``, as they are stored, in their order.

    Each has its default settings and an id that is the same at every call.
    """
    placed = [
        (entry.widget.default_place[1], entry.id, entry)
        for entry in entries
        if entry.widget.default_place is not None and entry.widget.default_place[0] == slot
    ]
    return [
        {
            "type": entry.id,
            "value": entry.block.get_prep_value(entry.block.get_default()),
            "id": f"default-{entry.id}",
        }
        for _order, _id, entry in sorted(placed, key=lambda found: found[:2])
    ]
