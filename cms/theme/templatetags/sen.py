"""``{% load sen %}``: Vietnamese dates and numbers, icons, addresses, the province's name."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cms.content.html import safe_player, web_address
from cms.languages.reading import language_for
from cms.theme import dates, icons, numbers
from cms.theme.province import Province, province

register = template.Library()

register.filter("vi_short", dates.vi_short)
register.filter("vi_date", dates.vi_date)
register.filter("vi_datetime", dates.vi_datetime)
register.filter("vi_weekday", dates.weekday_name)
register.filter("vi_number", numbers.vi_number)


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "print" %}``: one of the theme's icons (see ``cms.theme.icons``)."""
    return icons.icon(name)


@register.simple_tag(takes_context=True)
def absolute_url(context: dict[str, Any], url: str) -> str:
    """``{% absolute_url page.local_url %}``: the address with scheme and host, without a query.

    The host is the canonical one: requests under an alias are redirected before.
    """
    request: HttpRequest = context["request"]
    return request.build_absolute_uri(url)


@register.simple_tag(takes_context=True)
def lang_of(context: dict[str, Any], page: Any) -> SafeString:
    """``<a{% lang_of article %}>``: the ``lang`` of a title that is not in the page's language."""
    code = language_for(context.get("request"), page)
    return format_html(' lang="{}"', code) if code else SafeString()


@register.simple_tag
def province_name() -> str:
    """``{% province_name %}``: the province's short name; empty before its site is open."""
    return province()["name"]


@register.simple_tag
def the_province() -> Province:
    """``{% the_province as province %}``: its ``name`` and the address of its ``logo``."""
    return province()


# {{ embed.html|player }}: an allowed player's frame; {{ url|web_address }}: empty unless a
# link may lead there, whatever was stored.
register.filter("player", safe_player)
register.filter("web_address", web_address)


@register.filter
def extension(filename: str) -> str:
    """The ending of a file's name in capitals, such as "PDF"; empty where it has none."""
    _stem, dot, ending = filename.rpartition(".")
    return ending.upper() if dot else ""
