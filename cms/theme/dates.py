"""Dates as a Vietnamese reader writes them: "Thứ Sáu, 26/01/2018, 16:15".

Django's own Vietnamese says "Thứ 6", and its formats cannot put the weekday in
words, so the words stand here. A site in English gets the same order of things
in English; any other language gets the Vietnamese form.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar, cast

from django.utils import timezone
from django.utils.translation import get_language

D = TypeVar("D", bound=date)

# In the order of ``date.weekday()``: Monday is 0.
VIETNAMESE_WEEKDAYS = (
    "Thứ Hai",
    "Thứ Ba",
    "Thứ Tư",
    "Thứ Năm",
    "Thứ Sáu",
    "Thứ Bảy",
    "Chủ Nhật",
)
ENGLISH_WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)


def is_english() -> bool:
    """Whether the active language is English, of any country."""
    return (get_language() or "").split("-")[0] == "en"


def weekday_name(value: date) -> str:
    """The weekday in words, in the active language; a datetime counts in local time."""
    names = ENGLISH_WEEKDAYS if is_english() else VIETNAMESE_WEEKDAYS
    return names[_local(value).weekday()]


def vi_short(value: date | None) -> str:
    """ "26/01/2018"; empty for None."""
    return _local(value).strftime("%d/%m/%Y") if value is not None else ""


def vi_date(value: date | None) -> str:
    """ "Thứ Sáu, 26/01/2018"; empty for None."""
    return f"{weekday_name(value)}, {vi_short(value)}" if value is not None else ""


def vi_datetime(value: datetime | None) -> str:
    """ "Thứ Sáu, 26/01/2018, 16:15"; empty for None."""
    return f"{vi_date(value)}, {_local(value).strftime('%H:%M')}" if value is not None else ""


def _local(value: D) -> D:
    """``value`` in the current time zone; a naive datetime is local already."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return cast(D, timezone.localtime(value))
    return value
