"""How a document is found: its words folded, so that "03 KH STTTT" finds "03/KH-STTTT"."""

from __future__ import annotations

import re

from cms.sdk import fold, nfc

MAX_WORDS = 8
_WORD = re.compile(r"[^\W_]+")


def squeeze(text: str) -> str:
    """``text`` in NFC, each run of white space one space, none at the ends."""
    return " ".join(nfc(text).split())


def words_of(text: str) -> list[str]:
    """The words of ``text`` without marks and capitals, numbers without leading zeros."""
    found = _WORD.findall(fold(text).casefold())
    return [(word.lstrip("0") or "0") if word.isdecimal() else word for word in found]


def key_of(text: str) -> str:
    """What two ways of writing the same number or name have in common."""
    return " ".join(words_of(text))


def folded(*texts: str) -> str:
    """What :func:`patterns_of` is looked for in: every word between spaces."""
    return f" {' '.join(key_of(text) for text in texts)} "


def patterns_of(text: str) -> list[str]:
    """What to look for in a :func:`folded` text, one for each word of ``text``.

    A number is meant as it stands, so that 3 does not find 30; another word may
    be the beginning of one. Words beyond the eighth do not count.
    """
    words = words_of(text)[:MAX_WORDS]
    return [f" {word} " if word.isdecimal() else f" {word}" for word in words]
