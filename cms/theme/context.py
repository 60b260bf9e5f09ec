"""What every public page shows around its content: the body, its menu, its colours, the date.

A context processor runs for every template, so each value is computed only when
a template uses it: a response that is no page costs no query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from cms.delivery.cache import DIRECTORY_TAG, Cache, collect, news_tag, site_tag
from cms.delivery.parts import SitePart
from sites.models import Department
from sites.tenancy import department_for
from sites.tree import local_url


@dataclass(frozen=True)
class Portal:
    """The site above a department's: the province's portal."""

    name: str
    url: str


def site(request: HttpRequest) -> dict[str, Any]:
    """The context of public pages; empty in the admin and where no site answers.

    ``department``; ``menu``: a list of ``(title, url, current)``;
    ``portal``: the site above, or None; ``today``: the date in local time.
    """
    department = department_for(request)
    if department is None or request.path.startswith(reverse("wagtailadmin_home")):
        return {}
    return {
        "department": department,
        "menu": SimpleLazyObject(lambda: menu_for(request, department)),
        "portal": SimpleLazyObject(lambda: PORTAL.of(request, department)),
        "today": SimpleLazyObject(lambda: _today(request)),
    }


def menu_for(request: HttpRequest, department: Department) -> list[tuple[str, str, bool]]:
    """The main menu on the page of ``request``: ``(title, url, current)``.

    An entry whose page is not published is left out. ``current`` marks the
    entry that leads to ``path`` or, failing that, to the nearest page above it.
    """
    entries, path = MENU.of(request, department), request.path
    above = [url for _title, url in entries if _leads_to(url, path)]
    nearest = max(above, key=len, default=None)
    return [(title, url, url == nearest) for title, url in entries]


def _entries(department: Department) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for item in department.menu_items.select_related("page").order_by("sort_order", "pk"):
        if item.page is None:
            entries.append((item.title, item.url))
        elif item.page.live:
            entries.append((item.title, local_url(item.page)))
    return entries


# Any page may stand in the menu: what publishes one or takes it down purges the news.
MENU = SitePart("menu", _entries, lambda site_id: frozenset({site_tag(site_id), news_tag(site_id)}))


def _leads_to(url: str, path: str) -> bool:
    """Whether ``path`` lies at or below ``url``; everything lies below home, so that must match."""
    return path == url if url == "/" else url.endswith("/") and path.startswith(url)


def _portal_above(department: Department) -> Portal | None:
    """The site of the body above ``department``; None for the province's own portal."""
    parent = department.parent
    return Portal(parent.name, parent.site.root_url) if parent is not None else None


PORTAL = SitePart(
    "portal", _portal_above, lambda site_id: frozenset({site_tag(site_id), DIRECTORY_TAG})
)


def _today(request: HttpRequest) -> date:
    """Today; a page that shows it is kept until midnight."""
    collect(request, Cache(vary=frozenset({"date"})))
    return timezone.localdate()
