"""``{% widget_area "sidebar" %}``, ``{% widget_styles %}`` and ``{% widget_scripts %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from cms.plugins.activation import enabled_for
from cms.widgets.assets import static_urls
from cms.widgets.registry import widgets
from cms.widgets.rendering import render_area
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
    return _lines(_links(context, "css", '<link rel="stylesheet" href="{}">'))


@register.simple_tag(takes_context=True)
def widget_scripts(context: dict[str, Any]) -> SafeString:
    """The scripts of the widgets that this site can show, those that hurry first."""
    early = _links(context, "early_js", '<script src="{}"></script>')
    return _lines([*early, *_links(context, "js", '<script type="module" src="{}"></script>')])


def _links(context: dict[str, Any], attribute: str, tag: str) -> list[SafeString]:
    """``tag`` for each file that the site's widgets name in ``attribute``, each file once."""
    request = context.get("request")
    department = department_for(request) if request else None
    if department is None:
        return []
    entries = widgets.of_plugins(enabled_for(context["request"], department))
    paths = (path for entry in entries for path in getattr(entry.widget, attribute))
    return [format_html(tag, url) for url in static_urls(paths)]


def _lines(lines: list[SafeString]) -> SafeString:
    return format_html_join("\n", "{}", ((line,) for line in lines))
