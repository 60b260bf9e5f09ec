"""Who may do what with an area: its site's administrator everything, nobody else anything.

The province's default belongs to the administrator of the province's own site.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import Http404
from wagtail.permission_policies import BasePermissionPolicy

from cms.plugins.administering import administered_departments
from sites.models import Department
from sites.roles import Role, has_role, roles_of

from .models import WidgetArea

# An area is neither added nor deleted through Wagtail's views: it is overridden and
# reset, and what it once was stays in its history.
ACTIONS = frozenset({"view", "change", "publish"})


def province() -> Department | None:
    """The department of the province's own site; None while that is not open."""
    return (
        Department.objects.filter(kind__code="province")
        .select_related("site")
        .order_by("pk")
        .first()
    )


def administers_province(user: Any) -> bool:
    """Whether ``user`` may arrange the province's default areas."""
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    department = province()
    return department is not None and has_role(user, department, Role.SITE_ADMIN)


def areas_of(department: Department) -> Q:
    """Which areas are ``department``'s own: its site's; the province's default are the portal's."""
    own = Q(page__path__startswith=department.site.root_page.path)
    return own | Q(page=None) if department == province() else own


def administers(user: Any, area: WidgetArea) -> bool:
    """Whether ``user`` may arrange ``area``."""
    if area.page_id is None:
        return administers_province(user)
    return administered_departments(user).filter(pk=area.department_id).exists()


def get_area(user: Any, area_id: int) -> WidgetArea:
    """The area with this id. Raises Http404 where ``user`` may not arrange it.

    A foreign area is not told from one that does not exist.
    """
    area = WidgetArea.objects.select_related("page", "department__site").filter(pk=area_id).first()
    if area is None or not administers(user, area):
        raise Http404("no such area among those you administer")
    return area


class AreaPermissionPolicy(BasePermissionPolicy):
    """The rule above, where Wagtail's own views and screens ask for it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether ``user`` may do ``action`` with some area."""
        if action not in ACTIONS or not user.is_active:
            return False
        return user.is_superuser or any(held.role == Role.SITE_ADMIN for held in roles_of(user))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether ``user`` may do ``action`` with this area."""
        return action in ACTIONS and administers(user, instance)

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[WidgetArea]:
        """The areas with which ``user`` may do one of ``actions``."""
        if ACTIONS.isdisjoint(actions):
            return WidgetArea.objects.none()
        allowed = Q(department__in=administered_departments(user))
        if administers_province(user):
            allowed |= Q(page=None)
        return WidgetArea.objects.filter(allowed)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        """The people who may do one of ``actions`` with some area."""
        users = get_user_model().objects.filter(is_active=True)
        if ACTIONS.isdisjoint(actions):
            return users.none()
        return users.filter(
            Q(is_superuser=True) | Q(groups__department_role__role=Role.SITE_ADMIN)
        ).distinct()

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> QuerySet[Any]:
        """The people who may do one of ``actions`` with this area."""
        users = self.users_with_any_permission(actions)
        owner = province() if instance.page_id is None else instance.department
        return users.filter(
            Q(is_superuser=True)
            | Q(
                groups__department_role__role=Role.SITE_ADMIN,
                groups__department_role__department=owner,
            )
        ).distinct()
