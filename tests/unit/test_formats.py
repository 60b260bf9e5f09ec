"""Dates are typed and shown with the day first, in Vietnamese and in English."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django import forms
from django.utils import formats, translation
from wagtail.admin.widgets import AdminDateTimeInput


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("typed", ["03/04/2026", "3-4-2026", "3.4.2026", "2026-04-03"])
def test_dates_are_read_day_first(language: str, typed: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean(typed) == date(2026, 4, 3)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_the_admin_shows_it_also_reads(language: str) -> None:
    moment = datetime(2018, 1, 26, 16, 15)
    with translation.override(language):
        shown = AdminDateTimeInput().format_value(moment)
        assert shown == "26/01/2018 16:15"
        assert forms.DateTimeField().to_python(shown).replace(tzinfo=None) == moment


def test_vietnamese_dates_and_numbers() -> None:
    with translation.override("vi"):
        assert formats.date_format(date(2018, 1, 26)) == "26/01/2018"
        assert formats.number_format(3460242, force_grouping=True) == "3.460.242"
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
