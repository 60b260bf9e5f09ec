"""The widget screens' place in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, Revision

from cms.plugins.administering import SiteAdministratorMenuItem, administered_departments
from sites.administering import MENU_HOOK
from sites.isolation.gate import SHARED, let_in
from sites.isolation.ownership import register_owner
from sites.models import Department
from sites.tree import department_of

from .editor import AreaViewSet, area_actions, area_viewset
from .models import WidgetArea
from .permissions import areas_of
from .views import (
    OverrideView,
    ProvinceAreasView,
    ResetAreaView,
    WidgetAreasView,
    WidgetDepartmentsView,
)

hooks.register("construct_snippet_action_menu", area_actions)

AREA_VIEWS = (
    "list",
    "edit",
    "history",
    "history_results",
    "preview_on_edit",
    "revisions_view",
    "revisions_revert",
    "revisions_compare",
    "revisions_unschedule",
    "unpublish",
)


@hooks.register("register_admin_viewset")
def register_viewset() -> AreaViewSet:
    """The editor of an area."""
    return area_viewset


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Departments, the places of a department's site, the province's defaults."""
    site = "widgets/<int:department_id>/"
    page = f"{site}page/<int:page_id>/"
    register_owner(WidgetArea, areas_of)
    let_in(
        [
            "widget_areas_index",
            "widget_areas",
            "widget_areas_page",
            "widget_area_override",
            "widget_areas_province",
            "widget_area_override_province",
            "widget_area_reset",
            *(f"{area_viewset.get_url_name(name)}" for name in AREA_VIEWS),
        ],
        ids={
            "department_id": Department,
            "page_id": Page,
            "area_id": WidgetArea,
            "pk": WidgetArea,
            "revision_id": Revision,
            "slot": SHARED,
            "revision_id_a": SHARED,
            "revision_id_b": SHARED,
        },
    )
    return [
        path("widgets/", WidgetDepartmentsView.as_view(), name="widget_areas_index"),
        path("widgets/province/", ProvinceAreasView.as_view(), name="widget_areas_province"),
        path(
            "widgets/province/<slug:slot>/override/",
            OverrideView.as_view(),
            name="widget_area_override_province",
        ),
        path(
            "widgets/reset/<int:area_id>/",
            ResetAreaView.as_view(),
            name="widget_area_reset",
        ),
        path(site, WidgetAreasView.as_view(), name="widget_areas"),
        path(page, WidgetAreasView.as_view(), name="widget_areas_page"),
        path(f"{page}<slug:slot>/override/", OverrideView.as_view(), name="widget_area_override"),
    ]


@hooks.register(MENU_HOOK)
def register_menu_item() -> SiteAdministratorMenuItem:
    """Sidebar and widgets, among the screens of the own site."""
    return SiteAdministratorMenuItem(
        _("Sidebar and widgets"),
        reverse("widget_areas_index"),
        name="widgets",
        icon_name="grip",
        order=300,
    )


@hooks.register("register_page_header_buttons")
def page_button(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """From a page in the explorer or the editor to its widgets, for its site's administrator."""
    if page.depth < 2:
        return
    department = department_of(page)
    if department is None:
        return
    if administered_departments(user).filter(pk=department.pk).exists():
        yield Button(
            _("Widgets of this page"),
            reverse("widget_areas_page", args=[department.pk, page.pk]),
            icon_name="grip",
            priority=80,
        )
