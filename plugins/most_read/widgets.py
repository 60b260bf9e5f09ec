"""The articles that were read most in the last days."""

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

# Some of the pages read most are no articles, or are not published any more.
SPARE = 20


@register
class MostRead(Widget):
    """Titles, the one read most first."""

    id = "most_read"
    label = _("Most read")
    icon = "order-down"
    description = _("The articles that were read most in the last days.")
    group = "news"
    preview_config: ClassVar[Mapping[str, Any]] = {"days": 30, "count": 5}
    template = "most_read/widget.html"
    css = ("most_read/most_read.css",)
    default_place = ("sidebar", 40)
    # The order moves with every reader; five minutes late is soon enough.
    cache = Cache(max_age=300, tags=frozenset({"news"}), vary=frozenset({"date"}))

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        days = IntegerBlock(min_value=1, max_value=365, default=30, label=_("Within how many days"))
        count = IntegerBlock(min_value=1, max_value=20, default=5, label=_("How many articles"))

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The articles; nothing while nobody has read any."""
        ranking = ctx.traffic.most_viewed(config["days"], config["count"] + SPARE)
        found = ctx.news.by_ids([page_id for page_id, _views in ranking])
        articles = [found[page_id] for page_id, _views in ranking if page_id in found]
        return {"articles": articles[: config["count"]]} if articles else None

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The same; made-up titles where there are no readers yet."""
        return self.get_context(ctx, config) or {"articles": sample_articles(config["count"])}
