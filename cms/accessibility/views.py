"""The public statement: what was tested, what is known to be missing, whom to tell."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.delivery.siteviews import of_a_site
from sites.models import Department

from .report import report


@of_a_site(news=False)
def statement(request: HttpRequest, department: Department) -> HttpResponse:
    """The statement of a site."""
    heading = _("Accessibility")
    context = {
        "heading": heading,
        "breadcrumb": [(_("Home"), "/")],
        "report": report(),
        "page": {"title": heading, "local_url": reverse("accessibility")},
    }
    return render(request, "pages/accessibility.html", context)
