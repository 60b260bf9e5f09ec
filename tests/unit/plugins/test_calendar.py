"""The months of the date browser."""

from __future__ import annotations

from datetime import date

import pytest

from plugins.date_browser.calendar import Month, weeks


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2018-01", Month(2018, 1)),
        ("1990-12", Month(1990, 12)),
        ("2018-1", None),
        ("2018-13", None),
        ("2018-00", None),
        ("1989-12", None),
        ("0000-01", None),
        ("20180-1", None),
        ("2018-01\n", None),
        ("٢٠١٨-٠١", None),
        ("", None),
        ("'; DROP TABLE", None),
    ],
)
def test_a_month_is_read_or_refused(text: str, month: Month | None) -> None:
    assert Month.parse(text) == month


def test_months_follow_across_years() -> None:
    assert Month(2018, 12).shifted(1) == Month(2019, 1)
    assert Month(2019, 1).shifted(-1) == Month(2018, 12)
    assert str(Month(2018, 1)) == "2018-01"


def test_weeks_begin_on_monday_and_leave_the_neighbours_out() -> None:
    # 1 January 2018 was a Monday; the 31st a Wednesday.
    table = weeks(Month(2018, 1), {date(2018, 1, 26): 3}, {date(2018, 1, 26): "/x/"}, date.max)
    assert len(table) == 5
    assert table[0][0] is not None
    assert table[0][0].date == date(2018, 1, 1)
    assert [day and day.date.day for day in table[-1]] == [29, 30, 31, None, None, None, None]
    friday = table[3][4]
    assert friday is not None
    assert (friday.date, friday.count, friday.url) == (date(2018, 1, 26), 3, "/x/")


def test_today_is_marked_once() -> None:
    today = date(2018, 1, 26)
    days = [day for week in weeks(Month(2018, 1), {}, {}, today) for day in week if day]
    assert [day.date for day in days if day.is_today] == [today]
    assert not any(
        day.is_today for week in weeks(Month(2018, 2), {}, {}, today) for day in week if day
    )
