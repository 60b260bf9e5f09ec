"""The small request that a page sends after loading: it counts the view and brings news back.

Works behind any cache, because the page itself need not reach us. Other
features add to the answer through :func:`register_responder`; traffic does not
know them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wagtail.models import Page

from cms.delivery.origin import is_same_origin
from sites.models import Department
from sites.tenancy import department_for

from . import ledger, visitors
from .counts import SiteCounts

logger = logging.getLogger(__name__)

MAX_BODY = 16 * 1024

Responder = Callable[[HttpRequest, int | None, dict[str, Any]], Any]
_responders: dict[str, Responder] = {}


def register_responder(key: str, responder: Responder) -> None:
    """Let ``responder(request, page_id, payload)`` fill ``key`` of the beacon's answer.

    It returns a JSON value. One that raises is logged and answers None.
    """
    _responders[key] = responder


# No cookie and no session take part, so there is nothing a forged request could ride on;
# other origins are refused below.
@csrf_exempt
@require_POST
@never_cache
def hit(request: HttpRequest) -> HttpResponse:
    """Count a view: body ``{"page": id | null, …}``, answer ``{"views": n | null, …}``.

    400 for a body that is none, 403 for another origin, 404 for a page that is
    not live on this site. Bots get the answer and are not counted.
    """
    if not is_same_origin(request):
        return JsonResponse({"error": "other origin"}, status=403)
    payload = _payload(request)
    if payload is None:
        return JsonResponse({"error": 'expected a JSON object such as {"page": 1}'}, status=400)
    department = department_for(request)
    page_id: int | None = payload.get("page")
    if department is None or (page_id is not None and not _is_live(department.site, page_id)):
        return JsonResponse({"error": "no such page on this site"}, status=404)
    # What is being set up is looked at by its own people; an archive's numbers stand still.
    if department.state == Department.State.ACTIVE and not visitors.is_bot(request):
        ledger.record(request, department.site_id, page_id)
    answer: dict[str, Any] = {
        "views": SiteCounts(department.site_id).views(page_id) if page_id else None
    }
    for key, responder in _responders.items():
        try:
            answer[key] = responder(request, page_id, payload)
        except Exception:
            logger.exception("beacon responder %r failed", key)
            answer[key] = None
    return JsonResponse(answer)


def _payload(request: HttpRequest) -> dict[str, Any] | None:
    if len(request.body) > MAX_BODY:
        return None
    try:
        payload = json.loads(request.body)
    except ValueError:
        return None
    if not isinstance(payload, dict):
        return None
    page = payload.get("page")
    if page is not None and (isinstance(page, bool) or not isinstance(page, int) or page < 1):
        return None
    return payload


def _is_live(site: Any, page_id: int) -> bool:
    if page_id > 2**31 - 1:
        return False
    return Page.objects.filter(pk=page_id, live=True, path__startswith=site.root_page.path).exists()
