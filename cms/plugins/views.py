"""The screen on which a site administrator switches plugins on and off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from .activation import enabled_plugins, set_enabled_plugins
from .administering import administered_departments, get_administered
from .registry import plugins


class DepartmentsView(WagtailAdminTemplateMixin, TemplateView):
    """Choose one of the departments you administer; the only one is chosen for you."""

    template_name = "plugins_admin/departments.html"
    url_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.departments = list(administered_departments(request.user))
        if not self.departments:
            raise Http404("you administer no department")
        if len(self.departments) == 1:
            return redirect(self.url_name, self.departments[0].pk)
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [
            (department, reverse(self.url_name, args=[department.pk]))
            for department in self.departments
        ]
        return super().get_context_data(rows=rows, **kwargs)


class DepartmentScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen about one department, for those who administer it; 404 for everybody else."""

    index_url_name = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.department = get_administered(request.user, kwargs["department_id"])

    def get_page_subtitle(self) -> str:
        return str(self.department)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(self.index_url_name), "label": self.page_title},
            {"url": "", "label": str(self.department)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(department=self.department, **kwargs)


class PluginDepartmentsView(DepartmentsView):
    """The departments whose plugins you may switch."""

    page_title = gettext_lazy("Plugins")
    header_icon = "cogs"
    url_name = "plugins_department"


class PluginsView(DepartmentScreen):
    """The plugins of a department, each with a switch; what is quarantined, with the reason."""

    template_name = "plugins_admin/plugins.html"
    page_title = gettext_lazy("Plugins")
    header_icon = "cogs"
    index_url_name = "plugins_index"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enabled = enabled_plugins(self.department)
        return super().get_context_data(
            switches=[(info, info.id in enabled) for info in plugins.usable()],
            quarantined=plugins.quarantined(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the switches."""
        set_enabled_plugins(self.department, request.POST.getlist("plugins"))
        messages.success(request, _("The plugins of %s were saved.") % self.department)
        return redirect("plugins_department", self.department.pk)
