"""The department's own style sheet: a few tokens, under an address that names their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sites.models import Department

from .colours import stylesheet_for

FOREVER = "public, max-age=31536000, immutable"
# A page from before a change of colour asks under the old address: it gets the present one.
# What the databases hold as a primary key of a site.
MAX_ID = 2**31 - 1
SHORTLY = "public, max-age=60"


@lru_cache(maxsize=512)
def _digest(accent: str, text_size: str) -> str:
    return hashlib.sha256(stylesheet_for(accent, text_size).encode()).hexdigest()[:12]


def theme_url(department: Department) -> str:
    """The address of the department's style sheet; it changes when the colours do."""
    digest = _digest(department.accent, department.text_size)
    return reverse("theme_stylesheet", args=[department.site_id, digest])


@require_safe
def stylesheet(request: HttpRequest, site_id: int, digest: str) -> HttpResponse:
    """The tokens of a site's accent colour, and its text size; 404 where there is no such site.

    Kept for ever under its own digest, for a minute under another.
    """
    look = None
    if site_id <= MAX_ID:
        looks = Department.objects.filter(site_id=site_id).values_list("accent", "text_size")
        look = looks.first()
    if look is None:
        raise Http404("no such site")
    response = HttpResponse(stylesheet_for(*look), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = FOREVER if digest == _digest(*look) else SHORTLY
    return response
