"""What views that are no pages have in common: a site, and the tags of what they show."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cms.delivery.cache import Cache, declare, news_tag, site_tag
from sites.models import Department
from sites.tenancy import department_for

#: A view of one site; further arguments are those of its address.
SiteView = Callable[..., HttpResponse]


def of_a_site(*, news: bool) -> Callable[[SiteView], Callable[..., HttpResponse]]:
    """Decorator: 404 where no site is open; kept until the site or, with ``news``, its news change.

    The view gets the department behind the request.
    """

    def decorate(view: SiteView) -> Callable[..., HttpResponse]:
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            department = department_for(request)
            if department is None:
                raise Http404("no site is open")
            declare(request, Cache(tags=_tags(department, news)))
            return view(request, department, *args, **kwargs)

        return answer

    return decorate


def _tags(department: Department, news: bool) -> frozenset[str]:
    own = {site_tag(department.site_id)}
    return frozenset(own | {news_tag(department.site_id)} if news else own)
