"""Lists to choose from, written at once: a province's administrator has two hundred sites in one.

Django renders a template for each option and two more for its attributes, which takes
longer than all the rest of a page that has a long list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

LIST = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"


class FormRenderer(DjangoTemplates):
    """Django's own, but for lists of plain options; a widget's own templates are rendered."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """The HTML of a form, a field or a widget."""
        if template_name == LIST:
            widget = context["widget"]
            groups = [(name, options) for name, options, _index in widget["optgroups"]]
            if all(option["template_name"] == OPTION for _name, some in groups for option in some):
                return _list(widget, groups)
        return super().render(template_name, context, request)


def _list(widget: dict[str, Any], groups: Iterable[tuple[str | None, list[Any]]]) -> SafeString:
    begin = format_html('<select name="{}"{}>', widget["name"], flatatt(widget["attrs"]))
    return mark_safe("\n".join([begin, *_lines(groups), "</select>"]))  # noqa: S308  (escaped)


def _lines(groups: Iterable[tuple[str | None, list[Any]]]) -> Iterator[str]:
    for name, options in groups:
        if name:
            yield format_html('<optgroup label="{}">', name)
        for option in options:
            value = conditional_escape(option["value"])
            label = conditional_escape(localize(option["label"]))
            # Few have attributes, and most of the time went into writing none.
            attrs = flatatt(option["attrs"]) if option["attrs"] else ""
            yield f'<option value="{value}"{attrs}>{label}</option>'
        if name:
            yield "</optgroup>"
