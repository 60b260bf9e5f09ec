"""What the screens of a department's own people share: who is let in, and their menu."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest
from django.views.generic import TemplateView
from wagtail.admin.menu import Menu, MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from .models import Department
from .roles import Role, has_role
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
