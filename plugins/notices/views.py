"""The notices' own pages: what is current, and each by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.sdk import render_page

from .models import Notice, State, cache_until_next_change, current

PER_PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The current notices. 404 for a page of them that there is not (``trang``)."""
    department = _department(request)
    pages = Paginator(current(department), PER_PAGE)
    try:
        page = pages.page(request.GET.get("trang", 1))
    except InvalidPage as error:
        raise Http404(_("There is no such page of notices.")) from error
    cache = replace(cache_until_next_change(department), vary=frozenset({"query:trang"}))
    return render_page(request, "notices/index.html", {"notices": page}, cache=cache)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice; 404 before it starts and for another department's, 410 after its end."""
    notice = get_object_or_404(Notice, pk=pk)
    if notice.state == State.COMING:
        raise Http404("it has not begun")
    if notice.state == State.EXPIRED:
        return render_page(request, "notices/expired.html", {"notice": notice}, status=410)
    cache = cache_until_next_change(notice.department)
    return render_page(request, "notices/detail.html", {"notice": notice}, cache=cache)


def _department(request: HttpRequest) -> Any:
    return request.department  # type: ignore[attr-defined]
