"""What the screens of a department's own people share: who is let in, and their menu."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.views.generic import TemplateView
from wagtail.admin.menu import Menu, MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permission_policies.base import BasePermissionPolicy

from .models import Department
from .roles import Role, has_role
from .scoping import DepartmentModel
from .tenancy import current_department

#: What a package registers to put an entry into the menu group "My site".
MENU_HOOK = "register_own_site_menu_item"

own_site_menu = Menu(register_hook_name=MENU_HOOK, construct_hook_name="construct_own_site_menu")


def department_worked_for(request: HttpRequest, *roles: Role) -> Department:
    """The department that the user works for, where they hold one of ``roles``.

    A superuser may everything. Raises Http404 for everybody else.
    """
    department = current_department()
    user: Any = request.user
    if department is None or not (user.is_superuser or has_role(user, department, *roles)):
        raise Http404("not one of your offices here")
    return department


class RolePolicy(BasePermissionPolicy):
    """Who may do what with a department's rows: whoever holds one of ``roles`` there."""

    def __init__(self, model: type[DepartmentModel], roles: Iterable[Role]):
        super().__init__(model)
        self.roles = frozenset(roles)

    def is_let_in(self, user: Any, department: Department | None) -> bool:
        """Whether ``user`` works with the rows of ``department``."""
        return (
            department is not None
            and user.is_active
            and (user.is_superuser or has_role(user, department, *self.roles))
        )

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.is_let_in(user, current_department())

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        department = current_department()
        same = department is not None and instance.department_id in (None, department.pk)
        return same and self.is_let_in(user, department)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.all()
        return rows if self.user_has_permission(user, "change") else rows.none()

    def users_with_any_permission(self, actions: Any) -> QuerySet[Any]:
        department = current_department()
        groups = [] if department is None else department.role_groups.filter(role__in=self.roles)
        users = get_user_model().objects.filter(is_active=True)
        return users.filter(
            Q(is_superuser=True) | Q(groups__in=[office.group_id for office in groups])
        ).distinct()


class SiteScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen about the department one works for, for those who hold one of ``roles`` there."""

    roles: ClassVar[tuple[Role, ...]] = (Role.SITE_ADMIN,)
    department: Department

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.department = department_worked_for(request, *self.roles)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(department=self.department, **kwargs)


class SiteScreenMenuItem(MenuItem):
    """A menu item for those who hold one of ``roles`` in the department worked for."""

    def __init__(self, *args: Any, roles: tuple[Role, ...] = (Role.SITE_ADMIN,), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.roles = roles

    def is_shown(self, request: HttpRequest) -> bool:
        try:
            department_worked_for(request, *self.roles)
        except Http404:
            return False
        return True


class ProvinceMenuItem(MenuItem):
    """Shown to the province's administrators only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)
