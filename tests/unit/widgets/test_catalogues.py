"""Every sentence of the plugins and the widget screens has its Vietnamese."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
APPS = [
    ROOT / "cms/plugins",
    ROOT / "cms/widgets",
    *sorted(path.parent for path in ROOT.glob("plugins/*/apps.py")),
]
CALL = re.compile(
    r"""\b(?:n?gettext|gettext_lazy|_|pgettext_lazy)\(\s*(?:"calendar",\s*)?"""
    r"""u?(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)"""
)


def sentences(app: Path) -> set[str]:
    texts = set()
    for path in app.rglob("*.py"):
        texts |= {match["text"] for match in CALL.finditer(path.read_text(encoding="utf-8"))}
    for path in app.rglob("*.html"):
        source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        texts |= {match["text"] for match in CALL.finditer(source)}
    return texts


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_the_catalogue_is_complete_and_has_nothing_left_over(app: Path) -> None:
    catalogue = polib.pofile(str(app / "locale/vi/LC_MESSAGES/django.po"))
    assert catalogue.fuzzy_entries() == []
    assert {entry.msgid for entry in catalogue.translated_entries()} == sentences(app)
