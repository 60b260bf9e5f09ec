"""Home, sections and articles, as in Wagtail's tutorial, with the fields of Sen's articles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.blocks import CharBlock, RichTextBlock, StructBlock, TextBlock
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Orderable, Page

ON_A_PAGE = 20


@register_setting
class FooterSettings(BaseGenericSetting):
    """The tutorial's navigation settings: what the foot of each page says."""

    address = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    responsible = models.CharField(max_length=255, blank=True)


class HomePage(Page):
    """The front page: the newest articles, and those of each section."""

    body = RichTextField(blank=True)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["articles"] = ArticlePage.objects.live().order_by("-date")[:10]
        context["sections"] = SectionPage.objects.child_of(self).live()
        return context


class SectionPage(Page):
    """A section: its articles, newest first, twenty on a page."""

    intro = RichTextField(blank=True)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        articles = ArticlePage.objects.child_of(self).live().order_by("-date")
        paginator = Paginator(articles, ON_A_PAGE)
        context["articles"] = paginator.get_page(request.GET.get("page"))
        return context


class ArticleTag(TaggedItemBase):
    """A tag of an article."""

    content_object = ParentalKey("ArticlePage", related_name="tagged_items")


class ArticlePage(Page):
    """An article."""

    date = models.DateTimeField()
    lead = models.TextField(blank=True)
    main_image = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    main_image_caption = models.CharField(max_length=255, blank=True)
    body = StreamField(
        [
            ("paragraph", RichTextBlock()),
            ("heading", CharBlock()),
            ("quote", StructBlock([("text", TextBlock()), ("attribution", CharBlock())])),
            ("table", TableBlock()),
            ("image", StructBlock([("image", ImageChooserBlock()), ("caption", CharBlock())])),
        ],
        blank=True,
    )
    source_name = models.CharField(max_length=255, blank=True)
    tags = ClusterTaggableManager(through=ArticleTag, blank=True)

    parent_page_types: ClassVar[list[str]] = ["plain.SectionPage"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        siblings = ArticlePage.objects.sibling_of(self, inclusive=False).live()
        context["newer"] = siblings.filter(date__gte=self.date).order_by("date")[:5]
        context["older"] = siblings.filter(date__lte=self.date).order_by("-date")[:5]
        return context


class Author(Orderable):
    """One of those who wrote an article."""

    page = ParentalKey(ArticlePage, related_name="authors")
    name = models.CharField(max_length=255)
    role = models.CharField(max_length=50)
