"""What an article's body is made of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register as register_adapter
from wagtail.blocks import (
    CharBlock,
    ListBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)
from wagtail.blocks.stream_block import StreamBlockAdapter
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

from cms.content.fields import RichTextBlock

PARAGRAPH_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul", "superscript"]


class ParagraphBlock(RichTextBlock):
    """A paragraph or a list. One without a letter in it counts as empty.

    The rich text editor hands over ``<p></p>`` for nothing, which Wagtail takes
    for text: an article without a word could be submitted.
    """

    class Meta:
        icon = "pilcrow"
        label = _("Paragraph")
        template = "components/blocks/paragraph.html"

    def clean(self, value: RichText) -> RichText:
        """Refuse what is required and empty; a draft may leave it so."""
        value = super().clean(value)
        if self.required and not strip_tags(value.source).strip():
            raise ValidationError(self.field.error_messages["required"], code="required")
        return value


class PictureChooserBlock(ImageChooserBlock):
    """A picture of a text. All of a text come with their renditions, by two queries."""

    def bulk_to_python(self, values: list[int | None]) -> list[Any]:
        pictures = super().bulk_to_python(values)
        prefetch_related_objects([one for one in pictures if one is not None], "renditions")
        return pictures


class ImageBlock(StructBlock):
    """A picture with its caption; the alternative text is for those who do not see it."""

    image = PictureChooserBlock(label=_("Picture"))
    alt = CharBlock(
        label=_("Alternative text"),
        max_length=255,
        required=False,
        help_text=_("What the picture shows; the picture's own description where empty."),
    )
    caption = CharBlock(label=_("Caption"), max_length=255, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "components/blocks/image.html"


class GalleryBlock(StructBlock):
    """Pictures side by side, each of which can be opened whole."""

    pictures = ListBlock(ImageBlock(), label=_("Pictures"), min_num=2, max_num=40)
    caption = CharBlock(label=_("Caption of the whole series"), max_length=255, required=False)

    class Meta:
        icon = "grip"
        label = _("Picture series")
        template = "components/blocks/gallery.html"


class QuoteBlock(StructBlock):
    """Somebody's words."""

    text = TextBlock(label=_("Quotation"))
    attribution = CharBlock(label=_("Who said it"), max_length=150, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "components/blocks/quote.html"


class FileBlock(StructBlock):
    """A file to download, within the text."""

    document = DocumentChooserBlock(label=_("File"))
    title = CharBlock(label=_("Title"), max_length=200, required=False)

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "components/blocks/file.html"


class BodyBlock(StreamBlock):
    """The body of an article or a standard page."""

    paragraph = ParagraphBlock(features=PARAGRAPH_FEATURES)
    heading = CharBlock(
        label=_("Heading"),
        max_length=200,
        icon="title",
        template="components/blocks/heading.html",
    )
    image = ImageBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    table = TypedTableBlock(
        [("text", CharBlock(label=_("Text"), required=False))],
        label=_("Table"),
        icon="table",
        template="components/blocks/table.html",
    )
    file = FileBlock()
    embed = EmbedBlock(
        label=_("Video or other embed"),
        icon="media",
        template="components/blocks/embed.html",
    )


class BodyBlockAdapter(StreamBlockAdapter):
    """The editor's side: like a StreamBlock, and it takes what is pasted from Word."""

    js_constructor = "sen.news.BodyBlock"

    def js_args(self, block: BodyBlock) -> list[Any]:
        """What a StreamBlock is told, with the address and the words for pasting."""
        *arguments, meta = super().js_args(block)
        words = {
            "busy": gettext("Reading what was pasted…"),
            "done": gettext("Pasted as {count} blocks."),
            "failed": gettext("Nothing was pasted: the server cannot be reached. Paste it again."),
            "undo": gettext("Take it out again"),
        }
        return [*arguments, {**meta, "sen": {"address": reverse("news_pasted"), "words": words}}]

    @cached_property
    def media(self) -> forms.Media:
        return forms.Media(
            js=[
                versioned_static("wagtailadmin/js/telepath/blocks.js"),
                versioned_static("news/body.js"),
            ]
        )


register_adapter(BodyBlockAdapter(), BodyBlock)
