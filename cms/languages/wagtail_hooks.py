"""The screen's place in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from sites.isolation.gate import let_in

from .views import LanguagesView, can_have_languages


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """One screen for each page."""
    let_in(["languages_page"], ids={"page_id": Page})
    return [path("languages/<int:page_id>/", LanguagesView.as_view(), name="languages_page")]


@hooks.register("register_page_header_buttons")
def languages_button(
    page: Page, user: Any, view_name: str = "", next_url: str | None = None
) -> Iterator[Button]:
    """From a page to its languages, for those who may change it."""
    if page.pk and can_have_languages(page, user):
        yield Button(
            _("Languages"),
            reverse("languages_page", args=[page.pk]),
            icon_name="globe",
            priority=70,
        )
