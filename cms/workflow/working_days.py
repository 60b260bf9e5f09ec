"""Working days: Monday to Friday without Vietnam's public holidays, and what the province changes.

The public holidays, those by the lunar calendar and the days made up for
included, come from the ``holidays`` library; :class:`~cms.workflow.models.Holiday`
rows have the last word, for what a decree moves.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from django.utils import timezone

from . import models

SATURDAY = 5
ONE_DAY = timedelta(days=1)
# A year has 365 days; no rows of the province make more than that of them free.
FURTHEST = 400


@cache
def public_holidays(year: int) -> dict[date, str]:
    """Vietnam's public holidays of ``year``, in Vietnamese."""
    return dict(holidays.country_holidays("VN", years=year, language="vi").items())


def is_working_day(day: date) -> bool:
    """Whether offices are open on ``day``."""
    changed = models.Holiday.objects.filter(day=day).first()
    if changed is not None:
        return changed.is_worked
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def end_after(moment: datetime, days: int) -> datetime:
    """When a term of ``days`` working days that begins at ``moment`` ends.

    The first day does not count, and the term ends with its last day (Civil Code
    2015, articles 147 and 148).
    """
    day = timezone.localtime(moment).date()
    left = days
    for _step in range(FURTHEST):
        day += ONE_DAY
        if is_working_day(day):
            left -= 1
            if left <= 0:
                break
    return timezone.make_aware(datetime.combine(day, time(23, 59)))
