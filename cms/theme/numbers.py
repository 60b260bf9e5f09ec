"""Whole numbers with their thousands grouped: "3.460.242", in English "3,460,242"."""

from __future__ import annotations

from .dates import is_english


def vi_number(value: int | None) -> str:
    """``value`` grouped in the manner of the active language; empty for None.

    Raises:
        ValueError, TypeError: ``value`` is no whole number.
    """
    if value is None:
        return ""
    grouped = f"{int(value):,}"
    return grouped if is_english() else grouped.replace(",", ".")
