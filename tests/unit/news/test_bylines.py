"""Bylines as newsrooms write them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cms.news.bylines import WORDS, format_byline, parse_byline
from cms.news.models import Contribution as Did

AUTHOR, PHOTO, EDITOR = Did.AUTHOR, Did.PHOTO, Did.EDITOR
COMPILED, TRANSLATOR, SOURCE = Did.COMPILED, Did.TRANSLATOR, Did.SOURCE


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("", []),
        ("Thời Nhiệm", [("Thời Nhiệm", AUTHOR)]),
        ("Thời Nhiệm (tổng hợp)", [("Thời Nhiệm", COMPILED)]),
        ("Thời Nhiệm (T/h)", [("Thời Nhiệm", COMPILED)]),
        ("Thời\u00a0Nhiệm\u00a0(tổng\u00a0hợp)", [("Thời Nhiệm", COMPILED)]),
        ("Bài và ảnh: Nguyễn Văn A", [("Nguyễn Văn A", AUTHOR), ("Nguyễn Văn A", PHOTO)]),
        ("Bài, ảnh: T.N", [("T.N", AUTHOR), ("T.N", PHOTO)]),
        ("Tin, ảnh: A – B", [("A", AUTHOR), ("A", PHOTO), ("B", AUTHOR), ("B", PHOTO)]),
        ("TIN - ẢNH: A", [("A", AUTHOR), ("A", PHOTO)]),
        ("A, B và C (dịch)", [("A", TRANSLATOR), ("B", TRANSLATOR), ("C", TRANSLATOR)]),
        ("Minh An, Lan Hương (ảnh)", [("Minh An", AUTHOR), ("Lan Hương", PHOTO)]),
        ("Bài: Minh An; ảnh: Lan Hương", [("Minh An", AUTHOR), ("Lan Hương", PHOTO)]),
        ("Bài: Minh An - Ảnh: Lan Hương, CTV",
         [("Minh An", AUTHOR), ("Lan Hương", PHOTO), ("CTV", PHOTO)]),
        ("Theo TTXVN", [("TTXVN", SOURCE)]),
        ("Theo: TTXVN, VOV", [("TTXVN", SOURCE), ("VOV", SOURCE)]),
        ("Minh An (theo TTXVN)", [("Minh An", AUTHOR), ("TTXVN", SOURCE)]),
        ("Nguồn: TTXVN", [("TTXVN", SOURCE)]),
        ("Ảnh: CTV", [("CTV", PHOTO)]),
        ("Biên dịch: Lan Hương", [("Lan Hương", TRANSLATOR)]),
        ("Minh An – Biên tập: Lan", [("Minh An", AUTHOR), ("Lan", EDITOR)]),
        ("Biên dịch: …", []),
        ("T.N", [("T.N", AUTHOR)]),
        ("T.N–H.L", [("T.N", AUTHOR), ("H.L", AUTHOR)]),
        ("Jean-Paul Sartre", [("Jean-Paul Sartre", AUTHOR)]),
        ("Ban Biên tập", [("Ban Biên tập", AUTHOR)]),
        ("Theodore Nguyễn", [("Theodore Nguyễn", AUTHOR)]),
        ("Ảnh Nguyệt", [("Ảnh Nguyệt", AUTHOR)]),
        ("Lê Văn (Sở Y tế)", [("Lê Văn (Sở Y tế)", AUTHOR)]),
        ("Lê Văn (bài, ảnh)", [("Lê Văn", AUTHOR), ("Lê Văn", PHOTO)]),
        ("Minh An\nLan Hương", [("Minh An", AUTHOR), ("Lan Hương", AUTHOR)]),
        ("Minh An (ảnh", [("Minh An (ảnh", AUTHOR)]),
        ("A, A", [("A", AUTHOR)]),
        (" – ; , () : …", []),
    ],
)  # fmt: skip
def test_bylines_are_read(text: str, people: list[tuple[str, Did]]) -> None:
    assert parse_byline(text) == people
    assert parse_byline(unicodedata.normalize("NFD", text)) == people


def test_people_are_written_in_one_line() -> None:
    people = [("Minh An", AUTHOR), ("Minh An", PHOTO), ("Lan", AUTHOR), ("Tú", TRANSLATOR)]
    assert format_byline(people) == "Minh An (bài, ảnh), Lan (bài), Tú (dịch)"
    assert format_byline([("Minh An", AUTHOR), ("Lan", PHOTO)]) == "Minh An, Lan (ảnh)"


NAMES = st.from_regex(
    r"[A-ZĐÔ][a-zđươăâêé]{1,6}( [A-ZĐ][a-zđươ]{1,6}){0,3}|[A-Z]\.[A-Z]", fullmatch=True
)
PEOPLE = st.lists(
    st.tuples(NAMES.map(lambda name: unicodedata.normalize("NFC", name)), st.sampled_from(Did)),
    unique=True,
    max_size=6,
).filter(lambda people: not any(name.lower().startswith("theo ") for name, _role in people))
WORD = st.sampled_from(
    [*(word for words in WORDS.values() for word in words), "Theo", "theo ", "A", "B c", "…", "T.N"]
)
SIGN = st.sampled_from(
    [" ", ", ", "; ", " – ", "—", " - ", "-", " và ", " & ", "(", ")", " (", ":"]
)
NONSENSE = st.one_of(
    st.text(), st.lists(st.one_of(WORD, SIGN), max_size=14).map(lambda parts: "".join(parts))
)


@given(PEOPLE)
def test_what_is_written_reads_the_same(people: list[tuple[str, Did]]) -> None:
    assert parse_byline(format_byline(people)) == people


@given(NONSENSE)
@example("theo và")
def test_nonsense_never_raises_and_is_stable(text: str) -> None:
    people = parse_byline(text)
    assert parse_byline(format_byline(people)) == people
    assert all(name.strip() and len(name) <= 150 for name, _role in people)
