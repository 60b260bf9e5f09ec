"""The rules: which text holds a link of gambling, a hidden one, or one to a host nobody knows.

1. *Gambling*: a link to a host whose name is a gambling site's, or that the province named;
   a link elsewhere off the list whose words or address are gambling's and warn of nothing;
   hidden words of gambling; the address of such a host in plain text that warns of nothing;
   a title or a file's name that advertises.
2. *Hidden*: a link off the list that people cannot see, see :mod:`cms.links.hiding`.
3. *Unknown*: any other link to a host that is not on the list.

A text that speaks of gambling and links nowhere is none: news of the police do. What leads to a
host on the list is none either, hidden or not; yet "*.gov.vn" does not speak for a name below
it that is a gambling site's, for such names are how a hijacked subdomain is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from .hosts import AllowList, host_of, tidy_host
from .markup import Found, addresses_in, find_all, looks_like_html, text_of
from .texts import Text
from .words import Words, plain

#: A longer text is no title.
TITLE = 300
LONGEST_ADDRESS = 500
_NAME = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,12}(?![\w-])", re.IGNORECASE
)
#: So much before and after a bare address is asked whether it warns.
_AROUND = 400


class Grade(IntEnum):
    """How bad a finding is."""

    UNKNOWN = 1
    HIDDEN = 2
    GAMBLING = 3
    #: A file of the installation that is not the one that was installed.
    FILE = 4

    @property
    def label(self) -> object:
        """The grade in words."""
        return GRADES[self]


GRADES = {
    Grade.UNKNOWN: _("Unknown host"),
    Grade.HIDDEN: _("Hidden link"),
    Grade.GAMBLING: _("Gambling"),
    Grade.FILE: _("Changed file"),
}


@dataclass(frozen=True)
class Hit:
    """Something that a rule found.

    Attributes:
        host, address: where it leads; empty for words.
        words: what of gambling was found, or the words of the link.
        hidden: the code of what hides it.
        place: where in the object it stands.
        needle: a piece of the text as it is stored, by which it is found again.
    """

    grade: Grade
    host: str
    address: str
    words: str
    hidden: str
    place: str
    needle: str

    @property
    def fingerprint(self) -> str:
        """What stays the same when the text around it changes."""
        what = self.address or self.words
        return sha256(f"{self.host}\n{what}".encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Rules:
    """The rules with the lists of one department.

    Attributes:
        allowed: the department's hosts and the province's.
        own: the hosts of the portal itself.
        files_only: judge as a file's text: hosts that nobody knows are no matter.
    """

    words: Words
    allowed: AllowList
    own: frozenset[str] = frozenset()
    files_only: bool = False

    def judge(self, texts: Iterable[Text]) -> list[Hit]:
        """What the rules find in ``texts``, each thing once, at its worst."""
        worst: dict[str, Hit] = {}
        for text in texts:
            for hit in self._of(text):
                known = worst.get(hit.fingerprint)
                if known is None or hit.grade > known.grade:
                    worst[hit.fingerprint] = hit
        return list(worst.values())

    def _of(self, text: Text) -> Iterator[Hit]:
        value = text.value
        if looks_like_html(value):
            hits = [hit for found in find_all(value) for hit in self._found(found, text)]
            linked = " ".join(hit.words for hit in hits if hit.address)
            # The hidden words of a link that was found are no second finding.
            yield from (hit for hit in hits if hit.address or hit.needle not in linked)
            yield from self._bare(text_of(value), text)
            return
        stripped = value.strip()
        if stripped and not re.search(r"\s", stripped) and host_of(stripped):
            yield from self._found(Found(stripped, text.beside), text)
            return
        bare = list(self._bare(value, text))
        yield from bare
        if not bare and len(value) <= TITLE and self.words.advertised(value):
            yield Hit(Grade.GAMBLING, "", "", value[:LONGEST_ADDRESS], "", text.place, value)

    def _found(self, found: Found, text: Text) -> Iterator[Hit]:
        if not found.address:
            if word := self.words.in_text(found.words):
                needle = " ".join(found.words.split())[:200]
                words = f"{word}: {found.words}"[:LONGEST_ADDRESS]
                yield Hit(Grade.GAMBLING, "", "", words, found.hidden, text.place, needle)
            return
        yield from self._through(found, text)
        host = host_of(found.address)
        if not host or host in self.own:
            return
        grade = self._grade(host, found)
        if grade is None or (grade == Grade.UNKNOWN and self.files_only):
            return
        needle = found.address[:200]
        yield self._hit(grade, host, found.address, found.words, found.hidden, text, needle)

    def _grade(self, host: str, found: Found) -> Grade | None:
        if self.allowed.names(host):
            return None
        if self.words.in_host(host):
            return Grade.GAMBLING
        if self.allowed.covers(host):
            return None
        if self._is_gambling(found):
            return Grade.GAMBLING
        return Grade.HIDDEN if found.hidden else Grade.UNKNOWN

    def _is_gambling(self, found: Found) -> bool:
        said = f"{found.words} {unquote(found.address)}"
        return bool(self.words.in_text(said)) and not self.words.warns(said)

    def _through(self, found: Found, text: Text) -> Iterator[Hit]:
        """Where an address leads by way of another: ``?url=https://…``."""
        _start, question, query = found.address.partition("?")
        if not question:
            return
        for inner in addresses_in(unquote(unquote(query))):
            host = host_of(inner)
            if host and not self.allowed.names(host) and self.words.in_host(host):
                needle = found.address[:200]
                yield self._hit(
                    Grade.GAMBLING, host, inner, found.words, found.hidden, text, needle
                )

    def _bare(self, value: str, text: Text) -> Iterator[Hit]:
        """Addresses that stand in the text as words."""
        looked_at = plain(value)
        if not self.words.may_hold_host(looked_at):
            return
        for found in _NAME.finditer(looked_at):
            host = tidy_host(found[0])
            if host in self.own or self.allowed.names(host) or not self.words.in_host(host):
                continue
            around = looked_at[max(0, found.start() - _AROUND) : found.end() + _AROUND]
            if self.words.warns(around):
                continue
            yield self._hit(Grade.GAMBLING, host, found[0], "", "", text, found[0])

    def _hit(
        self,
        grade: Grade,
        host: str,
        address: str,
        words: str,
        hidden: str,
        text: Text,
        needle: str,
    ) -> Hit:
        short = " ".join(words.split())[:LONGEST_ADDRESS]
        return Hit(grade, host, address[:LONGEST_ADDRESS], short, hidden, text.place, needle)
