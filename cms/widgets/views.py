"""The screens on which a site administrator arranges the widgets of her site."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.plugins.failures import forget_failures
from cms.plugins.models import PluginFailure
from cms.plugins.registry import plugins
from cms.plugins.views import DepartmentScreen, DepartmentsView

from .defaults import reset_area
from .forms import WidgetAreaForm
from .models import Slot, WidgetArea
from .registry import widgets


class WidgetDepartmentsView(DepartmentsView):
    """The departments whose widgets you may arrange."""

    page_title = gettext_lazy("Sidebar and widgets")
    header_icon = "grip"
    url_name = "widget_areas"


class WidgetAreasView(DepartmentScreen):
    """The areas of a department's site, and which widgets failed."""

    template_name = "widgets_admin/areas.html"
    page_title = gettext_lazy("Sidebar and widgets")
    header_icon = "grip"
    index_url_name = "widget_areas_index"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        areas = {area.slot: area for area in self.department.widget_areas.all()}
        rows = [
            {
                "label": label,
                "widgets": _labels(areas[slot]) if slot in areas else [],
                "url": reverse("widget_area_edit", args=[self.department.pk, slot]),
            }
            for slot, label in Slot.choices
        ]
        return super().get_context_data(
            rows=rows, failures=failures_of(self.department.pk), **kwargs
        )


class AreaScreen(DepartmentScreen):
    """A screen about one area; an area that was never saved is an empty one."""

    header_icon = "grip"
    page_title = gettext_lazy("Sidebar and widgets")
    index_url_name = "widget_areas_index"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        slot = kwargs["slot"]
        if slot not in Slot.values:
            raise Http404("no such slot")
        area = WidgetArea.objects.filter(department=self.department, slot=slot).first()
        self.area = area or WidgetArea(department=self.department, slot=slot)
        # One object, so that nobody loads it again for the site's id.
        self.area.department = self.department

    def get_page_subtitle(self) -> str:
        return str(self.area)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *above, last = super().get_breadcrumbs_items()
        return [
            *above,
            {**last, "url": reverse("widget_areas", args=[self.department.pk])},
            {"url": "", "label": self.area.get_slot_display()},
        ]

    @property
    def edit_url(self) -> str:
        """Where the area is edited."""
        return reverse("widget_area_edit", args=[self.department.pk, self.area.slot])


class EditAreaView(AreaScreen):
    """Pick, order and set up the widgets of an area."""

    template_name = "widgets_admin/edit_area.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or WidgetAreaForm(instance=self.area)
        return super().get_context_data(
            form=form,
            media=form.media,
            action_url=self.edit_url,
            reset_url=reverse("widget_area_reset", args=[self.department.pk, self.area.slot]),
            failures=failures_of(self.department.pk),
            submit_button_label=_("Save"),
            submit_button_active_label=_("Saving…"),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the area; show the form again where something does not hold."""
        form = WidgetAreaForm(request.POST, request.FILES, instance=self.area)
        if not form.is_valid():
            messages.error(request, _("The area could not be saved due to errors."))
            return self.render_to_response(self.get_context_data(form=form))
        form.save()
        # Whatever failed was an answer to the old arrangement.
        for entry in widgets.all():
            forget_failures(self.department, entry.plugin_id)
        messages.success(request, _("“%s” was saved.") % self.area.get_slot_display())
        return redirect(self.edit_url)


class ResetAreaView(AreaScreen):
    """Ask, then give an area its default widgets back."""

    template_name = "widgets_admin/reset_area.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(area=self.area, edit_url=self.edit_url, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Reset the area."""
        reset_area(self.area)
        messages.success(
            request, _("“%s” has its default widgets again.") % self.area.get_slot_display()
        )
        return redirect(self.edit_url)


def failures_of(department_id: int) -> list[tuple[str, PluginFailure]]:
    """The last failures on a department's site, newest first, each with its plugin's label."""
    failures = PluginFailure.objects.filter(department=department_id).order_by("-failed_at")
    labels = {info.id: str(info.label) for info in plugins.all()}
    return [(labels.get(failure.plugin_id, failure.plugin_id), failure) for failure in failures]


def _labels(area: WidgetArea) -> list[str]:
    stored = area.widgets.stream_block.get_prep_value(area.widgets)
    return [
        _label(item["type"]) if isinstance(item, dict) and "type" in item else "?"
        for item in stored
    ]


def _label(widget_id: str) -> str:
    entry = widgets.get(widget_id)
    return str(entry.widget.label) if entry is not None else widget_id
