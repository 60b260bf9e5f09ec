"""The statistics of authors: who wrote what in a period, and its table for Excel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from sites.administering import SiteScreen
from sites.roles import Role

from .credits import PERSONAL, Work, as_xlsx, works

READERS = (Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CreditsFilter(forms.Form):
    """By name, role and period."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=150)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        required=False,
        choices=[("", gettext_lazy("All")), *((role.value, role.label) for role in PERSONAL)],
    )
    since = forms.DateField(label=gettext_lazy("From day"), required=False, widget=AdminDateInput)
    until = forms.DateField(label=gettext_lazy("To day"), required=False, widget=AdminDateInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day comes before the first."))
        return cleaned


class CreditsView(SiteScreen):
    """Articles and views of each person; of this month, until another period is asked for."""

    template_name = "news/credits.html"
    page_title = gettext_lazy("Statistics of authors")
    header_icon = "group"
    roles = READERS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        this_month = {"since": today.replace(day=1), "until": today}
        asked = request.GET if "since" in request.GET or "until" in request.GET else this_month
        self.form = CreditsFilter(
            {**request.GET.dict(), **this_month} if asked is this_month else asked
        )
        self.found = self._found()
        if request.GET.get("export") == "xlsx" and self.form.is_valid():
            response = HttpResponse(as_xlsx(self.found), content_type=XLSX)
            name = f"tac-gia-{self.department.host}-{today:%Y%m%d}.xlsx"
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
        return super().get(request, *args, **kwargs)

    def _found(self) -> list[Work]:
        if not self.form.is_valid():
            return []
        wanted = self.form.cleaned_data
        return works(
            self.department, wanted["since"], wanted["until"], wanted["role"], wanted["name"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.request.GET.copy()
        kept.pop("export", None)
        return super().get_context_data(
            form=self.form,
            media=self.form.media,
            works=self.found,
            roles=PERSONAL,
            query=kept.urlencode(),
            **kwargs,
        )
