"""Reading and writing a byline as newsrooms do: "Thời Nhiệm (tổng hợp)".

Reading never fails: what is no role stays part of a name, and what holds no
letter names nobody. What was read and is written again reads the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cms.content.text import squeeze

from .models import BylineEntry, Contribution

Credit = tuple[str, Contribution]

# How roles are written; the first one of each is how we write it.
WORDS: dict[Contribution, tuple[str, ...]] = {
    Contribution.AUTHOR: (
        *("bài", "tin", "tin bài", "bài viết", "tác giả", "nội dung", "thực hiện", "viết"),
        "người viết",
    ),
    Contribution.PHOTO: ("ảnh", "hình", "hình ảnh", "chụp ảnh"),
    Contribution.EDITOR: ("biên tập", "bt", "hiệu đính"),
    Contribution.COMPILED: ("tổng hợp", "t/h", "th", "sưu tầm", "biên soạn"),
    Contribution.TRANSLATOR: ("dịch", "biên dịch", "lược dịch", "người dịch", "chuyển ngữ"),
    Contribution.SOURCE: ("nguồn", "nguồn tin"),
}
ROLE_OF = {word: role for role, words in WORDS.items() for word in words}
#: They are about the whole text: in brackets behind the last name they count for all before it.
OF_THE_WHOLE = frozenset({Contribution.COMPILED, Contribution.TRANSLATOR})
LONGEST_NAME = BylineEntry._meta.get_field("name").max_length or 150

_SEPARATOR = r"(?:[,;\n|]|\s*[–—]\s*|\s-\s|\s&\s|\svà\s)"
_WORD = "|".join(re.escape(word) for word in sorted(ROLE_OF, key=len, reverse=True))
_WORDS = rf"(?:{_WORD})(?:\s*(?:[,/+&–—-]|\bvà\b)\s*(?:{_WORD}))*"
_BEFORE_COLON = re.compile(rf"\s*(?P<roles>{_WORDS})\s*:", re.IGNORECASE)
_ACCORDING_TO = re.compile(r"\s*theo\s*(?::|\s(?=\s*[^\s(]))", re.IGNORECASE)
_IN_BRACKETS = re.compile(rf"\s*(?P<roles>{_WORDS})\s*", re.IGNORECASE)
_ONE_WORD = re.compile(_WORD, re.IGNORECASE)
_PIECE = re.compile(rf"(?P<bracket>\([^()]*\))|(?P<end>{_SEPARATOR})|.", re.DOTALL)
_LAST_BRACKET = re.compile(r"^(?P<name>.*?)\s*\((?P<inside>[^()]*)\)$", re.DOTALL)
_LOOSE_END = re.compile(r"^(?:(?:và|&|-|:)(?:\s+|$)|[–—:.]\s*)+|(?:\s+(?:và|&|-)|\s*[–—:])+$")
# Signs that show nothing: pasted from Word and from web pages.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_DASHES = str.maketrans("\u2010\u2011\u2012\u2015\u2212", "--–—–")


def parse_byline(text: str) -> list[Credit]:
    """The people named in ``text``, with what each did; somebody with two roles stands twice.

    Names are separated by a comma, a semicolon, a dash, "và" or a new line. A
    role stands in brackets behind the name, or before a colon and then counts
    for all names up to the next one; "Theo TTXVN" names a source. Nothing raises.
    """
    lines = (squeeze(line) for line in text.translate(_INVISIBLE).translate(_DASHES).splitlines())
    credits: list[tuple[str, Contribution | None]] = []
    standing: tuple[Contribution, ...] = ()
    for segment in _segments("\n".join(lines)):
        name, announced = _announced(segment)
        standing = announced or standing
        name, roles, sources = _bracketed(name)
        # What hung loose before the name may have hidden another announcement.
        while (again := _announced(name))[1]:
            standing = again[1]
            name, roles, more = _bracketed(again[0])
            sources += more
        if roles and not standing and OF_THE_WHOLE.issuperset(roles):
            credits = [
                (other, each)
                for other, role in credits
                for each in (roles if role is None else (role,))
            ]
        if name:
            credits += [(name, role) for role in roles or standing or (None,)]
        credits += [(source, Contribution.SOURCE) for source in sources]
    return list(dict.fromkeys((name, role or Contribution.AUTHOR) for name, role in credits))


def format_byline(credits: Iterable[Credit]) -> str:
    """``credits`` in one line; what :func:`parse_byline` read reads the same again.

    In Vietnamese, whatever the language of the admin: it is kept in the record.
    """
    grouped: list[tuple[str, list[Contribution]]] = []
    for name, role in credits:
        if grouped and grouped[-1][0] == name:
            grouped[-1][1].append(role)
        else:
            grouped.append((name, [role]))
    whole = [OF_THE_WHOLE.issuperset(roles) for _name, roles in grouped]
    parts = []
    for place, (name, roles) in enumerate(grouped):
        if roles == [Contribution.AUTHOR] and not any(whole[place + 1 :]):
            parts.append(name)
        else:
            parts.append(f"{name} ({', '.join(WORDS[role][0] for role in roles)})")
    return ", ".join(parts)


def entries_of(text: str) -> list[BylineEntry]:
    """The rows of an article's byline that ``text`` stands for, unsaved."""
    return [
        BylineEntry(name=name, role=role, sort_order=order)
        for order, (name, role) in enumerate(parse_byline(text))
    ]


def _segments(text: str) -> Iterator[str]:
    """``text`` cut at its separators; those within brackets and role words ("Tin, ảnh:") stay."""
    place = 0
    while place < len(text):
        announcement = _BEFORE_COLON.match(text, place)
        end = after = announcement.end() if announcement else place
        for piece in _PIECE.finditer(text, end):
            after = piece.end()
            if piece["end"]:
                break
            end = after
        yield text[place:end]
        place = after


def _announced(segment: str) -> tuple[str, tuple[Contribution, ...]]:
    """The name in ``segment``, and the roles that stand before it."""
    roles: tuple[Contribution, ...] = ()
    while True:
        if match := _BEFORE_COLON.match(segment):
            roles = _roles_in(match["roles"])
        elif match := _ACCORDING_TO.match(segment):
            roles = (Contribution.SOURCE,)
        else:
            return segment, roles
        segment = segment[match.end() :]


def _bracketed(segment: str) -> tuple[str, tuple[Contribution, ...], list[str]]:
    """The name in ``segment``, the roles in brackets behind it, the sources in them."""
    roles: tuple[Contribution, ...] = ()
    sources: list[str] = []
    name = _trimmed(segment)
    while match := _LAST_BRACKET.match(name):
        inside = match["inside"]
        if whole := _IN_BRACKETS.fullmatch(inside):
            roles = (*_roles_in(whole["roles"]), *roles)
        elif _ACCORDING_TO.match(inside):
            named = [_trimmed(_announced(part)[0]) for part in _segments(inside)]
            sources = [*(one for one in named if one), *sources]
        else:
            break
        name = _trimmed(match["name"])
    return name, tuple(dict.fromkeys(roles)), sources


def _roles_in(text: str) -> tuple[Contribution, ...]:
    words = (squeeze(word).lower() for word in _ONE_WORD.findall(text))
    return tuple(dict.fromkeys(ROLE_OF[word] for word in words))


def _trimmed(text: str) -> str:
    """A name without what hangs loose around it; empty where it holds no letter."""
    name = squeeze(text)[:LONGEST_NAME]
    while (shorter := _LOOSE_END.sub("", name).strip()) != name:
        name = shorter
    return name if any(char.isalnum() for char in name) else ""
