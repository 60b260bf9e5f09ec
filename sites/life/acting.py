"""How every act runs: one transaction, the departments locked, a dry run undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Site

from sites.models import Department, HostAlias

from .report import Report


def find_department_by_host(host: str) -> Department:
    """The department of a host, which may be an alias. Raises ValidationError."""
    host = host.strip().lower()
    department = Department.base_queryset().filter(site__hostname=host).first()
    if department is None:
        alias = HostAlias.objects.select_related("department__site").filter(hostname=host).first()
        department = alias.department if alias else None
    if department is None:
        raise ValidationError(_("No site answers to %(host)s.") % {"host": host})
    return department


@contextmanager
def locked(*departments: Department) -> Iterator[None]:
    """One transaction in which nobody else acts on these departments.

    Rows are locked in the order of their keys, so two acts never wait for each
    other; on SQLite the transaction itself is the lock.
    """
    keys = sorted({department.pk for department in departments})
    with transaction.atomic():
        list(Department.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        for department in departments:
            department.refresh_from_db()
        yield


def perform(act: Callable[[], Report], *, dry_run: bool) -> Report:
    """The report of ``act``; with ``dry_run`` everything it did is undone.

    What caches were emptied on the way is empty afterwards as well, which does
    no harm.
    """
    with transaction.atomic():
        report = act()
        if dry_run:
            transaction.set_rollback(True)
    forget_root_paths()
    return report


def forget_root_paths() -> None:
    """Forget the addresses of sites that Wagtail keeps for an hour."""
    Site.clear_site_root_paths_cache()
