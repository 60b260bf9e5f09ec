"""What the news does when a site is opened: first sections, pages and a menu."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from cms.content.text import slugify
from sites.models import Department, MenuItem

from .models import SectionPage, StandardPage


def ensure_sections(sender: type[Department], department: Department, **kwargs: Any) -> None:
    """Give a new site its first sections, an introduction to be written, and a menu.

    Listens to ``site_opened``. A site that has any page of its own is left as it is.
    """
    home = department.site.root_page.specific
    if home.get_children().exists():
        return
    with override(department.language):
        sections = [
            SectionPage(title=title, slug=slugify(title), intro=intro)
            for title, intro in (
                (_("News and events"), _("What the body does, day by day.")),
                (_("Notices"), _("Deadlines, invitations, interruptions of service.")),
            )
        ]
        introduction = StandardPage(title=_("About us"), slug=slugify(_("About us")), live=False)
        home_title = _("Home")
    for page in (*sections, introduction):
        home.add_child(instance=page)
        page.save_revision()
    entries: list[tuple[str, Page]] = [(home_title, home)]
    entries += [(page.title, page) for page in (introduction, *sections)]
    for order, (title, page) in enumerate(entries):
        MenuItem.objects.create(department=department, title=title, page=page, sort_order=order)
