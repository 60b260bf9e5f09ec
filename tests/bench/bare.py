"""The empty view on Django alone: no middleware, no other address."""

import os

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.bench.bare",
        SECRET_KEY=os.urandom(16).hex(),
        MIDDLEWARE=[],
    )
    django.setup()

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing."""
    return HttpResponse()


urlpatterns = [path("_bench/empty", empty)]
application = get_wsgi_application()
