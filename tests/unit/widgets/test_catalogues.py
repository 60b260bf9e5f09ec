"""The catalogues of plugins and of the widget screens hold what their app says, and no more."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from tests.unit.test_catalogues import messages

ROOT = Path(__file__).resolve().parents[3]
APPS = [
    ROOT / "cms/plugins",
    ROOT / "cms/widgets",
    *sorted(path.parent for path in ROOT.glob("plugins/*/apps.py")),
]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_the_catalogue_is_complete_and_has_nothing_left_over(app: Path) -> None:
    catalogue = polib.pofile(str(app / "locale/vi/LC_MESSAGES/django.po"))
    assert catalogue.fuzzy_entries() == []
    translated = {
        text
        for entry in catalogue.translated_entries()
        for text in (entry.msgid, entry.msgid_plural)
        if text
    }
    assert translated == {text for text, path in messages() if app in path.parents}
