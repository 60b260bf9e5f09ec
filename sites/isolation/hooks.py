"""What departments see of Wagtail's admin beside the addresses: menus, choosers, files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem, SubmenuMenuItem
from wagtail.models import Collection, Page, PageQuerySet, ReferenceIndex

from sites.models import Department
from sites.tenancy import department_for
from sites.tree import with_parents

from .confinement import confined_to
from .gate import is_let_in
from .workplace import current_workplace


@hooks.register("construct_main_menu", order=1000)
@hooks.register("construct_settings_menu", order=1000)
@hooks.register("construct_reports_menu", order=1000)
@hooks.register("construct_help_menu", order=1000)
def leave_out_what_is_closed(request: HttpRequest, items: list[MenuItem]) -> None:
    """Show no entry that leads to an address which is not open."""
    items[:] = [item for item in items if isinstance(item, SubmenuMenuItem) or is_let_in(item.url)]


@hooks.register("construct_page_chooser_queryset")
def choose_among_own_pages(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Offer only pages of the department that one works for.

    And ask for the parents and states that the list shows at once, not for each page.
    """
    pages = with_parents(pages.annotate_approved_schedule().prefetch_workflow_states())
    department = confined_to()
    if department is None:
        return pages
    return pages.filter(path__startswith=department.site.root_page.path)


@hooks.register("before_serve_document")
def serve_own_files_only(document: Any, request: HttpRequest) -> None:
    """Answer for a file on the host of the department in whose collection it lies, nowhere else.

    And on the host of a site whose public pages refer to it: pages that came
    there when a site was split, or what the province put in. On the admin host
    also to those who work for the file's department. Raises Http404.
    """
    path = Collection.objects.filter(pk=document.collection_id).values_list("path", flat=True)[0]
    department = department_for(request)
    if department is not None and (
        path.startswith(department.collection.path) or _is_shown_by(department, document)
    ):
        return
    if request.get_host().partition(":")[0] == settings.SEN_ADMIN_HOST:
        user: Any = request.user
        if user.is_superuser:
            return
        mine = current_workplace(request) if user.is_authenticated else None
        if mine is not None and path.startswith(mine.collection.path):
            return
    raise Http404("a file of another department")


#: What else may show a file on a department's host; each is asked with both.
also_shown: list[Callable[[Department, Any], bool]] = []


def _is_shown_by(department: Department, document: Any) -> bool:
    """Whether a public page of the department refers to the file."""
    references = ReferenceIndex.get_references_to(document).filter(
        base_content_type=ContentType.objects.get_for_model(Page)
    )
    ids = [int(key) for key in references.values_list("object_id", flat=True)]
    pages = Page.objects.live().public().filter(path__startswith=department.site.root_page.path)
    if bool(ids) and pages.filter(pk__in=ids).exists():
        return True
    return any(shows(department, document) for shows in also_shown)
