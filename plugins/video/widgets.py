"""A video: a file of the site or one of a player elsewhere, loaded only when it is played."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    Cache,
    CharBlock,
    DocumentChooserBlock,
    ImageChooserBlock,
    SiteMedia,
    StructBlock,
    StructBlockValidationError,
    URLBlock,
    Widget,
    WidgetContext,
    register,
)

from .players import ALLOWED, player_for

FILE_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}


@register
class Video(Widget):
    """A poster with a button. Without a script the button is a link."""

    id = "video"
    label = _("Video")
    description = _("A film from the site, YouTube or Vimeo; loaded only when played.")
    icon = "media"
    group = "other"
    template = "video/widget.html"
    css = ("video/video.css",)
    js = ("video/video.js",)
    # Nothing tells when a file or a picture is replaced: ten minutes, and it is seen.
    cache = Cache(max_age=600, tags=frozenset({"site"}))
    # An open film; the preview shows a drawn poster and loads nothing.
    preview_config: ClassVar[dict[str, Any]] = {
        "title": "Phim tư liệu",
        "name": "Big Buck Bunny (Blender Foundation)",
        "address": "https://vimeo.com/1084537",
    }

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        name = CharBlock(
            max_length=160, label=_("Name of the film"), help_text=_("Stands below the film.")
        )
        file = DocumentChooserBlock(
            required=False, label=_("File"), help_text=_("An MP4 or WebM file of this site.")
        )
        address = URLBlock(
            required=False,
            label=_("Address"),
            help_text=_("Instead of a file: of a video on YouTube or Vimeo."),
        )
        subtitles = DocumentChooserBlock(
            required=False,
            label=_("Subtitles"),
            help_text=_("For the file: what is said, as WebVTT, for those who do not hear it."),
        )
        poster = ImageChooserBlock(
            required=False,
            label=_("Poster"),
            help_text=_("Shown until the film is played; left empty, a plain one is drawn."),
        )

        def clean(self, value: Any) -> Any:
            """Refuse anything but one film that can be played."""
            value = super().clean(value)
            errors: dict[str, Any] = {}
            if bool(value["file"]) == bool(value["address"]):
                errors["address"] = _("Choose a file or give an address, one of the two.")
            elif value["address"] and player_for(value["address"]) is None:
                message = _("This is no address of a video on one of these: %(players)s.")
                errors["address"] = message % {"players": ALLOWED}
            if value["file"] and _extension(value["file"]) not in FILE_TYPES:
                errors["file"] = _("A browser plays MP4 and WebM only.")
            if value["subtitles"] and _extension(value["subtitles"]) != "vtt":
                errors["subtitles"] = _("Subtitles are a file that ends in .vtt.")
            if errors:
                raise StructBlockValidationError(
                    {name: ValidationError(message) for name, message in errors.items()}
                )
            return value

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The film's addresses and its poster; nothing where there is no film of this site."""
        media = SiteMedia(ctx.department)
        chosen = {name: config[name].pk for name in ("file", "subtitles") if config[name]}
        files = media.files(chosen.values()) if chosen else {}
        file = files.get(chosen.get("file", 0))
        subtitles = files.get(chosen.get("subtitles", 0))
        player = player_for(config["address"] or "")
        if file is not None and _extension(file) in FILE_TYPES:
            film = {"type": FILE_TYPES[_extension(file)], "page_url": file.file.url}
            if subtitles is not None and _extension(subtitles) == "vtt":
                film["subtitles_url"] = subtitles.file.url
        elif player is not None:
            film = {"player": player.name, "page_url": player.page_url, "url": player.frame_url}
        else:
            return None
        poster = config["poster"]
        own = media.pictures([poster.pk]) if poster else {}
        return {"film": film, "poster": own.get(poster.pk) if poster else None}


def _extension(document: Any) -> str:
    return str(document.file_extension).lower()
