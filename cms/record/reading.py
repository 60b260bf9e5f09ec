"""Reading the record: its filters, a page of it, and tables of what was filtered."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from wagtail.admin.widgets import AdminDateInput

from sites.models import Department

from .models import Kind, RecordEntry

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class RecordFilter(forms.Form):
    """By person, period and kind of act."""

    person = forms.TypedChoiceField(
        label=gettext_lazy("Person"), required=False, coerce=int, empty_value=None
    )
    since = forms.DateField(label=gettext_lazy("From day"), required=False, widget=AdminDateInput)
    until = forms.DateField(label=gettext_lazy("To day"), required=False, widget=AdminDateInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of act"),
        required=False,
        choices=[("", gettext_lazy("All")), *Kind.choices],
    )
    by_province = forms.BooleanField(
        label=gettext_lazy("Only what the province did"), required=False
    )

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department = department
        people = (
            RecordEntry.objects.filter(department=department)
            .exclude(user=None)
            .order_by("user_name")
            .values_list("user_id", "user_name")
            .distinct()
        )
        field: Any = self.fields["person"]
        field.choices = [("", _("All")), *dict(people).items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day comes before the first."))
        return cleaned

    def entries(self) -> QuerySet[RecordEntry]:
        """What the filters leave, the newest first; none where a filter does not hold."""
        rows = RecordEntry.objects.filter(department=self.department)
        if not self.is_valid():
            return rows.none()
        wanted = self.cleaned_data
        if wanted["person"]:
            rows = rows.filter(user_id=wanted["person"])
        if wanted["since"]:
            rows = rows.filter(timestamp__gte=_midnight(wanted["since"]))
        if wanted["until"]:
            rows = rows.filter(timestamp__lt=_midnight(wanted["until"] + timedelta(days=1)))
        if wanted["kind"]:
            rows = rows.filter(kind=wanted["kind"])
        if wanted["by_province"]:
            rows = rows.filter(by_province=True)
        return rows


def _midnight(day: Any) -> Any:
    naive = timezone.datetime(day.year, day.month, day.day)  # type: ignore[attr-defined]
    return timezone.make_aware(naive)


def page_of(
    entries: QuerySet[RecordEntry], before: str | None, size: int
) -> tuple[list[RecordEntry], int | None]:
    """``size`` entries older than the key ``before``, and the key to go on with, if any."""
    if before and before.isdecimal() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    found = list(entries[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def table(entries: Iterable[RecordEntry]) -> Iterator[list[str]]:
    """The heading and a row for each entry, safe to open in a spreadsheet."""
    yield [_("Time"), _("Person"), _("For the province"), _("Kind"), _("Act"), _("What"), _("More")]
    for entry in entries:
        row = [
            timezone.localtime(entry.timestamp).strftime("%d/%m/%Y %H:%M:%S"),
            entry.user_name,
            _("yes") if entry.by_province else "",
            str(entry.get_kind_display()),
            entry.action_label,
            entry.about,
            entry.details,
        ]
        yield [harmless(cell) for cell in row]


def harmless(cell: str) -> str:
    """``cell`` as text that no spreadsheet takes for a formula (OWASP, "CSV injection")."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def as_csv(entries: Iterable[RecordEntry]) -> bytes:
    """CSV with a byte order mark, by which Excel knows the Vietnamese letters."""
    text = io.StringIO()
    csv.writer(text).writerows(table(entries))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(entries: Iterable[RecordEntry]) -> bytes:
    """An Excel file with one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Record"))
    for row in table(entries):
        # Control characters make a file that Excel refuses.
        sheet.append(["".join(c for c in cell if c >= " " or c == "\n") for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
