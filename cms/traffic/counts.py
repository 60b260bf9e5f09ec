"""Reading the numbers: opening balance, plus the days rolled up, plus what waits in the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from . import visitors
from .models import SITE, DailyCount, Hit, OpeningBalance

#: Pages asked about in one statement.
BATCH = 500


@dataclass(frozen=True)
class Visits:
    """A site's visits. ``total`` includes the opening balance; a week begins on Monday."""

    total: int
    today: int
    week: int
    month: int
    online: int


class SiteCounts:
    """The numbers of one site.

    A number is read in one statement, so a roll-up that commits meanwhile
    neither hides a hit nor shows it twice.
    """

    def __init__(self, site_id: int) -> None:
        self.site_id = site_id

    def visits(self) -> Visits:
        """Visits today, this week, this month and ever, and how many are online now.

        As of the last roll-up, a few seconds ago: only that tells a visit from a view.
        """
        today = timezone.localdate()
        week = today - timedelta(days=today.weekday())
        month = today.replace(day=1)
        counted = (
            DailyCount.objects.filter(site_id=self.site_id, page=SITE)
            .order_by()
            .values("site_id")
            .annotate(
                total=Sum("visits"),
                today=_sum_since("visits", today),
                week=_sum_since("visits", week),
                month=_sum_since("visits", month),
            )
        )
        opening = OpeningBalance.objects.filter(site_id=self.site_id, page=SITE).values(
            "site_id", total=F("amount"), today=Value(0), week=Value(0), month=Value(0)
        )
        total, today_, week_, month_ = _add_up(
            counted, opening, columns=("total", "today", "week", "month")
        )
        return Visits(total, today_, week_, month_, visitors.online(self.site_id))

    def views(self, page_id: int) -> int:
        """How often the page was read, on this site, ever."""
        counted = (
            DailyCount.objects.filter(site_id=self.site_id, page=page_id)
            .order_by()
            .values("site_id")
            .annotate(total=Sum("views"))
        )
        waiting = (
            waiting_views()
            .filter(site_id=self.site_id, page=page_id)
            .order_by()
            .values("site_id")
            .annotate(total=Count("pk"))
        )
        opening = OpeningBalance.objects.filter(site_id=self.site_id, page=page_id).values(
            "site_id", total=F("amount")
        )
        return _add_up(counted, waiting, opening, columns=("total",))[0]

    def views_of(self, page_ids: Iterable[int]) -> dict[int, int]:
        """How often each of these pages was read, on this site, ever; unread ones are left out."""
        wanted = sorted(set(page_ids))
        found: Counter[int] = Counter()
        for begin in range(0, len(wanted), BATCH):
            about = {"site_id": self.site_id, "page__in": wanted[begin : begin + BATCH]}
            counted = DailyCount.objects.filter(**about).order_by().values("page")
            waiting = waiting_views().filter(**about).order_by().values("page")
            opening = OpeningBalance.objects.filter(**about).values_list("page", "amount")
            for page, amount in (
                counted.annotate(total=Sum("views"))
                .values_list("page", "total")
                .union(
                    waiting.annotate(total=Count("pk")).values_list("page", "total"),
                    opening,
                    all=True,
                )
            ):
                found[page] += amount
        return dict(found)

    def most_viewed(self, days: int, limit: int) -> list[tuple[int, int]]:
        """The pages read most within the last ``days`` days: ``(page id, views)``, most first.

        From the roll-up alone: a minute late, and never a scan of the ledger.
        """
        since = timezone.localdate() - timedelta(days=days)
        rows = (
            DailyCount.objects.filter(site_id=self.site_id, day__gt=since)
            .exclude(page=SITE)
            .order_by()
            .values("page")
            .annotate(total=Sum("views"))
            .order_by("-total", "-page")[:limit]
        )
        return [(row["page"], row["total"]) for row in rows]

    def set_opening_balance(
        self, amount: int, *, page_id: int = SITE, as_of: date | None = None, evidence: str = ""
    ) -> bool:
        """Say what an older system had counted; tell whether that changed anything.

        Args:
            amount: views of the page, or visits of the site where ``page_id`` is 0.
            as_of: the day it was read off; today by default.
            evidence: where the number comes from, for whoever asks later.
        """
        balance = OpeningBalance.objects.filter(site_id=self.site_id, page=page_id).first()
        if balance is not None and balance.amount == amount:
            return False
        OpeningBalance.objects.update_or_create(
            site_id=self.site_id,
            page=page_id,
            defaults={
                "amount": amount,
                "as_of": as_of or timezone.localdate(),
                "evidence": evidence,
            },
        )
        return True


def waiting_views() -> QuerySet[Hit]:
    """The views in the ledger that no roll-up has added yet."""
    return Hit.objects.filter(is_counted=False, is_bot=False)


def _sum_since(column: str, since: date) -> Coalesce:
    return Coalesce(Sum(column, filter=Q(day__gte=since)), 0)


def _add_up(*parts: QuerySet, columns: tuple[str, ...]) -> list[int]:
    """The sums of ``columns`` over all ``parts``, read in a single UNION ALL."""
    first, *others = (part.values_list(*columns) for part in parts)
    rows = list(first.union(*others, all=True))
    return [sum(row[index] for row in rows) for index in range(len(columns))]
