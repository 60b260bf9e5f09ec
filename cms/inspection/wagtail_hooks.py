"""Inspection's places in the admin: a menu entry, and buttons on the screens of a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, Revision

from cms.workflow.permissions import GatedPage
from sites.administering import MENU_HOOK, SiteScreenMenuItem
from sites.isolation.gate import let_in

from . import views
from .readers import INSPECTORS, reads_slip


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """The screens."""
    let_in(["inspection_texts"])
    let_in(["inspection_file", "inspection_slip"], ids={"page_id": Page})
    let_in(
        ["inspection_revision", "inspection_text"],
        ids={"page_id": Page, "revision_id": Revision},
    )
    one = "inspection/<int:page_id>/"
    revision = f"{one}revisions/<int:revision_id>/"
    return [
        path("inspection/", views.TextsView.as_view(), name="inspection_texts"),
        path(one, views.FileView.as_view(), name="inspection_file"),
        path(f"{one}slip/", views.slip, name="inspection_slip"),
        path(revision, views.RevisionView.as_view(), name="inspection_revision"),
        path(f"{revision}text/", views.text, name="inspection_text"),
    ]


@hooks.register(MENU_HOOK)
def register_menu_item() -> SiteScreenMenuItem:
    """Beside the record."""
    return SiteScreenMenuItem(
        _("Texts and approvals"),
        reverse("inspection_texts"),
        name="inspection",
        icon_name="doc-full-inverse",
        order=890,
        roles=INSPECTORS,
    )


@hooks.register("register_page_header_buttons")
def header_buttons(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """From the editor and the history of a text to its file and its slip."""
    if not issubclass(page.specific_class or Page, GatedPage) or not page.pk:
        return
    if reads_slip(user, page):
        slip, file = (reverse(f"inspection_{name}", args=[page.pk]) for name in ("slip", "file"))
        yield Button(_("Approval slip"), slip, icon_name="doc-full", priority=66)
        yield Button(_("File of the text"), file, icon_name="history", priority=67)
