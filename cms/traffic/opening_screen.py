"""What an older system had counted: entered once, with the day it was read off and the evidence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from cms.content.typed import WholeNumberField
from cms.record.models import Kind
from cms.record.writing import record
from sites.administering import SiteScreen

from .models import SITE, OpeningBalance

#: More than every person on earth a hundred times: a slip of the keyboard.
MOST = 10**12


class OpeningBalanceForm(forms.Form):
    """Visits of the whole site, before it was counted here."""

    amount = WholeNumberField(
        label=gettext_lazy("Visits that the older system had counted"),
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("As 3460242 or 3.460.242. 0 if there was no older system."),
    )
    as_of = forms.DateField(
        label=gettext_lazy("Read off on"),
        widget=AdminDateInput,
        help_text=gettext_lazy("The last day that the older system counted."),
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=255,
        help_text=gettext_lazy(
            "Where the number can be seen: the minutes of the hand-over,"
            " a screenshot and its place."
        ),
    )

    def clean_as_of(self) -> Any:
        """A day that has been."""
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not been yet."))
        return day


class OpeningBalanceView(SiteScreen):
    """Enter or correct the number; the record keeps what it was before."""

    template_name = "traffic/opening_balance.html"
    page_title = gettext_lazy("Opening balance of the visits")
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or OpeningBalanceForm(initial=self._values())
        others = OpeningBalance.objects.filter(site_id=self.department.site_id)
        return super().get_context_data(
            form=form, media=form.media, articles=others.exclude(page=SITE).count(), **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save it; show the form again where something does not hold."""
        form = OpeningBalanceForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Nothing was saved: mend what is marked below."))
            return self.render_to_response(self.get_context_data(form=form))
        with transaction.atomic():
            before = self._values()
            OpeningBalance.objects.update_or_create(
                site_id=self.department.site_id, page=SITE, defaults=form.cleaned_data
            )
            record(
                self.department,
                "sen.opening_balance",
                Kind.SETTINGS,
                about=self.page_title,
                details=f"{_told(before)} → {_told(form.cleaned_data)}",
            )
        messages.success(request, _("Saved. The total on the site counts from there."))
        return redirect("site_statistics")

    def _values(self) -> dict[str, Any]:
        rows = OpeningBalance.objects.filter(site_id=self.department.site_id, page=SITE)
        return dict(rows.values("amount", "as_of", "evidence").first() or {})


def _told(values: dict[str, Any]) -> str:
    if not values:
        return "–"
    return f"{values['amount']} ({values['as_of']:%d/%m/%Y}; {values['evidence']})"
