"""Giving a site another host, and perhaps another name."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import CharField, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, Site

from sites.models import Department, HostAlias, RoleGroup
from sites.opening import validate_hostname
from sites.roles import Role
from sites.signals import site_renamed

from .acting import locked, perform
from .report import Report


def rename_site(
    department: Department, host: str, *, name: str = "", dry_run: bool = False
) -> Report:
    """Let the site answer to ``host``; its old host redirects there, page by page.

    Args:
        host: the new canonical host, lower case, no port.
        name: the body's new full name; the old one where empty.

    Raises:
        ValidationError: a bad host, another site's, or one that is the site's already.
    """
    host = host.strip().lower()
    validate_hostname(host)

    def act() -> Report:
        with locked(department):
            return _rename(department, host, name.strip())

    return perform(act, dry_run=dry_run)


def _rename(department: Department, host: str, name: str) -> Report:
    old = department.host
    if department.state == Department.State.MERGED:
        raise ValidationError(_("%(site)s has been merged.") % {"site": department})
    if host == old and not name:
        raise ValidationError(_("The site answers to %(host)s already.") % {"host": host})
    if Site.objects.filter(hostname=host).exclude(pk=department.site_id).exists():
        raise ValidationError(_("%(host)s is the host of another site.") % {"host": host})
    alias = HostAlias.objects.filter(hostname=host).first()
    if alias is not None and alias.department_id != department.pk:
        raise ValidationError(
            _("%(host)s is an alias of another department."), params={"host": host}
        )
    report = Report(_("Rename %(old)s to %(new)s") % {"old": old, "new": host})
    if host != old:
        # The new host may be an older name of the same site.
        HostAlias.objects.filter(hostname=host).delete()
        HostAlias.objects.create(hostname=old, department=department)
        department.site.hostname = host
    if name:
        department.name = department.site.site_name = name
    department.site.save()
    department.save()
    for office in RoleGroup.objects.filter(department=department).select_related("group"):
        office.group.name = RoleGroup.group_name(department, Role(office.role))
        office.group.save()
    site_renamed.send(sender=Department, department=department, old_host=old)
    report.count(_("host names that redirect here"), department.aliases.count())
    if host != old and (naming := _texts_that_name(department, old)):
        report.warn(
            _("%(count)d texts name the old host; the links in them go on by redirect.")
            % {"count": naming}
        )
    return report


def _texts_that_name(department: Department, host: str) -> int:
    pages = Page.objects.filter(path__startswith=department.site.root_page.path)
    return (
        Revision.page_revisions.filter(
            object_id__in=pages.annotate(text_id=Cast("pk", CharField())).values("text_id")
        )
        .annotate(text=Cast("content", TextField()))
        .filter(text__contains=f"//{host}")
        .values("object_id")
        .distinct()
        .count()
    )
