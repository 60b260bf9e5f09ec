"""Larger text and higher contrast, as the visitor chooses; her browser remembers it."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cms.sdk import Cache, CharBlock, StructBlock, Widget, register


@register
class TextSizeAndContrast(Widget):
    """Four buttons. What they change is changed on every page of the site."""

    id = "text_size_and_contrast"
    label = _("Text size and contrast")
    description = _("Buttons for larger or smaller text and for high contrast.")
    icon = "glasses"
    group = "tools"
    template = "text_size_and_contrast/widget.html"
    css = ("text_size_and_contrast/text_size_and_contrast.css",)
    js = ("text_size_and_contrast/buttons.js",)
    # Before the page is painted, or it would jump.
    early_js = ("text_size_and_contrast/remembered.js",)
    # It is the same for everybody: the browser does the rest.
    cache = Cache(tags=frozenset({"site"}))
    preview_config: ClassVar[dict[str, Any]] = {}

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
