"""Reading one's notices: each person their own, in the departments that they work for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from sites.isolation.workplace import workplaces

from .models import Notice


def notices_of(user: Any) -> QuerySet[Notice]:
    """What ``user`` was told in the departments where they hold an office, the newest first."""
    mine: QuerySet[Notice] = Notice.of_all_departments.filter(recipient=user.pk)
    if not user.is_superuser:
        mine = mine.filter(department__in=workplaces(user).order_by().values("pk"))
    return mine


def unread_of(user: Any) -> QuerySet[Notice]:
    """The notices that ``user`` has not read."""
    return notices_of(user).filter(read_at=None)
