"""Opening a site: everything a department needs, in one transaction, repeatably."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, Locale, Page, Site

from .models import Department, DepartmentKind, HostAlias
from .roles import ensure_role_groups
from .signals import site_opened

validate_hostname = RegexValidator(
    r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$",
    _("Enter a host name in lower case, without http:// and without a port."),
)


@dataclass(frozen=True)
class OpenedSite:
    """What :func:`open_site` did: the department, and whether it is new."""

    department: Department
    created: bool


def open_site(
    host: str,
    *,
    name: str,
    kind: str,
    port: int = 80,
    parent: Department | None = None,
    publish: bool = True,
    **details: object,
) -> OpenedSite:
    """Open the site of a department, or complete one that is open already.

    Makes the home page, site, collection, groups and the department itself;
    sections, approval chain, sidebar and menu are made by the features, which
    listen to ``site_opened``. Nothing is made when anything fails.

    Args:
        host: canonical host name, lower case, no port.
        name: full name of the body.
        kind: ``DepartmentKind.code``, such as ``department``.
        port: the port in the site's addresses, for a new site.
        parent: the body above; the province where None.
        publish: whether a new site is public at once. The command and the form say
            no: its own people publish it once the contact block is filled in (see
            ``sites.publication``). Code that fills a site itself says yes.
        details: further fields of :class:`Department` (short_name, accent, …).

    Raises:
        ValidationError: a bad host, an unknown kind, a field that does not
            hold, a host that another department uses as an alias, or that of a
            site that has ended.
    """
    host = host.strip().lower()
    validate_hostname(host)
    kind_row = DepartmentKind.objects.filter(code=kind).first()
    if kind_row is None:
        known = ", ".join(DepartmentKind.objects.values_list("code", flat=True))
        raise ValidationError(
            _("There is no kind of department %(kind)s; known are: %(known)s"),
            params={"kind": repr(kind), "known": known},
        )
    if HostAlias.objects.filter(hostname=host).exists():
        raise ValidationError(
            _("%(host)s is an alias of another department."), params={"host": host}
        )
    with transaction.atomic():
        department = Department.objects.filter(site__hostname=host).first()
        created = department is None
        if department is None:
            state = Department.State.ACTIVE if publish else Department.State.OPENING
            details = {"state": state, **details}
            department = _make_department(host, name, kind_row, port, parent, details)
        elif department.state in Department.ENDED:
            raise ValidationError(
                _("%(site)s has ended: %(state)s."),
                params={"site": department, "state": department.get_state_display()},
            )
        ensure_role_groups(department)
        site_opened.send(sender=Department, department=department)
    return OpenedSite(department, created)


def _make_department(
    host: str,
    name: str,
    kind: DepartmentKind,
    port: int,
    parent: Department | None,
    details: dict[str, object],
) -> Department:
    site = Site(
        hostname=host,
        port=port,
        site_name=name,
        root_page=_make_home_page(host, name),
        is_default_site=not Site.objects.filter(is_default_site=True).exists(),
    )
    site.full_clean()
    site.save()
    collection = Collection.get_first_root_node().add_child(name=_collection_name(name, host))
    if parent is None and kind.code != "province":
        parent = Department.objects.filter(kind__code="province").first()
    department = Department(
        site=site, name=name, kind=kind, parent=parent, collection=collection, **details
    )
    department.full_clean()
    department.save()
    return department


def _home_page_model() -> type[Page]:
    # The kernel does not know the news; a setting names the page type, as AUTH_USER_MODEL does.
    return apps.get_model(settings.SEN_HOME_PAGE_MODEL)


def _make_home_page(host: str, name: str) -> Page:
    root = Page.get_first_root_node()
    home = _home_page_model()(title=name, slug=host.replace(".", "-"), locale=Locale.get_default())
    root.add_child(instance=home)
    # The first revision: without one the editor has nothing to compare the first change with.
    home.save_revision().publish()
    return home


def _collection_name(name: str, host: str) -> str:
    return f"{name} ({host})"[:255]
