"""The screens: what is asked for, the report, the confirmation, the progress, the result."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sites.models import Department

from .acts import CONSEQUENCES, DANGEROUS, acts_for
from .forms import FORMS
from .models import SiteOperation
from .running import confirm, give_up, plan

MOST_LISTED = 100


def operations(request: HttpRequest) -> HttpResponse:
    """The operations of late, the last one first."""
    _require_province(request)
    rows = SiteOperation.objects.select_related("department", "requested_by", "confirmed_by")
    return render(
        request,
        "sites/operations.html",
        {"page_title": _("Acts on sites"), "operations": rows[:MOST_LISTED]},
    )


def new_operation(request: HttpRequest, department_id: int, act: str) -> HttpResponse:
    """The form of an act; sent, its dry run begins."""
    _require_province(request)
    department = get_object_or_404(
        Department.objects.select_related("site", "kind"), pk=department_id
    )
    if act not in acts_for(department):
        raise Http404("the department's state does not allow it")
    form = FORMS[act](department, request.POST if request.method == "POST" else None)
    if form.is_valid():
        language = get_language() or department.language
        made = plan(department, act, form.arguments(), request.user, language)
        return redirect("sites_operation", made.pk)
    context = {
        "page_title": SiteOperation.Act(act).label,
        "department": department,
        "form": form,
        "consequence": CONSEQUENCES[act],
        "dangerous": act in DANGEROUS,
    }
    return render(request, "sites/operation_new.html", context)


def operation(request: HttpRequest, operation_id: int) -> HttpResponse:
    """Where an operation stands: progress, report with confirmation, or result."""
    _require_province(request)
    found = _find(operation_id)
    if request.method == "POST" and found.state == SiteOperation.State.PLANNED:
        typed = request.POST.get("host", "").strip().lower()
        if typed != found.department.host:
            messages.error(
                request,
                _("This is not the site's host name: “%(typed)s”. Nothing was done.")
                % {"typed": typed},
            )
        # The report that was seen is the one that is confirmed, not one that came meanwhile.
        elif request.POST.get("digest") != found.digest or not confirm(found, request.user):
            messages.error(request, _("The report is another one now; please read it again."))
        return redirect("sites_operation", found.pk)
    form = FORMS[found.act](found.department)
    context = {
        "page_title": found.get_act_display(),
        "operation": found.with_progress(),
        "department": found.department,
        "told": form.in_words(found.arguments),
        "consequence": CONSEQUENCES[found.act],
        "dangerous": found.act in DANGEROUS,
    }
    return render(request, "sites/operation.html", context)


def progress(request: HttpRequest, operation_id: int) -> JsonResponse:
    """How far an operation is, for the script of its page."""
    _require_province(request)
    found = _find(operation_id).with_progress()
    return JsonResponse({"stage": found.stage, "percent": found.percent, "words": found.in_words})


@require_POST
def plan_anew(request: HttpRequest, operation_id: int) -> HttpResponse:
    """Give an operation up that is not done, and plan the same again."""
    _require_province(request)
    found = _find(operation_id)
    give_up(found)
    if found.act not in acts_for(found.department):
        messages.error(request, _("The department's state does not allow it any more."))
        return redirect("sites_departments")
    language = get_language() or found.language
    made = plan(found.department, found.act, found.arguments, request.user, language)
    return redirect("sites_operation", made.pk)


@require_POST
def drop_operation(request: HttpRequest, operation_id: int) -> HttpResponse:
    """Give an operation up that is not done."""
    _require_province(request)
    if give_up(_find(operation_id)):
        messages.success(request, _("It was given up; nothing was changed."))
    return redirect("sites_departments")


def _find(operation_id: int) -> SiteOperation:
    rows = SiteOperation.objects.select_related(
        "department__site", "department__kind", "requested_by", "confirmed_by"
    )
    return get_object_or_404(rows, pk=operation_id)


def _require_province(request: HttpRequest) -> None:
    if not request.user.is_superuser:
        raise PermissionDenied
