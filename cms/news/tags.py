"""Suggesting tags while one writes: words that the own articles carry, nobody else's.

The vocabulary is one for the whole province, so Wagtail's own suggestions would
tell what others write about. This view stands at the address of Wagtail's.
"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from wagtail.admin.auth import require_admin_access

from sites.tenancy import current_department

from .models import ArticleTag

LIMIT = 10


@require_admin_access
def suggest_tags(request: HttpRequest) -> JsonResponse:
    """The names of at most ten tags of the department's articles that begin with ``term``."""
    department, term = current_department(), request.GET.get("term", "").strip()
    if department is None or not term:
        return JsonResponse([], safe=False)
    own = ArticleTag.objects.filter(
        content_object__site_root=department.site.root_page_id, tag__name__istartswith=term
    )
    names = own.values_list("tag__name", flat=True).order_by("tag__name").distinct()[:LIMIT]
    return JsonResponse(list(names), safe=False)
