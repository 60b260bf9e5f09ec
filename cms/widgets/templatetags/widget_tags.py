"""``{% widget_area "sidebar" %}``, ``{% page_styles %}`` and ``{% page_scripts %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from cms.delivery.inline import read_script, script, style
from cms.plugins.activation import enabled_for
from cms.theme.styles import department_colours, sheets
from cms.widgets.assets import static_urls
from cms.widgets.registry import widgets
from cms.widgets.rendering import render_area
from cms.widgets.widget import Widget
from sites.tenancy import department_for

register = template.Library()

#: The core's own scripts of every page.
OWN = ("theme/beacon.js", "theme/search.js")


@register.simple_tag(takes_context=True)
def widget_area(context: dict[str, Any], slot: str) -> SafeString:
    """The widgets of a slot of this site; empty where there are none."""
    request = context.get("request")
    if request is None:
        return mark_safe("")
    page = context.get("page")
    return render_area(request, slot, page if isinstance(page, Page) else None)


@register.simple_tag(takes_context=True)
def page_styles(context: dict[str, Any], of_widget: Widget | None = None) -> SafeString:
    """The styles of the theme, of the widgets that this site can show, and its colours.

    Args:
        of_widget: the one widget that there is, instead of all.
    """
    request, department = context.get("request"), context.get("department")
    paths = of_widget.css if of_widget else _paths(context, "css")
    css, linked = sheets(tuple(dict.fromkeys(paths)))
    elements = [style(request, css)]
    if department:
        elements.append(style(request, department_colours(department)))
    links = [format_html('<link rel="stylesheet" href="{}">', url) for url in static_urls(linked)]
    return _lines([*elements, *links])


@register.simple_tag(takes_context=True)
def page_scripts(context: dict[str, Any]) -> SafeString:
    """The scripts of the widgets that this site can show, those that hurry first, and our own."""
    request = context.get("request")
    early = [_script(request, path, module=False) for path in _paths(context, "early_js")]
    paths = (*_paths(context, "js"), *OWN)
    return _lines([*early, *(_script(request, path, module=True) for path in paths)])


def _script(request: HttpRequest | None, path: str, *, module: bool) -> SafeString:
    code = read_script(path)
    if code is not None:
        return script(request, code, module=module)
    tag = '<script type="module" src="{}"></script>' if module else '<script src="{}"></script>'
    return _lines([format_html(tag, url) for url in static_urls([path])])


def _paths(context: dict[str, Any], attribute: str) -> tuple[str, ...]:
    """The files that the site's widgets name in ``attribute``, each once."""
    request = context.get("request")
    department = department_for(request) if request else None
    if request is None or department is None:
        return ()
    entries = widgets.of_plugins(enabled_for(request, department))
    paths = (path for entry in entries for path in getattr(entry.widget, attribute))
    return tuple(dict.fromkeys(paths))


def _lines(lines: list[SafeString]) -> SafeString:
    return format_html_join("\n", "{}", ((line,) for line in lines if line))
