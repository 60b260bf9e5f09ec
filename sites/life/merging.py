"""Merging sites: everything of one goes into another, and each of its addresses with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from sites.models import Department, Deputyship, RoleGroup
from sites.signals import pages_moved, site_ended

from .acting import locked, perform
from .archiving import refuse_ended, refuse_portal
from .moving import Span, below, is_private, lead_to, merge_children, remember_addresses
from .report import Progress, Report, no_progress
from .rows import move_rows


@dataclass(frozen=True)
class MergeOptions:
    """What is told about a merge.

    Attributes:
        people: ``move``: who had an office in a source has it in the target; ``drop``: ends.
        counters: ``add``: the target's visits grow by the source's; ``keep``: they stay
            with the source's record. Views go with their pages in any case.
        keep_sections: sections of the same address stay apart instead of becoming one.
    """

    people: str = "move"
    counters: str = "add"
    keep_sections: bool = False

    def __post_init__(self) -> None:
        if self.people not in ("move", "drop") or self.counters not in ("add", "keep"):
            raise ValidationError(_("There is no such way to merge."))


def merge_sites(
    sources: Sequence[Department],
    target: Department,
    options: MergeOptions | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Put everything of ``sources`` into ``target``'s site, in one transaction.

    The hosts of the sources answer with one permanent redirect to where a page
    is now. What stays with a source's record: its menu, the widgets of its home
    page, its redirects (which go on from its hosts), its plugins' switches.

    Raises:
        ValidationError: a site given twice, one that has ended, the province's portal.
    """
    chosen = options or MergeOptions()
    if not sources:
        raise ValidationError(_("Name the sites that are to be merged."))
    keys = [department.pk for department in (*sources, target)]
    if len(set(keys)) != len(keys):
        raise ValidationError(_("A site is named twice."))

    def act() -> Report:
        with locked(*sources, target):
            names = ", ".join(str(source) for source in sources)
            report = Report(
                _("Merge %(sources)s into %(target)s") % {"sources": names, "target": target}
            )
            refuse_ended(target)
            for number, source in enumerate(sources):
                refuse_ended(source)
                refuse_portal(source)
                span = (100 * number // len(sources), 100 * (number + 1) // len(sources))
                _merge(source, target, chosen, report, progress, span)
            return report

    return perform(act, dry_run=dry_run)


def _merge(
    source: Department,
    target: Department,
    options: MergeOptions,
    report: Report,
    progress: Progress,
    span: Span,
) -> None:
    home, new_home = source.site.root_page, target.site.root_page
    progress(span[0], source.name)
    if is_private(home):
        raise ValidationError(
            _("The whole site of %(site)s is private. Make its sections private instead.")
            % {"site": source}
        )
    pages = below(home)
    remember_addresses(source, pages)
    merge_children(home, new_home, report, progress, span, keep_sections=options.keep_sections)
    # What led to the old front page, of this site or one merged before, leads to the new one.
    lead_to(new_home, home)
    stayed = {pk for pk, _url_path in below(home)}
    moving = [pk for pk, _url_path in pages if pk not in stayed]
    return_from_approval(moving, report)
    report.count(_("pages of %(site)s") % {"site": source}, len(moving))
    _move_folder(source, target, report)
    _move_people(source, target, options, report)
    move_rows(source, target, report)
    _move_place(source, target)
    pages_moved.send(
        sender=Department,
        source=source,
        target=target,
        page_ids=moving,
        whole=True,
        options={"counters": options.counters, "people": options.people},
        report=report,
    )
    source.state, source.successor = Department.State.MERGED, target
    source.ended_at = timezone.now()
    source.save()
    site_ended.send(sender=Department, department=source, report=report)
    progress(span[1], source.name)


def _move_place(source: Department, target: Department) -> None:
    """Let who stood below the source stand below the target, and nobody below themselves."""
    parents = dict(Department.objects.values_list("pk", "parent"))
    above_target: set[int] = set()
    place: int | None = target.pk
    while place is not None and place not in above_target:
        above_target.add(place)
        place = parents[place]
    children = Department.objects.filter(parent=source)
    children.filter(pk__in=above_target).update(parent=source.parent_id)
    children.exclude(pk__in=above_target).update(parent=target)
    target.refresh_from_db(fields=["parent"])
    Department.objects.filter(successor=source).update(successor=target)


def return_from_approval(page_ids: list[int], report: Report) -> None:
    """Drafts that wait for approval go back to their authors: the chain ahead is another."""
    waiting = WorkflowState.objects.filter(
        status__in=(WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES),
        base_content_type__app_label="wagtailcore",
        base_content_type__model="page",
    ).order_by("pk")
    mine = set(page_ids)
    for state in waiting:
        if int(state.object_id) in mine:
            title = str(state.content_object)
            state.cancel(user=None)
            report.warn(
                _("“%(title)s” waited for approval; it is a draft again, to be submitted.")
                % {"title": title}
            )


def _move_folder(source: Department, target: Department, report: Report) -> None:
    """The source's folder of pictures and files becomes one of the target's."""
    folder = source.collection
    members = sum(
        model._base_manager.filter(collection__path__startswith=folder.path).count()
        for model in _media_models()
    )
    folder.move(type(folder).objects.get(pk=target.collection_id), pos="sorted-child")
    report.count(_("pictures and files, in a folder of their own"), members)


def _media_models() -> list[Any]:
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model

    return [get_image_model(), get_document_model()]


def _move_people(
    source: Department, target: Department, options: MergeOptions, report: Report
) -> None:
    """Offices end in the source; with ``people="move"`` the same ones begin in the target.

    Who served in both has both offices in the target, and whoever stood in for
    somebody goes on doing so.
    """
    held: dict[int, set[str]] = {}
    for office in RoleGroup.objects.filter(department=target):
        for pk in office.group.user_set.values_list("pk", flat=True):
            held.setdefault(pk, set()).add(office.get_role_display())
    moved: dict[int, Any] = {}
    for office in RoleGroup.objects.filter(department=source).select_related("group"):
        people = list(office.group.user_set.order_by("pk"))
        if options.people == "move" and people:
            new = RoleGroup.objects.get(department=target, role=office.role)
            new.group.user_set.add(*people)
            for person in people:
                if person.pk in held:
                    report.collide(
                        _("%(person)s is %(role)s here and %(roles)s there")
                        % {
                            "person": person,
                            "role": office.get_role_display(),
                            "roles": ", ".join(sorted(held[person.pk])),
                        },
                        _("has both offices in the target"),
                    )
        office.group.user_set.clear()
        moved |= {person.pk: person for person in people}
    if options.people == "move":
        Deputyship.objects.filter(department=source).update(department=target)
        report.count(_("people who work in the target now"), len(moved))
    else:
        report.count(_("people whose access ends"), len(moved))
