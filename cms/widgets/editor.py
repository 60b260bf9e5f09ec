"""The editor of an area: Wagtail's own views for drafts, preview, history and schedule.

Wagtail asks for permission by the kind of object, and we have tenants: every
view that has to do with one area passes :class:`OwnArea` first.
"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.compare import StreamFieldComparison
from wagtail.admin.panels import FieldPanel, ObjectList, PublishingPanel
from wagtail.snippets.action_menu import ActionMenuItem, PublishMenuItem, SaveMenuItem
from wagtail.snippets.views import snippets

from cms.plugins.failures import forget_failures

from .areas import resolve
from .forms import WidgetAreaForm
from .models import WidgetArea
from .permissions import get_area, province
from .slots import Slot
from .views import failures_of, place_url, source_name, trail

logger = logging.getLogger(__name__)


class OwnArea(View):
    """Lets through only those who administer the area in the address; 404 for all others."""

    area: WidgetArea

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        try:
            area_id = int(unquote(str(kwargs["pk"])))
        except ValueError as error:
            raise Http404("no such area") from error
        self.area = get_area(request.user, area_id)
        super().setup(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The way through our own screens: Wagtail's listing of all areas is none of them."""
        inherited = super().get_breadcrumbs_items()  # type: ignore[misc]
        if not inherited:
            return []
        title = getattr(self, "get_page_title", str)()
        items = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}, *trail(self.area)]
        if getattr(self, "view_name", "") == "edit":
            return [*items, {"url": "", "label": self.area.get_slot_display()}]
        edit_url = reverse("widget_area:edit", args=[self.area.pk])
        return [
            *items,
            {"url": edit_url, "label": self.area.get_slot_display()},
            {"url": "", "label": title},
        ]


class AreaComparison(StreamFieldComparison):
    """Compares two versions; settings that nobody can read any more do not break it."""

    def has_changed(self) -> bool:
        block = self.field.stream_block
        changed: bool = block.get_prep_value(self.val_a) != block.get_prep_value(self.val_b)
        return changed

    def htmldiff(self) -> Any:
        try:
            return super().htmldiff()
        # The upgrade that a plugin wrote may raise anything.
        except Exception:
            logger.exception("two versions of an area cannot be compared")
            return _("The settings of some widget cannot be read by this version.")


class WidgetsPanel(FieldPanel):
    """The stream of widgets."""

    def get_comparison_class(self) -> type[AreaComparison]:
        return AreaComparison


class EditView(snippets.EditView):
    """Pick, order and set up widgets; says what the area covers and what stands behind it."""

    template_name = "widgets_admin/edit_area.html"

    def get_success_url(self) -> str:
        """After publishing, the screen of the place; a draft is gone on with."""
        url: str = super().get_success_url()
        return place_url(self.object) if self.action == "publish" else url

    def publish_action(self) -> HttpResponse | None:
        """Publish. Whatever failed was an answer to the old arrangement."""
        response: HttpResponse | None = super().publish_action()
        department = self.object.department or province()
        if department is not None:
            for plugin_id in {failure.plugin_id for _label, failure in failures_of(department)}:
                forget_failures(department, plugin_id)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        area: WidgetArea = self.object
        behind = resolve(area.department, area.page, without=area)
        return super().get_context_data(
            area=area,
            covers=covers(area),
            source=source_name(behind.get(area.slot)),
            failures=failures_of(area.department or province()),
            **kwargs,
        )


def covers(area: WidgetArea) -> str:
    """Which pages show ``area``, in words."""
    if area.page is None:
        return _("Every site of the province that has nothing of its own here.")
    if area.slot == Slot.HOME:
        return _("The home page.")
    if area.page.depth == 2:
        return _("The whole site, except sections and pages that have their own.")
    return _("“%s” and the pages below it, except those that have their own.") % area.page.title


class UnpublishView(snippets.UnpublishView):
    """Take an area off the pages and keep it as a draft."""

    def get_next_url(self) -> str:
        """The screen of the place."""
        return place_url(self.object)


class ListView(View):
    """Where Wagtail would list all areas: our own screens."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Go there; they say who may see what."""
        return redirect("widget_areas_index")


class PublishItem(PublishMenuItem):
    """Publish; who may edit an area may publish it, and holds no Django permission for it."""

    def is_shown(self, context: dict[str, Any]) -> bool:
        return not context.get("locked_for_user")


class ResetItem(ActionMenuItem):
    """Let the place inherit again."""

    name = "action-reset"
    label = gettext_lazy("Inherit again")
    icon_name = "rotate"

    def get_url(self, parent_context: dict[str, Any]) -> str:
        return reverse("widget_area_reset", args=[parent_context["instance"].pk])


class AreaViewSet(snippets.SnippetViewSet):
    """Wagtail's views of an area, each behind :class:`OwnArea`.

    What would reach past one's own areas is not there at all: listing, adding,
    copying, deleting, usage, choosers and bulk actions.
    """

    model = WidgetArea
    icon = "grip"
    url_namespace = "widget_area"
    url_prefix = "widgets/area"
    copy_view_enabled = False
    edit_view_class = EditView
    unpublish_view_class = UnpublishView
    edit_template_name = "widgets_admin/edit_area.html"
    edit_handler = ObjectList(
        [WidgetsPanel("widgets"), PublishingPanel()], base_form_class=WidgetAreaForm
    )
    views = (
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

    def construct_view(self, view_class: type[View], **kwargs: Any) -> Any:
        """The view, behind the gate."""
        gated = type(view_class.__name__, (OwnArea, view_class), {})
        return super().construct_view(gated, **kwargs)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Nothing refers to an area, so no view speaks of its usage."""
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return {**common, "usage_url_name": None}

    def get_urlpatterns(self) -> list[Any]:
        """Only what has to do with one area, and the way from Wagtail's listing to our screens."""
        from django.urls import path

        patterns = [p for p in super().get_urlpatterns() if p.name in self.views]
        return [path("", ListView.as_view(), name="list"), *patterns]

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """None: the office of a site administrator is the permission."""
        return Permission.objects.none()

    def register_chooser_viewset(self) -> None:
        """Nothing chooses an area."""

    def register_snippet_model(self) -> None:
        """Not among the snippets: their index, counts and bulk actions know no tenants."""


def area_actions(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Hook ``construct_snippet_action_menu``: the actions of an area's editor."""
    if context["model"] is WidgetArea:
        items = [SaveMenuItem(), PublishItem(), ResetItem()]
        menu_items[:] = [item for item in items if item.is_shown(context)]


area_viewset = AreaViewSet()
