"""Reading the record: its filters, a page of it, and tables of what was filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page

from cms.spreadsheets import csv_file, xlsx_file
from sites.models import Department

from .models import Kind, RecordEntry

#: What knows the addresses of pages' own screens: from keys of pages and a user to them.
PageScreens = Callable[[Iterable[int], Any], dict[int, str]]
_page_screens: list[PageScreens] = []


def register_page_screens(screens: PageScreens) -> None:
    """Let entries about pages lead to a screen of a feature above the record."""
    _page_screens.append(screens)


def lead_to_pages(entries: list[RecordEntry], user: Any) -> None:
    """Give each entry about a page that is still there an ``address`` to go to."""
    about = {entry.page_id for entry in entries if entry.page_id is not None}
    present = Page.objects.filter(pk__in=about).values_list("pk", flat=True)
    addresses = {key: reverse("wagtailadmin_pages:history", args=[key]) for key in present}
    for screens in _page_screens:
        addresses |= screens(list(addresses), user)
    for entry in entries:
        entry.address = addresses.get(entry.page_id, "")  # type: ignore[attr-defined, arg-type]


class RecordFilter(forms.Form):
    """By person, period, kind and act."""

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
    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False)
    by_province = forms.BooleanField(
        label=gettext_lazy("Only what the province did"), required=False
    )

    def __init__(self, department: Department, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.department = department
        entries = RecordEntry.objects.filter(department=department)
        people = (
            entries.exclude(user=None)
            .order_by("user_name")
            .values_list("user_id", "user_name")
            .distinct()
        )
        field: Any = self.fields["person"]
        field.choices = [("", _("All")), *dict(people).items()]
        codes = entries.order_by("action").values_list("action", flat=True).distinct()
        acts = [(code, RecordEntry(action=code).action_label) for code in codes]
        act: Any = self.fields["act"]
        act.choices = [("", _("All")), *sorted(acts, key=lambda pair: pair[1].casefold())]

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
        if wanted["act"]:
            rows = rows.filter(action=wanted["act"])
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
    """The heading and a row for each entry."""
    yield [
        *(_("Number"), _("Time"), _("Person"), _("For the province"), _("Kind"), _("Act")),
        *(_("What"), _("Reason or comment"), _("More"), _("From where"), _("Number of the page")),
        *(_("Number of the revision"), _("Hash of the text"), _("Code of the act")),
        *(_("Hash of the entry before"), _("Hash of the entry")),
    ]
    for entry in entries:
        yield [
            _number(entry.sequence),
            timezone.localtime(entry.timestamp).strftime("%d/%m/%Y %H:%M:%S"),
            entry.user_name,
            _("yes") if entry.by_province else "",
            str(entry.get_kind_display()),
            entry.action_label,
            entry.about,
            entry.why,
            entry.details,
            entry.origin_label,
            _number(entry.page_id),
            _number(entry.revision_id),
            entry.content_hash,
            entry.action,
            entry.previous_hash,
            entry.hash,
        ]


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def as_csv(entries: Iterable[RecordEntry]) -> bytes:
    """The table as CSV."""
    return csv_file(table(entries))


def as_xlsx(entries: Iterable[RecordEntry]) -> bytes:
    """The table as an Excel file with one sheet."""
    return xlsx_file([(_("Record"), table(entries))])
