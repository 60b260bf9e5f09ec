"""The province's menu item and addresses in the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import views


class ProvinceMenuItem(MenuItem):
    """Shown to the province's administrators only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.is_superuser


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The list of sites and the form that opens one."""
    return [
        path("departments/", views.departments, name="sites_departments"),
        path("departments/open/", views.open_department, name="sites_open"),
    ]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    """The province's sites."""
    return ProvinceMenuItem(
        _("Departments"), reverse("sites_departments"), icon_name="site", order=150
    )
