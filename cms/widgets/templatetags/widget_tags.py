"""``{% widget_area "sidebar" %}`` and ``{% widget_styles %}`` for the theme's templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from cms.widgets.registry import widgets
from cms.widgets.rendering import enabled_for, render_area
from cms.widgets.styles import stylesheet_urls
from sites.tenancy import department_for

register = template.Library()


@register.simple_tag(takes_context=True)
def widget_area(context: dict[str, Any], slot: str) -> SafeString:
    """The widgets of a slot of this site; empty where there are none."""
    request = context.get("request")
    if request is None:
        return mark_safe("")
    page = context.get("page")
    return render_area(request, slot, page if isinstance(page, Page) else None)


@register.simple_tag(takes_context=True)
def widget_styles(context: dict[str, Any]) -> SafeString:
    """Links to the stylesheets of the widgets that this site can show."""
    request = context.get("request")
    if request is None:
        return mark_safe("")
    department = department_for(request)
    if department is None:
        return mark_safe("")
    entries = widgets.of_plugins(enabled_for(request, department))
    urls = stylesheet_urls(path for entry in entries for path in entry.widget.css)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((url,) for url in urls))
