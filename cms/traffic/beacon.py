"""The small request that a page sends after loading: it counts the view and brings news back.

Works behind any cache, because the page itself need not reach us. Other
features add to the answer through :func:`register_responder`; traffic does not
know them. A browser without JavaScript asks for a picture instead, :func:`pixel`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page

from cms.delivery.cache import Cache, collected_for, declare
from cms.delivery.origin import is_same_origin
from sites.models import Department
from sites.tenancy import department_for

from .accepting import accept
from .counts import SiteCounts
from .ledger import LedgerUnavailableError
from .limits import WINDOW, TooManyViewsError
from .remembering import REMEMBERED, Answer, Place
from .visitors import is_bot

logger = logging.getLogger(__name__)

MAX_BODY = 16 * 1024
#: How long an answer is given to others who ask the same, in seconds.
ANSWER_AGE = 1
# When a page may send its beacon again, where the ledger takes none.
RETRY_AFTER = 10  # seconds
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
# A transparent picture of one pixel.
_GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)

Responder = Callable[[HttpRequest, int | None, dict[str, Any]], Any]
_responders: dict[str, Responder] = {}


def register_responder(key: str, responder: Responder) -> None:
    """Let ``responder(request, page_id, payload)`` fill ``key`` of the beacon's answer.

    It returns a JSON value. One that raises is logged and answers None. The answer
    is given to everybody who asks the same within a second; one that must not be
    says so by ``collect(request, UNCACHEABLE)``.
    """
    _responders[key] = responder


@dataclass(frozen=True)
class Beacon:
    """What a page sent.

    Args:
        page: the page's id; None for a page that is none of Wagtail's.
        key: the view's own name; empty for none.
        payload: all of it, the key left out.
    """

    page: int | None
    key: str
    payload: dict[str, Any]

    @cached_property
    def question(self) -> str:
        """The same for all who ask the same."""
        return json.dumps(self.payload, sort_keys=True)


def parse(body: bytes) -> Beacon | None:
    """What ``body`` says; None where it is no beacon."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(payload, dict):
        return None
    page, key = payload.get("page"), payload.pop("key", None) or ""
    if page is not None and (type(page) is not int or page < 1):
        return None
    if not isinstance(key, str) or (key and not _KEY.fullmatch(key)):
        return None
    return Beacon(page, key, payload)


# No cookie and no session take part, so there is nothing a forged request could ride on;
# other origins are refused below.
@csrf_exempt
@require_POST
@never_cache
def hit(request: HttpRequest) -> HttpResponse:
    """Count a view: ``{"page": id | null, "key": …, …}``, answer ``{"views": n | null, …}``.

    400 for a body that is none, 403 for another origin, 404 for a page that is
    not live on this site, 429 for who reads faster than people do, 503 where the
    ledger does not answer. Bots get the answer and are counted apart.
    """
    if not is_same_origin(request):
        return JsonResponse({"error": "other origin"}, status=403)
    beacon = parse(request.body) if len(request.body) <= MAX_BODY else None
    if beacon is None:
        return JsonResponse({"error": 'expected a JSON object such as {"page": 1}'}, status=400)
    department = department_for(request)
    place = _place(department, beacon.page)
    if department is None or place is None:
        return JsonResponse({"error": "no such page on this site"}, status=404)
    refusal = count(request, place, beacon)
    if refusal is not None:
        return refusal
    declare(request, Cache(max_age=ANSWER_AGE))
    answer = _answer(request, department, beacon)
    declaration = collected_for(request)
    response = JsonResponse(answer)
    origin = f"{request.scheme}://{request.get_host()}"
    REMEMBERED.keep_place(origin, beacon.page, place)
    if declaration is not None and declaration.cacheable:
        who = is_bot(request)
        REMEMBERED.keep_answer(origin, who, beacon.question, Answer.of(answer), ANSWER_AGE)
    return response


@require_GET
@never_cache
def pixel(request: HttpRequest) -> HttpResponse:
    """Count a view of ``?page=<id>`` (none: no page) for a browser without JavaScript.

    Refuses as :func:`hit` does; answers with a picture of one pixel.
    """
    number = request.GET.get("page", "")
    if not _is_own_picture(request):
        return HttpResponse(status=403)
    if number and not (number.isascii() and number.isdigit() and 0 < len(number) <= 10):
        return HttpResponse(status=400)
    beacon = Beacon(int(number) if number else None, "", {})
    place = _place(department_for(request), beacon.page)
    if place is None:
        return HttpResponse(status=404)
    return count(request, place, beacon) or HttpResponse(_GIF, content_type="image/gif")


def count(request: HttpRequest, place: Place, beacon: Beacon) -> HttpResponse | None:
    """Count one view if the place is one that counts; the refusal where it could not be."""
    if not place.counts:
        return None
    try:
        accept(request, place.site_id, beacon.page, beacon.key)
    except TooManyViewsError:
        refusal, wait = JsonResponse({"error": "too many views"}, status=429), WINDOW
    except LedgerUnavailableError:
        refusal, wait = JsonResponse({"error": "not counted, try again"}, status=503), RETRY_AFTER
    else:
        return None
    refusal["Retry-After"] = str(wait)
    return refusal


def _place(department: Department | None, page_id: int | None) -> Place | None:
    if department is None or (page_id is not None and not _is_live(department.site, page_id)):
        return None
    # What is being set up is looked at by its own people; an archive's numbers stand still.
    return Place(department.site_id, counts=department.state == Department.State.ACTIVE)


def _answer(request: HttpRequest, department: Department, beacon: Beacon) -> dict[str, Any]:
    page = beacon.page
    answer: dict[str, Any] = {"views": SiteCounts(department.site_id).views(page) if page else None}
    for key, responder in _responders.items():
        try:
            answer[key] = responder(request, page, beacon.payload)
        except Exception:
            logger.exception("beacon responder %r failed", key)
            answer[key] = None
    return answer


def _is_live(site: Any, page_id: int) -> bool:
    if page_id > 2**31 - 1:
        return False
    return Page.objects.filter(pk=page_id, live=True, path__startswith=site.root_page.path).exists()


def _is_own_picture(request: HttpRequest) -> bool:
    """Whether a page of this host shows the picture; a picture has no ``Origin``."""
    if "Sec-Fetch-Site" in request.headers:
        return is_same_origin(request)
    page = urlsplit(request.headers.get("Referer", ""))
    return (page.scheme, page.netloc) == (request.scheme, request.get_host())
