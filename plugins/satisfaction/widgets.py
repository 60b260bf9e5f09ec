"""The form below an article: how satisfied are you with this page?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cms.sdk import Cache, CharBlock, StructBlock, Widget, WidgetContext, register

from .models import MAX_COMMENT
from .views import grades_of


@register
class Satisfaction(Widget):
    """The same for everybody: kept with the page until the site's settings change."""

    id = "satisfaction"
    label = _("Satisfaction rating")
    description = _("Visitors rate the page anonymously, with a short comment if they like.")
    icon = "success"
    group = "interaction"
    template = "satisfaction/widget.html"
    css = ("satisfaction/satisfaction.css",)
    js = ("satisfaction/satisfaction.js",)
    cache = Cache(tags=frozenset({"site"}), vary=frozenset({"page"}))
    preview_config: ClassVar[Mapping[str, Any]] = {}

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The form; nothing where there is no page to rate."""
        if ctx.page is None or ctx.page.pk is None:
            return None
        return {
            "rated_page": ctx.page,
            "grades": grades_of(ctx.settings),
            "comments": ctx.settings["comments"],
            "max_comment": MAX_COMMENT,
        }
