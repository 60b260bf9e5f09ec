"""The tutorial's template tags: the site's root, and what each page's side shows."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page, Site

from ..models import ArticlePage

register = template.Library()


@register.simple_tag(takes_context=True)
def get_site_root(context: dict[str, Any]) -> Page:
    """The front page, for the menu."""
    site = Site.find_for_request(context["request"])
    assert site is not None
    return site.root_page


@register.inclusion_tag("plain/sidebar.html", takes_context=True)
def sidebar(context: dict[str, Any]) -> dict[str, Any]:
    """The newest articles, and the days that have some."""
    articles = ArticlePage.objects.live().order_by("-date")
    days = ArticlePage.objects.live().dates("date", "day", order="DESC")[:30]
    return {"newest": articles[:5], "days": days, "request": context["request"]}
