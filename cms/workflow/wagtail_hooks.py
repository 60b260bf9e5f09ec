"""The approval's places in the admin: its screen, the dashboard's list, the editor's button."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.models import TaskState

from sites.isolation.gate import let_in

from . import rules
from .models import Gate
from .views import review, waiting_for


class WaitingPanel(Component):
    """Waiting for me: the articles at the gates where the user stands."""

    name = "approval_waiting"
    template_name = "approval/waiting_panel.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"states": waiting_for(parent_context["request"].user)}


class ReviewMenuItem(ActionMenuItem):
    """In the locked editor of an article at a gate: the way to the approval screen."""

    name = "action-review"
    label = _("Review and approve")
    icon_name = "check"
    order = 0

    def is_shown(self, context: dict[str, Any]) -> bool:
        return self.get_url(context) is not None

    def get_url(self, parent_context: dict[str, Any]) -> str | None:
        page = parent_context.get("page")
        state = page.current_workflow_task_state if page is not None else None
        if state is None:
            return None
        gate = state.task.specific
        if not isinstance(gate, Gate):
            return None
        user = parent_context["request"].user
        if not rules.stands_at_gate(page, gate.role, user):
            return None
        return reverse("approval_review", args=[state.pk])


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The approval screen."""
    let_in(["approval_review"], ids={"task_state_id": TaskState})
    return [path("approval/<int:task_state_id>/", review, name="approval_review")]


@hooks.register("construct_homepage_panels")
def replace_moderation_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Put our list in the place of Wagtail's, which asks the database once for each gate."""
    panels[:] = [p for p in panels if not isinstance(p, WorkflowObjectsToModeratePanel)]
    panels.append(WaitingPanel())


@hooks.register("construct_page_action_menu")
def add_review_item(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Lead the gate's people from the locked editor to the approval screen."""
    item = ReviewMenuItem()
    if item.is_shown(context):
        menu_items.insert(0, item)
