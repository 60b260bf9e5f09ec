"""The addresses of plugins: each below its own prefix, and only where it is on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from wagtail.utils.urlpatterns import decorate_urlpatterns

from sites.tenancy import department_for

from .activation import enabled_for
from .boundary import REQUEST_BUDGET, limited_statements
from .contributions import contributions
from .failures import Part, record_failure, savepoint

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def plugin_urlpatterns() -> list[Any]:
    """The patterns of all plugins, for ``/tien-ich/``; read once, when addresses are."""
    patterns = []
    for plugin_id, mine in contributions.all().items():
        if mine.urlpatterns:
            guarded = decorate_urlpatterns(mine.urlpatterns, _guard(plugin_id))
            patterns.append(path(f"{mine.url_prefix}/", include((guarded, plugin_id))))
    return patterns


def _guard(plugin_id: str) -> Callable[[View], View]:
    """A decorator: 404 where the plugin is off, a written failure where its view raises."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            department = department_for(request)
            if department is None or plugin_id not in enabled_for(request, department):
                raise Http404(f"plugin {plugin_id} is off here")
            try:
                with savepoint(), limited_statements(REQUEST_BUDGET):
                    return view(request, *args, **kwargs)
            except (Http404, PermissionDenied, SuspiciousOperation):
                raise
            except Exception as error:
                record_failure(department, Part(plugin_id, f"view {view.__name__}"), error)
                return render(request, "500.html", status=500)

        return guarded

    return decorate
