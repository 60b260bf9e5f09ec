"""What an article's body is made of."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    CharBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageChooserBlock

PARAGRAPH_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul", "superscript"]


class ImageBlock(StructBlock):
    """A picture with its caption; the alternative text is for those who do not see it."""

    image = ImageChooserBlock(label=_("Picture"))
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

    paragraph = RichTextBlock(
        label=_("Paragraph"),
        features=PARAGRAPH_FEATURES,
        icon="pilcrow",
        template="components/blocks/paragraph.html",
    )
    heading = CharBlock(
        label=_("Heading"),
        max_length=200,
        icon="title",
        template="components/blocks/heading.html",
    )
    image = ImageBlock()
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
