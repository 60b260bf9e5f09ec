"""The site's sections as a menu; the one that is being read is marked."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.sdk import Cache, CharBlock, StructBlock, Widget, WidgetContext, register


@register
class SectionMenu(Widget):
    """Links to the sections directly below the home page."""

    id = "section_menu"
    label = _("Sections")
    icon = "list-ul"
    description = _("Links to the sections of the site; the one being read stands out.")
    group = "tools"
    template = "section_menu/widget.html"
    default_place = ("sidebar", 10)
    # Sections are pages: moving or renaming one purges the site.
    cache = Cache(tags=frozenset({"site", "news"}), vary=frozenset({"page"}))

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The sections, each with whether the page stands in it; nothing without sections."""
        path = ctx.page.path if ctx.page is not None else ""
        sections = [(section, path.startswith(section.path)) for section in ctx.news.sections()]
        return {"sections": sections} if sections else None
