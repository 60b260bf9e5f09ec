"""Finding English in what a screen shows.

A list of English words alone would call "ban" or "do" English. The words that are looked
for are those of the messages themselves, less every word that some Vietnamese
translation uses: what is left can only come from a text that nobody translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polib
from bs4 import BeautifulSoup, Comment
from bs4.element import NavigableString, Tag

ROOT = Path(__file__).resolve().parents[2]
#: Whose texts reach the screens of a department's people.
PACKAGES = ("wagtail", "django", "allauth", "taggit")
OURS = ("sites", "cms", "plugins")
_WORD = re.compile(r"\w+")
#: What is no word: placeholders, tags, entities, and names of fields.
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^}]*\}|<[^>]+>|&\w+;|\w+-[A-Z]+_[A-Z]+")
#: Names, and words that Vietnamese borrowed as they are.
BORROWED = {
    *("html", "http", "https", "json", "yaml", "www", "ajax", "png", "jpg", "jpeg", "gif", "svg"),
    *("wagtail", "django", "google", "facebook", "twitter", "youtube", "github", "gravatar"),
    *(
        "com",
        "org",
        "example",
        "alt",
        "english",
        "utc",
        "csrf",
        "totp",
        "webauthn",
        "excel",
        "word",
        "xlsx",
        "csv",
    ),
}
#: What Wagtail 8.0 says outside of its catalogue, where no template of ours can stand before it.
KNOWN = {
    "Search": "the hidden button of the search in wagtailadmin/shared/header.html",
    "Must upload a file": "an answer to a form without its file, which no button sends",
}
#: Attributes that people read or hear.
SPOKEN = (
    "title",
    "alt",
    "placeholder",
    "aria-label",
    "aria-description",
    "data-w-tooltip-content-value",
)
SILENT = {"script", "style", "code", "pre", "textarea", "noscript"}


def words_of(text: str) -> set[str]:
    """The words of a text, in small letters, without placeholders and tags."""
    found = _WORD.findall(_PLACEHOLDER.sub(" ", text))
    return {word.lower() for word in found if word.isalpha()}


@cache
def english_words() -> frozenset[str]:
    """The words that only an English message has."""
    english: set[str] = set()
    vietnamese: set[str] = set()
    folders = [
        Path(spec.origin).parent for name in PACKAGES if (spec := find_spec(name)) and spec.origin
    ]
    for path in [*(p for folder in folders for p in folder.rglob("LC_MESSAGES/django*.po"))]:
        if path.parts[-3] == "en":
            for entry in polib.pofile(str(path)):
                english |= words_of(entry.msgid) | words_of(entry.msgid_plural)
    for path in [p for folder in OURS for p in (ROOT / folder).rglob("vi/LC_MESSAGES/*.po")]:
        for entry in polib.pofile(str(path)):
            english |= words_of(entry.msgid) | words_of(entry.msgid_plural)
            for text in [entry.msgstr, *entry.msgstr_plural.values()]:
                vietnamese |= words_of(text)
    return frozenset(word for word in english - vietnamese - BORROWED if len(word) > 2)


def english_in(html: str) -> Iterator[str]:
    """Every text of a page that has an English word, with the word.

    Args:
        html: a page, a part of one, or one text.
    """
    for text in shown(html):
        found = words_of(text) & english_words()
        if found and text.strip() not in KNOWN:
            yield f"{' '.join(text.split())[:120]!r} ({', '.join(sorted(found)[:4])})"


def shown(html: str) -> Iterator[str]:
    """What a page shows and what a screen reader says, one text after another."""
    soup = BeautifulSoup(html, "lxml")
    for tag in soup.find_all(True):
        for name in SPOKEN:
            if isinstance(value := tag.get(name), str):
                yield value
        if tag.name == "input" and tag.get("type") in ("submit", "button", "reset"):
            yield str(tag.get("value", ""))
    for text in soup.find_all(string=True):
        if isinstance(text, NavigableString) and not isinstance(text, Comment):
            around = [parent for parent in text.parents if isinstance(parent, Tag)]
            lang = next((each["lang"] for each in around if each.get("lang")), "vi")
            hushed = any(each.name in SILENT or "hidden" in each.attrs for each in around)
            if lang == "vi" and not hushed and text.strip():
                yield str(text)
