"""The statistics on the screen: of a department's site, and of all sites for the province."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from cms.spreadsheets import Row, xlsx_file
from cms.traffic.charts import chart_of, sparkline
from cms.traffic.counts import SiteCounts
from cms.traffic.statistics import Period, Totals, periods, rolled_up_at
from sites.administering import SiteScreen
from sites.roles import Role, has_role

from .credits_screen import XLSX
from .overview import ORDERS, site_numbers, table
from .statistics import Report, csv_of, report_on, tables

READERS = (Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN)
#: No curve is longer, and no site older.
MOST_YEARS = 20
NAMES = {
    "today": gettext_lazy("Today"),
    "week": gettext_lazy("This week"),
    "month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "year": gettext_lazy("This year"),
}

# In the order of ORDERS.
ORDER_NAMES = (
    gettext_lazy("Views"),
    gettext_lazy("Visits"),
    gettext_lazy("Visitors"),
    gettext_lazy("Articles published"),
    gettext_lazy("Site of a department"),
)


class PeriodForm(forms.Form):
    """A period of one's own."""

    since = forms.DateField(label=gettext_lazy("From day"), widget=AdminDateInput)
    until = forms.DateField(label=gettext_lazy("To day"), widget=AdminDateInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day comes before the first."))
        elif since and until and until.year - since.year > MOST_YEARS:
            self.add_error("since", _("Choose %(years)d years at most.") % {"years": MOST_YEARS})
        return cleaned


class PeriodScreen(TemplateView):
    """A screen about a period, which can be saved as a file; this month by default."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = PeriodForm(request.GET if "since" in request.GET else None)
        self.name, self.period = self._period(timezone.localdate())
        self.read()
        if request.GET.get("export") == "xlsx":
            return self._file(xlsx_file(self.tables()), XLSX, "xlsx")
        if request.GET.get("export") == "csv":
            return self._file(csv_of(self.tables()), "text/csv", "csv")
        return super().get(request, *args, **kwargs)

    def read(self) -> None:
        """Read what is shown in ``self.period``."""
        raise NotImplementedError

    def tables(self) -> Iterable[tuple[str, Iterable[Row]]]:
        """The sheets of a saved file."""
        raise NotImplementedError

    def file_name(self) -> str:
        """What a saved file's name begins with."""
        raise NotImplementedError

    def _period(self, today: date) -> tuple[str, Period]:
        if self.form.is_bound and self.form.is_valid():
            wanted = self.form.cleaned_data
            return "", Period(wanted["since"], wanted["until"])
        known = periods(today)
        name = self.request.GET.get("period", "")
        name = name if name in known else "month"
        return name, known[name]

    def _file(self, content: bytes, kind: str, ending: str) -> HttpResponse:
        days = f"{self.period.first:%Y%m%d}-{self.period.last:%Y%m%d}"
        response = HttpResponse(content, content_type=kind)
        response["Content-Disposition"] = (
            f'attachment; filename="{self.file_name()}-{days}.{ending}"'
        )
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.request.GET.copy()
        kept.pop("export", None)
        return super().get_context_data(
            form=self.form,
            media=self.form.media,
            names=NAMES,
            chosen=self.name,
            period=self.period,
            query=kept.urlencode(),
            **kwargs,
        )


class StatisticsView(PeriodScreen, SiteScreen):
    """How often the site was visited."""

    template_name = "news/statistics.html"
    page_title = gettext_lazy("Visit statistics")
    header_icon = "view"
    roles = READERS

    def file_name(self) -> str:
        return f"thong-ke-{self.department.host}"

    def read(self) -> None:
        self.report = report_on(self.department, self.period)

    def tables(self) -> Iterable[tuple[str, Iterable[Row]]]:
        user: Any = self.request.user
        return tables(self.report, user.get_full_name() or user.get_username())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(
            report=self.report,
            figures=_figures(self.report),
            chart=_chart(self.report),
            online=SiteCounts(self.department.site_id).visits().online,
            rolled_up_at=rolled_up_at(),
            may_correct=user.is_superuser or has_role(user, self.department, Role.SITE_ADMIN),
            **kwargs,
        )


class OverviewView(PeriodScreen, WagtailAdminTemplateMixin):
    """The sites of the province side by side, for its own administrators."""

    template_name = "news/overview.html"
    page_title = gettext_lazy("Visits of all sites")
    header_icon = "view"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not cast(Any, request.user).is_superuser:
            raise PermissionDenied
        order = request.GET.get("order", "")
        self.order = order if order in ORDERS else "visits"

    def file_name(self) -> str:
        return "thong-ke-cac-trang"

    def read(self) -> None:
        self.found = site_numbers(self.period, self.order)

    def tables(self) -> Iterable[tuple[str, Iterable[Row]]]:
        yield _("Visits of all sites"), table(self.found, self.period)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.request.GET.copy()
        kept.pop("order", None)
        return super().get_context_data(
            sites=[(one, sparkline(one.visits)) for one in self.found],
            total=Totals.sum_of(one.totals for one in self.found),
            published=sum(one.published for one in self.found),
            orders=dict(zip(ORDERS, ORDER_NAMES, strict=True)),
            order=self.order,
            unordered=kept.urlencode(),
            **kwargs,
        )


def _figures(report: Report) -> list[tuple[str, int, int, str]]:
    """What is told, in the period and in the one before, and the change."""
    now, before = report.totals, report.before
    return [
        (label, number, former, _change(number, former))
        for label, number, former in (
            (_("Views"), now.views, before.views),
            (_("Visits"), now.visits, before.visits),
            (_("Visitors a day, added up"), now.visitors, before.visitors),
            (_("Views by bots"), now.bots, before.bots),
        )
    ]


def _change(number: int, former: int) -> str:
    if not former:
        return ""
    per_cent = round((number - former) / former * 100)
    return f"{per_cent:+d} %".replace("-", "−")


def _chart(report: Report) -> Any:
    form = "%m/%Y" if report.period.by_month else "%d/%m"
    labels = [point.begins.strftime(form) for point in report.curve]
    texts = [
        _("%(day)s: %(views)s views, %(visits)s visits")
        % {"day": label, "views": point.totals.views, "visits": point.totals.visits}
        for label, point in zip(labels, report.curve, strict=True)
    ]
    return chart_of([point.totals.views for point in report.curve], labels, texts)
