"""Page types that plugins bring: they stand in a site like ours, and are gone where it is off."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cms.plugins.activation import enabled_for, enabled_plugins
from cms.plugins.failures import Part, record_failure
from cms.workflow.permissions import GatedPage
from sites.tenancy import department_for
from sites.tree import department_of

from .sitepage import SitePage, refuse_reserved_slug


class PluginPage(SitePage, GatedPage):
    """Base of a plugin's page type. It goes through the department's approval like an article.

    It can be made below a home page or a section of a department that uses the
    plugin, and answers 404 where the plugin is switched off.
    """

    # No constraint: a table that was left behind must not keep pages from being deleted.
    page_ptr = models.OneToOneField(
        Page,
        on_delete=models.CASCADE,
        parent_link=True,
        primary_key=True,
        related_name="+",
        db_constraint=False,
    )

    parent_page_types = ["news.HomePage", "news.SectionPage"]
    subpage_types: list[str] = []

    class Meta:
        abstract = True

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Whether the department around ``parent`` uses the plugin, beside Wagtail's own rules."""
        department = department_of(parent)
        return (
            department is not None
            and cls._meta.app_label in enabled_plugins(department)
            and super().can_create_at(parent)
        )

    def clean(self) -> None:
        super().clean()
        refuse_reserved_slug(self)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Wagtail's routing. Raises Http404 where the department has the plugin off."""
        department = department_for(request)
        if department is not None and self._meta.app_label not in enabled_for(request, department):
            raise Http404(_("This page is not available at the moment."))
        result: RouteResult = super().route(request, path_components)
        return result

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the page. What it raises is written down under the plugin's name, and raised."""
        try:
            return super().serve(request, *args, **kwargs)
        except (Http404, PermissionDenied, SuspiciousOperation):
            raise
        except Exception as error:
            part = Part(self._meta.app_label, f"page {self._meta.model_name}")
            record_failure(department_for(request), part, error)
            raise

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from . import views

        context = super().get_context(request, *args, **kwargs)
        return {**context, "breadcrumb": views.breadcrumb(self)}


def plugin_page_models() -> list[type[Page]]:
    """The page types of all installed plugins."""
    return [model for model in apps.get_models() if issubclass(model, PluginPage)]
