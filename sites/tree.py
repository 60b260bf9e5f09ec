"""What a page's place in the tree says: its department, its address within the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page, PageQuerySet

from .models import Department

#: Where treebeard keeps a page's parent, once somebody asked for it.
KEPT_PARENT = "_cached_parent_obj"


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


class ParentPage:
    """A page's parent as something that can be read with a list of pages.

    Answers Django's ``prefetch_related`` as a foreign key does: with where the
    parents are, how they are told, and where to keep them.
    """

    def is_cached(self, page: Page) -> bool:
        """Whether the page knows its parent."""
        return hasattr(page, KEPT_PARENT)

    def get_prefetch_querysets(
        self, pages: Sequence[Page], querysets: Sequence[QuerySet[Any]] | None = None
    ) -> tuple[QuerySet[Any], Callable[[Page], str], Callable[[Page], str], bool, str, bool]:
        """The parents of ``pages``, and how a parent and its page are told by the path."""
        paths = {page.path[: -Page.steplen] for page in pages}
        parents = Page.objects.filter(path__in=paths)
        return parents, _path, _path_of_parent, True, KEPT_PARENT, True


def _path(page: Page) -> str:
    return str(page.path)


def _path_of_parent(page: Page) -> str:
    return str(page.path[: -Page.steplen])


def with_parents(pages: PageQuerySet) -> PageQuerySet:
    """The same pages; their parents come with one more query instead of one for each page."""
    return pages.prefetch_related("sen_parent")


def know_parents() -> None:
    """Have lists of pages understand ``with_parents``."""
    Page.sen_parent = ParentPage()
