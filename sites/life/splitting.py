"""Splitting a site: some of its sections become a site of their own."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import Page

from sites.models import Department, MenuItem, RoleGroup
from sites.opening import open_site
from sites.signals import pages_moved

from .acting import locked, perform
from .archiving import refuse_ended
from .merging import return_from_approval
from .moving import below, is_private, part_of, remember_addresses, transplant
from .report import Progress, Report, no_progress
from .rows import move_rows_of_pages

#: What the new site has of the old one until its own people change it.
INHERITED = (
    *("accent", "language", "address", "phone", "email"),
    *("responsible_person", "responsible_title"),
)


def split_site(
    source: Department,
    sections: Sequence[str],
    *,
    host: str,
    name: str,
    kind: str,
    people: str = "stay",
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Open a site at ``host`` and move sections of ``source`` there, with their old addresses.

    The new site is as public as the source is, with its contact block until that is
    changed. The views of the pages, and rows of plugins about them, go with them;
    pictures, files, counts of visits and all other rows stay.

    Args:
        sections: slugs of pages directly below the source's home page.
        host, name, kind: of the new site, as :func:`sites.opening.open_site` takes them.
        people: ``stay``, or ``copy``: who has an office in the source has it in both.

    Raises:
        ValidationError: no such section, a host that is somebody's, a source that has
            ended or is private as a whole.
    """
    if not sections:
        raise ValidationError(_("Name the sections that are to go."))
    if people not in ("stay", "copy"):
        raise ValidationError(_("There is no such way to split."))

    def act() -> Report:
        with locked(source):
            refuse_ended(source)
            if Department.objects.filter(site__hostname=host.strip().lower()).exists():
                raise ValidationError(_("%(host)s is the host of another site.") % {"host": host})
            chosen = _chosen(source, sections)
            details = {field: getattr(source, field) for field in INHERITED}
            target = open_site(
                host,
                name=name,
                kind=kind,
                port=source.site.port,
                parent=source.parent,
                publish=source.state == Department.State.ACTIVE,
                **details,
            ).department
            report = Report(_("Split %(site)s: %(new)s") % {"site": source, "new": target})
            _split(source, target, chosen, report, progress)
            if people == "copy":
                _copy_people(source, target, report)
            return report

    return perform(act, dry_run=dry_run)


def _chosen(source: Department, sections: Sequence[str]) -> list[Page]:
    home: Page = source.site.root_page
    if is_private(home):
        raise ValidationError(
            _("The whole site of %(site)s is private. Make its sections private instead.")
            % {"site": source}
        )
    chosen = list(home.get_children().filter(slug__in=sections).order_by("path"))
    if missing := set(sections) - {page.slug for page in chosen}:
        raise ValidationError(
            _("There is no such section: %(names)s.") % {"names": ", ".join(sorted(missing))}
        )
    return chosen


def _split(
    source: Department,
    target: Department,
    sections: list[Page],
    report: Report,
    progress: Progress,
) -> None:
    moving: list[int] = []
    new_home = Page.objects.get(pk=target.site.root_page_id)
    for number, section in enumerate(sections):
        pages = below(section)
        moving += [pk for pk, _url_path in pages]
        remember_addresses(source, pages)
        _make_room(section, new_home)
        transplant([section], new_home, progress, part_of((0, 100), number, len(sections)))
        _lead_menus_there(section, source, target)
    return_from_approval(moving, report)
    report.count(_("pages that went"), len(moving))
    move_rows_of_pages(source, target, moving, report)
    pages_moved.send(
        sender=Department,
        source=source,
        target=target,
        page_ids=moving,
        whole=False,
        options={},
        report=report,
    )
    report.warn(_("Pictures and files stay with %(site)s.") % {"site": source})
    progress(100, source.name)


def _make_room(section: Page, new_home: Page) -> None:
    """Take away the page that the opening made at the section's address; the menu keeps it."""
    made = new_home.get_children().filter(slug=section.slug).first()
    if made is not None:
        MenuItem.objects.filter(page=made).update(page=section)
        made.specific.delete()
        new_home.refresh_from_db()


def _lead_menus_there(section: Page, source: Department, target: Department) -> None:
    """The section is in the new site's menu; the old site's menu leads there by its address."""
    if not target.menu_items.filter(page=section).exists():
        last = target.menu_items.count()
        MenuItem.objects.create(
            department=target, title=section.title[:60], page=section, sort_order=last
        )
    inside = Page.objects.filter(path__startswith=section.path)
    for item in MenuItem.objects.filter(department=source, page__in=inside):
        item.url, item.page = item.page.full_url, None
        item.save()


def _copy_people(source: Department, target: Department, report: Report) -> None:
    copied: set[int] = set()
    for office in RoleGroup.objects.filter(department=source).select_related("group"):
        people = list(office.group.user_set.all())
        RoleGroup.objects.get(department=target, role=office.role).group.user_set.add(*people)
        copied |= {person.pk for person in people}
    report.count(_("people who work in both sites now"), len(copied))
