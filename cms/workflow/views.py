"""The approval screen: the article as a reader would see it, and two buttons; the emergency's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState

from . import acts, emergency, rules, showing
from .forms import ApproveForm, DeclineForm, EmergencyForm, ReturnForm
from .models import Gate
from .permissions import GatedPage

FORMS = {acts.APPROVE: ApproveForm, acts.RETURN: ReturnForm, acts.DECLINE: DeclineForm}


def review(request: HttpRequest, task_state_id: int) -> HttpResponse:
    """Show the article at a gate; a POST with ``action`` approves, returns or declines it.

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
        or not rules.stands_at(task_state, page, request.user)
    ):
        raise Http404
    action = request.POST.get("action", "")
    # They stand on one screen: each field has an id of its own.
    forms = {
        name: form_class(request.POST if name == action else None, auto_id=f"{name}_%s")
        for name, form_class in FORMS.items()
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
    seen = showing.last_seen(page, request.user, task_state.revision)
    showing.note_shown(task_state.revision, request.user)
    return render(
        request,
        "approval/review.html",
        {
            "page_title": _("Approval"),
            "task_state": task_state,
            "turn": getattr(task_state, "turn", None),
            "gate": gate,
            "page": page.specific_deferred,
            "text": task_state.revision.as_object(),
            "earlier": task_state.workflow_state.task_states.exclude(pk=task_state.pk)
            .select_related("task", "finished_by")
            .order_by("started_at"),
            "changes": changes(request, page, seen, task_state.revision) if seen else [],
            "seen": seen,
            "forms": forms,
            "open": action,
            "why_not_approve": rules.why_not(task_state, request.user, acts.APPROVE),
            "over": rules.why_not(task_state, request.user, acts.RETURN),
            "by_exception": rules.is_sole_editor(request.user, page),
        },
    )


def changes(request: HttpRequest, page: Page, before: Revision, after: Revision) -> list[Any]:
    """What differs between two texts of ``page``, field by field: Wagtail's comparison."""
    specific = page.specific
    panel = specific.get_edit_handler().get_bound_panel(
        instance=specific, request=request, form=None
    )
    old, new = before.as_object(), after.as_object()
    compared = (comparison(old, new) for comparison in panel.get_comparison())
    return [field for field in compared if field.has_changed()]


def publish_in_emergency(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask for the reason, then publish past the gates. 404 for whoever may not."""
    page = get_object_or_404(Page, pk=page_id).specific
    refused = emergency.why_not(page, request.user)
    if not isinstance(page, GatedPage) or refused == emergency.NOT_CHIEF:
        raise Http404
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            emergency.publish(page, request.user, form.cleaned_data["reason"])
        except rules.GateRefused as error:
            messages.error(request, str(error))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.warning(
                request,
                _("“%(title)s” is public, without approval; the auditor has been told.")
                % {"title": page.get_admin_display_title()},
            )
            return redirect("wagtailadmin_pages:edit", page.pk)
    return render(
        request,
        "approval/emergency.html",
        {
            "page_title": _("Publish in an emergency"),
            "page": page,
            "form": form,
            "refused": refused,
            "text": page.get_latest_revision_as_object(),
        },
    )


def _done(action: str) -> str:
    if action == acts.APPROVE:
        return _("“%(title)s” is approved.")
    if action == acts.DECLINE:
        return _("“%(title)s” is declined.")
    return _("“%(title)s” has been returned to its author.")
