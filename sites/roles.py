"""Who does what in a department: four roles, each a group of the department's own.

Permissions are granted on the department's home page and collection only,
never at the tree's root. Nobody holds "publish" on news: the last gate of the
approval chain publishes (see ``cms.workflow``). The site administrator
publishes sections and the home page, which the chain does not cover.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import GroupCollectionPermission, GroupPagePermission, GroupSitePermission

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from .models import Department, RoleGroup


class Role(models.TextChoices):
    """The roles of a department, in the order in which an article meets them."""

    REPORTER = "reporter", _("Reporter")
    EDITOR = "editor", _("Editor")
    CHIEF = "chief", _("Chief editor")
    SITE_ADMIN = "site_admin", _("Site administrator")


PAGE_PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.REPORTER: ("add_page",),
    Role.EDITOR: ("add_page", "change_page"),
    Role.CHIEF: ("add_page", "change_page"),
    Role.SITE_ADMIN: ("add_page", "change_page", "publish_page"),
}
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
    groups: dict[Role, Group] = {}
    for role in Role:
        role_group = RoleGroup.objects.filter(department=department, role=role).first()
        if role_group is None:
            group = Group.objects.create(name=RoleGroup.group_name(department, role))
            role_group = RoleGroup.objects.create(department=department, role=role, group=group)
        group = groups[role] = role_group.group
        group.permissions.add(access_admin)
        for codename in PAGE_PERMISSIONS[role]:
            GroupPagePermission.objects.get_or_create(
                group=group,
                page_id=department.site.root_page_id,
                permission=page_permissions[codename],
            )
        for permission in media_permissions:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=department.collection, permission=permission
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
    were given by name: being superuser is no editorial role.
    """
    from .models import RoleGroup

    if not user.is_active:
        return []
    cached: list[RoleGroup] | None = getattr(user, "_sen_roles", None)
    if cached is None:
        cached = list(
            RoleGroup.objects.filter(group__user=user.pk).select_related("department__site")
        )
        user._sen_roles = cached  # type: ignore[attr-defined, union-attr]
    return cached


def has_role(user: AbstractBaseUser | AnonymousUser, department: Department, *roles: Role) -> bool:
    """Whether ``user`` holds one of ``roles`` in ``department``."""
    return any(
        held.department_id == department.pk and held.role in roles for held in roles_of(user)
    )
