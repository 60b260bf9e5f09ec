"""Archiving a site, and bringing it back: readable, with a banner, and nobody works there."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from sites.models import Department
from sites.signals import site_ended, site_restored

from .acting import locked, perform
from .report import Report


def archive_site(
    department: Department, *, successor: Department | None = None, dry_run: bool = False
) -> Report:
    """Make the site read-only: its pages stay, its people have no access, nothing is counted.

    Raises:
        ValidationError: it has ended, is the province's portal, or its successor has ended.
    """

    def act() -> Report:
        with locked(department, *([successor] if successor else [])):
            return _archive(department, successor)

    return perform(act, dry_run=dry_run)


def _archive(department: Department, successor: Department | None) -> Report:
    refuse_ended(department)
    refuse_portal(department)
    if successor is not None:
        refuse_ended(successor)
        if successor.pk == department.pk:
            raise ValidationError(_("A site cannot succeed itself."))
    report = Report(_("Archive %(site)s") % {"site": department})
    people = department.role_groups.values("group__user").exclude(group__user=None).distinct()
    report.count(_("people who lose access here"), people.count())
    pages = Page.objects.filter(path__startswith=department.site.root_page.path)
    scheduled = Revision.page_revisions.filter(
        approved_go_live_at__isnull=False,
        object_id__in=pages.annotate(text_id=Cast("pk", CharField())).values("text_id"),
    )
    report.count(_("scheduled publications that are called off"), scheduled.update(
        approved_go_live_at=None
    ))  # fmt: skip
    department.state = Department.State.ARCHIVED
    department.successor = successor
    department.ended_at = timezone.now()
    department.save()
    if successor is None:
        report.warn(_("No successor is named, so the banner names none."))
    site_ended.send(sender=Department, department=department, report=report)
    return report


def restore_site(department: Department, *, dry_run: bool = False) -> Report:
    """Bring an archived site back, with its people. Raises ValidationError where it is none."""

    def act() -> Report:
        with locked(department):
            if department.state != Department.State.ARCHIVED:
                raise ValidationError(_("%(site)s is not archived.") % {"site": department})
            report = Report(_("Restore %(site)s") % {"site": department})
            department.state = Department.State.ACTIVE
            department.successor = department.ended_at = None
            department.save()
            site_restored.send(sender=Department, department=department, report=report)
            return report

    return perform(act, dry_run=dry_run)


def refuse_ended(department: Department) -> None:
    """Raises ValidationError for a site that is archived or merged."""
    if department.state in Department.ENDED:
        raise ValidationError(
            _("%(site)s has ended: %(state)s.")
            % {"site": department, "state": department.get_state_display()}
        )


def refuse_portal(department: Department) -> None:
    """Raises ValidationError for the province's own site: everybody's stands on it."""
    if department.kind.code == "province":
        raise ValidationError(_("The province's portal can be neither archived nor merged."))
