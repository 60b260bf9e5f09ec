"""Every sentence of the public theme has its Vietnamese."""

import re
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

TEMPLATES = settings.BASE_DIR / "templates"
CATALOGUE = settings.BASE_DIR / "cms/theme/locale/vi/LC_MESSAGES/django.po"
CALL = re.compile(
    r"""\b(?:n?gettext|_)\(u?(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)"""
)


def theme_templates():
    return [
        path
        for path in sorted(TEMPLATES.rglob("*.html"))
        if TEMPLATES / "widgets" not in path.parents
    ]


def sentences(path: Path) -> set[str]:
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return {match["text"] for match in CALL.finditer(source)}


def test_templates_are_read():
    texts = set().union(*(sentences(path) for path in theme_templates()))
    assert {"See all", "%(number)s article", "Responsible"} <= texts


def test_catalogue_is_complete():
    catalogue = polib.pofile(str(CATALOGUE))
    translated = {entry.msgid for entry in catalogue.translated_entries()}
    missing = {
        (str(path.relative_to(TEMPLATES)), text)
        for path in theme_templates()
        for text in sentences(path)
        if text not in translated
    }
    assert missing == set()


def test_catalogue_has_no_doubtful_entries():
    catalogue = polib.pofile(str(CATALOGUE))
    assert catalogue.fuzzy_entries() == []
    assert catalogue.untranslated_entries() == []


def test_templates_have_no_inline_script_or_style():
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", re.IGNORECASE)
    offending = [
        str(path.relative_to(TEMPLATES))
        for path in theme_templates()
        if inline.search(path.read_text(encoding="utf-8"))
    ]
    assert offending == []
