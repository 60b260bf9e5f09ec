"""What people type into forms: numbers as they write them, moments that a database can hold."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminDateTimeInput

#: Years that a moment may have. Near the ends of the calendar it has no local time.
FIRST_YEAR, LAST_YEAR = 1900, 2199
_PLAIN = re.compile(r"[+-]?[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}([.,\s])[0-9]{3}(?:\1[0-9]{3})*")


class WholeNumberField(forms.IntegerField):
    """A whole number, its thousands grouped or not: ``3460242``, ``3.460.242``, ``3 460 242``.

    Django's reads ``3.000``, which here is three thousand, as three.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        """The number; raises ValidationError for what is none."""
        if isinstance(value, str) and (typed := value.strip()):
            if _GROUPED.fullmatch(typed):
                value = "".join(re.findall("[0-9]", typed))
            elif not _PLAIN.fullmatch(typed):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class MomentField(forms.DateTimeField):
    """A moment of this age: one of the year 1 is a slip, and its time in UTC does not exist."""

    default_error_messages = {
        "year": _("Enter a year between %(first)s and %(last)s."),
    }

    def to_python(self, value: Any) -> datetime | None:
        """The moment; raises ValidationError for what is none."""
        moment = super().to_python(value)
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError(self.error_messages["year"], code="year", params=years)
        return moment


def use_in_admin() -> None:
    """Have every form that Wagtail makes of a model read its moments so."""
    register_form_field_override(
        models.DateTimeField, override={"widget": AdminDateTimeInput, "form_class": MomentField}
    )
