"""Links to other sites, as every portal has them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cms.sdk import Cache, CharBlock, ListBlock, StructBlock, URLBlock, Widget, register
from cms.sdk import WidgetContext as Context


class LinkBlock(StructBlock):
    """One link."""

    title = CharBlock(max_length=120, label=_("Title"))
    url = URLBlock(label=_("Address"))

    class Meta:
        label = _("Link")
        icon = "link-external"


@register
class Links(Widget):
    """A list of links; another site is opened without telling it where from."""

    id = "links"
    label = _("Website links")
    icon = "link"
    description = _("Links to other websites, such as those of the bodies you work with.")
    group = "tools"
    preview_config: ClassVar[Mapping[str, Any]] = {
        "links": [
            {"title": _("National public service portal"), "url": "https://dichvucong.gov.vn/"},
            {"title": _("Government portal"), "url": "https://chinhphu.vn/"},
            {"title": _("National database of legal documents"), "url": "https://vbpl.vn/"},
        ]
    }
    template = "links/widget.html"
    default_place = ("sidebar", 60)
    # The settings are all it shows, and saving those purges the site.
    cache = Cache(tags=frozenset({"site"}))

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        links = ListBlock(LinkBlock(), default=[], label=_("Links"))

    def get_context(self, ctx: Context, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The links that lead to a web address; nothing without any."""
        # The form refuses other schemes, but settings may come from a file as well.
        links = [
            link
            for link in config["links"]
            if link["url"].lower().startswith(("https://", "http://"))
        ]
        return {"links": links} if links else None
