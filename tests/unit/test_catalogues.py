"""Every text of ours has its Vietnamese: complete catalogues, true placeholders."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.apps import apps
from django.utils.translation import templatize

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("sites", "cms", "plugins", "templates")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "_": None,
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
CATALOGUES = sorted(
    path for folder in FOLDERS for path in (ROOT / folder).rglob("vi/LC_MESSAGES/*.po")
)


def messages() -> Iterator[tuple[str, Path]]:
    """Every translatable text in our sources, with the file it stands in."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix == ".py":
                source = path.read_bytes()
            elif path.suffix in (".html", ".txt"):
                calls = templatize(path.read_text(), origin=str(path))
                # What is no call is blotted out, but keeps an indentation Python would refuse.
                source = "\n".join(line.lstrip() for line in calls.splitlines()).encode()
            else:
                continue
            for _line, found, _comments, _context in extract(
                "python", io.BytesIO(source), keywords=KEYWORDS, options={"encoding": "utf-8"}
            ):
                for text in found if isinstance(found, tuple) else (found,):
                    if text:
                        yield text, path


def test_every_text_is_translated() -> None:
    translated = {
        text
        for path in CATALOGUES
        for entry in polib.pofile(str(path))
        if entry.translated()
        for text in (entry.msgid, entry.msgid_plural)
    }
    missing = {
        f"{path.relative_to(ROOT)}: {text!r}" for text, path in messages() if text not in translated
    }
    assert not missing, "translate these in locale/vi:\n" + "\n".join(sorted(missing))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_placeholders_survive_translation(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                expected = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
                assert set(PLACEHOLDER.findall(text)) == expected, entry.msgid
        assert "fuzzy" not in entry.flags, entry.msgid


def test_sources_are_read() -> None:
    """The walk above finds texts in Python and in templates alike."""
    suffixes = {path.suffix for _text, path in messages()}
    assert suffixes >= {".py", ".html"}


#: Django's pages for developers, and names of fields that no screen shows.
NOT_SHOWN = re.compile(
    r"DEBUG=True|Django|install worked|how-to|Polling App|get help|get_absolute_url|objects don’t"
)


def untranslated(folder: Path) -> Iterator[str]:
    """What a package says and neither its own Vietnamese nor ours translates."""
    for english in sorted((folder / "locale" / "en" / "LC_MESSAGES").glob("*.po")):
        own = english.parents[2] / "vi" / "LC_MESSAGES" / english.name
        known = {
            (entry.msgctxt, entry.msgid)
            for path in [own, *(each for each in CATALOGUES if each.name == english.name)]
            if path.exists()
            for entry in polib.pofile(str(path))
            if entry.translated()
        }
        for entry in polib.pofile(str(english)):
            if (entry.msgctxt, entry.msgid) not in known and not NOT_SHOWN.search(entry.msgid):
                yield f"{english.parent}: {entry.msgid!r}"


def test_wagtail_and_django_are_translated_whole() -> None:
    """For the apps that are installed; what allauth says is met by the walk of the screens."""
    packages = ("wagtail", "django")
    folders = {
        Path(app.path) for app in apps.get_app_configs() if app.name.split(".")[0] in packages
    } | {Path(django.__file__).parent / "conf"}
    assert len(folders) > 10
    missing = [text for folder in sorted(folders) for text in untranslated(folder)]
    assert not missing, f"{len(missing)}:\n" + "\n".join(missing)
