"""An archived site is read: nothing that a visitor sends is taken."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sites.models import Department
from sites.tenancy import department_for

SAFE = ("GET", "HEAD", "OPTIONS")


class ArchiveMiddleware:
    """Answer 403 to a form sent to an archived site. The beacon is answered and counts nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")
        self.beacon = reverse("hit")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        department = department_for(request)
        if (
            department is not None
            and department.state == Department.State.ARCHIVED
            and request.method not in SAFE
            and not request.path.startswith((self.admin, self.beacon))
        ):
            return render(request, "archived.html", status=403)
        return self.get_response(request)
