"""What the screens of sharing show: offers to us, and where our articles run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from cms.news.models import ArticlePage
from cms.traffic.counts import waiting_views
from cms.traffic.models import DailyCount, OpeningBalance
from sites.models import Department
from sites.tree import department_of

from .models import Placement


@dataclass(frozen=True)
class PlaceOfArticle:
    """A place with how often the article was read there."""

    placement: Placement
    views: int


@dataclass(frozen=True)
class WhereItRuns:
    """An article's views on its own site and on each other; ``total`` is all of them."""

    own_views: int
    places: list[PlaceOfArticle]
    total: int


def offers_to(department: Department) -> QuerySet[Placement]:
    """What was offered to ``department``, the newest first; what was withdrawn, where it ran."""
    return (
        Placement.of_all_departments.filter(department=department)
        .exclude(state=Placement.State.OFFERED, offer__withdrawn_at__isnull=False)
        .exclude(state=Placement.State.OFFERED, offer__article__live=False)
        .select_related("offer__article", "offer__department__site", "page")
        .order_by("-pk")
    )


def waiting_offers(department: Department) -> int:
    """How many offers wait for a decision."""
    return offers_to(department).filter(state=Placement.State.OFFERED).count()


def where_it_runs(article: ArticlePage) -> WhereItRuns:
    """Where ``article`` was offered and runs, with the views of each place and their sum."""
    placements = list(
        Placement.of_all_departments.filter(offer__article=article)
        .select_related("department__site", "page__section", "offer")
        .prefetch_related("receipts")
        .order_by("department__name")
    )
    department = department_of(article)
    pairs = [(one.department.site_id, one.page_id) for one in placements if one.page_id is not None]
    if department is not None:
        pairs.append((department.site_id, article.pk))
    views = _views(pairs)
    places = [
        PlaceOfArticle(one, views.get((one.department.site_id, one.page_id), 0))
        for one in placements
    ]
    own = views.get((department.site_id, article.pk), 0) if department is not None else 0
    return WhereItRuns(own, places, own + sum(place.views for place in places))


def _views(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Views of many pages of many sites at once, in three queries."""
    wanted = set(pairs)
    sites, pages = {site for site, _page in wanted}, {page for _site, page in wanted}
    found: dict[tuple[int, int], int] = {}
    of_these = {"site_id__in": sites, "page__in": pages}
    for rows in (
        DailyCount.objects.filter(**of_these).values_list("site_id", "page").annotate(Sum("views")),
        waiting_views().filter(**of_these).values_list("site_id", "page").annotate(Count("pk")),
        OpeningBalance.objects.filter(**of_these).values_list("site_id", "page", "amount"),
    ):
        for site, page, number in rows.order_by():
            if (site, page) in wanted:
                found[site, page] = found.get((site, page), 0) + (number or 0)
    return found
