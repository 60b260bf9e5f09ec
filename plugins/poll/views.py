"""The polls' own pages, and the address that takes votes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.sdk import Cache, is_bot, render_page, visitor_mark, visitor_post

from .models import Poll, published
from .voting import Outcome, vote

# Seconds in which a new vote may not be seen yet by others.
FRESH = 10
PER_PAGE = 10
MAX_PAGES = 1000
MAX_BODY = 4096
# Seconds in which the answer to a vote can be looked at.
RECEIPT_AGE = 600
RECEIPT = "phieu"
_SALT = "poll.receipt"

STATUS = {
    Outcome.COUNTED: 200,
    Outcome.ALREADY: 409,
    Outcome.CLOSED: 410,
    Outcome.UNKNOWN_OPTION: 400,
}


def message_for(outcome: Outcome) -> str:
    """What a visitor reads about her vote."""
    return {
        Outcome.COUNTED: _("Thank you. Your vote was counted."),
        Outcome.ALREADY: _("You have voted in this poll already; the first vote counts."),
        Outcome.CLOSED: _("This poll takes no votes any more."),
        Outcome.UNKNOWN_OPTION: _("Choose one of the options, then press “Vote”."),
    }[outcome]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All polls: the open ones with their forms, the closed ones with their results."""
    number = request.GET.get("trang", "1")
    if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:5]) <= MAX_PAGES:
        raise Http404("no such page of polls")
    now = timezone.now()
    closed = Paginator(published().filter(closes_at__lte=now), PER_PAGE)
    if int(number) > closed.num_pages:
        raise Http404("no such page of polls")
    page = closed.page(int(number))
    context = {
        "open_polls": published().filter(closes_at__gt=now) if page.number == 1 else [],
        "closed_polls": page,
        "breadcrumb": [(_("Home page"), "/")],
    }
    cache = Cache(FRESH, frozenset({"poll"}), frozenset({"query:trang"}))
    return render_page(request, "poll/index.html", context, cache=cache)


@require_safe
def poll_page(request: HttpRequest, poll_id: int) -> HttpResponse:
    """One poll: its form, or its results; after a vote, what became of it."""
    poll = get_object_or_404(published(), pk=poll_id)
    if RECEIPT in request.GET:
        receipt = _read_receipt(request.GET[RECEIPT], poll)
        if receipt is None:
            return redirect(poll.url)
        outcome, back = receipt
        return _answer_page(request, poll, outcome, back)
    cache = Cache(FRESH, frozenset({"poll"}), frozenset({f"query:{RECEIPT}"}))
    return render_page(request, "poll/poll.html", _context(poll), cache=cache)


@visitor_post
def take_vote(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Take a vote from the form: a redirect to the result, or JSON where a script asks for it."""
    poll = get_object_or_404(published(), pk=poll_id)
    if len(request.body) > MAX_BODY:
        return _refuse(request, poll, _("What was sent is too large."), 413)
    if is_bot(request):
        text = _("Your browser says that it is a program; votes of programs are not counted.")
        return _refuse(request, poll, text, 403)
    chosen = request.POST.get("phuong-an", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) <= 18):
        return _refuse(request, poll, message_for(Outcome.UNKNOWN_OPTION), 400)
    outcome = Outcome.CLOSED
    if poll.is_open and poll.secret:
        outcome = vote(poll, int(chosen), visitor_mark(request, poll.secret))
    if outcome is Outcome.UNKNOWN_OPTION:
        return _refuse(request, poll, message_for(outcome), STATUS[outcome])
    if _wants_json(request):
        return _answer_json(get_object_or_404(published(), pk=poll_id), outcome)
    receipt = signing.dumps([poll.pk, outcome.value, _back(request)], salt=_SALT, compress=True)
    return redirect(f"{poll.url}?{urlencode({RECEIPT: receipt})}")


def _context(poll: Poll, **more: Any) -> dict[str, Any]:
    home = (_("Home page"), "/")
    return {"poll": poll, "breadcrumb": [home, (_("Polls"), reverse("poll:index"))], **more}


def _answer_page(request: HttpRequest, poll: Poll, outcome: Outcome, back: str) -> HttpResponse:
    voted = outcome in (Outcome.COUNTED, Outcome.ALREADY)
    context = _context(poll, voted=voted, message=message_for(outcome), back=back)
    return render_page(request, "poll/poll.html", {**context, "done": True})


def _answer_json(poll: Poll, outcome: Outcome) -> HttpResponse:
    voted = outcome in (Outcome.COUNTED, Outcome.ALREADY)
    html = render_to_string("poll/results.html", {"poll": poll, "voted": voted})
    answer = {"outcome": outcome.value, "message": message_for(outcome), "html": html}
    return JsonResponse(answer, status=STATUS[outcome])


def _refuse(request: HttpRequest, poll: Poll, text: str, status: int) -> HttpResponse:
    """Say what is wrong, with the form as it was."""
    if _wants_json(request):
        return JsonResponse({"outcome": "refused", "message": text}, status=status)
    return render_page(request, "poll/poll.html", _context(poll, error=text), status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _back(request: HttpRequest) -> str:
    """The path of the page on this host that the form stood on; empty where it is unknown."""
    origin = urlsplit(request.headers.get("Referer", ""))
    here = origin.netloc == request.get_host() and origin.path.startswith("/")
    path = origin.path if here and not origin.path.startswith("//") else ""
    return "" if path.startswith(reverse("poll:index")) else path[:500]


def _read_receipt(text: str, poll: Poll) -> tuple[Outcome, str] | None:
    try:
        poll_id, outcome, back = signing.loads(text, salt=_SALT, max_age=RECEIPT_AGE)
    except (signing.BadSignature, ValueError):
        return None
    return (Outcome(outcome), back) if poll_id == poll.pk else None
