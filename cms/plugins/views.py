"""The plugin screens: a department's switches and settings, the province's view of them all."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.blocks import BlockField

from cms.delivery.cache import purge, site_tag
from cms.record.models import Kind
from cms.record.writing import record
from sites.models import Department

from .activation import (
    enabled_plugins,
    plugins_off_everywhere,
    set_enabled_plugins,
    set_off_everywhere,
)
from .administering import administered_departments, get_administered
from .contributions import contributions
from .failures import Part, forget_failures, is_left_out
from .models import PluginActivation, PluginFailure
from .registry import PluginInfo, plugins
from .usage import usage_of


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
    """The plugins of a department: switches, settings, what failed, what is set aside and why."""

    template_name = "plugins_admin/plugins.html"
    page_title = gettext_lazy("Plugins")
    header_icon = "cogs"
    index_url_name = "plugins_index"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enabled = enabled_plugins(self.department)
        failures = _failures_by_plugin(PluginFailure.objects.filter(department=self.department))
        return super().get_context_data(
            rows=[
                {
                    "info": info,
                    "enabled": info.id in enabled,
                    "settings_url": _settings_url(self.department, info.id),
                    "failures": failures.get(info.id, []),
                }
                for info in plugins.usable()
            ],
            quarantined=plugins.quarantined(),
            off_everywhere=plugins_off_everywhere(),
            health_url=reverse("plugins_health") if _is_province(self.request) else "",
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the switches, or try a plugin again that was left out."""
        if plugin_id := request.POST.get("retry"):
            forget_failures(self.department, plugin_id)
            purge(site_tag(self.department.site_id))
            messages.success(request, _("The plugin is tried again with the next visit."))
        else:
            set_enabled_plugins(self.department, request.POST.getlist("plugins"))
            messages.success(request, _("The plugins of %s were saved.") % self.department)
        return redirect("plugins_department", self.department.pk)


class PluginSettingsView(DepartmentScreen):
    """A plugin's settings for a department."""

    template_name = "plugins_admin/settings.html"
    page_title = gettext_lazy("Plugins")
    header_icon = "cogs"
    index_url_name = "plugins_index"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.info = plugins.get(kwargs["plugin_id"])
        registered = contributions.of(kwargs["plugin_id"]).settings
        if (
            self.info is None
            or registered is None
            or self.info.id not in enabled_plugins(self.department)
        ):
            raise Http404("no such plugin with settings is on here")
        self.settings = registered

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *above, last = super().get_breadcrumbs_items()
        url = reverse("plugins_department", args=[self.department.pk])
        return [*above, {**last, "url": url}, {"url": "", "label": str(self._info.label)}]

    def get_page_subtitle(self) -> str:
        return str(self._info.label)

    @property
    def _info(self) -> PluginInfo:
        assert self.info is not None  # noqa: S101 (setup answered 404)
        return self.info

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self._form()
        return super().get_context_data(
            form=form,
            media=form.media,
            action_url=_settings_url(self.department, self._info.id),
            submit_button_label=_("Save"),
            submit_button_active_label=_("Saving…"),
            **kwargs,
        )

    def _form(self, data: Any = None, files: Any = None) -> forms.Form:
        form = forms.Form(data, files)
        form.fields["settings"] = BlockField(
            block=self.settings.block, label=_("Settings"), required=False
        )
        form.initial["settings"] = self.settings.read(self.department)
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the settings; show the form again where something does not hold."""
        form = self._form(request.POST, request.FILES)
        if self.settings.is_newer(self.department):
            messages.error(
                request,
                _(
                    "A newer version of this plugin stored the settings of this site. They are "
                    "kept as they are: install that version again to change them."
                ),
            )
            return self.render_to_response(self.get_context_data(form=form))
        if not form.is_valid():
            messages.error(request, _("The settings could not be saved due to errors."))
            return self.render_to_response(self.get_context_data(form=form))
        self.settings.write(self.department, form.cleaned_data["settings"])
        record(self.department, "sen.plugins.settings", Kind.PLUGINS, about=str(self._info.label))
        messages.success(request, _("The settings of “%s” were saved.") % self._info.label)
        return redirect("plugins_department", self.department.pk)


class PluginHealthView(WagtailAdminTemplateMixin, TemplateView):
    """Every plugin of the installation, for the province: health, use, a switch for all sites."""

    template_name = "plugins_admin/health.html"
    page_title = gettext_lazy("Health of the plugins")
    header_icon = "clipboard-list"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not _is_province(request):
            raise Http404("for the province only")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("plugins_index"), "label": _("Plugins")},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        on = Counter(
            PluginActivation.objects.filter(enabled=True).values_list("plugin_id", flat=True)
        )
        failures = _failures_by_plugin(PluginFailure.objects.select_related("department"))
        off = plugins_off_everywhere()
        return super().get_context_data(
            rows=[
                {
                    "info": info,
                    "sites": on[info.id],
                    "uses": [] if info.error else usage_of(info.id),
                    "failures": failures.get(info.id, []),
                    "off": info.id in off,
                }
                for info in plugins.all()
            ],
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Switch one plugin off on all sites, or on again."""
        info = plugins.get(request.POST.get("plugin", ""))
        if info is None:
            raise Http404("no such plugin")
        off = request.POST.get("off") == "1"
        set_off_everywhere(info.id, off)
        said = (
            _("“%s” is off on all sites.") if off else _("“%s” is left to the departments again.")
        )
        messages.success(request, said % info.label)
        return redirect("plugins_health")


def _is_province(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_active and user.is_superuser)


def _settings_url(department: Department, plugin_id: str) -> str:
    if contributions.of(plugin_id).settings is None:
        return ""
    return reverse("plugins_settings", args=[department.pk, plugin_id])


def _failures_by_plugin(failures: QuerySet[PluginFailure]) -> dict[str, list[dict[str, Any]]]:
    """The failures, newest first, each with whether its part is left out now."""
    found: dict[str, list[dict[str, Any]]] = {}
    for failure in failures.order_by("-failed_at"):
        part = Part(failure.plugin_id, failure.part)
        left_out = is_left_out(failure.department, part)
        found.setdefault(failure.plugin_id, []).append({"failure": failure, "left_out": left_out})
    return found
