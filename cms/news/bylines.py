"""Reading a byline as newsrooms write it: "Thời Nhiệm (tổng hợp)"."""

from __future__ import annotations

import re

from cms.content.text import squeeze

from .models import Contribution

# What stands in the brackets, and what it means.
ROLE_WORDS = {
    "tổng hợp": Contribution.COMPILED,
    "t/h": Contribution.COMPILED,
    "sưu tầm": Contribution.COMPILED,
    "ảnh": Contribution.PHOTO,
    "biên tập": Contribution.EDITOR,
    "dịch": Contribution.TRANSLATOR,
    "lược dịch": Contribution.TRANSLATOR,
}
_ROLE_IN_BRACKETS = re.compile(r"^(?P<name>.+?)\s*\((?P<role>[^()]+)\)$")
_ROLE_BEFORE_COLON = re.compile(r"^(?P<role>[^:]{1,20}):\s*(?P<name>.+)$")


def parse_byline(text: str) -> list[tuple[str, Contribution]]:
    """The people named in ``text``, with what each did.

    Names are separated by a comma, a semicolon, " – " or "và". A role stands in
    brackets behind the name or before a colon; brackets that hold no role we
    know stay part of the name, so nothing is lost.
    """
    people = []
    for part in re.split(r"[,;]|\s[-–—]\s|\svà\s", squeeze(text)):
        if part.strip():
            people.append(_parse_person(part.strip()))
    return people


def _parse_person(text: str) -> tuple[str, Contribution]:
    for pattern in (_ROLE_IN_BRACKETS, _ROLE_BEFORE_COLON):
        if match := pattern.match(text):
            role = ROLE_WORDS.get(match["role"].strip().lower())
            if role is not None:
                return match["name"], role
    return text, Contribution.AUTHOR
