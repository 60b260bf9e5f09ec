"""``{% widget_area "sidebar" %}`` and ``{% widget_styles %}`` for the theme's templates."""

from __future__ import annotations

import logging
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from cms.plugins.activation import enabled_for
from cms.widgets.registry import widgets
from cms.widgets.rendering import render_area
from sites.tenancy import department_for

logger = logging.getLogger(__name__)
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
    paths = {
        path: None
        for entry in widgets.of_plugins(enabled_for(request, department))
        for path in entry.widget.css
    }
    return format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((url,) for url in _urls(list(paths)))
    )


def _urls(paths: list[str]) -> list[str]:
    urls = []
    for path in paths:
        try:
            urls.append(static(path))
        # The manifest does not know the file; a page without it is better than none.
        except ValueError:
            logger.exception("stylesheet %s of a widget is not there", path)
    return urls
