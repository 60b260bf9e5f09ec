"""A widget at its best, in the theme: what the chooser shows before it is picked.

Made of the widget's ``preview_config`` and public data of a department that
the editor administers. A widget that fails is a notice, as it is nothing on a page.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cms.plugins.activation import enabled_plugins
from cms.plugins.administering import administered_departments
from cms.plugins.boundary import limited_statements, page_budget
from cms.plugins.failures import savepoint
from sites.models import Department
from sites.tenancy import acting_for, department_for

from .registry import RegisteredWidget, widgets
from .rendering import Item, build_context, context_for, in_frame

logger = logging.getLogger(__name__)


def preview_page(request: HttpRequest, entry: RegisteredWidget) -> dict[str, Any]:
    """The variables of the page in the chooser's frame.

    Raises:
        PermissionDenied: who asks administers no department.
        Http404: the department does not use the plugin.
    """
    department = preview_department(request)
    if entry.plugin_id not in enabled_plugins(department):
        raise Http404("no such widget here")
    return {
        "department": department,
        "widget": entry.widget,
        **_shown(entry, department),
    }


def preview_department(request: HttpRequest) -> Department:
    """For whom previews are rendered: the department that the editor works for.

    Raises:
        PermissionDenied: she does not administer it.
    """
    here = department_for(request)
    if here is None or not administered_departments(request.user).filter(pk=here.pk).exists():
        raise PermissionDenied("previews are for those who administer a site")
    return here


def render_preview(entry: RegisteredWidget, department: Department) -> SafeString | None:
    """A widget in its frame with its preview settings; None where it shows nothing.

    Raises whatever the widget raises.
    """
    # As on a page: in the department's language and zone, not in the editor's.
    with (
        acting_for(department),
        translation.override(department.language),
        timezone.override(None),
    ):
        item = Item("preview", entry.id, entry, {})
        base = build_context(department, department.site.root_page.specific)
        context = context_for(item, base, {})
        config = entry.block.get_preview_value()
        variables = entry.widget.get_preview_context(context, config)
        if variables is None:
            return None
        return in_frame(item, context, config, variables, fragment=False)


def _shown(entry: RegisteredWidget, department: Department) -> dict[str, Any]:
    try:
        with savepoint(), limited_statements(page_budget()):
            html = render_preview(entry, department)
    # A plugin may raise anything; the chooser goes on.
    except Exception as error:
        logger.exception("widget %s of plugin %s has no preview", entry.id, entry.plugin_id)
        reason = f"{type(error).__name__}: {error}"[:300]
        return {"notice": gettext("This widget cannot be previewed."), "reason": reason}
    if html is None:
        return {"notice": gettext("On this site it has nothing to show yet.")}
    return {"html": html}


def with_preview_settings(stored: list[Any]) -> list[Any]:
    """The stored items of an area, each with its widget's preview settings over its own.

    What is no item of a registered widget stays as it is.
    """
    return [_at_its_best(item) for item in stored]


def _at_its_best(item: Any) -> Any:
    name = item.get("type") if isinstance(item, dict) else None
    entry = widgets.get(name) if isinstance(name, str) else None
    if entry is None:
        return item
    best = entry.block.get_prep_value(entry.block.get_preview_value())
    chosen = {setting: best[setting] for setting in entry.widget.preview_config}
    return {**item, "value": {**item["value"], **chosen}}
