"""The widget screens' place in the admin."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from cms.plugins.administering import SiteAdministratorMenuItem

from .views import EditAreaView, ResetAreaView, WidgetAreasView, WidgetDepartmentsView


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Departments, a department's areas, one area, and its reset."""
    area = "widgets/<int:department_id>/<slug:slot>/"
    return [
        path("widgets/", WidgetDepartmentsView.as_view(), name="widget_areas_index"),
        path("widgets/<int:department_id>/", WidgetAreasView.as_view(), name="widget_areas"),
        path(area, EditAreaView.as_view(), name="widget_area_edit"),
        path(f"{area}reset/", ResetAreaView.as_view(), name="widget_area_reset"),
    ]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> SiteAdministratorMenuItem:
    """Sidebar and widgets, in the main menu."""
    return SiteAdministratorMenuItem(
        _("Sidebar and widgets"),
        reverse("widget_areas_index"),
        name="widgets",
        icon_name="grip",
        order=500,
    )
