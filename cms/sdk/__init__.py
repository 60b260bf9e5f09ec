"""What a plugin may use of Sen, and all that it may: versioned, documented, stable.

A plugin says which version it was written for in the extra ``sen`` of its
``pyproject.toml``; see ``docs/plugins``. Import it from ``models.py``,
``widgets.py``, ``plugin.py`` and whatever they import, but not from ``apps.py``,
which is read before Django has started.
"""

from ninja import Schema
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    ChoiceBlock,
    DateBlock,
    DateTimeBlock,
    EmailBlock,
    IntegerBlock,
    ListBlock,
    MultipleChoiceBlock,
    StaticBlock,
    StructBlock,
    TextBlock,
    URLBlock,
)
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.api.collections import register_collection
from cms.content.fields import JSONStreamField, RichTextBlock, RichTextField
from cms.content.html import plain_text, safe_rich_text, sanitise, web_address
from cms.content.text import fold, nfc, slugify
from cms.delivery.cache import Cache
from cms.directory.reading import ComponentSite, component_sites, site_kinds
from cms.media.reading import SiteMedia
from cms.news.choosers import ArticleChooserBlock, SectionChooserBlock
from cms.news.pluginpages import PluginPage
from cms.plugins.configuration import PluginSettings, register_settings, settings_of
from cms.plugins.contributions import Hit, SiteEvent, on_hit, register_urls, site_hook
from cms.plugins.discovery import SDK_VERSION
from cms.plugins.fetching import Fetched, FetchFailed, FetchRefused, fetch
from cms.plugins.screens import AdminScreen, register_screen
from cms.plugins.searching import register_search
from cms.plugins.tasks import background_task
from cms.plugins.web import purge, render_page, visitor_post
from cms.search.sources import Found as SearchFound
from cms.search.sources import Source as SearchSource
from cms.search.sources import Words as SearchWords
from cms.spreadsheets import harmless
from cms.traffic.visitors import is_bot
from cms.traffic.visitors import mark as visitor_mark
from cms.widgets.registry import register
from cms.widgets.sample_articles import sample_articles
from cms.widgets.widget import Snapshot, Widget, WidgetContext
from sites.isolation.choosing import PageChooserBlock
from sites.models import Department
from sites.roles import Role
from sites.scoping import DepartmentModel
from sites.tenancy import acting_for, current_department

__version__ = SDK_VERSION

__all__ = [
    "AdminScreen",
    "ArticleChooserBlock",
    "BooleanBlock",
    "Cache",
    "CharBlock",
    "ChoiceBlock",
    "ComponentSite",
    "DateBlock",
    "DateTimeBlock",
    "Department",
    "DepartmentModel",
    "DocumentChooserBlock",
    "EmailBlock",
    "FetchFailed",
    "FetchRefused",
    "Fetched",
    "Hit",
    "ImageChooserBlock",
    "IntegerBlock",
    "JSONStreamField",
    "ListBlock",
    "MultipleChoiceBlock",
    "PageChooserBlock",
    "PluginPage",
    "PluginSettings",
    "RichTextBlock",
    "RichTextField",
    "Role",
    "Schema",
    "SearchFound",
    "SearchSource",
    "SearchWords",
    "SectionChooserBlock",
    "SiteEvent",
    "SiteMedia",
    "Snapshot",
    "StaticBlock",
    "StructBlock",
    "StructBlockValidationError",
    "TextBlock",
    "URLBlock",
    "Widget",
    "WidgetContext",
    "__version__",
    "acting_for",
    "background_task",
    "component_sites",
    "current_department",
    "fetch",
    "fold",
    "harmless",
    "is_bot",
    "nfc",
    "on_hit",
    "plain_text",
    "purge",
    "register",
    "register_collection",
    "register_screen",
    "register_search",
    "register_settings",
    "register_urls",
    "render_page",
    "safe_rich_text",
    "sample_articles",
    "sanitise",
    "settings_of",
    "site_hook",
    "site_kinds",
    "slugify",
    "visitor_mark",
    "visitor_post",
    "web_address",
]
