"""Which addresses of the admin are open to a department's staff, and to which ids.

Denied by default: what nobody has listed is answered with 404, so a view that a
new release brings shows nothing until somebody has looked at it. The list says
for each address whose ids its parameters are; a foreign id is answered as one
that does not exist. The views then decide by the user's role as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from sites.models import Department
from sites.scoping import DepartmentModel

from .confinement import confined_to, unconfined
from .ownership import is_own

#: A parameter that names nobody's object, or one that the view itself checks.
SHARED = None


@dataclass(frozen=True)
class Address:
    """An address that is let in.

    Attributes:
        ids: for each parameter of the path, the model of the object it names, or
            ``SHARED``. A parameter that is not there is refused at start of the test
            that walks all addresses.
        query: the same for parameters of the query, each of which may come several times.
        check: answers whether a request is let in, beside the ids.
    """

    ids: Mapping[str, type[Model] | None] = field(default_factory=dict)
    query: Mapping[str, type[Model] | None] = field(default_factory=dict)
    check: Callable[[HttpRequest, Mapping[str, Any], Department], bool] | None = None


_addresses: dict[str, Address] = {}


def let_in(
    names: Iterable[str],
    *,
    ids: Mapping[str, type[Model] | None] | None = None,
    query: Mapping[str, type[Model] | None] | None = None,
    check: Callable[[HttpRequest, Mapping[str, Any], Department], bool] | None = None,
) -> None:
    """Open the addresses called ``names`` to the staff of departments.

    Each app says so for its own addresses, beside the hook that registers them.
    See :class:`Address` for the arguments.
    """
    for name in names:
        _addresses[name] = Address(ids or {}, query or {}, check)


def address_of(match: ResolverMatch) -> Address | None:
    """What is said of the address that ``match`` resolved to; None where it is not let in.

    The screens of tables that belong to departments need no listing: their
    manager shows the own rows, and their ids are looked up here.
    """
    listed = _addresses.get(match.view_name)
    if listed is not None:
        return listed
    model = model_of(match.func)
    if model is not None and issubclass(model, DepartmentModel):
        return Address({"pk": model, "revision_id": SHARED})
    return None


def model_of(view: Any) -> type[Model] | None:
    """The model of a generic view, as Wagtail's viewsets give it."""
    model = getattr(view, "view_initkwargs", {}).get("model")
    if model is None:
        model = getattr(getattr(view, "view_class", None), "model", None)
    if model is None:
        model = getattr(getattr(view, "view_class", None), "model_class", None)
    return model if isinstance(model, type) and issubclass(model, Model) else None


def is_let_in(path: str) -> bool:
    """Whether the address ``path`` is open to whoever is confined; for menus."""
    try:
        return confined_to() is None or address_of(resolve(path)) is not None
    except Resolver404:
        return True


class Gate:
    """The check itself, as ``process_view`` of the workplace's middleware asks for it."""

    def answer(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None to go on, or the answer instead.

        Raises:
            Http404: the address is not let in, or an id is nobody's of the department.
        """
        department = confined_to()
        if department is None:
            return _leave_archives_alone(request, args, kwargs)
        match = request.resolver_match
        address = address_of(match) if match is not None else None
        if address is None:
            raise Http404("this address is not open to departments")
        named = list(_named(address, request, args, kwargs))
        foreign = [(model, pk) for model, pk in named if not is_own(model, pk, department)]
        if foreign:
            elsewhere = _department_of_all(named, request.user)
            if elsewhere is not None and request.method == "GET":
                query = urlencode({"department": elsewhere.pk, "next": request.get_full_path()})
                return redirect(f"{reverse('sites_workplace')}?{query}")
            raise Http404("not the department's")
        if address.check is not None and not address.check(request, kwargs, department):
            raise Http404("not the department's")
        return None


def _leave_archives_alone(
    request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse | None:
    """Refuse the province's administrator to change what belongs to a site that has ended."""
    match = request.resolver_match
    address = address_of(match) if match is not None else None
    if request.method in ("GET", "HEAD", "OPTIONS") or address is None or args:
        return None
    named = list(_named(address, request, args, kwargs))
    if not named:
        return None
    for ended in Department.objects.filter(state__in=Department.ENDED).select_related(
        "site__root_page", "collection"
    ):
        if any(is_own(model, pk, ended) for model, pk in named):
            words = _("%(site)s has ended: %(state)s.") % {
                "site": ended,
                "state": ended.get_state_display(),
            }
            if request.headers.get("X-Requested-With") == "XMLHttpRequest":
                raise PermissionDenied(words)
            messages.error(request, words)
            return redirect("wagtailadmin_home")
    return None


def _named(
    address: Address, request: HttpRequest, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Iterable[tuple[type[Model], Any]]:
    """The objects that the request names: ``(model, key)``.

    Raises PermissionDenied for a parameter of which nobody has said what it names.
    """
    if args:
        raise PermissionDenied("this address has a parameter without a name")
    for name, value in kwargs.items():
        if name not in address.ids:
            raise PermissionDenied(f"nobody has said what {name} names")
        model = address.ids[name]
        if model is not None and value is not None:
            yield model, value
    for name, model in address.query.items():
        if model is None:
            continue
        for value in [*request.GET.getlist(name), *request.POST.getlist(name)]:
            if value and value != "all":
                yield model, value


def _department_of_all(named: list[tuple[type[Model], Any]], user: Any) -> Department | None:
    """The one department of ``user``'s to which everything named belongs, if there is one."""
    from .workplace import workplaces

    with unconfined():
        for department in workplaces(user):
            if all(is_own(model, pk, department) for model, pk in named):
                return department
    return None


def by_content_type(app_label: str, model_name: str, pk: Any, department: Department) -> bool:
    """Whether the object that is named by the labels of its model is the department's own."""
    try:
        model = ContentType.objects.get_by_natural_key(app_label, model_name).model_class()
    except ContentType.DoesNotExist:
        return False
    if model is None:
        return False
    try:
        return is_own(model, pk, department)
    except LookupError:
        return False
