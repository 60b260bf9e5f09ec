"""Leaving the office: one act that ends the offices and hands over what is under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState

from cms.record.models import Kind
from cms.record.writing import record
from cms.workflow.models import Gate
from sites.models import Department, Deputyship
from sites.roles import GATE_ROLES, Role
from sites.signals import office_left

from .members import active_people, roles_by_person
from .models import EndedOffice
from .offices import end, locked


@dataclass
class Belongings:
    """What somebody has under way in a department.

    ``emptied`` are the gates at which nobody else stands, each with the number of
    articles that wait there.
    """

    drafts: list[Page]
    locks: list[Page]
    deputyships: list[Deputyship]
    emptied: list[tuple[str, int]]


def belongings(department: Department, person: Any) -> Belongings:
    """What would be handed over, for the eyes of whoever decides."""
    return Belongings(
        drafts=list(_drafts(department, person)),
        locks=list(_locks(department, person)),
        deputyships=list(_deputyships(department, person).select_related("person", "deputy")),
        emptied=_emptied_gates(department, person),
    )


def leave(department: Department, person: Any, colleague: Any, *, by: Any) -> EndedOffice:
    """End the offices of ``person`` here and hand over to ``colleague``.

    Drafts change their owner; published articles keep theirs. Editing locks are
    released, deputyships end. Locks the account where no other department has it.

    Raises:
        ValidationError: ``colleague`` does not serve here, or as ``offices.suspend``.
    """
    with locked(department):
        if (
            colleague.pk == person.pk
            or not active_people(department).filter(pk=colleague.pk).exists()
        ):
            raise ValidationError(_("Choose a colleague who serves this department."))
        drafts = list(_drafts(department, person))
        office = end(department, person, EndedOffice.Reason.LEFT, by=by)
        office.colleague = colleague
        office.pages = [page.pk for page in drafts]
        office.save()
        Page.objects.filter(pk__in=office.pages).update(owner=colleague)
        _locks(department, person).update(locked=False, locked_by=None, locked_at=None)
        end_deputyships(department, person)
        office_left.send(
            sender=Department, department=department, person=person, colleague=colleague
        )
        record(
            department,
            "sen.people.leave",
            Kind.PEOPLE,
            about=person.get_full_name(),
            details=_("handed over to %(colleague)s: %(titles)s")
            % {
                "colleague": colleague.get_full_name(),
                "titles": ", ".join(page.title for page in drafts) or "–",
            },
            user=by,
        )
    return office


def pages_of(office: EndedOffice) -> list[Page]:
    """The drafts that were handed over, as far as they are still there."""
    return list(_own_pages(office.department).filter(pk__in=office.pages))


def take_back(office: EndedOffice) -> int:
    """Return the drafts that the colleague still has; returns how many."""
    return (
        Page.objects.filter(pk__in=office.pages, owner=office.colleague_id).update(
            owner=office.person_id
        )
        if office.colleague_id
        else 0
    )


def end_deputyships(department: Department, person: Any) -> None:
    """End those that run today, drop those to come; what is over stays as it was."""
    today = timezone.localdate()
    running = _deputyships(department, person)
    running.filter(starts__lt=today).update(ends=today - timedelta(days=1))
    running.filter(starts__gte=today).delete()


def _own_pages(department: Department) -> QuerySet[Page]:
    return Page.objects.filter(path__startswith=department.site.root_page.path).order_by("title")


def _drafts(department: Department, person: Any) -> QuerySet[Page]:
    unfinished = Q(live=False) | Q(has_unpublished_changes=True)
    return _own_pages(department).filter(unfinished, owner=person.pk)


def _locks(department: Department, person: Any) -> QuerySet[Page]:
    return _own_pages(department).filter(locked=True, locked_by=person.pk)


def _deputyships(department: Department, person: Any) -> QuerySet[Deputyship]:
    mine = Q(person=person.pk) | Q(deputy=person.pk)
    return Deputyship.objects.filter(mine, department=department, ends__gte=timezone.localdate())


def _emptied_gates(department: Department, person: Any) -> list[tuple[str, int]]:
    held = roles_by_person(department)
    active = set(active_people(department).values_list("pk", flat=True)) - {person.pk}
    alone = [
        role
        for role in GATE_ROLES
        if role in held.get(person.pk, ())
        and not any(role in roles for pk, roles in held.items() if pk in active)
    ]
    keys = {str(pk) for pk in _own_pages(department).values_list("pk", flat=True)} if alone else ()
    return [(str(role.label), _waiting(role, keys)) for role in alone]


def _waiting(role: Role, keys: Any) -> int:
    return TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__in=Gate.objects.filter(role=role),
        workflow_state__object_id__in=keys,
    ).count()
