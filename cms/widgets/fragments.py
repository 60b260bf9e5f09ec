"""The fresh values of the widgets that a page keeps only the last value of, in one answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from wagtail.models import Page

from cms.plugins.activation import enabled_for
from sites.tenancy import department_for

from .areas import areas_for
from .placement import placed
from .rendering import build_context, render_fragment, stored_items
from .slots import Slot

# No page has more; who asks for more gets these.
MAX_IDS = 40
MAX_QUERY = 2000  # characters
# What the databases hold as a primary key of a page.
MAX_ID = 2**31 - 1


def render_fragments(
    request: HttpRequest,
    page_id: int | None,
    ids: list[str],
    *,
    query: str = "",
    place_id: int | None = None,
) -> dict[str, str]:
    """The named fragments of the request's own department, by id.

    The HTML replaces the whole element that carries the id. Ids that are not
    there, of widgets that are no fragments, that are not to be shown on this page
    or at this time, or that failed are left out.

    Args:
        page_id: the page that asks; one of another site counts as none.
        ids: ``<slot>:<item id>``, as in ``data-sen-fragment``.
        query: the query string of the page's address.
        place_id: the page whose areas it shows, where that is another: a
            section's archive is no page, but stands in the section.
    """
    department = department_for(request)
    wanted: dict[str, set[str]] = {}
    for name in ids[:MAX_IDS]:
        slot, separator, _item_id = name.partition(":")
        if separator and slot in Slot.values:
            wanted.setdefault(slot, set()).add(name)
    if department is None or not wanted:
        return {}
    page = _page(department.site.root_page, page_id)
    place = page if page is not None else _page(department.site.root_page, place_id)
    areas = areas_for(request, department, place)
    context = build_context(department, page)
    enabled = enabled_for(request, department)
    parameters = QueryDict(query[:MAX_QUERY]).dict()
    answer = {}
    for slot, names in wanted.items():
        stored = stored_items(areas.get(slot), slot, enabled)
        for item in placed(stored, place, request):
            if item.fragment_id not in names:
                continue
            html = render_fragment(request, item, context, parameters)
            if html is not None:
                answer[item.fragment_id] = str(html)
    return answer


def respond(request: HttpRequest, page_id: int | None, payload: dict[str, Any]) -> dict[str, str]:
    """Answer the beacon: ``fragments`` lists the ids, ``query`` and ``place`` say of which page."""
    ids = payload.get("fragments")
    if not isinstance(ids, list):
        return {}
    query, place = payload.get("query"), payload.get("place")
    return render_fragments(
        request,
        page_id,
        [name for name in ids if isinstance(name, str)],
        query=query if isinstance(query, str) else "",
        place_id=place if type(place) is int and 0 < place <= MAX_ID else None,
    )


def _page(root: Page, page_id: int | None) -> Page | None:
    if page_id is None:
        return None
    page = Page.objects.live().descendant_of(root, inclusive=True).filter(pk=page_id).first()
    return page.specific if page is not None else None
