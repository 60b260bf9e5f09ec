"""What a plugin's own views use: pages in the theme, forms of visitors without a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cms.delivery.cache import Cache, declare, for_site, tag_of
from cms.delivery.cache import purge as purge_tags
from cms.delivery.origin import is_same_origin
from sites.models import Department
from sites.tenancy import department_for

View = Callable[..., HttpResponse]


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    cache: Cache | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of a plugin's own in the site's theme.

    Args:
        template: extends ``base.html`` and fills its blocks ``title`` and ``content``.
        context: its variables; ``department``, ``menu`` and the like are there already.
        cache: what the page depends on; left out, it is not kept.
        status: of the response; only 200 is ever kept.
    """
    department = department_for(request)
    if cache is not None and department is not None:
        site = for_site(cache, department.site_id)
        declare(request, site.merge(Cache(tags=frozenset({tag_of("site", department.site_id)}))))
    return render(request, template, dict(context or {}), status=status)


def visitor_post(view: View) -> View:
    """Decorator: a view that takes what a visitor sends from a page of this very site.

    POST only (405), from this origin only (403), never kept. There is no session
    to forge, so there is no CSRF token either.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_same_origin(request):
            raise PermissionDenied("sent from another origin")
        return view(request, *args, **kwargs)

    return csrf_exempt(require_POST(never_cache(checked)))


def purge(department: Department, *words: str) -> None:
    """Drop the kept pages and widgets of a site that declared one of these tag words.

    Once the transaction is committed.
    """
    purge_tags(*(tag_of(word, department.site_id) for word in words))
