"""The fresh values of the widgets that a page keeps only the last value of, in one answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from wagtail.models import Page

from cms.plugins.activation import enabled_for
from sites.tenancy import department_for

from .models import Slot
from .placement import placed
from .rendering import build_context, render_fragment, stored_items

# No page has more; who asks for more gets these.
MAX_IDS = 40
MAX_QUERY = 2000  # characters


def render_fragments(
    request: HttpRequest, page_id: int | None, ids: list[str], query: str = ""
) -> dict[str, str]:
    """The named fragments of the request's own department, by id.

    The HTML replaces the whole element that carries the id. Ids that are not
    there, of widgets that are no fragments, that are not to be shown on this page
    or at this time, or that failed are left out.

    Args:
        page_id: the page that asks; one of another site counts as none.
        ids: ``<slot>:<item id>``, as in ``data-sen-fragment``.
        query: the query string of the page's address.
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
    context = build_context(department, page)
    enabled = enabled_for(request, department)
    parameters = QueryDict(query[:MAX_QUERY]).dict()
    answer = {}
    for slot, names in wanted.items():
        for item in placed(stored_items(department, slot, enabled), page, request):
            if item.fragment_id not in names:
                continue
            html = render_fragment(item, context, parameters)
            if html is not None:
                answer[item.fragment_id] = str(html)
    return answer


def respond(request: HttpRequest, page_id: int | None, payload: dict[str, Any]) -> dict[str, str]:
    """Answer the beacon: ``fragments`` is the list of wanted ids, ``query`` the query string."""
    ids = payload.get("fragments")
    if not isinstance(ids, list):
        return {}
    query = payload.get("query")
    names = [name for name in ids if isinstance(name, str)]
    return render_fragments(request, page_id, names, query if isinstance(query, str) else "")


def _page(root: Page, page_id: int | None) -> Page | None:
    if page_id is None:
        return None
    page = Page.objects.live().descendant_of(root, inclusive=True).filter(pk=page_id).first()
    return page.specific if page is not None else None
