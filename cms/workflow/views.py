"""The approval screen: the article as a reader would see it, and two buttons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState

from . import rules
from .forms import ApproveForm, ReturnForm
from .models import Gate


def waiting_for(user: Any) -> list[TaskState]:
    """The articles that wait for ``user``'s approval or return, the oldest first."""
    states: list[TaskState] = []
    for gate in Gate.objects.filter(active=True):
        states += (
            gate.get_task_states_user_can_moderate(user)
            .select_related("revision", "task", "workflow_state", "workflow_state__requested_by")
            .order_by("started_at")
        )
    return sorted(states, key=lambda state: state.started_at)


def review(request: HttpRequest, task_state_id: int) -> HttpResponse:
    """Show the article at a gate; a POST with ``action`` approves or returns it.

    404 for whoever does not stand at that gate in that department.
    """
    task_state = get_object_or_404(
        TaskState.objects.select_related("workflow_state", "revision", "task"), pk=task_state_id
    )
    gate = task_state.task.specific
    page = task_state.workflow_state.content_object
    if (
        not isinstance(gate, Gate)
        or not isinstance(page, Page)
        or not rules.stands_at_gate(page, gate.role, request.user)
    ):
        raise Http404
    action = request.POST.get("action", "")
    # Both stand on one screen: each field has an id of its own.
    forms = {
        name: form_class(request.POST if name == action else None, auto_id=f"{name}_%s")
        for name, form_class in (("approve", ApproveForm), ("reject", ReturnForm))
    }
    if request.method == "POST":
        form = forms.get(action)
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                gate.on_action(task_state, request.user, action, **form.cleaned_data)
            except rules.GateRefused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, _done(action) % {"title": page.get_admin_display_title()})
            return redirect("wagtailadmin_home")
    return render(
        request,
        "approval/review.html",
        {
            "page_title": _("Approval"),
            "task_state": task_state,
            "gate": gate,
            "page": page.specific_deferred,
            "earlier": task_state.workflow_state.task_states.exclude(pk=task_state.pk)
            .select_related("task", "finished_by")
            .order_by("started_at"),
            "approve_form": forms["approve"],
            "return_form": forms["reject"],
            "why_not_approve": rules.why_not(task_state, request.user, "approve"),
            "over": rules.why_not(task_state, request.user, "reject"),
        },
    )


def _done(action: str) -> str:
    if action == "approve":
        return _("“%(title)s” is approved.")
    return _("“%(title)s” has been returned to its author.")
