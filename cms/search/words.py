"""What a text is found by: its words with their marks, without them, in pairs, and its dates.

A word is kept as it is spelled and folded, so that "hoi nghi" finds "hội nghị" and who types
marks sees those first. Vietnamese writes a word's syllables apart: neighbours are kept as a
pair, by which "hội nghị" is told from a "hội đồng" that "kiến nghị". Both databases keep the
same tokens, made here, so both find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from cms.content.text import fold, nfc

#: Longer searches are cut: nobody's question has more words, and each costs.
MOST_WORDS = 16
LONGEST_QUERY = 200  # characters
#: A word being typed is looked for by so many letters at most.
LONGEST_PREFIX = 7

WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'["“”„«]([^"“”„«»]*)["“”„»]')
_DATES = (
    re.compile(r"(?<!\d)(?P<d>\d{1,2})([/.-])(?P<m>\d{1,2})\2(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
    re.compile(
        r"\bng[aà]y (?P<d>\d{1,2}) th[aá]ng (?P<m>\d{1,2}),? n[aă]m (?P<y>\d{4})(?!\d)",
        re.IGNORECASE,
    ),
)
# The tone of an open "oa", "oe", "uy" may stand on either letter: hoà and hòa, uỷ and ủy.
_TONES = {
    new: old
    for vowels, first in (("oa", "o"), ("oe", "o"), ("uy", "u"))
    for tone in "\u0300\u0301\u0303\u0309\u0323"
    for new, old in [
        (
            unicodedata.normalize("NFC", vowels + tone),
            unicodedata.normalize("NFC", first + tone) + vowels[1],
        )
    ]
}
_LATE_TONE = re.compile(f"(?<!q)({'|'.join(_TONES)})$")
# Alone behind these, i and y are one vowel: kỹ and kĩ, lý and lí, Mỹ and Mĩ, quý and quí.
_LONE_Y = re.compile(r"^(h|k|l|m|s|t|v|qu)[yỳýỷỹỵ]$")
_I_FOR_Y = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")


@dataclass(frozen=True)
class Word:
    """One word of a text or of a search.

    Attributes:
        exact: as it is spelled, in small letters and in one of the accepted spellings.
        plain: the same without marks.
    """

    exact: str
    plain: str

    @property
    def has_marks(self) -> bool:
        """Whether it was written with marks: only then is the exact word asked for."""
        return self.exact != self.plain


@lru_cache(maxsize=20_000)
def word_of(written: str) -> Word:
    """The word that was written so; ``written`` is one match of :data:`WORD`, in NFC."""
    exact = written.lower()
    if exact.isdecimal():
        # 03/KH-STTTT is cited as 3/KH-STTTT too.
        return Word(number := exact.lstrip("0") or "0", number)
    exact = _LATE_TONE.sub(lambda found: _TONES[found[1]], exact)
    if _LONE_Y.match(exact):
        exact = exact.translate(_I_FOR_Y)
    return Word(exact, fold(exact))


def words_of(text: str) -> list[Word]:
    """The words of ``text`` in their order; figures without leading zeros."""
    return [word_of(found) for found in WORD.findall(nfc(text))]


def dates_of(text: str) -> Iterator[tuple[date, tuple[int, int]]]:
    """The days that ``text`` names in figures, each with where it stands in ``text``, in NFC.

    Day before month, as in Vietnam, or as ISO 8601 writes it. What is no day is passed over.
    """
    for pattern in _DATES:
        for found in pattern.finditer(nfc(text)):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
            yield day, found.span()


def day_token(day: date) -> str:
    """The token by which a text that names ``day``, or was published then, is found."""
    return f"@{day.isoformat()}"


def _pair(first: Word, second: Word) -> str:
    return f"{first.plain}_{second.plain}"


Tokenise = Callable[[str], frozenset[str]]


def tokens_of(text: str) -> frozenset[str]:
    """Every token of one piece of text: words both ways, neighbours in pairs, days."""
    words = words_of(text)
    tokens = {token for word in words for token in (word.exact, word.plain)}
    tokens.update(_pair(*pair) for pair in pairwise(words))
    tokens.update(day_token(day) for day, _ in dates_of(text))
    return frozenset(tokens)


def tokens_of_all(pieces: Iterable[str], tokenise: Tokenise = tokens_of) -> frozenset[str]:
    """The tokens of several pieces; the last word of one and the next one's first are no pair."""
    return frozenset().union(*map(tokenise, pieces))


def prefix_token(written: str) -> str:
    """The token of a word that is still being typed; only titles have them.

    Of its letters as they are: "quy" may become "quyết" yet, so its y is not taken for an i.
    """
    return f"^{fold(written.lower())[:LONGEST_PREFIX]}"


def tokens_of_title(title: str) -> frozenset[str]:
    """The tokens of a title, with the beginnings of its words."""
    beginnings = {
        prefix_token(written[:length])
        for written in WORD.findall(nfc(title))
        for length in range(1, min(len(written), LONGEST_PREFIX) + 1)
    }
    return tokens_of(title) | beginnings


@dataclass(frozen=True)
class Query:
    """What somebody searches for.

    Attributes:
        text: as it was typed, in NFC, without white space at its ends; cut where too long.
        words: its words, those of quotations included, those of dates not.
        required: tokens of neighbours that must stand together because they were quoted.
        days: the days it names.
    """

    text: str
    words: tuple[Word, ...]
    pairs: frozenset[str]
    required: frozenset[str]
    days: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.words or self.days)

    @property
    def plain(self) -> frozenset[str]:
        """What every result has, whatever its marks."""
        return frozenset(word.plain for word in self.words) | self.required | self.days

    @property
    def exact(self) -> frozenset[str]:
        """The same with the marks that were typed."""
        return frozenset(word.exact for word in self.words) | self.required | self.days

    @property
    def has_marks(self) -> bool:
        """Whether any word was typed with marks."""
        return any(word.has_marks for word in self.words)


def read_query(text: str) -> Query:
    """The search that ``text`` asks for; false where it has no word. Never raises."""
    text = nfc(text.replace("\x00", " ")).strip()[:LONGEST_QUERY]
    days, rest = set(), list(text)
    for day, (start, end) in dates_of(text):
        days.add(day_token(day))
        # A day is looked for however a text writes it, so its figures are no words.
        rest[start:end] = " " * (end - start)
    without_days = "".join(rest)
    required = {
        _pair(*pair)
        for quoted in _QUOTED.findall(without_days)
        for pair in pairwise(words_of(quoted))
    }
    words = words_of(without_days)[:MOST_WORDS]
    return Query(
        text,
        tuple(words),
        frozenset(_pair(*pair) for pair in pairwise(words)),
        frozenset(required),
        frozenset(days),
    )
