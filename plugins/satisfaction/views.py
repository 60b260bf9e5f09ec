"""The address that takes ratings, and the page that says what became of one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.sdk import (
    Department,
    current_department,
    is_bot,
    render_page,
    settings_of,
    visitor_mark,
    visitor_post,
)

from .models import MAX_COMMENT, SCALES, Grade
from .rating import Outcome, clean_comment, rate

# A comment's letters can take nine bytes each in a form.
MAX_BODY = 16 * 1024


def grades_of(settings: Any) -> tuple[Grade, ...]:
    """The grades that a site with these settings offers."""
    return SCALES.get(str(settings.get("grades")), SCALES["3"])


def message_for(outcome: Outcome) -> str:
    """What a visitor reads about her rating."""
    return {
        Outcome.COUNTED: _("Thank you. Your rating was counted."),
        Outcome.ALREADY: _("You have rated this page today already; the first rating counts."),
        Outcome.TOO_MANY_COMMENTS: _("No more comments today: send your rating without one."),
    }[outcome]


@require_safe
def result(request: HttpRequest, page_id: int) -> HttpResponse:
    """What became of a rating; without one, the form."""
    _department, page = _find(page_id)
    known = {outcome.value: outcome for outcome in (Outcome.COUNTED, Outcome.ALREADY)}
    outcome = known.get(request.GET.get("ket-qua", ""))
    if outcome is None:
        return _form(request, page)
    return _form(request, page, message=message_for(outcome))


@visitor_post
def take_rating(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take a rating from the form: a redirect to what became of it, or JSON for a script."""
    department, page = _find(page_id)
    settings = settings_of("satisfaction", department)
    if len(request.body) > MAX_BODY:
        return _refuse(request, page, _("What was sent is too large."), 413)
    if is_bot(request):
        text = _("Your browser says that it is a program; ratings of programs are not counted.")
        return _refuse(request, page, text, 403)
    chosen = {str(grade.value): grade for grade in grades_of(settings)}
    grade = chosen.get(request.POST.get("muc", ""))
    if grade is None:
        return _refuse(request, page, _("Choose how satisfied you are, then send the rating."), 400)
    try:
        comment = clean_comment(request.POST.get("y-kien", "")) if settings["comments"] else ""
    except ValidationError as error:
        return _refuse(request, page, error.messages[0], 400)
    outcome = rate(department, page, grade, comment, lambda text: visitor_mark(request, text))
    if outcome is Outcome.TOO_MANY_COMMENTS:
        return _refuse(request, page, message_for(outcome), 429)
    if _wants_json(request):
        status = 200 if outcome is Outcome.COUNTED else 409
        answer = {"outcome": outcome.value, "message": message_for(outcome), "done": True}
        return JsonResponse(answer, status=status)
    return redirect(f"{reverse('satisfaction:page', args=[page.pk])}?ket-qua={outcome.value}")


def _find(page_id: int) -> tuple[Department, Page]:
    """The page and its site. Raises Http404 unless it is live, public and of this very site."""
    department = current_department()
    if department is None:
        raise Http404("no site answers here")
    own = Page.objects.live().public().descendant_of(department.site.root_page, inclusive=True)
    page = own.filter(pk=page_id).first()
    if page is None:
        raise Http404("no such page on this site")
    return department, page


def _refuse(request: HttpRequest, page: Page, text: str, status: int) -> HttpResponse:
    """Say what is wrong, with the form as it was filled in."""
    if _wants_json(request):
        answer = {"outcome": "refused", "message": text, "done": False}
        return JsonResponse(answer, status=status)
    return _form(request, page, status=status, error=text)


def _form(request: HttpRequest, page: Page, status: int = 200, **more: Any) -> HttpResponse:
    department, page = _find(page.pk)
    settings = settings_of("satisfaction", department)
    sent = request.POST if request.method == "POST" and status != 413 else {}
    context = {
        "rated_page": page,
        "back": page.relative_url(department.site),
        "grades": grades_of(settings),
        "comments": settings["comments"],
        "max_comment": MAX_COMMENT,
        "chosen": sent.get("muc", ""),
        "comment": sent.get("y-kien", "")[: 4 * MAX_COMMENT],
        "breadcrumb": [(_("Home page"), "/")],
        **more,
    }
    return render_page(request, "satisfaction/page.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
