"""The register's public pages: the list with filters, and one document."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.sdk import Cache, render_page

from .filtering import AFTER, BEFORE, RegisterFilter, list_page
from .models import LegalDocumentFile, published

TAG = "documents"
# What the list reads of its address.
PARAMETERS = (*RegisterFilter.base_fields, AFTER, BEFORE)
# Nothing tells when a file is renamed or replaced: ten minutes, and it is seen.
FILES_AGE = 600


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list: newest first, filtered and searched by what the address says."""
    register = RegisterFilter(request.GET)
    try:
        found = list_page(register.documents(), request.GET)
    except ValueError as error:
        raise Http404("no such page of the register") from error
    is_plain = not any(request.GET.get(name) for name in PARAMETERS)
    context = {
        "heading": _("Legal documents"),
        "register": register,
        "found": found,
        "newer_url": register.address(**{BEFORE: str(found.newer)}) if found.newer else None,
        "older_url": register.address(**{AFTER: str(found.older)}) if found.older else None,
        "breadcrumb": [(_("Home page"), "/")],
        "is_plain": is_plain,
        "meta": {
            "title": _("Legal documents"),
            "local_url": reverse("documents:index"),
            "search_description": _(
                "Legal documents and documents of guidance and administration."
            ),
        },
    }
    words = {f"query:{name}" for name in PARAMETERS}
    cache = Cache(tags=frozenset({TAG}), vary=frozenset({"date", *words}))
    # Whatever somebody searches for would fill the cache.
    kept = cache if register.is_valid() and not register.searches else None
    status = 200 if register.is_valid() else 400
    return render_page(request, "documents/index.html", context, cache=kept, status=status)


@require_safe
def document(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One published document: facts, files, what it replaces and what replaces it."""
    found = get_object_or_404(published(), pk=pk)
    if slug != found.slug:
        return redirect(found.url)
    context = {
        "document": found,
        "files": LegalDocumentFile.objects.filter(document=found).select_related("file"),
        "replaces": published().filter(replaced_by__replacing=found),
        "replaced_by": found.replacing().filter(is_published=True),
        "breadcrumb": [
            (_("Home page"), "/"),
            (_("Legal documents"), reverse("documents:index")),
        ],
        "meta": {
            "title": found.heading,
            "lead": found.summary,
            "local_url": found.url,
            "byline_lines": [found.issuing_body],
            "published_at": found.issued_on,
        },
    }
    cache = Cache(FILES_AGE, frozenset({TAG}), frozenset({"date"}))
    return render_page(request, "documents/document.html", context, cache=cache)
