"""Finding the words of gambling in a text, however it is written.

A word with marks is found with its marks, or all of it without; never by letters that
another word has too: "cả cuộc đời" is no *cá cược*, "nhà cai nghiện" no *nhà cái*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cms.content.text import fold

from . import vocabulary

#: Letters of other alphabets that look like Latin ones, as they are mixed in to get past filters.
_LOOKALIKES = str.maketrans("асеорхуіјѕԁкмтвнαορνι", "aceopxyijsdkmtbhaopvi")
#: Letters parted by signs, "n.h.à c.á.i", or by spaces, "b k 8".
_PARTED = (
    re.compile(r"(?<!\w)(?:\w[.\-_*]){2,}\w(?!\w)"),
    re.compile(r"(?<!\w)(?:\w ){2,}\w(?!\w)"),
)
#: A word of several that is written as one, "nhacai", is told from others by its length.
JOINED = 6
_SEPARATORS = re.compile(r"[\s._\-–—/+|:;,()\[\]{}\"'“”!?*#=&%]+")


def plain(text: str) -> str:
    """``text`` as it is compared: one form of each letter, nothing unseen, small letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cf", "Mn"))
        text = unicodedata.normalize("NFC", text)
    return text.casefold().translate(_LOOKALIKES)


def spaced(text: str) -> str:
    """Plain ``text`` as words with one space between; parted letters are put together."""
    for parted in _PARTED:
        text = parted.sub(lambda found: re.sub(r"[ .\-_*]", "", found[0]), text)
    return f" {_SEPARATORS.sub(' ', text).strip()} "


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds any of ``phrases`` as whole words in a text from :func:`spaced`."""
    forms = sorted({spaced(plain(phrase)).strip() for phrase in phrases} - {""}, key=len)
    if not forms:
        return re.compile(r"(?!)")
    return re.compile(r"(?<= )(?:" + "|".join(map(re.escape, reversed(forms))) + r")(?= )")


def _both(phrases: Iterable[str]) -> set[str]:
    """Each phrase with its marks and without."""
    return {form for phrase in phrases for form in (phrase, fold(phrase))}


@dataclass(frozen=True)
class Words:
    """The vocabulary, and what the province adds to it.

    Attributes:
        extra: further words; those with a dot are hosts.
    """

    extra: tuple[str, ...] = ()

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts among the province's words."""
        return frozenset(word.lower() for word in self.extra if "." in word and " " not in word)

    @cached_property
    def _gambling(self) -> re.Pattern[str]:
        forms = set(vocabulary.BRANDS)
        for word, unmarked in vocabulary.WORDS.items():
            forms |= {word, *(unmarked if unmarked is not None else (fold(word),))}
            joined = {word.replace(" ", ""), fold(word).replace(" ", "")}
            forms |= {form for form in joined if len(form) >= JOINED}
        more = [word for word in self.extra if word.lower() not in self.hosts]
        return _any_of(forms | set(more) | {fold(word) for word in more if " " in word})

    @cached_property
    def _in_hosts(self) -> re.Pattern[str]:
        return re.compile("|".join((*map(re.escape, vocabulary.BRANDS), *vocabulary.IN_HOSTS)))

    @cached_property
    def _brands(self) -> re.Pattern[str]:
        return _any_of(vocabulary.BRANDS)

    @cached_property
    def _lures(self) -> re.Pattern[str]:
        return _any_of(_both(vocabulary.LURES))

    @cached_property
    def _warnings(self) -> re.Pattern[str]:
        return _any_of(_both(vocabulary.WARNINGS))

    def in_text(self, text: str) -> str:
        """The first word of gambling in ``text``; empty where there is none."""
        found = self._gambling.search(spaced(plain(text)))
        return found[0] if found else ""

    def warns(self, text: str) -> bool:
        """Whether ``text`` speaks of gambling as the police and the courts do."""
        return self._warnings.search(spaced(plain(text))) is not None

    def advertised(self, text: str) -> str:
        """The word of gambling that ``text`` advertises; empty where it does not.

        A name of a gambling site, or a word together with what such sites promise,
        where nothing in the text warns of it.
        """
        words = spaced(plain(text))
        found = self._gambling.search(words)
        if found is None or self._warnings.search(words):
            return ""
        named = self._brands.search(words) or self._gambling.fullmatch(words, 1, len(words) - 1)
        if named:
            return named[0].strip()
        rest = words[: found.start()] + words[found.end() :]
        promised = self._lures.search(rest) or self._lures.search(found[0].join("  "))
        return found[0] if promised else ""

    def in_host(self, host: str) -> str:
        """What in the name of ``host`` is gambling's; empty where nothing is."""
        if host in self.hosts or any(host.endswith(f".{known}") for known in self.hosts):
            return host
        found = self._in_hosts.search(host)
        return found[0] if found else ""

    def may_hold_host(self, text: str) -> bool:
        """Whether plain ``text`` may hold the address of a gambling site: a quick look."""
        return self._in_hosts.search(text) is not None or any(host in text for host in self.hosts)
