"""The slug field in the admin: what the browser makes of a title is what we make of it."""

from __future__ import annotations

import re
from typing import Any

from wagtail.admin.widgets import SlugInput

from .text import fold

_VIETNAMESE = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"


def folding_formatters() -> list[tuple[re.Pattern[str], str]]:
    """Replacements that fold Vietnamese letters, for the browser's slug maker.

    One a plain letter, and one that drops combining marks, for text typed in NFD.
    """
    by_base: dict[str, str] = {}
    for letter in _VIETNAMESE + _VIETNAMESE.upper():
        by_base[fold(letter)] = by_base.get(fold(letter), "") + letter
    formatters = [(re.compile(f"[{letters}]"), base) for base, letters in sorted(by_base.items())]
    return [*formatters, (re.compile("[\u0300-\u036f]"), "")]


class VietnameseSlugInput(SlugInput):
    """Wagtail's slug field, which by itself knows no Vietnamese ("djng-y" for "Đảng ủy")."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, formatters=folding_formatters())
