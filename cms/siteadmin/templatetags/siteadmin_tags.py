"""What the look's picture asks of a table of tokens."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def get_token(tokens: dict[str, str], name: str) -> str:
    """The token called ``name``, whose dashes a template's dot cannot say."""
    return tokens[name]
