"""Vietnamese text: one Unicode form, and folding to plain letters."""

from __future__ import annotations

import re
import unicodedata

from django.utils.text import slugify as django_slugify

_D = str.maketrans({"đ": "d", "Đ": "D"})


def nfc(text: str) -> str:
    """``text`` in Unicode normalisation form C, as TCVN 6909 asks."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """``text`` without Vietnamese marks: đ becomes d, everything else loses its accents."""
    decomposed = unicodedata.normalize("NFD", text.translate(_D))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def slugify(text: str, max_length: int = 120) -> str:
    """An address part made of ``text``: "Đảng ủy Sở" gives "dang-uy-so".

    Cut at a word's end where it is longer than ``max_length`` characters; empty
    where nothing is left.
    """
    slug = django_slugify(fold(text))
    if len(slug) <= max_length:
        return slug
    cut = slug[: max_length + 1].rsplit("-", 1)[0]
    return cut[:max_length].strip("-")


def squeeze(text: str) -> str:
    """``text`` in NFC with runs of white space made one space, and none at the ends."""
    return re.sub(r"\s+", " ", nfc(text)).strip()
