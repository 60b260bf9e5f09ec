"""Giving and taking offices in one department: roles, suspension, reinstatement.

A superuser is never touched, another department's office never seen. The
department's row is locked for each act, so that of two administrators who
demote each other at once one remains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.record.models import Kind
from cms.record.writing import record
from sites.models import Department, RoleGroup
from sites.roles import Role

from .members import active_people, people_of
from .models import EndedOffice


@contextmanager
def locked(department: Department) -> Iterator[None]:
    """One act on a department's people at a time."""
    with transaction.atomic():
        Department.objects.select_for_update().get(pk=department.pk)
        yield


def set_roles(department: Department, person: Any, roles: Iterable[str], *, by: Any) -> None:
    """Have ``person`` hold exactly ``roles`` in ``department``; other offices stay.

    Raises:
        ValidationError: no role, a superuser, the last administrator, nobody's office here.
    """
    wanted = [Role(role) for role in roles]
    if not wanted:
        raise ValidationError(_("Choose at least one role; to take all of them, suspend."))
    with locked(department):
        _refuse_untouchable(department, person)
        if Role.SITE_ADMIN not in wanted:
            refuse_last_administrator(department, person, by=by)
        _hold(department, person, wanted)


def suspend(department: Department, person: Any, *, by: Any) -> EndedOffice:
    """End the offices of ``person`` in ``department`` until they are reinstated.

    The account is locked where no other department has them. Raises
    ValidationError as :func:`set_roles` does.
    """
    with locked(department):
        office = end(department, person, EndedOffice.Reason.SUSPENDED, by=by)
        record(department, "sen.people.suspend", Kind.PEOPLE, about=person.get_full_name(), user=by)
    return office


def reinstate(department: Department, person: Any, *, by: Any) -> int:
    """Give back what a suspension or a departure took; returns how many drafts came back.

    Raises:
        ValidationError: ``person`` is a superuser, or was neither.
    """
    from .leaving import take_back

    with locked(department):
        office = EndedOffice.objects.filter(department=department, person=person).first()
        if office is None or person.is_superuser:
            raise ValidationError(_("There is no office to give back."))
        _hold(department, person, [Role(role) for role in office.roles])
        returned = take_back(office)
        unlock(person)
        office.delete()
        record(
            department, "sen.people.reinstate", Kind.PEOPLE, about=person.get_full_name(), user=by
        )
    return returned


def end(department: Department, person: Any, reason: EndedOffice.Reason, *, by: Any) -> EndedOffice:
    """Take all offices of ``person`` here and write down what they were."""
    _refuse_untouchable(department, person)
    refuse_last_administrator(department, person, by=by)
    held = RoleGroup.objects.filter(department=department, group__user=person.pk)
    roles, groups = list(held.values_list("role", flat=True)), [office.group_id for office in held]
    person.groups.remove(*groups)
    elsewhere = RoleGroup.objects.filter(group__user=person.pk).exists()
    lock = person.is_active and not elsewhere
    if lock:
        type(person)._base_manager.filter(pk=person.pk).update(is_active=False)
        person.is_active = False
    _forget_kept_roles(person)
    return EndedOffice.objects.create(
        department=department, person=person, reason=reason, roles=roles, account_locked=lock
    )


def unlock(person: Any) -> bool:
    """Open an account that a department locked; one that the province locked stays locked."""
    ours = EndedOffice.objects.filter(person=person.pk, account_locked=True)
    if not ours.exists():
        return False
    ours.update(account_locked=False)
    type(person)._base_manager.filter(pk=person.pk).update(is_active=True)
    person.is_active = True
    return True


def is_last_administrator(department: Department, person: Any) -> bool:
    """Whether nobody but ``person`` could administer the site who can sign in."""
    administrators = active_people(department).filter(
        groups__department_role__department=department,
        groups__department_role__role=Role.SITE_ADMIN,
    )
    keys = set(administrators.values_list("pk", flat=True))
    return keys == {person.pk}


def refuse_last_administrator(department: Department, person: Any, *, by: Any) -> None:
    """Keep a site from being left without an administrator; the province may all the same."""
    if not by.is_superuser and is_last_administrator(department, person):
        raise ValidationError(
            _("%(name)s is the last administrator of this site: name another one first.")
            % {"name": person.get_full_name()}
        )


def _refuse_untouchable(department: Department, person: Any) -> None:
    if person.is_superuser:
        raise ValidationError(_("This is an administrator of the province."))
    if not people_of(department).filter(pk=person.pk).exists():
        raise ValidationError(_("This person holds no office here."))


def _hold(department: Department, person: Any, roles: list[Role]) -> None:
    offices = {office.role: office.group_id for office in department.role_groups.all()}
    wanted = {offices[role] for role in roles}
    mine = set(
        RoleGroup.objects.filter(department=department, group__user=person.pk).values_list(
            "group", flat=True
        )
    )
    if mine - wanted:
        person.groups.remove(*(mine - wanted))
    if wanted - mine:
        person.groups.add(*(wanted - mine))
    _forget_kept_roles(person)


def _forget_kept_roles(person: Any) -> None:
    person.__dict__.pop("_sen_roles", None)
