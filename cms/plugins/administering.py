"""Whose site administrator somebody is: the one rule behind the plugin and widget screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from wagtail.admin.menu import MenuItem

from sites.models import Department
from sites.roles import Role, roles_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


def administered_departments(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Department]:
    """The departments whose site ``user`` administers; every one for a superuser."""
    departments = Department.objects.select_related("site", "kind")
    if user.is_active and getattr(user, "is_superuser", False):
        return departments
    held = [group.department_id for group in roles_of(user) if group.role == Role.SITE_ADMIN]
    return departments.filter(pk__in=held)


def get_administered(user: AbstractBaseUser | AnonymousUser, department_id: int) -> Department:
    """The department with this id. Raises Http404 where ``user`` does not administer it.

    A foreign department is not told from one that does not exist.
    """
    department = administered_departments(user).filter(pk=department_id).first()
    if department is None:
        raise Http404("no such department among those you administer")
    return department


class SiteAdministratorMenuItem(MenuItem):
    """A menu item for those who administer some site."""

    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return user.is_superuser or any(group.role == Role.SITE_ADMIN for group in roles_of(user))
