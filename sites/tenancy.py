"""Which department a request belongs to: decided by its host name, said once.

The department is explicit: a context variable set by the middleware for the
length of a request, never guessed from somebody's permissions. The admin is on
one host of its own; there it is the department that the user works for, see
:mod:`sites.isolation.workplace`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from .models import Department, HostAlias

_current: ContextVar[Department | None] = ContextVar("sen_department", default=None)


def current_department() -> Department | None:
    """The department whose site answers the request being handled, or None outside one."""
    return _current.get()


@contextmanager
def acting_for(department: Department | None) -> Iterator[None]:
    """Make ``department`` the current one inside the block (jobs, commands, tests)."""
    token = _current.set(department)
    try:
        yield
    finally:
        _current.reset(token)


def department_for(request: HttpRequest) -> Department | None:
    """The department whose host ``request`` came to; None where no site is open yet."""
    return getattr(request, "department", None)


def find_department(hostname: str) -> Department | None:
    """The department whose canonical host is ``hostname``, with all that a page needs of it.

    Its site with the home page, and its logo, come by one query.
    """
    departments = Department.base_queryset().select_related("site__root_page")
    department = departments.filter(site__hostname=hostname).first()
    if department is not None:
        # Wagtail would ask for the specific home page once more. A column that is its
        # own would be read when somebody looks at it.
        root: Any = department.site.root_page
        root.specific = root.specific_deferred
    return department


class DepartmentMiddleware:
    """Bind the request to the department of its host.

    The admin is answered on the admin host only, 404 elsewhere. An alias is
    redirected to the canonical host, same path and query. A host that is
    neither is refused with 400: Wagtail would answer with the default site,
    under any name somebody points at us. ``request.department`` is None on an
    admin host that is no site's, and while no site is open yet.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        hostname, port = split_domain_port(request.get_host())
        is_admin_host = hostname == settings.SEN_ADMIN_HOST
        department = find_department(hostname)
        if department is None:
            alias = (
                HostAlias.objects.select_related("department__site")
                .filter(hostname=hostname)
                .first()
            )
            if alias is not None and alias.department.state == Department.State.MERGED:
                department = alias.department
            elif alias is not None:
                netloc = alias.department.host + (f":{port}" if port else "")
                return redirect(
                    f"{request.scheme}://{netloc}{request.get_full_path()}", permanent=True
                )
            elif is_admin_host and request.path == "/":
                return redirect(self.admin)
            elif not is_admin_host and Department.objects.exists():
                return HttpResponseBadRequest(
                    _("No site answers to this host name."),
                    content_type="text/plain; charset=utf-8",
                )
        elif not is_admin_host and request.path.startswith(self.admin):
            return HttpResponseNotFound(content_type="text/plain")
        if department is not None and department.state == Department.State.MERGED:
            from .former import url_after_merge

            return redirect(url_after_merge(request, department), permanent=True)
        request.department = department  # type: ignore[attr-defined]
        if department is not None:
            # Wagtail looks for the site by host once more; this spares it the query.
            request._wagtail_site = department.site  # type: ignore[attr-defined]
        language = department.language if department else settings.LANGUAGE_CODE
        with acting_for(department), translation.override(language):
            return self.get_response(request)
