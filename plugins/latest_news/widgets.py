"""The newest articles of the site."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    Cache,
    CharBlock,
    IntegerBlock,
    StructBlock,
    Widget,
    WidgetContext,
    register,
    sample_articles,
)


@register
class LatestNews(Widget):
    """Titles with the day, newest first."""

    id = "latest_news"
    label = _("Latest news")
    icon = "doc-full"
    description = _("The newest articles of the site, each with its day.")
    group = "news"
    preview_config: ClassVar[Mapping[str, Any]] = {"count": 5}
    template = "latest_news/widget.html"
    css = ("latest_news/latest_news.css",)
    default_place = ("sidebar", 20)
    cache = Cache(tags=frozenset({"news"}))

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        count = IntegerBlock(min_value=1, max_value=20, default=5, label=_("How many articles"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The articles; nothing while there is no news."""
        articles = ctx.news.latest(config["count"])
        return {"articles": articles} if articles else None

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The same; made-up titles where there is no news yet."""
        return self.get_context(ctx, config) or {"articles": sample_articles(config["count"])}
