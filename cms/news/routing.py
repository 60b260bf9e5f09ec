"""The way from the root of the tree to the page at an address, in one query.

It answers at once what Wagtail asks for level by level, and again for each use:
the page, the pages above it, and whether any of them may be seen by some only.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from django.db.models import Exists, OuterRef, Q
from wagtail.models import Page, PageViewRestriction


def find_way(home: Page, components: list[str]) -> list[Page]:
    """The pages from the root of the tree to the deepest one at the address, that included.

    Each says as ``is_restricted`` whether it has a view restriction of its own.

    Args:
        home: the site's home page; nothing beside or above it is found by an address.
        components: the address, decoded; what is left of it behind the deepest page
            is an address within that page.
    """
    addresses = [f"{address}/" for address in accumulate(components, "{}/{}".format)]
    url_paths = [home.url_path + address for address in addresses]
    # Of the two, the slug has an index.
    below = Q(path__startswith=home.path, slug__in=components, url_path__in=url_paths)
    above = Q(path__in=[home.path[: Page.steplen], home.path])
    own_restrictions = PageViewRestriction.objects.filter(page=OuterRef("pk"))
    found = list(
        Page.objects.filter(above | below if components else above)
        .annotate(is_restricted=Exists(own_restrictions))
        .order_by("depth")
    )
    deepest = found[-1]
    return [page for page in found if deepest.path.startswith(page.path)]


def for_serving(page: Page) -> Page:
    """The specific page of ``page``, with what its template surely shows, in one query."""
    model: Any = page.specific_class
    related = getattr(model, "served_with", ())
    specific: Page = model._default_manager.select_related(*related).get(pk=page.pk)
    return specific
