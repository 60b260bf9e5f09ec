"""A plugin's tables in the admin: list, form, deletion, each department its own rows."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from sites.administering import RolePolicy
from sites.models import Department
from sites.roles import Role, has_role
from sites.scoping import DepartmentModel
from sites.tenancy import department_for

from .activation import enabled_for, enabled_plugins
from .contributions import contributions, plugin_of


class ScreenPolicy(RolePolicy):
    """Who may do what on a plugin's screen: a role in the department, and the plugin on."""

    def __init__(self, model: type[DepartmentModel], plugin_id: str, roles: frozenset[Role]):
        super().__init__(model, roles)
        self.plugin_id = plugin_id

    def is_let_in(self, user: Any, department: Department | None) -> bool:
        return (
            department is not None
            and super().is_let_in(user, department)
            and self.plugin_id in enabled_plugins(department)
        )


class ScreenMenuItem(MenuItem):
    """A screen's entry in the menu, for those who are let in."""

    def __init__(self, screen: AdminScreen, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.screen = screen

    def is_shown(self, request: HttpRequest) -> bool:
        department = department_for(request)
        user: Any = request.user
        return (
            department is not None
            and (user.is_superuser or has_role(user, department, *self.screen.roles))
            and self.screen.plugin_id in enabled_for(request, department)
        )


class AdminScreen(ModelViewSet):
    """The admin screen of one of a plugin's tables, with an entry in the menu.

    Derive, fill in as any Wagtail ``ModelViewSet``, and ``@register_screen``.
    ``model`` derives from ``DepartmentModel``; ``roles`` are let in, the site
    administrator by default, and nobody where the plugin is off.
    """

    roles: ClassVar[tuple[Role, ...]] = (Role.SITE_ADMIN,)
    plugin_id = ""
    add_to_admin_menu = True
    menu_order = 600
    copy_view_enabled = False

    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return ScreenMenuItem(
            self,
            label=self.menu_label,
            url=self.menu_url,
            # Wagtail's menu also marks an entry whose name another's begins with.
            name=f"plugin-{self.name}",
            icon_name=self.menu_icon,
            order=self.get_menu_item_order(order),
        )


ScreenClass = TypeVar("ScreenClass", bound=type[AdminScreen])


def register_screen(screen_class: ScreenClass) -> ScreenClass:
    """Class decorator: have this screen in the admin.

    Raises:
        ImproperlyConfigured: its model does not derive from ``DepartmentModel``.
    """
    plugin_id = plugin_of(screen_class.__module__)
    if not issubclass(screen_class.model, DepartmentModel):
        raise ImproperlyConfigured(
            f"{screen_class.__name__}: its model belongs to no department; "
            "derive it from DepartmentModel"
        )
    model = screen_class.model
    name = f"{plugin_id}_{model._meta.model_name}"
    screen = screen_class(name, url_prefix=f"plugin/{plugin_id}/{model._meta.model_name}")
    screen.plugin_id = plugin_id
    register_permission_policy(
        model, ScreenPolicy(model, plugin_id, frozenset(screen_class.roles)), exact_class=True
    )
    contributions.to_fill(plugin_id).screens.append(screen)
    return screen_class
