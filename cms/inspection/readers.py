"""Who reads what of a text that passed the gates, or is on its way: read, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from wagtail.models import Page, Revision, get_page_models

from cms.workflow.permissions import GatedPage
from sites.models import Department
from sites.roles import GATE_ROLES, Role, has_role
from sites.tree import department_of

#: Who sees the list of all texts of the department.
INSPECTORS = (Role.AUDITOR, Role.CHIEF)


def reads_slip(user: Any, page: Page) -> bool:
    """Whether ``user`` may see who approved ``page``: its gates' people, authors, administrator."""
    department = department_of(page)
    if department is None or not user.is_active:
        return False
    return (
        user.is_superuser
        or has_role(user, department, *INSPECTORS, *GATE_ROLES, Role.SITE_ADMIN)
        or is_author(user, page)
    )


def reads_texts(user: Any, page: Page) -> bool:
    """Whether ``user`` may read every text that ``page`` ever had, drafts among them.

    The site's administrator may not: the office brings no business with drafts.
    """
    department = department_of(page)
    if department is None or not user.is_active:
        return False
    return (
        user.is_superuser
        or has_role(user, department, *INSPECTORS, *GATE_ROLES)
        or is_author(user, page)
    )


def is_author(user: Any, page: Page) -> bool:
    """Whether ``user`` made the page or wrote any text of it, and still serves its department."""
    department = department_of(page)
    if department is None or not has_role(user, department, *Role):
        return False
    return page.owner_id == user.pk or revisions_of(page).filter(user=user).exists()


def revisions_of(page: Page) -> QuerySet[Revision]:
    """Every text that the page had, the newest first."""
    return Revision.page_revisions.filter(object_id=str(page.pk)).order_by("-created_at", "-pk")


def gated_page(page_id: int) -> Page:
    """The page with that key, whole. Raises Http404 unless its text passes the gates."""
    page = Page.objects.filter(pk=page_id).first()
    specific = page.specific if page is not None else None
    if not isinstance(specific, GatedPage):
        raise Http404("no page whose text passes the gates")
    return specific


def texts_of(department: Department) -> QuerySet[Page]:
    """All pages of the department whose text passes the gates, drafts too, the newest first."""
    below = Page.objects.filter(path__startswith=department.site.root_page.path)
    return below.filter(content_type__in=gated_types()).order_by("-pk")


def files_of(page_ids: Iterable[int], user: Any) -> dict[int, str]:
    """From the pages whose texts pass the gates to the addresses of their files."""
    gated = Page.objects.filter(pk__in=page_ids, content_type__in=gated_types())
    return {
        key: reverse("inspection_file", args=[key]) for key in gated.values_list("pk", flat=True)
    }


def gated_types() -> list[ContentType]:
    """The types of pages whose texts pass the gates."""
    models = [model for model in get_page_models() if issubclass(model, GatedPage)]
    return list(ContentType.objects.get_for_models(*models).values())
