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
from django.utils.translation import get_language

from cms.delivery.cache import DIRECTORY_TAG, Cache, collect, news_tag, site_tag
from cms.delivery.parts import SitePart
from cms.languages.reading import editions, spoken, translated
from sites.models import Department
from sites.tenancy import department_for
from sites.tree import local_url


@dataclass(frozen=True)
class Portal:
    """The site above a department's: the province's portal."""

    name: str
    url: str


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the main menu.

    Args:
        current: whether it leads to the page shown or to the nearest above it.
        language: the code of its title's, where what stands around speaks another; else "".
    """

    title: str
    url: str
    current: bool
    language: str = ""


def site(request: HttpRequest) -> dict[str, Any]:
    """The context of public pages; empty in the admin and where no site answers.

    ``department``; ``menu``: a list of :class:`MenuEntry`; ``portal``: the site above,
    or None; ``today``: the date in local time; ``editions``: the languages of the site;
    ``text_language``: of the page; ``around``: of what stands around it, where that is
    another; ``own_language``: of the site's own words, where they are in neither.
    """
    department = department_for(request)
    if department is None or request.path.startswith(reverse("wagtailadmin_home")):
        return {}
    return {
        "department": department,
        "menu": SimpleLazyObject(lambda: menu_for(request, department)),
        "portal": SimpleLazyObject(lambda: PORTAL.of(request, department)),
        "today": SimpleLazyObject(lambda: _today(request)),
        "editions": SimpleLazyObject(lambda: editions(request, department)),
        **_languages(request, department),
    }


def _languages(request: HttpRequest, department: Department) -> dict[str, str]:
    text, around = spoken(request, department), get_language() or department.language
    return {
        "text_language": text,
        "around": around if around != text else "",
        "own_language": department.language if department.language != around else "",
    }


def menu_for(request: HttpRequest, department: Department) -> list[MenuEntry]:
    """The main menu on the page of ``request``, in its language as far as there are pages in it.

    An entry whose page is not published is left out. ``current`` marks the
    entry that leads to ``path`` or, failing that, to the nearest page above it.
    """
    language, path = spoken(request, department), request.path
    around = get_language() or department.language
    entries: list[tuple[str, str, str]] = []
    for title, url, others in MENU.of(request, department):
        code = language if language in others else department.language
        entries.append((code, *others.get(language, (title, url))))
    above = [url for _code, _title, url in entries if _leads_to(url, path)]
    nearest = max(above, key=len, default=None)
    return [
        MenuEntry(title, url, url == nearest, code if code != around else "")
        for code, title, url in entries
    ]


def _entries(department: Department) -> list[tuple[str, str, dict[str, tuple[str, str]]]]:
    """Title and address of each entry, and the same for each other language."""
    items = department.menu_items.select_related("page").order_by("sort_order", "pk")
    shown = [item for item in items if item.page is None or item.page.live]
    others = translated(department, [item.page for item in shown if item.page is not None])
    entries: list[tuple[str, str, dict[str, tuple[str, str]]]] = []
    for item in shown:
        if item.page is None:
            entries.append((item.title, item.url, {}))
            continue
        found = others.get(item.page.translation_key, {}).items()
        elsewhere = {code: (page.title, local_url(page)) for code, page in found}
        entries.append((item.title, local_url(item.page), elsewhere))
    return entries


# Any page may stand in the menu: what publishes one or takes it down purges the news.
MENU = SitePart(
    "menu_entries", _entries, lambda site_id: frozenset({site_tag(site_id), news_tag(site_id)})
)


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
