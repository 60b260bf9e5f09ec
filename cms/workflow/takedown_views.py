"""The screens of taking down and publishing again, and the list of what was taken down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from sites.administering import SiteScreen
from sites.roles import Role, has_role

from . import rules, takedown
from .forms import RepublishForm, TakeDownForm
from .models import Takedown
from .permissions import GatedPage

MOST = 200


def take_down(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask for the reason and the notice, then take the article down. 404 for whoever may not."""
    page = _page(page_id)
    refused = takedown.why_not_take_down(page, request.user)
    if refused == takedown.NOT_CHIEF:
        raise Http404
    form = TakeDownForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            takedown.take_down(page, request.user, **form.cleaned_data)
        except rules.GateRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                _("“%(title)s” is taken down; its text is sealed.") % {"title": page.title},
            )
        return redirect("approval_taken_down")
    return _confirm(
        request,
        page,
        form,
        refused,
        title=_("Take down"),
        warning=_(
            "Readers lose the article at once, in every list and feed; its address says that "
            "it was taken down. The text is sealed: nobody can change or delete it."
        ),
    )


def republish(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask for the reason, then publish the sealed text again. 404 for whoever may not."""
    page = _page(page_id)
    refused = takedown.why_not_republish(page, request.user)
    if refused == takedown.NOT_CHIEF:
        raise Http404
    form = RepublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            takedown.republish(page, request.user, **form.cleaned_data)
        except rules.GateRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("“%(title)s” is public again.") % {"title": page.title})
        return redirect("approval_taken_down")
    return _confirm(
        request,
        page,
        form,
        refused,
        title=_("Publish again"),
        warning=_("The text becomes public again as it was, at its old address and time."),
    )


def _page(page_id: int) -> GatedPage:
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, GatedPage):
        raise Http404
    return page


def _confirm(
    request: HttpRequest, page: Page, form: Any, refused: Any, *, title: str, warning: str
) -> HttpResponse:
    context = {
        "page_title": title,
        "page": page,
        "form": form,
        "refused": refused,
        "warning": warning,
    }
    return render(request, "approval/takedown.html", context)


class TakenDownView(SiteScreen):
    """What the department has taken down, for its chief editor and its auditor."""

    template_name = "approval/taken_down.html"
    page_title = gettext_lazy("Taken down")
    header_icon = "view"
    roles = (Role.CHIEF, Role.AUDITOR)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Takedown.of_all_departments.filter(department=self.department)
        chief = has_role(self.request.user, self.department, Role.CHIEF)  # type: ignore[arg-type]
        may = chief or getattr(self.request.user, "is_superuser", False)
        return super().get_context_data(rows=rows[:MOST], may=may, **kwargs)
