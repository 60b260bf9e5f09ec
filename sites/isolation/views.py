"""Choosing the department that one works for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from sites.roles import Role
from sites.tenancy import current_department

from .confinement import confined_to
from .workplace import choose, offices, workplaces

LONG = 12


def workplace(request: HttpRequest) -> HttpResponse:
    """The departments one may work for; a POST with ``department`` chooses one.

    ``next`` is the address to go on to. With ``department`` in the query the page
    asks about that one alone: it is where the gate leads somebody who follows an
    address of another department of theirs.
    """
    next_url = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, request.is_secure()):
        next_url = ""
    mine = workplaces(request.user)
    if request.method == "POST":
        department = get_object_or_404(mine, pk=_number(request.POST.get("department")))
        choose(request, department)
        messages.success(request, _("You now work for %(name)s.") % {"name": department})
        return redirect(next_url or reverse("wagtailadmin_home"))
    asked = mine.filter(pk=_number(request.GET.get("department"))).first()
    words = request.GET.get("q", "").strip()
    rows = [asked] if asked else list(mine.filter(name__icontains=words) if words else mine)
    held = offices(request.user)
    return render(
        request,
        "sites/workplace.html",
        {
            "page_title": _("Department"),
            "rows": [(row, [Role(role).label for role in held.get(row.pk, [])]) for row in rows],
            "current": confined_to() or current_department(),
            "asked": asked,
            "next": next_url,
            "words": words,
            "searchable": words or len(rows) > LONG,
        },
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None
