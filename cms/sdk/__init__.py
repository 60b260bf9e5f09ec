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

from cms.delivery.cache import Cache
from cms.plugins.discovery import SDK_VERSION
from cms.widgets.registry import register
from cms.widgets.sample_articles import sample_articles
from cms.widgets.widget import Widget, WidgetContext

__version__ = SDK_VERSION

__all__ = [
    "BooleanBlock",
    "Cache",
    "CharBlock",
    "ChoiceBlock",
    "DateBlock",
    "EmailBlock",
    "IntegerBlock",
    "ListBlock",
    "PageChooserBlock",
    "RichTextBlock",
    "StaticBlock",
    "StructBlock",
    "TextBlock",
    "URLBlock",
    "Widget",
    "WidgetContext",
    "__version__",
    "register",
    "sample_articles",
]
