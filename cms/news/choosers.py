"""Choosing news in a plugin's settings, without the plugin knowing the page types."""

from __future__ import annotations

from typing import Any

from sites.isolation.choosing import PageChooserBlock


class ArticleChooserBlock(PageChooserBlock):
    """Chooses an article. It may be anybody's: show what ``ctx.news.by_ids`` returns."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "page_type": "news.ArticlePage"})


class SectionChooserBlock(PageChooserBlock):
    """Chooses a section. It may be anybody's: ``ctx.news.latest`` shows its own site's only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "page_type": "news.SectionPage"})
