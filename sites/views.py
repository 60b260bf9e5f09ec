"""The province's screens: which sites there are, and opening another."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from .batch import COLUMNS, open_lines
from .forms import OpenSiteForm, OpenSitesForm, usual_port
from .models import Department, SiteOperation
from .operations.acts import DANGEROUS, acts_for


def departments(request: HttpRequest) -> HttpResponse:
    """All sites of the province; for its administrator only."""
    _require_province(request)
    rows = list(
        Department.objects.select_related("site", "kind", "successor").order_by(
            "kind__order", "name"
        )
    )
    at_work = {
        found.department_id: found
        for found in SiteOperation.objects.filter(
            state__in=(*SiteOperation.AT_WORK, SiteOperation.State.PLANNED)
        ).order_by("pk")
    }
    for row in rows:
        row.acts = [(act, act in DANGEROUS) for act in acts_for(row)]
        row.operation = at_work.get(row.pk)
    return render(
        request, "sites/departments.html", {"page_title": _("Sites"), "departments": rows}
    )


def open_department(request: HttpRequest) -> HttpResponse:
    """Open a site, as ``manage.py open_site`` does."""
    _require_province(request)
    form = OpenSiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = form.open()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _("The site %(url)s of %(name)s is open. Its administrator publishes it.")
                % {"url": opened.department.site.root_url, "name": opened.department},
            )
            return redirect("sites_departments")
    return render(request, "sites/open.html", {"page_title": _("Open a site"), "form": form})


def open_departments(request: HttpRequest) -> HttpResponse:
    """Open the sites of a table, as ``manage.py open_sites`` does: a report first, then the act.

    Lines that do not hold keep the others from being opened unless that is asked for.
    """
    _require_province(request)
    form = OpenSitesForm(request.POST or None, request.FILES or None)
    context = {"page_title": _("Open many sites"), "form": form, "columns": ", ".join(COLUMNS)}
    if request.method == "POST" and form.is_valid():
        bad = sum(bool(line.problems) for line in form.lines)
        context |= {"lines": form.lines, "bad": bad, "good": len(form.lines) - bad}
        if "confirm" in request.POST and (not bad or "skip_bad" in request.POST):
            try:
                made = open_lines(form.lines, port=usual_port())
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("%(count)d sites were opened.") % {"count": made})
                return redirect("sites_departments")
    return render(request, "sites/open_many.html", context)


def _require_province(request: HttpRequest) -> None:
    if not request.user.is_superuser:
        raise PermissionDenied
