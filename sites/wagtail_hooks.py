"""The kernel's menu items and addresses in the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem, SubmenuMenuItem
from wagtail.log_actions import LogActionRegistry

from . import views
from .administering import ProvinceMenuItem, own_site_menu
from .isolation.gate import let_in
from .isolation.views import workplace
from .operations import views as operation_views
from .tenancy import current_department


class WorkplaceMenuItem(MenuItem):
    """Names the department that one works for; leads to where another is chosen."""

    def render_component(self, request: HttpRequest) -> Any:
        department = current_department()
        self.label = department.display_short_name if department else _("No site is open yet")
        return super().render_component(request)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The choice of the department, the list of sites and the form that opens one."""
    let_in(["sites_workplace"])
    return [
        path("workplace/", workplace, name="sites_workplace"),
        path("departments/", views.departments, name="sites_departments"),
        path("departments/open/", views.open_department, name="sites_open"),
        path("departments/open-many/", views.open_departments, name="sites_open_many"),
        path("departments/operations/", operation_views.operations, name="sites_operations"),
        path(
            "departments/operations/<int:operation_id>/",
            operation_views.operation,
            name="sites_operation",
        ),
        path(
            "departments/operations/<int:operation_id>/progress/",
            operation_views.progress,
            name="sites_operation_progress",
        ),
        path(
            "departments/operations/<int:operation_id>/again/",
            operation_views.plan_anew,
            name="sites_operation_again",
        ),
        path(
            "departments/operations/<int:operation_id>/drop/",
            operation_views.drop_operation,
            name="sites_operation_drop",
        ),
        path(
            "departments/<int:department_id>/<slug:act>/",
            operation_views.new_operation,
            name="sites_operation_new",
        ),
    ]


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts on a site are called in the record."""
    for code, label in {
        "planned": _("Plan an act on the site"),
        "confirmed": _("Confirm an act on the site"),
        "failed": _("An act on the site failed"),
        "rename": _("Host name changed"),
        "merge": _("Sites merged"),
        "split": _("Site split"),
        "archive": _("Site archived"),
        "restore": _("Site restored"),
    }.items():
        actions.register_action(f"sen.site.{code}", label, label)


@hooks.register("register_admin_menu_item")
def register_workplace() -> MenuItem:
    """First in the menu: the department one works for."""
    return WorkplaceMenuItem(
        SimpleLazyObject(lambda: ""),
        reverse("sites_workplace"),
        name="workplace",
        icon_name="home",
        order=1,
    )


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """The province's sites."""
    return ProvinceMenuItem(
        _("Departments"), reverse("sites_departments"), icon_name="site", order=150
    )


@hooks.register("register_admin_menu_item")
def register_own_site_menu() -> MenuItem:
    """The screens with which a department runs its own site; a group that is empty is not shown."""
    return SubmenuMenuItem(
        _("My site"), own_site_menu, name="own-site", icon_name="site", order=140
    )
