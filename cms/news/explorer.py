"""Wagtail's page explorer and dashboard at volume: nothing reads every page to say how many."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.admin.navigation import get_site_for_user
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.views import chooser
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.models import Page, PageLogEntry

from sites.isolation.confinement import own_people
from sites.isolation.listings import department_looked_at

#: A list that is longer is counted every few minutes; one that is shorter, each time.
LONG_LIST = 1000
RECOUNT_AFTER = 300  # seconds


class LongListPaginator(WagtailPaginator):
    """A paginator that remembers how long a long list is.

    To count fifty thousand articles takes longer than to show the first fifty.
    """

    @cached_property
    def count(self) -> int:
        """How many there are; of a long list, how many there were some minutes ago."""
        listed = self.object_list
        if not isinstance(listed, QuerySet):
            return listed.count()
        try:
            statement, parameters = listed.order_by().query.sql_with_params()
        except EmptyResultSet:  # such as a search without words
            return 0
        return remembered_count(f"{statement} {parameters}", listed.count)


class OwnPagesSummary(PagesSummaryItem):
    """The dashboard's "… pages", which is not counted anew each time somebody looks at it."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        site = get_site_for_user(self.request.user)
        root = site["root_page"]
        total = 0
        if root is not None:
            below = root.get_descendants(inclusive=not root.is_root())
            total = remembered_count(f"pages below {root.path}", below.count)
        return {"root_page": root, "total_pages": total, "site_name": site["site_name"]}


def remembered_count(question: str, count: Callable[[], int]) -> int:
    """The answer to ``question``, by ``count()`` or, if it was long, of some minutes ago."""
    name = "count:" + hashlib.sha256(question.encode()).hexdigest()
    found: int | None = cache.get(name)
    if found is None:
        found = count()
        if found > LONG_LIST:
            cache.set(name, found, RECOUNT_AFTER)
    return found


def quicken_explorer() -> None:
    """Offer whoever owns or edited a page, by one look at an index for each person; count seldom.

    Wagtail collects the owners of all pages whenever the explorer is opened, and
    counts the pages there and in the chooser. Its views take neither from a setting.
    """
    IndexView.paginator_class = LongListPaginator
    chooser.Paginator = LongListPaginator
    PageFilterSet.base_filters["owner"].queryset = owners
    PageFilterSet.base_filters["edited_by"].queryset = editors


def owners(request: HttpRequest | None) -> QuerySet[Model]:
    """Who owns a page."""
    pages = Page.objects.order_by()
    return _people_seen(request).filter(Exists(pages.filter(owner=OuterRef("pk"))))


def editors(request: HttpRequest | None) -> QuerySet[Model]:
    """Who edited a page."""
    edits = PageLogEntry.objects.order_by().filter(action="wagtail.edit")
    return _people_seen(request).filter(Exists(edits.filter(user=OuterRef("pk"))))


def _people_seen(request: HttpRequest | None) -> QuerySet[Model]:
    """One's own colleagues; for the province those of the site that it looks at, or everybody.

    Below a site also the province's own people. Who left a site's offices is
    found from the root of the tree, where everybody is offered.
    """
    people = get_user_model()._default_manager.all()
    department = department_looked_at(request)
    if department is None:
        return people
    return people.filter(Q(pk__in=own_people(department)) | Q(is_superuser=True))
