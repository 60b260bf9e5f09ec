"""The styles of a public page: the theme, its widgets, the department's colours."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from cms.delivery.inline import Inline, read_style
from sites.models import Department

from .colours import stylesheet_for

THEME = ("theme/tokens.css", "theme/sen.css")


@lru_cache(maxsize=512)
def colours_of(accent: str, text_size: str) -> Inline:
    """The tokens of an accent colour, and a text size."""
    return Inline.of(stylesheet_for(accent, text_size))


def department_colours(department: Department) -> Inline:
    """The department's own part of the styles."""
    return colours_of(department.accent, department.text_size)


def sheets(paths: tuple[str, ...]) -> tuple[Inline, tuple[str, ...]]:
    """The theme's sheets and those of ``paths`` in one, and the paths that must be linked.

    Linked are those that have addresses relative to themselves, and what is not there,
    whose absence whoever links it reports.
    """
    return _joined(paths) if not settings.DEBUG else _joined.__wrapped__(paths)


@lru_cache(maxsize=256)
def _joined(paths: tuple[str, ...]) -> tuple[Inline, tuple[str, ...]]:
    texts, linked = [], []
    for path in (*THEME, *paths):
        text = read_style(path)
        if text is None:
            linked.append(path)
        else:
            texts.append(text)
    return Inline.of("\n".join(texts)), tuple(linked)
