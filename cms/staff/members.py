"""Who serves a department, who did, and who is invited: the rows of the list of people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.content.text import fold
from sites.models import Department, RoleGroup
from sites.roles import Role

from .models import EndedOffice, Invitation

ACTIVE, LOCKED, INVITED = _("Active"), _("Locked by the province"), _("Invited")


@dataclass
class Member:
    """One row: a person, or an invitation that nobody has taken up yet."""

    name: str
    email: str
    username: str = ""
    roles: list[str] = field(default_factory=list)
    last_login: datetime | None = None
    state: Any = ACTIVE
    person: Any = None
    invitation: Invitation | None = None
    ended: EndedOffice | None = None

    @property
    def is_active(self) -> bool:
        """Whether they serve the department now."""
        return self.person is not None and self.ended is None

    @property
    def role_labels(self) -> list[str]:
        """The roles in words, in their order."""
        return [str(role.label) for role in Role if role in self.roles]


def people_of(department: Department) -> QuerySet[Any]:
    """Everybody who holds an office in ``department``, whoever asks."""
    return (
        get_user_model()
        ._base_manager.filter(groups__department_role__department=department)
        .distinct()
    )


def active_people(department: Department) -> QuerySet[Any]:
    """Those of them who can sign in."""
    return people_of(department).filter(is_active=True).order_by("first_name", "last_name")


def roles_by_person(department: Department) -> dict[int, list[str]]:
    """From the key of each person to their roles here."""
    held: dict[int, list[str]] = {}
    rows = RoleGroup.objects.filter(department=department).exclude(group__user=None)
    for person, role in rows.values_list("group__user", "role"):
        held.setdefault(person, []).append(role)
    return held


def members(department: Department, words: str = "") -> list[Member]:
    """All rows that contain ``words`` (marks may be left out), those who serve now first."""
    held = roles_by_person(department)
    ended = {
        office.person_id: office
        for office in EndedOffice.objects.filter(department=department).select_related("person")
    }
    rows = [
        as_member(person, held[person.pk], None)
        for person in people_of(department).order_by("first_name", "last_name", "pk")
    ]
    rows += [
        Member(
            name=invitation.full_name,
            email=invitation.email,
            roles=invitation.roles,
            state=INVITED,
            invitation=invitation,
        )
        for invitation in Invitation.objects.filter(department=department, accepted_at=None)
    ]
    rows += [
        as_member(office.person, office.roles, office)
        for pk, office in ended.items()
        if pk not in held
    ]
    wanted = fold(words).lower()
    return [row for row in rows if wanted in fold(f"{row.name} {row.email} {row.username}").lower()]


def as_member(person: Any, roles: list[str], ended: EndedOffice | None) -> Member:
    """The row of an account."""
    state: Any = ACTIVE if person.is_active else LOCKED
    return Member(
        name=person.get_full_name(),
        email=person.email,
        username=person.username,
        roles=roles,
        last_login=person.last_login,
        state=ended.get_reason_display() if ended else state,
        person=person,
        ended=ended,
    )


def find_member(department: Department, person_id: int) -> Member | None:
    """The row of one account; None where it neither serves ``department`` nor did."""
    person = people_of(department).filter(pk=person_id).first()
    if person is not None:
        return as_member(person, roles_by_person(department)[person.pk], None)
    office = (
        EndedOffice.objects.filter(department=department, person=person_id)
        .select_related("person", "colleague")
        .first()
    )
    return as_member(office.person, office.roles, office) if office is not None else None
