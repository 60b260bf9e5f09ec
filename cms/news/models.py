"""The page types: home, section, article, standard page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path, re_path
from wagtail.models import Orderable, Page, Revision
from wagtail.search import index
from wagtail.url_routing import RouteResult

from cms.content.fields import JSONStreamField
from cms.content.text import squeeze
from cms.links.checking import LinkCheckedForm
from cms.search.backend import LongText
from cms.workflow.permissions import AdministeredPage, GatedPage
from sites.models import Department
from sites.tenancy import acting_for

from . import views
from .article_form import ArticleForm
from .blocks import BodyBlock
from .contributors import Contributor, link_people
from .corrections import date_corrections, refuse_changed_corrections
from .pluginpages import plugin_page_models
from .reading import SiteNews
from .routing import find_way, for_serving
from .sitepage import NEWS_ROOT, PEOPLE_ROOT, SitePage, refuse_reserved_slug


class HomePage(SitePage, RoutablePageMixin, AdministeredPage):
    """A site's front page and the root of its news."""

    template = "pages/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["news.SectionPage", "news.StandardPage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the pages on the way to the address in one query; the deepest routes what is left.

        Wagtail asks twice for each level of the tree.
        """
        way = find_way(self, path_components)
        deepest = way[-1]
        # A page of a plugin that is not installed any more.
        if deepest.specific_class is None:
            raise Http404("the plugin of this page is not installed")
        if deepest.pk == self.pk:
            self.remember_way(way)
            return super().route(request, path_components)
        page = for_serving(deepest)
        if isinstance(page, SitePage):
            page.remember_way(way)
        return page.route(request, path_components[deepest.depth - self.depth :])

    @classmethod
    def clean_subpage_models(cls) -> list[type[Page]]:
        """What may stand below: our own types, and those that plugins bring."""
        return [*super().clean_subpage_models(), *plugin_page_models()]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            **views.home_context(self, request),
        }

    @path(f"{NEWS_ROOT}/")
    def news_index(self, request: HttpRequest) -> HttpResponse:
        """All news of the site."""
        return views.listing(self, request, SiteNews(self), "pages/news_index.html")

    @path(f"{NEWS_ROOT}/<int:year>/")
    @path(f"{NEWS_ROOT}/<int:year>/<int:month>/")
    @path(f"{NEWS_ROOT}/<int:year>/<int:month>/<int:day>/")
    def archive(self, request: HttpRequest, **period: int) -> HttpResponse:
        """The site's news of a year, month or day."""
        return views.archive(self, request, SiteNews(self), **period)

    @path(f"{PEOPLE_ROOT}/<slug:slug>/")
    def person(self, request: HttpRequest, slug: str) -> HttpResponse:
        """What one person wrote on the site."""
        return views.person(self, request, slug)

    @re_path(r"^(?P<kind>rss|atom)/$")
    def feed(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The site's news as RSS or Atom."""
        return views.feed(self, request, SiteNews(self), kind)


class SectionPage(SitePage, RoutablePageMixin, AdministeredPage):
    """A section ("chuyên mục"): the articles below it, newest first."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    # When sites are merged: two sections of one name are one, two texts never.
    becomes_part_of_its_twin = True
    template = "pages/section_page.html"
    parent_page_types = ["news.HomePage", "news.SectionPage"]
    subpage_types = ["news.SectionPage", "news.ArticlePage"]
    #: Kinds of articles of packages above this one, which may stand below sections too.
    article_kinds: ClassVar[list[type[Page]]] = []
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def clean(self) -> None:
        super().clean()
        refuse_reserved_slug(self)

    @classmethod
    def clean_subpage_models(cls) -> list[type[Page]]:
        """What may stand below: our own types, and those that plugins bring."""
        return [*super().clean_subpage_models(), *plugin_page_models(), *cls.article_kinds]

    def news(self) -> SiteNews:
        """The news of this section and the sections below it."""
        return SiteNews(self.way[1] if self.way else _home_of(self), self)

    @path("")
    def index_route(self, request: HttpRequest) -> HttpResponse:
        """The section's news."""
        return views.listing(self, request, self.news(), self.template)

    @path("<int:year>/")
    @path("<int:year>/<int:month>/")
    @path("<int:year>/<int:month>/<int:day>/")
    def archive(self, request: HttpRequest, **period: int) -> HttpResponse:
        """The section's news of a year, month or day."""
        return views.archive(self, request, self.news(), **period)

    @re_path(r"^(?P<kind>rss|atom)/$")
    def feed(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The section's news as RSS or Atom."""
        return views.feed(self, request, self.news(), kind)


class ArticleTag(TaggedItemBase):
    """A tag on an article."""

    content_object = ParentalKey(
        "news.ArticlePage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class ArticlePage(SitePage, RoutablePageMixin, GatedPage):
    """A piece of news ("bài viết").

    ``site_root`` and ``section`` repeat the tree, and ``published_at`` is set
    on every live row, so that listings run on one index of this table. They
    are kept true on save and on move; ``manage.py check_news`` proves it.
    """

    lead = models.TextField(
        _("lead"),
        help_text=_("One or two sentences that say what happened (sapo)."),
        max_length=1500,
    )
    body = JSONStreamField(BodyBlock(), verbose_name=_("body"))
    main_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("main picture"),
    )
    main_image_caption = models.CharField(_("caption"), max_length=255, blank=True)
    source_name = models.CharField(_("source"), max_length=150, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    published_at = models.DateTimeField(
        _("publication time"),
        null=True,
        blank=True,
        help_text=_("Shown above the title. Left empty, it is the time when it is published."),
    )
    leading_until = models.DateTimeField(
        _("at the top of the front page until"),
        null=True,
        blank=True,
        help_text=_("Left empty, it moves down as newer articles come."),
    )
    tags = ClusterTaggableManager(through=ArticleTag, blank=True, verbose_name=_("tags"))

    site_root = models.ForeignKey(
        Page, on_delete=models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    #: The article whose text this one shows, where it was shared by another site.
    original = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="places"
    )
    #: The newest correction's time: lists and feeds see by it whether there is any.
    corrected_at = models.DateTimeField(null=True, editable=False)
    section = models.ForeignKey(
        SectionPage,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    # They repeat the tree. As references, a section would be "used" by all its articles,
    # which Wagtail counts whenever the section is opened.
    site_root.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
    section.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]

    # A copy is news of its own: it gets the time when it is published.
    exclude_fields_in_copy = [
        "published_at",
        "leading_until",
        "corrected_at",
        "corrections",
        "original",
    ]
    base_form_class = ArticleForm
    template = "pages/article_page.html"
    parent_page_types = ["news.SectionPage"]
    subpage_types: list[str] = []
    served_with = ("main_image",)

    content_panels = [
        *Page.content_panels,
        FieldPanel("lead"),
        MultiFieldPanel(
            [FieldPanel("main_image"), FieldPanel("main_image_caption")], heading=_("Main picture")
        ),
        FieldPanel("body"),
        FieldPanel("byline_in_one_line"),
        InlinePanel("byline", heading=_("Byline"), label=_("Person")),
        MultiFieldPanel([FieldPanel("source_name"), FieldPanel("source_url")], heading=_("Source")),
        MultiFieldPanel(
            [FieldPanel("published_at"), FieldPanel("leading_until")], heading=_("Time and place")
        ),
        FieldPanel("tags"),
        InlinePanel("attachments", heading=_("Attachments"), label=_("File")),
        InlinePanel(
            "corrections",
            heading=_("Corrections"),
            label=_("Correction"),
            help_text=_("Readers see what was wrong, why, and since when it is right."),
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead"),
        LongText("body"),
        index.FilterField("published_at"),
        index.FilterField("site_root_id"),
    ]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(
                fields=["site_root", "-published_at", "-page_ptr"], name="article_site_time"
            ),
            models.Index(
                fields=["section", "-published_at", "-page_ptr"], name="article_section_time"
            ),
            models.Index(
                fields=["site_root", "leading_until"],
                name="article_leading",
                condition=models.Q(leading_until__isnull=False),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        self.lead = squeeze(self.lead)
        refuse_changed_corrections(self)
        if self.published_at is not None and self.published_at > timezone.now():
            raise ValidationError(
                {
                    "published_at": _(
                        "This time has not come yet. To publish later, set a schedule instead."
                    )
                }
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the columns of the listings' index true."""
        parent = self.get_parent() if self.depth else None
        if parent is not None:
            self.section_id = parent.pk
            self.site_root_id = _home_of(self).pk
        if self.live and self.published_at is None:
            self.published_at = self.first_published_at or timezone.now()
        if self.live:
            date_corrections(self)
            link_people(self)
        super().save(*args, **kwargs)

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The article that a revision holds.

        Its people are looked up as its own department's: the scheduler, who works
        for none, would find nobody and take their keys for dangling.
        """
        if not any(row.get("person") for row in data.get("byline", [])):
            return super().from_serializable_data(data, *args, **kwargs)
        root = (data.get("path") or "")[: 2 * Page.steplen]
        with acting_for(Department.objects.filter(site__root_page__path=root).first()):
            return super().from_serializable_data(data, *args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """Save a revision, whose byline knows the department's people."""
        link_people(self)
        return super().save_revision(*args, **kwargs)

    def remember_way(self, way: list[Page]) -> None:
        """Keep the way, and take the site's home page and the section from it."""
        super().remember_way(way)
        for above in self.way:
            if above.pk == self.site_root_id:
                self.site_root = above
            elif above.pk == self.section_id:
                self.section = above.specific_deferred

    @cached_property
    def byline_lines(self) -> list[str]:
        """The people as they are named below the text, such as "Thời Nhiệm (tổng hợp)"."""
        return [str(entry) for entry in self.byline_entries]

    @cached_property
    def byline_entries(self) -> list[BylineEntry]:
        """The rows of the byline with their people; one query."""
        return list(self.byline.select_related("person"))

    @cached_property
    def shown_tags(self) -> list[Any]:
        """The tags; one query."""
        return list(self.tags.all())

    @cached_property
    def files(self) -> list[Attachment]:
        """The attachments with their documents; one query."""
        return list(self.attachments.select_related("document"))

    @property
    def updated(self) -> Any:
        """When the text was changed after its publication, if more than a minute later."""
        if not self.last_published_at or not self.first_published_at:
            return None
        later = self.last_published_at - self.first_published_at
        return self.last_published_at if later.total_seconds() > 60 else None

    @property
    def print_url(self) -> str:
        """The address of the print view."""
        return self.local_url + self.reverse_subpage("print_view")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, **views.article_context(self, request)}

    @path("ban-in/", name="print_view")
    def print_view(self, request: HttpRequest) -> HttpResponse:
        """The article made for paper."""
        return self.render(
            request,
            template="pages/article_print.html",
            context_overrides={"printed_at": timezone.localtime()},
        )


class Contribution(models.TextChoices):
    """What somebody did for an article."""

    AUTHOR = "author", _("author")
    PHOTO = "photo", _("photo")
    EDITOR = "editor", _("editing")
    COMPILED = "compiled", _("compiled")
    TRANSLATOR = "translator", _("translation")
    SOURCE = "source", _("according to")


class BylineEntry(Orderable):
    """One person below an article, with a role or under a pen name."""

    article = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="byline")
    name = models.CharField(_("name or pen name"), max_length=150)
    role = models.CharField(
        _("role"), max_length=20, choices=Contribution.choices, default=Contribution.AUTHOR
    )

    person = models.ForeignKey(
        Contributor,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="byline_entries",
        verbose_name=_("contributor"),
        help_text=_("Left empty, it is whoever has this name among the department's people."),
    )

    panels = [FieldPanel("name"), FieldPanel("role"), FieldPanel("person")]

    class Meta(Orderable.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("byline")

    def clean(self) -> None:
        super().clean()
        self.name = squeeze(self.name)

    def __str__(self) -> str:
        """The name, with the role in brackets where it is not simply the author."""
        if self.role == Contribution.SOURCE:
            return gettext("According to %(name)s") % {"name": self.name}
        return f"{self.name}{self.suffix}"

    @property
    def suffix(self) -> str:
        """What stands behind the name: " (tổng hợp)"."""
        if self.role in (Contribution.AUTHOR, Contribution.SOURCE):
            return ""
        return f" ({self.get_role_display()})"

    @property
    def url(self) -> str:
        """The address of the person's public page; empty where the name leads to none."""
        person = self.person
        if person is None or self.role == Contribution.SOURCE:
            return ""
        return person.local_url if person.is_shown_as(self.name) else ""


class Attachment(Orderable):
    """A file that belongs to an article."""

    article = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        settings.WAGTAILDOCS_DOCUMENT_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("file"),
    )
    title = models.CharField(_("title"), max_length=200, blank=True)

    panels = [FieldPanel("document"), FieldPanel("title")]

    class Meta(Orderable.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.title or self.document.title


class Correction(Orderable):
    """What was wrong in a published article, and why; it passes the gates with the text.

    ``corrected_at`` is set when it becomes public, and never changes again.
    """

    article = ParentalKey(ArticlePage, on_delete=models.CASCADE, related_name="corrections")
    what = models.TextField(
        _("what is corrected"),
        max_length=1000,
        help_text=_("For readers: what stood there, and what is right."),
    )
    why = models.CharField(_("why"), max_length=300)
    corrected_at = models.DateTimeField(_("corrected on"), null=True, editable=False)

    panels = [FieldPanel("what"), FieldPanel("why")]

    class Meta(Orderable.Meta):
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def clean(self) -> None:
        super().clean()
        self.what, self.why = squeeze(self.what), squeeze(self.why)

    def __str__(self) -> str:
        return self.what


class StandardPage(SitePage, GatedPage):
    """A page that is no news: functions, organisation, contact."""

    lead = models.TextField(_("lead"), blank=True, max_length=1500)
    body = JSONStreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    shows_news: ClassVar[bool] = False
    base_form_class = LinkCheckedForm
    template = "pages/standard_page.html"
    parent_page_types = ["news.HomePage", "news.StandardPage"]
    subpage_types = ["news.StandardPage"]
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead"),
        LongText("body"),
    ]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    def clean(self) -> None:
        super().clean()
        refuse_reserved_slug(self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, "breadcrumb": views.breadcrumb(self)}


class ImportedArticle(models.Model):
    """Which article a line of an import became, so that importing again changes nothing."""

    site_root = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    source_id = models.CharField(max_length=100)
    article = models.OneToOneField(ArticlePage, on_delete=models.CASCADE, related_name="imported")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("site_root", "source_id"), name="one_article_a_source")
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.article_id}"


def _home_of(page: Page) -> HomePage:
    """The home page above ``page``: the tree's second level."""
    return HomePage.objects.get(path=page.path[: 2 * Page.steplen])
