"""For which department somebody works in the admin: one at a time, and shown to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from wagtail.models import GroupCollectionPermission, GroupPagePermission, GroupSitePermission

from sites.models import Department, RoleGroup
from sites.roles import keep_roles
from sites.tenancy import acting_for

from .confinement import confine
from .gate import Gate

SESSION_KEY = "sen_workplace"


def workplaces(user: Any) -> QuerySet[Department]:
    """The departments for which ``user`` may work: where they hold an office; all for a superuser.

    Ordered as the province lists them.
    """
    departments = Department.objects.select_related("site__root_page", "kind", "collection")
    if not user.is_active:
        return departments.none()
    if user.is_superuser:
        return departments
    held = departments.exclude(state__in=Department.ENDED)
    return held.filter(role_groups__group__user=user.pk).distinct()


def offices(user: Any) -> dict[int, list[str]]:
    """The roles that ``user`` holds: from the key of each department to them."""
    held: dict[int, list[str]] = {}
    for department_id, role in RoleGroup.objects.filter(group__user=user.pk).values_list(
        "department_id", "role"
    ):
        held.setdefault(department_id, []).append(role)
    return held


def choose(request: HttpRequest, department: Department) -> None:
    """Work for ``department`` from the next request on."""
    request.session[SESSION_KEY] = department.pk


def current_workplace(request: HttpRequest) -> Department | None:
    """The department that was chosen, or the first one; None where there is none."""
    mine = workplaces(request.user)
    chosen = request.session.get(SESSION_KEY)
    department = mine.filter(pk=chosen).first() if chosen is not None else None
    return department or mine.first()


class WorkplaceMiddleware:
    """Bind a request in the admin to the department its user works for, and confine it there.

    Also holds the gate: an address that is not listed, and an id that is not the
    department's, are answered with 404. Somebody without any office gets 403.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.prefix = reverse("wagtailadmin_home")
        self.gate = Gate()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(self.prefix) or not request.user.is_authenticated:
            return self.get_response(request)
        department = current_workplace(request)
        request.department = department  # type: ignore[attr-defined]
        if department is not None:
            request._wagtail_site = department.site  # type: ignore[attr-defined]
        if request.user.is_superuser:
            with acting_for(department):
                return self.get_response(request)
        if department is None:
            return self._without_office(request)
        narrow(request.user, department)
        with acting_for(department), confine(department):
            response = self.get_response(request)
            if isinstance(response, StreamingHttpResponse):
                _stay_confined(response)
            return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse what the gate does not let in; see :mod:`sites.isolation.gate`."""
        if not request.path.startswith(self.prefix):
            return None
        return self.gate.answer(request, view, args, kwargs)

    def _without_office(self, request: HttpRequest) -> HttpResponseBase:
        open_to_all = {reverse("wagtailadmin_logout"), reverse("wagtailadmin_login")}
        if request.path in open_to_all:
            return self.get_response(request)
        return render(request, "sites/no_office.html", status=403)


def narrow(user: Any, department: Department) -> None:
    """Let ``user`` be, for the length of a request, what they are in ``department`` only.

    Wagtail's policies and our roles read what is kept here. Offices in other
    departments, and groups that are no office, count for nothing.
    """
    groups = keep_roles(user, department)
    user._page_permission_cache = GroupPagePermission.objects.filter(
        group__in=groups
    ).select_related("page", "permission")
    user._collection_permission_cache = GroupCollectionPermission.objects.filter(
        group__in=groups
    ).select_related("collection", "permission")
    user._site_permission_cache = GroupSitePermission.objects.filter(
        group__in=groups
    ).select_related("site", "permission")


def _stay_confined(response: StreamingHttpResponse) -> None:
    """Have a stream, which is made after we have returned, made in the context of the request."""
    context = copy_context()
    parts: Iterator[bytes] = iter(response.streaming_content)  # type: ignore[arg-type]
    end = object()

    def confined() -> Iterator[bytes]:
        while (part := context.run(next, parts, end)) is not end:
            yield part  # type: ignore[misc]

    response.streaming_content = confined()
