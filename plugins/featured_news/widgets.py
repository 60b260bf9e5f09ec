"""Featured news: articles that an editor picked, or the newest with a tag or of a section."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.sdk import (
    ArticleChooserBlock,
    Cache,
    CharBlock,
    ChoiceBlock,
    IntegerBlock,
    ListBlock,
    SectionChooserBlock,
    StructBlock,
    StructBlockValidationError,
    Widget,
    WidgetContext,
    register,
    sample_articles,
)

MAX_ARTICLES = 12


@register
class FeaturedNews(Widget):
    """Articles with pictures, as one story with a list or as cards."""

    id = "featured_news"
    label = _("Featured news")
    description = _("Articles with pictures: picked by hand, or the newest by tag or section.")
    icon = "thumbtack"
    group = "news"
    template = "featured_news/widget.html"
    css = ("featured_news/featured_news.css",)
    # An article that is published, changed or withdrawn purges "news".
    cache = Cache(tags=frozenset({"news", "site"}))
    preview_config: ClassVar[dict[str, Any]] = {"source": "section", "count": 4, "layout": "lead"}

    class Config(StructBlock):
        title = CharBlock(required=False, max_length=60, label=_("Title"))
        source = ChoiceBlock(
            choices=[
                ("picked", _("Articles picked by hand")),
                ("tag", _("The newest with a tag")),
                ("section", _("The newest of a section")),
            ],
            default="picked",
            label=_("Which articles"),
        )
        articles = ListBlock(
            ArticleChooserBlock(required=False, label=_("Article")),
            default=[],
            max_num=MAX_ARTICLES,
            label=_("Picked articles"),
            help_text=_("In this order. One that is not published on this site is left out."),
        )
        tag = CharBlock(
            required=False,
            max_length=100,
            label=_("Tag"),
            help_text=_("As it stands on the articles; capital letters do not matter."),
        )
        section = SectionChooserBlock(
            required=False,
            label=_("Section"),
            help_text=_("With the sections below it. Left empty, it is the whole site."),
        )
        count = IntegerBlock(
            min_value=1,
            max_value=MAX_ARTICLES,
            default=5,
            label=_("How many articles"),
            help_text=_("By tag or section; picked articles are all shown."),
        )
        layout = ChoiceBlock(
            choices=[("lead", _("One large, the others as a list")), ("cards", _("Cards"))],
            default="lead",
            label=_("Layout"),
        )

        def clean(self, value: Any) -> Any:
            """Refuse what would never show anything."""
            value = super().clean(value)
            if value["source"] == "picked" and not any(value["articles"]):
                raise StructBlockValidationError(
                    {"articles": ValidationError(_("Pick at least one article."))}
                )
            if value["source"] == "tag" and not value["tag"].strip():
                raise StructBlockValidationError({"tag": ValidationError(_("Write the tag."))})
            return value

    def get_context(self, ctx: WidgetContext, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The articles, published ones of this site only; nothing without any."""
        articles = self._articles(ctx, config)
        return {"articles": articles, "layout": config["layout"]} if articles else None

    def get_preview_context(
        self, ctx: WidgetContext, config: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The site's newest, or samples where it has no news yet."""
        articles = ctx.news.latest(config["count"]) or sample_articles(config["count"])
        return {"articles": articles, "layout": config["layout"]}

    def _articles(self, ctx: WidgetContext, config: Mapping[str, Any]) -> list[Any]:
        if config["source"] == "tag":
            return ctx.news.tagged(config["tag"], config["count"])
        if config["source"] == "section":
            return ctx.news.latest(config["count"], config["section"])
        # None where the page is gone altogether.
        picked = dict.fromkeys(article.pk for article in config["articles"] if article)
        published = ctx.news.by_ids(picked)
        return [published[pk] for pk in picked if pk in published]
