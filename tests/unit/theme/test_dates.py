"""Dates and numbers as the public pages write them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from cms.theme.dates import vi_date, vi_datetime, vi_short, weekday_name
from cms.theme.numbers import vi_number

SEED = datetime(2018, 1, 26, 9, 15, tzinfo=UTC)  # 16:15 in Vietnam


def test_datetime_names_the_weekday_in_words_and_the_local_time():
    with override("vi"):
        assert vi_datetime(SEED) == "Thứ Sáu, 26/01/2018, 16:15"
        assert vi_date(SEED) == "Thứ Sáu, 26/01/2018"
        assert vi_short(SEED) == "26/01/2018"


def test_english_keeps_the_order_in_english_words():
    with override("en"):
        assert vi_datetime(SEED) == "Friday, 26/01/2018, 16:15"


def test_another_language_gets_the_vietnamese_form():
    with override("km"):
        assert vi_date(date(2018, 1, 26)) == "Thứ Sáu, 26/01/2018"


def test_late_evening_in_utc_is_the_next_day_in_vietnam():
    with override("vi"):
        assert (
            vi_datetime(datetime(2026, 3, 7, 18, 30, tzinfo=UTC)) == "Chủ Nhật, 08/03/2026, 01:30"
        )


def test_time_zone_of_the_visitor_is_followed():
    with override("vi"), timezone.override("UTC"):
        assert vi_datetime(SEED) == "Thứ Sáu, 26/01/2018, 09:15"


def test_week_begins_on_monday():
    with override("vi"):
        names = [weekday_name(date(2026, 1, day)) for day in range(5, 12)]
    assert names == [
        "Thứ Hai",
        "Thứ Ba",
        "Thứ Tư",
        "Thứ Năm",
        "Thứ Sáu",
        "Thứ Bảy",
        "Chủ Nhật",
    ]


def test_naive_datetime_is_local_already():
    with override("vi"):
        assert vi_datetime(datetime(2018, 1, 26, 16, 15)) == "Thứ Sáu, 26/01/2018, 16:15"


@pytest.mark.parametrize("write", [vi_datetime, vi_date, vi_short, vi_number])
def test_nothing_is_written_for_none(write):
    assert write(None) == ""


@pytest.mark.parametrize(
    ("language", "written"), [("vi", "3.460.242"), ("en", "3,460,242"), ("en-gb", "3,460,242")]
)
def test_number_is_grouped_as_the_language_does(language, written):
    with override(language):
        assert vi_number(3460242) == written


def test_small_and_negative_numbers():
    with override("vi"):
        assert [vi_number(n) for n in (0, 618, 1000, -12345)] == ["0", "618", "1.000", "-12.345"]


def test_text_is_no_number():
    with pytest.raises(ValueError, match="invalid literal"):
        vi_number("nhiều")
