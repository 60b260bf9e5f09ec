"""Showing a draft area where it will stand: on a real page of its own site."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.models import Page

from cms.news.models import ArticlePage

from .models import WidgetArea
from .permissions import province
from .slots import Slot


def preview_page(area: WidgetArea) -> Page | None:
    """The page that ``area`` hangs on; for the end of an article the newest article there.

    For the province's default, on its own site. None where the province has none.
    """
    department = area.department or province()
    if department is None:
        return None
    page: Page = area.page or department.site.root_page
    if area.slot == Slot.ARTICLE_END:
        articles = ArticlePage.objects.live().descendant_of(page, inclusive=True)
        page = articles.order_by("-published_at", "-pk").first() or page
    return page


def serve_preview(area: WidgetArea, request: HttpRequest) -> HttpResponse:
    """The preview page with ``area`` in its slot. Raises Http404 where there is no page."""
    page = preview_page(area)
    if page is None:
        raise Http404("the province has no site to show its areas on")
    request._sen_draft_area = area  # type: ignore[attr-defined]
    specific = page.specific
    response: HttpResponse = specific.serve_preview(request, specific.default_preview_mode)
    return response
