"""Lists of options are what Django would have written."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from cms.theme.forms import LIST, FormRenderer

PLAIN = [("", "Tất cả"), ("1", "Sở A & B"), (2, 1234), ("<3>", mark_safe("<b>đậm</b>"))]
GROUPED = [("Sở <ngành>", [("a", gettext_lazy("Name")), ("b", "B")]), ("c", "C")]


class Numbered(forms.Select):
    """A list whose options bear attributes of their own."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"] |= {"data-of": f'"{option["value"]}"', "disabled": option["value"] == "b"}
        return option


class Decorated(forms.Select):
    """A list whose options have a template of their own."""

    option_template_name = "django/forms/widgets/input_option.html"


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select(choices=PLAIN), "1"),
        (forms.Select(choices=PLAIN, attrs={"class": "rộng", "required": True, "x": False}), 2),
        (forms.Select(choices=PLAIN), "<3>"),
        (forms.Select(choices=GROUPED), "c"),
        (forms.SelectMultiple(choices=GROUPED), ["a", "b"]),
        (forms.NullBooleanSelect(), True),
        (Numbered(choices=GROUPED), None),
        (forms.Select(choices=[]), None),
    ],
)
def test_lists_are_what_django_writes(
    widget: forms.Select, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    attrs = {"id": 'id_"muc"'}
    expected = widget.render("muc", value, attrs, DjangoTemplates())
    renderer = FormRenderer()
    monkeypatch.setattr(renderer, "get_template", None)
    written = widget.render("muc", value, attrs, renderer)
    assert parse_html(written) == parse_html(expected)


def test_templates_of_its_own_are_obeyed() -> None:
    assert Decorated.template_name == LIST
    widget = Decorated(choices=PLAIN)
    assert widget.render("muc", "1", None, FormRenderer()) == widget.render(
        "muc", "1", None, DjangoTemplates()
    )
