"""``{% load seo %}``: what a page says of itself to machines."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from wagtail.models import Page

from cms.media.reading import rendition_of
from cms.news.models import ArticlePage, HomePage
from cms.seo import structured
from sites.models import Department

register = template.Library()

_SHARED = "fill-1200x675|format-webp"


@register.simple_tag(takes_context=True)
def social_picture(context: dict[str, Any], page: Any) -> str:
    """``{% social_picture page %}``: the absolute address of the picture to share ``page`` with.

    Its main picture, else one made of its title; for what is no article the site's icon.
    """
    request: HttpRequest = context["request"]
    image = getattr(page, "main_image", None)
    if image and (shared := rendition_of(image, _SHARED)):
        return request.build_absolute_uri(shared.url)
    if isinstance(page, ArticlePage) and page.pk:
        return request.build_absolute_uri(reverse("social_picture", args=[page.pk]))
    return request.build_absolute_uri(reverse("site_icon", args=[512]))


@register.simple_tag(takes_context=True)
def structured_data(context: dict[str, Any]) -> SafeString:
    """``{% structured_data %}``: the page's JSON-LD; nothing where it is no page of the tree."""
    request: HttpRequest | None = context.get("request")
    page, department = context.get("page"), context.get("department")
    if request is None or not isinstance(page, Page) or not isinstance(department, Department):
        return SafeString()
    root = request.build_absolute_uri("/")[:-1]
    address = getattr(page, "canonical_url", "") or root + request.path
    portal = context.get("portal")
    above = (portal.name, portal.url) if portal else None
    things = [structured.organisation(department, root, above)]
    if isinstance(page, HomePage) and request.path == "/":
        things.append(structured.website(department, root))
    elif trail := context.get("breadcrumb"):
        title = str(context.get("heading") or page.title)
        things.append(structured.breadcrumbs(list(trail), title, root, address))
    if isinstance(page, ArticlePage) and page.published_at is not None:
        picture = social_picture(context, page)
        things.append(structured.news_article(page, department, root, address, picture))
    return structured.script(things)
