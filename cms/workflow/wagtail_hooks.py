"""The approval's places in the admin: its screens, the dashboard's lists, the editor's buttons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page, TaskState, WorkflowState

from sites.administering import MENU_HOOK, SiteScreenMenuItem
from sites.isolation.gate import let_in
from sites.roles import Role, has_role
from sites.tenancy import current_department

from . import chain_views, emergency, monitoring, rules, takedown, takedown_views, turns, views
from .models import Gate
from .permissions import GatedPage
from .reading import articles_of, waiting_for

#: The value of the editor's submit button that asks for the urgent lane.
URGENT = "urgent"
ACTS = {
    "sen.approval.decline": _("Decline"),
    "sen.approval.urgent": _("Ask for urgent approval"),
    "sen.approval.overdue": _("Approval is overdue"),
    "sen.approval.emergency": _("Publish in an emergency"),
    "sen.approval.chain": _("Change the approval chain"),
    "sen.approval.deadlines": _("Change the deadlines of approval"),
    "sen.approval.sole_granted": _("Let somebody approve their own words"),
    "sen.takedown": _("Take down"),
    "sen.republish": _("Publish again"),
    "sen.approval.sole_ended": _("End the leave to approve one's own words"),
}


class WaitingPanel(Component):
    """Waiting for me: the articles at the gates where the user stands."""

    name = "approval_waiting"
    template_name = "approval/waiting_panel.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {"states": waiting_for(parent_context["request"].user)}


class MinePanel(Component):
    """My articles, and where each of them stands."""

    name = "approval_mine"
    template_name = "approval/mine_panel.html"
    order = 60

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        department = current_department()
        user = parent_context["request"].user
        return {"articles": articles_of(user, department) if department is not None else []}


class SchedulerPanel(Component):
    """That nothing goes public at its hour, for who can do something about it."""

    name = "approval_scheduler"
    template_name = "approval/scheduler_panel.html"
    order = 10

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user: Any = parent_context["request"].user
        department = current_department()
        concerned = user.is_superuser or (
            department is not None and has_role(user, department, Role.SITE_ADMIN, Role.CHIEF)
        )
        asleep = concerned and monitoring.is_asleep()
        return {"asleep": asleep, "last_run": monitoring.last_run() if asleep else None}


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
        if state is None or not isinstance(state.task.specific, Gate):
            return None
        if not rules.stands_at(state, page, parent_context["request"].user):
            return None
        return reverse("approval_review", args=[state.pk])


class UrgentMenuItem(ActionMenuItem):
    """Submit for approval in the urgent lane."""

    name = "action-submit-urgent"
    label = _("Submit as urgent")
    icon_name = "warning"
    template_name = "approval/submit_urgent.html"
    order = 15


class EmergencyMenuItem(ActionMenuItem):
    """The way to the screen that publishes past the gates."""

    name = "action-emergency"
    label = _("Publish in an emergency")
    icon_name = "warning"
    order = 90

    def is_shown(self, context: dict[str, Any]) -> bool:
        page = context.get("page")
        return page is not None and emergency.why_not(page, context["request"].user) is None

    def get_url(self, parent_context: dict[str, Any]) -> str:
        return reverse("approval_emergency", args=[parent_context["page"].pk])


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The approval's screens."""
    let_in(["approval_review"], ids={"task_state_id": TaskState})
    one_page = ["approval_emergency", "approval_take_down", "approval_republish"]
    let_in(one_page, ids={"page_id": Page})
    let_in(["approval_chain", "approval_taken_down"])
    return [
        path("approval/<int:task_state_id>/", views.review, name="approval_review"),
        path(
            "approval/emergency/<int:page_id>/",
            views.publish_in_emergency,
            name="approval_emergency",
        ),
        path(
            "approval/take-down/<int:page_id>/",
            takedown_views.take_down,
            name="approval_take_down",
        ),
        path(
            "approval/republish/<int:page_id>/",
            takedown_views.republish,
            name="approval_republish",
        ),
        path(
            "approval/taken-down/",
            takedown_views.TakenDownView.as_view(),
            name="approval_taken_down",
        ),
        path("my-site/approval/", chain_views.ChainView.as_view(), name="approval_chain"),
        path("holidays/", chain_views.HolidaysView.as_view(), name="approval_holidays"),
    ]


@hooks.register("insert_global_admin_css")
def style_of_lists() -> str:
    """The dashboard's lists."""
    return format_html('<link rel="stylesheet" href="{}">', static("workflow/approval.css"))


@hooks.register(MENU_HOOK)
def register_menu_item() -> SiteScreenMenuItem:
    """The chain, among the screens of the own site."""
    return SiteScreenMenuItem(
        _("Approval chain"),
        reverse("approval_chain"),
        name="own-approval",
        icon_name="tasks",
        order=150,
    )


@hooks.register(MENU_HOOK)
def register_taken_down() -> SiteScreenMenuItem:
    """What was taken down, for those who look after it."""
    return SiteScreenMenuItem(
        _("Taken down"),
        reverse("approval_taken_down"),
        name="taken-down",
        icon_name="view",
        order=520,
        roles=takedown_views.TakenDownView.roles,
    )


class ProvinceMenuItem(MenuItem):
    """For superusers only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))


@hooks.register("register_settings_menu_item")
def register_holidays() -> ProvinceMenuItem:
    """The holidays are the whole province's."""
    return ProvinceMenuItem(
        _("Holidays"), reverse("approval_holidays"), name="holidays", icon_name="date", order=900
    )


@hooks.register("construct_homepage_panels")
def replace_moderation_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Put our lists in the place of Wagtail's, which asks the database once for each gate."""
    panels[:] = [p for p in panels if not isinstance(p, WorkflowObjectsToModeratePanel)]
    panels += [SchedulerPanel(), WaitingPanel(), MinePanel()]


@hooks.register("construct_page_action_menu")
def add_items(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Lead the gate's people from the locked editor to the approval screen; the urgent lane."""
    review = ReviewMenuItem()
    if review.is_shown(context):
        menu_items.insert(0, review)
    for index, item in enumerate(menu_items):
        if item.name == "action-submit":
            menu_items.insert(index + 1, UrgentMenuItem())
            break
    past = EmergencyMenuItem()
    if past.is_shown(context):
        menu_items.append(past)


@hooks.register("after_edit_page")
@hooks.register("after_create_page")
def take_the_urgent_lane(request: HttpRequest, page: Page) -> None:
    """Where the article was submitted as urgent: less time, and everybody sees it."""
    if request.POST.get("action-submit") != URGENT:
        return
    state = page.current_workflow_task_state
    running = page.current_workflow_state
    if state is not None and running.status == WorkflowState.STATUS_IN_PROGRESS:
        turns.make_urgent(state, request.user)


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def chief_buttons(
    page: Page, user: Any, view_name: str = "", next_url: str | None = None
) -> Iterator[Button]:
    """What only the chief editor may: take down, publish again, publish in an emergency.

    The locked editor hides the action menu; these stay.
    """
    if takedown.why_not_take_down(page, user) is None and issubclass(
        page.specific_class or Page, GatedPage
    ):
        yield Button(
            _("Take down"),
            url=reverse("approval_take_down", args=[page.pk]),
            icon_name="no-view",
            priority=96,
        )
    elif page.locked and takedown.why_not_republish(page, user) is None:
        yield Button(
            _("Publish again"),
            url=reverse("approval_republish", args=[page.pk]),
            icon_name="view",
            priority=96,
        )
    if view_name == "edit" and emergency.why_not(page.specific_deferred, user) is None:
        yield Button(
            EmergencyMenuItem.label,
            url=reverse("approval_emergency", args=[page.pk]),
            icon_name="warning",
            priority=95,
        )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """What the acts are called in the record."""
    for code, label in ACTS.items():
        actions.register_action(code, label, label)
