"""What a page's place in the tree says: its department, its address within the site."""

from __future__ import annotations

from wagtail.models import Page

from .models import Department


def department_of(page: Page) -> Department | None:
    """The department in whose site ``page`` stands; None above and outside the sites.

    A site's home page lies directly below the root, so the first two steps of
    the tree path name it.
    """
    return (
        Department.objects.select_related("site")
        .filter(site__root_page__path=page.path[: 2 * Page.steplen])
        .first()
    )


def local_url(page: Page) -> str:
    """The address of ``page`` within its own site, from its slash on; asks no database."""
    return "/" + page.url_path.split("/", 2)[2]
