"""The province's screens: which sites there are, and opening another."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from .forms import OpenSiteForm
from .models import Department


def departments(request: HttpRequest) -> HttpResponse:
    """All sites of the province; for its administrator only."""
    _require_province(request)
    rows = Department.objects.select_related("site", "kind", "parent").order_by(
        "kind__order", "name"
    )
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
                _("The site %(url)s of %(name)s is open.")
                % {"url": opened.department.site.root_url, "name": opened.department},
            )
            return redirect("sites_departments")
    return render(request, "sites/open.html", {"page_title": _("Open a site"), "form": form})


def _require_province(request: HttpRequest) -> None:
    if not request.user.is_superuser:
        raise PermissionDenied
