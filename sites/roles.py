"""Who does what in a department: six roles, each a group of the department's own.

Permissions are granted on the department's home page and collection only,
never at the tree's root. Nobody holds "publish" on news: the last gate of the
approval chain publishes (see ``cms.workflow``). The site administrator
publishes sections and the home page, which the chain does not cover. The
auditor reads the record and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import GroupCollectionPermission, GroupPagePermission, GroupSitePermission

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from wagtail.models import Page

    from .models import Department, RoleGroup


class Role(models.TextChoices):
    """The roles of a department, in the order in which an article meets them."""

    REPORTER = "reporter", _("Reporter")
    EDITOR = "editor", _("Editor")
    SECRETARY = "secretary", _("Secretary")
    CHIEF = "chief", _("Chief editor")
    SITE_ADMIN = "site_admin", _("Site administrator")
    AUDITOR = "auditor", _("Auditor")


PAGE_PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.REPORTER: ("add_page",),
    Role.EDITOR: ("add_page", "change_page"),
    Role.SECRETARY: ("add_page", "change_page"),
    Role.CHIEF: ("add_page", "change_page"),
    Role.SITE_ADMIN: ("add_page", "change_page", "publish_page"),
    Role.AUDITOR: (),
}
#: The roles that approve: what a deputy stands in for.
GATE_ROLES = (Role.EDITOR, Role.SECRETARY, Role.CHIEF)
#: These roles hold the permissions on pictures and files; the others look only.
MEDIA_ROLES = frozenset({Role.REPORTER, *GATE_ROLES, Role.SITE_ADMIN})
MEDIA_PERMISSIONS = (
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
)


def ensure_role_groups(department: Department) -> dict[Role, Group]:
    """Make the department's groups and grant what each role needs; repeatable.

    Returns the group of each role. A group that exists keeps its people, and
    permissions that were added by hand stay.
    """
    from .models import RoleGroup

    access_admin = Permission.objects.get(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    page_permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", content_type__model="page"
        )
    }
    media_permissions = list(
        Permission.objects.filter(
            content_type__app_label__in=("wagtailimages", "wagtaildocs"),
            codename__in=MEDIA_PERMISSIONS,
        )
    )
    change_department = Permission.objects.get(
        content_type__app_label="sites", codename="change_department"
    )
    present = {
        held.role: held.group
        for held in RoleGroup.objects.filter(department=department).select_related("group")
    }
    groups: dict[Role, Group] = {}
    for role in Role:
        group = present.get(role)
        if group is None:
            group = Group.objects.create(name=RoleGroup.group_name(department, role))
            RoleGroup.objects.create(department=department, role=role, group=group)
        groups[role] = group
    # Row by row these would be a hundred queries a site; what is granted already is passed over.
    Group.permissions.through.objects.bulk_create(
        [
            Group.permissions.through(group=group, permission=access_admin)
            for group in groups.values()
        ],
        ignore_conflicts=True,
    )
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(
                group=group,
                page_id=department.site.root_page_id,
                permission=page_permissions[codename],
            )
            for role, group in groups.items()
            for codename in PAGE_PERMISSIONS[role]
        ],
        ignore_conflicts=True,
    )
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(
                group=groups[role], collection=department.collection, permission=permission
            )
            for role in MEDIA_ROLES
            for permission in media_permissions
        ],
        ignore_conflicts=True,
    )
    GroupSitePermission.objects.get_or_create(
        group=groups[Role.SITE_ADMIN], site=department.site, permission=change_department
    )
    return groups


def delete_group(sender: type[RoleGroup], instance: RoleGroup, **kwargs: Any) -> None:
    """Delete the group with its office: a site opened later by that name begins without people."""
    Group.objects.filter(pk=instance.group_id).delete()


def roles_of(user: AbstractBaseUser | AnonymousUser) -> list[RoleGroup]:
    """The role groups ``user`` belongs to, read once per user object.

    An inactive or anonymous user has none. A superuser has only those that
    were given by name: being superuser is no editorial role. Those of colleagues
    for whom ``user`` stands in today are among them.
    """
    from .models import Department, RoleGroup

    if not user.is_active:
        return []
    cached: list[RoleGroup] | None = getattr(user, "_sen_roles", None)
    if cached is None:
        cached = list(
            RoleGroup.objects.filter(group__user=user.pk)
            .exclude(department__state__in=Department.ENDED)
            .select_related("department__site__root_page")
        )
        cached += _as_deputy(user, cached)
        user._sen_roles = cached  # type: ignore[attr-defined, union-attr]
    return cached


def _as_deputy(user: AbstractBaseUser | AnonymousUser, held: list[RoleGroup]) -> list[RoleGroup]:
    """The gate roles that ``user`` has today for colleagues; each once, none held anyway.

    Only in departments where ``user`` holds an office of their own, and only what
    the colleague holds at this very moment. ``for_people`` of each are the keys of
    those colleagues.
    """
    from .models import Deputyship, RoleGroup

    today = timezone.localdate()
    mine = {(office.department_id, office.role) for office in held}
    standing = Deputyship.objects.filter(
        deputy=user.pk,
        starts__lte=today,
        ends__gte=today,
        person__is_active=True,
        department__in=[office.department_id for office in held],
    )
    found: dict[int, RoleGroup] = {}
    for department_id, person_id in standing.values_list("department", "person") if held else ():
        for office in RoleGroup.objects.filter(
            department=department_id, role__in=GATE_ROLES, group__user=person_id
        ).select_related("department__site__root_page"):
            if (department_id, office.role) not in mine:
                office = found.setdefault(office.pk, office)
                people: frozenset[int] = getattr(office, "for_people", frozenset())
                office.for_people = people | {person_id}  # type: ignore[attr-defined]
    return list(found.values())


def stands_in_for(
    user: AbstractBaseUser | AnonymousUser, department: Department, role: str
) -> frozenset[int]:
    """The keys of those for whom ``user`` holds ``role`` today; empty who holds it themselves."""
    for held in roles_of(user):
        if held.department_id == department.pk and held.role == role:
            return getattr(held, "for_people", frozenset())
    return frozenset()


def keep_roles(user: AbstractBaseUser | AnonymousUser, department: Department) -> list[int]:
    """Let :func:`roles_of` answer with the offices in ``department`` only; returns their groups.

    For the length of one request: somebody who serves several departments works
    for one of them at a time.
    """
    kept = [held for held in roles_of(user) if held.department_id == department.pk]
    user._sen_roles = kept  # type: ignore[attr-defined, union-attr]
    return [held.group_id for held in kept]


def has_role(user: AbstractBaseUser | AnonymousUser, department: Department, *roles: Role) -> bool:
    """Whether ``user`` holds one of ``roles`` in ``department``."""
    return any(
        held.department_id == department.pk and held.role in roles for held in roles_of(user)
    )


def has_role_at(user: AbstractBaseUser | AnonymousUser, page: Page, *roles: Role) -> bool:
    """Whether ``user`` holds one of ``roles`` in the department in whose site ``page`` stands.

    Asks nothing for the page: a list may ask it for each of its rows.
    """
    return any(
        held.role in roles and page.path.startswith(held.department.site.root_page.path)
        for held in roles_of(user)
    )
