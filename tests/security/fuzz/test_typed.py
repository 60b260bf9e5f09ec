"""Dates, numbers and searches as people type them: read, or refused in a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, translation
from hypothesis import example, given
from hypothesis import strategies as st

from cms.content.text import fold, nfc, slugify, squeeze
from cms.content.typed import FIRST_YEAR, LAST_YEAR, MomentField, WholeNumberField
from cms.news.bylines import format_byline, parse_byline
from cms.news.periods import Period
from cms.search.words import read_query, tokens_of, tokens_of_title
from cms.theme.dates import vi_date, vi_datetime, vi_short
from cms.theme.numbers import vi_number

from .odd import texts, tries

LANGUAGES = st.sampled_from(["vi", "en"])
SEPARATORS = st.sampled_from(["/", "-", ".", " ", "", "//", "／", "·"])
#: Nearly dates: the figures and what stands between them are right, wrong or missing.
nearly_dates = st.builds(
    lambda day, a, month, b, year, rest: f"{day}{a}{month}{b}{year}{rest}",
    st.integers(-1, 40),
    SEPARATORS,
    st.integers(-1, 14),
    SEPARATORS,
    st.integers(-1, 10_001),
    st.sampled_from(["", " 16:15", " 25:61", "T16:15", " 16h15", "Z"]),
)
nearly_numbers = st.text("0123456789.,-+ eE_%\u00a0₫đ", max_size=25)


@pytest.mark.parametrize(
    "kind",
    [
        forms.DateField,
        forms.DateTimeField,
        forms.TimeField,
        forms.IntegerField,
        forms.DecimalField,
        forms.FloatField,
        WholeNumberField,
        MomentField,
    ],
)
def test_a_field_reads_it_or_says_why_not(kind: Any) -> None:
    @tries(300)
    @given(LANGUAGES, nearly_dates | nearly_numbers | texts)
    def read(language: str, typed: str) -> None:
        with translation.override(language):
            field = kind()
            said = ["read"]
            try:
                field.clean(typed)
            except ValidationError as error:
                said = error.messages
            assert said
            assert all(said)

    read()


@tries(300)
@given(LANGUAGES, st.dates())
@example("vi", date.min)
@example("vi", date.max)
def test_a_day_that_is_shown_is_read_as_the_same(language: str, day: date) -> None:
    with translation.override(language):
        assert vi_date(day).endswith(vi_short(day))
        assert forms.DateField().clean(formats.date_format(day, "SHORT_DATE_FORMAT")) == day


@tries(300)
@given(LANGUAGES, st.integers(min_value=0))
@example("vi", 3000)
@example("en", 3000)
def test_a_number_that_is_shown_is_read_as_the_same(language: str, number: int) -> None:
    with translation.override(language):
        assert WholeNumberField().clean(vi_number(number)) == number
        assert WholeNumberField().clean(str(number)) == number


@tries(300)
@given(nearly_numbers)
@example("3.000,5")
@example("3.0000")
@example("1.000,000")
@example("3.")
@example("3.0")
@example("٣")
def test_a_number_is_never_read_as_another(typed: str) -> None:
    """``3.0`` is no way to write three here, and ``3.000`` is three thousand."""
    try:
        number = WholeNumberField().clean(typed)
    except ValidationError:
        return
    written = "".join(sign for sign in typed if sign in "-0123456789")
    assert number == int(written)


@tries(200)
@given(LANGUAGES, st.datetimes() | st.sampled_from([datetime.min, datetime.max]))
def test_a_moment_that_is_taken_can_be_stored_and_shown(language: str, moment: datetime) -> None:
    with translation.override(language):
        try:
            taken = MomentField().clean(f"{moment:%d/%m}/{moment.year:04d} {moment:%H:%M}")
        except ValidationError as error:
            refused = error.messages
            assert not FIRST_YEAR <= moment.year <= LAST_YEAR, refused
            return
        assert taken.astimezone(UTC)
        assert vi_datetime(taken).endswith(f"{moment:%H:%M}")


numbers = st.none() | st.integers(-1, 40) | st.integers()


@tries(300)
@given(st.integers(0, 10_000) | st.integers(), numbers, numbers)
def test_a_period_is_one_or_none(year: int, month: int | None, day: int | None) -> None:
    try:
        period = Period(year, month, day)
    except (ValueError, OverflowError):
        return
    begin, end = period.bounds
    assert begin < end


@tries(500)
@given(texts | nearly_dates)
def test_words_of_a_search(typed: str) -> None:
    query = read_query(typed)
    assert "\0" not in query.text
    assert tokens_of(typed) is not None
    assert tokens_of_title(typed) is not None


@tries(500)
@given(texts)
def test_texts(typed: str) -> None:
    assert nfc(nfc(typed)) == nfc(typed)
    assert len(slugify(typed)) <= 120
    assert "\n" not in squeeze(typed)
    fold(typed)
    credits = parse_byline(typed)
    assert parse_byline(format_byline(credits)) == credits
