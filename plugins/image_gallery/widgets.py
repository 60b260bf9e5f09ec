"""A picture gallery: small pictures side by side, each large on a click."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    Cache,
    CharBlock,
    ImageChooserBlock,
    ListBlock,
    SiteMedia,
    StructBlock,
    Widget,
    WidgetContext,
    register,
)


class PictureBlock(StructBlock):
    """One picture of the gallery."""

    image = ImageChooserBlock(
        label=_("Picture"),
        help_text=_("Say in its description what it shows, for those who do not see it."),
    )
    caption = CharBlock(required=False, max_length=200, label=_("Caption"))

    class Meta:
        label = _("Picture")
        icon = "image"


@register
class ImageGallery(Widget):
    """A grid of pictures; a script shows them large, without one they are links."""

    id = "image_gallery"
    label = _("Picture gallery")
    description = _("Small pictures side by side; a click shows one large, with its caption.")
    icon = "image"
    group = "other"
    template = "image_gallery/widget.html"
    css = ("image_gallery/image_gallery.css",)
    js = ("image_gallery/image_gallery.js",)
    # Nothing tells when a picture is replaced or deleted: ten minutes, and it is seen.
    cache = Cache(max_age=600, tags=frozenset({"site"}))
    # Pictures are a site's own, so a preview cannot name any.
    preview_config: ClassVar[dict[str, Any]] = {}

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        pictures = ListBlock(PictureBlock(), default=[], max_num=60, label=_("Pictures"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The pictures that are this site's, in order; nothing without any."""
        # None where the picture was deleted.
        chosen = [item for item in config["pictures"] if item["image"]]
        own = SiteMedia(ctx.department).pictures(item["image"].pk for item in chosen)
        pictures = []
        for item in chosen:
            if image := own.get(item["image"].pk):
                # The link needs a name even where nobody described the picture.
                alt = image.description or item["caption"] or image.title
                pictures.append({"image": image, "alt": alt, "caption": item["caption"]})
        return {"pictures": pictures} if pictures else None

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The site's own newest pictures; nothing where it has none."""
        newest = SiteMedia(ctx.department).newest_pictures(6)
        pictures = [{"image": image, "alt": image.title, "caption": ""} for image in newest]
        return {"pictures": pictures} if pictures else None
