"""Sen's addresses, and a view that does nothing: what a request costs before anything is done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from cms.urls import urlpatterns as sen


@csrf_exempt
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing."""
    return HttpResponse()


urlpatterns = [path("_bench/empty", empty), *sen]
