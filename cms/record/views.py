"""The record of the department one works for, and its export."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sites.administering import SiteScreen
from sites.roles import Role

from .reading import RecordFilter, as_csv, as_xlsx, lead_to_pages, page_of

READERS = (Role.SITE_ADMIN, Role.CHIEF, Role.AUDITOR)
PAGE_SIZE = 50
#: Rows of one export; more is asked for by period.
EXPORT_LIMIT = 50_000
FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class RecordView(SiteScreen):
    """Who did what in the department; nobody can change it here."""

    template_name = "record/record.html"
    page_title = gettext_lazy("Record")
    header_icon = "history"
    roles = READERS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = RecordFilter(self.department, request.GET)
        wanted = request.GET.get("export", "")
        if wanted in FORMATS and self.form.is_valid():
            return self._export(wanted)
        return super().get(request, *args, **kwargs)

    def _export(self, wanted: str) -> HttpResponse:
        entries = self.form.entries()
        if entries[EXPORT_LIMIT:].exists():
            messages.error(
                self.request,
                _("These are more than %(limit)s entries: choose a shorter period.")
                % {"limit": EXPORT_LIMIT},
            )
            return redirect(f"{reverse('record')}?{self._query()}")
        write, content_type = FORMATS[wanted]
        response = HttpResponse(write(entries.iterator()), content_type=content_type)
        name = f"nhat-ky-{self.department.host}-{timezone.localdate():%Y%m%d}.{wanted}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _query(self) -> str:
        kept = self.request.GET.copy()
        for name in ("export", "before"):
            kept.pop(name, None)
        return kept.urlencode()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries, older = page_of(self.form.entries(), self.request.GET.get("before"), PAGE_SIZE)
        lead_to_pages(entries, self.request.user)
        return super().get_context_data(
            form=self.form,
            media=self.form.media,
            entries=entries,
            older=older,
            query=self._query(),
            **kwargs,
        )
