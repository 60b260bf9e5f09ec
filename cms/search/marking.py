"""Showing why something was found: the words marked, and the passage that has them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from cms.content.text import nfc

from .words import WORD, Query, dates_of, day_token, word_of

#: Words of a passage.
PASSAGE = 36
#: Words before the first one found.
BEFORE = 8

_Span = tuple[int, int]


def _spans(text: str, query: Query) -> list[_Span]:
    """Where ``text``, in NFC, has words of ``query``."""
    plain = {word.plain for word in query.words}
    exact = {word.exact for word in query.words if word.has_marks}
    typed = {word.plain for word in query.words if word.has_marks}
    spans, alike = [], []
    for found in WORD.finditer(text):
        word = word_of(found[0])
        if word.plain not in plain:
            continue
        alike.append(found.span())
        # Where it is there as it was typed, the others are not what was looked for.
        if word.exact in exact or word.plain not in typed:
            spans.append(found.span())
    spans = spans or alike
    if query.days:
        spans += [span for day, span in dates_of(text) if day_token(day) in query.days]
        spans.sort()
    return spans


def mark(text: str, query: Query) -> SafeString:
    """``text`` escaped, with what ``query`` found in ``<mark>``; neighbours are one mark."""
    text = nfc(text)
    parts: list[str] = []
    end = 0
    for start, stop in _joined(_spans(text, query), text):
        parts += [conditional_escape(text[end:start]), "<mark>"]
        parts += [conditional_escape(text[start:stop]), "</mark>"]
        end = stop
    parts.append(conditional_escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308  (all of it was escaped)


def _joined(spans: Iterable[_Span], text: str) -> list[_Span]:
    joined: list[_Span] = []
    for start, stop in spans:
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start].isspace()):
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def passage(pieces: Iterable[str], query: Query, otherwise: str) -> SafeString:
    """The passage of ``pieces`` that shows why they were found, marked; else ``otherwise``.

    The best one of the first piece that has all words together, or of all pieces.
    """
    best, best_worth = "", 0
    enough = _worth(len(query.words) + len(query.days))
    for piece in map(nfc, pieces):
        text, worth = _best_window(piece, query)
        if worth > best_worth:
            best, best_worth = text, worth
        if best_worth >= enough:
            break
    return mark(best or otherwise, query)


def _worth(words: int) -> int:
    """Words that stand together are worth more than the same scattered."""
    return words**2


def _best_window(text: str, query: Query) -> tuple[str, int]:
    """The passage of ``text`` with the most of ``query``'s words, and how much that is worth."""
    spans = _joined(_spans(text, query), text)[:50]
    if not spans:
        return "", 0
    worths = [_worth(len(WORD.findall(text[a:b]))) for a, b in spans]
    words = [found.span() for found in WORD.finditer(text)]
    starts = [start for start, _ in words]
    best = (0, 0, 0)
    for start, _stop in spans:
        first = max(0, _index(starts, start) - BEFORE)
        last = min(len(words), first + PASSAGE)
        begin, end = words[first][0], words[last - 1][1]
        worth = sum(
            worth for (a, b), worth in zip(spans, worths, strict=True) if begin <= a and b <= end
        )
        if worth > best[0]:
            best = (worth, begin, end)
    worth, begin, end = best
    if not worth:
        return "", 0
    cut = re.sub(r"\s+", " ", text[begin:end]).strip()
    return f"{'… ' if begin else ''}{cut}{' …' if end < len(text.rstrip('. ')) else ''}", worth


def _index(starts: list[int], position: int) -> int:
    return max(0, bisect_right(starts, position) - 1)
