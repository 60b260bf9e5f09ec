"""What a plugin may use of Sen, and all that it may: versioned, documented, stable.

A plugin says which version it was written for in the extra ``sen`` of its
``pyproject.toml``; see ``docs/plugins``. Import this from ``widgets.py``,
never from ``apps.py``, which is read before Django has started.
"""

from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    DateBlock,
    EmailBlock,
    IntegerBlock,
    ListBlock,
    PageChooserBlock,
    RichTextBlock,
    StaticBlock,
    StructBlock,
    TextBlock,
    URLBlock,
)
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.content.html import safe_rich_text
from cms.delivery.cache import Cache
from cms.media.reading import SiteMedia
from cms.news.choosers import ArticleChooserBlock, SectionChooserBlock
from cms.plugins.discovery import SDK_VERSION
from cms.widgets.registry import register
from cms.widgets.widget import Widget, WidgetContext

__version__ = SDK_VERSION

__all__ = [
    "ArticleChooserBlock",
    "BooleanBlock",
    "Cache",
    "CharBlock",
    "ChoiceBlock",
    "DateBlock",
    "DocumentChooserBlock",
    "EmailBlock",
    "ImageChooserBlock",
    "IntegerBlock",
    "ListBlock",
    "PageChooserBlock",
    "RichTextBlock",
    "SectionChooserBlock",
    "SiteMedia",
    "StaticBlock",
    "StructBlock",
    "StructBlockValidationError",
    "TextBlock",
    "URLBlock",
    "Widget",
    "WidgetContext",
    "__version__",
    "register",
    "safe_rich_text",
]
