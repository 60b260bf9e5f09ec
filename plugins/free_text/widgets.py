"""Free text: what an editor writes, with links and lists, and never any HTML of hers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    Cache,
    CharBlock,
    RichTextBlock,
    StructBlock,
    Widget,
    WidgetContext,
    register,
    safe_rich_text,
)

FEATURES = ["bold", "italic", "link", "ol", "ul", "h3", "h4"]


@register
class FreeText(Widget):
    """A heading and a text."""

    id = "free_text"
    label = _("Free text")
    description = _("A text of your own with links, lists and small headings.")
    icon = "pilcrow"
    group = "other"
    template = "free_text/widget.html"
    css = ("free_text/free_text.css",)
    # Links to pages follow these when they move.
    cache = Cache(tags=frozenset({"news", "site"}))
    preview_config: ClassVar[dict[str, Any]] = {
        "title": "Tiếp công dân",
        "text": "<p>Lãnh đạo tiếp công dân <b>ngày 15 hằng tháng</b> tại trụ sở.</p>"
        "<ul><li>Sáng: 7 giờ 30 – 11 giờ 30</li><li>Chiều: 13 giờ 30 – 17 giờ</li></ul>",
    }

    class Config(StructBlock):
        title = CharBlock(max_length=60, label=_("Title"))
        text = RichTextBlock(features=FEATURES, label=_("Text"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The text, cleaned; nothing where no letter is left."""
        text = safe_rich_text(config["text"])
        return {"text": text} if strip_tags(text).strip() else None
