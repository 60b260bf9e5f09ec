"""Telling people: a notice in the admin and a mail, one each, however many reasons there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .telling import tell as tell


def __getattr__(name: str) -> Any:
    """``cms.notices.tell``, once Django's models can be imported."""
    if name == "tell":
        from .telling import tell

        return tell
    raise AttributeError(name)
