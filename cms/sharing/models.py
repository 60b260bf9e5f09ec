"""An article on other departments' sites: offered, placed, followed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, HelpPanel, PublishingPanel
from wagtail.url_routing import RouteResult

from cms.news.models import ArticlePage, BylineEntry, SectionPage
from cms.workflow import takedown
from cms.workflow.authority import NotApproved
from sites.models import Department
from sites.scoping import DepartmentModel
from sites.tree import department_of


class SharedArticlePage(ArticlePage):
    """Another department's article in a section of one's own: own place and time, no text.

    It is an article in every listing, feed and count. Title, lead and picture
    repeat those of the original's public text and follow it; the rest is read
    from there when the page is shown. It passes the receiver's own gates.
    """

    is_creatable = False
    base_form_class = WagtailAdminPageForm
    parent_page_types = ["news.SectionPage"]
    subpage_types: list[str] = []
    template = "pages/article_page.html"

    content_panels = [
        HelpPanel(template="sharing/text_elsewhere.html", heading=_("Shared article")),
    ]
    promote_panels = [FieldPanel("slug"), FieldPanel("leading_until")]
    settings_panels = [PublishingPanel()]

    class Meta:
        verbose_name = _("shared article")
        verbose_name_plural = _("shared articles")

    @cached_property
    def shown(self) -> ArticlePage | None:
        """The original, as it is public now; None where it is not."""
        article = ArticlePage.objects.filter(pk=self.original_id, live=True).first()
        return article if article is not None and not article.get_view_restrictions() else None

    @cached_property
    def canonical_url(self) -> str:
        """Where the article was published first."""
        return (self.shown.full_url or "") if self.shown is not None else ""

    @property
    def updated(self) -> Any:
        """When the original was changed after its publication."""
        return self.shown.updated if self.shown is not None else None

    @cached_property
    def byline_entries(self) -> list[BylineEntry]:
        """The original's people."""
        return self.shown.byline_entries if self.shown is not None else []

    def take_over(self) -> None:
        """Set the columns that lists show to what the original says. Saves nothing."""
        for name, value in projection(self.shown).items() if self.shown is not None else ():
            setattr(self, name, value)

    def fill(self) -> None:
        """Put the original's text into this object, to be shown and never saved."""
        if self.shown is None:
            return
        self.take_over()
        self.body = self.shown.body
        for name in ("attachments", "corrections"):
            setattr(self, name, list(getattr(self.shown, name).all()))
        self.tags.set(list(self.shown.tags.all()))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the columns of the lists true."""
        self.take_over()
        super().save(*args, **kwargs)

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """Publish. Raises NotApproved where the original is not public any more."""
        if self.shown is None:
            raise NotApproved(_("The original of this article is not public any more."))
        return super().publish(*args, **kwargs)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Route as an article; 410 with the original's notice where that was taken down."""
        if not self.live and self.original is not None:
            taken = takedown.current(self.original)
            if taken is not None:
                raise takedown.GoneError(self, taken)
        return super().route(request, path_components)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self.fill()
        return super().get_context(request, *args, **kwargs)


SectionPage.article_kinds.append(SharedArticlePage)


def projection(article: ArticlePage) -> dict[str, Any]:
    """What a shared article repeats of its original, by column."""
    department = department_of(article)
    return {
        "title": article.title,
        "draft_title": article.title,
        "lead": article.lead,
        "main_image_id": article.main_image_id,
        "main_image_caption": article.main_image_caption,
        "corrected_at": article.corrected_at,
        "source_name": department.name[:150] if department is not None else "",
        "source_url": (article.full_url or "")[:500],
    }


class Offer(models.Model):
    """A department offers an article of its own to other departments."""

    article = models.ForeignKey(ArticlePage, on_delete=models.CASCADE, related_name="offers")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)
    offered_by = models.CharField(max_length=255)
    offered_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.article_id} of {self.department_id}"


class Placement(DepartmentModel):
    """An offer, and what the department it was made to has made of it."""

    class State(models.TextChoices):
        """Where it stands at the receiver."""

        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("In approval")
        PUBLIC = "public", _("Public")
        DECLINED = "declined", _("Declined")
        DROPPED = "dropped", _("Dropped")
        ENDED = "ended", _("Ended by the source")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="placements")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    page = models.OneToOneField(
        SharedArticlePage,
        on_delete=models.SET_NULL,
        null=True,
        related_name="placement",
    )
    decided_by = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=("offer", "department"), name="one_placement_a_receiver")
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} at {self.department_id}: {self.state}"


class Receipt(models.Model):
    """That an act at the source has reached a place."""

    class Act(models.TextChoices):
        """What happened at the source."""

        CHANGED = "changed", _("changed")
        CORRECTED = "corrected", _("corrected")
        ENDED = "ended", _("taken down")
        RETURNED = "returned", _("published again")

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="receipts")
    act = models.CharField(max_length=10, choices=Act.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.act}"


class AutomaticAcceptance(DepartmentModel):
    """What comes from a source is public here at once: the chief editor's standing approval."""

    moves_when_merged = False

    source = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="+", verbose_name=_("source")
    )
    source_section = models.ForeignKey(
        SectionPage,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("section of the source"),
    )
    section = models.ForeignKey(
        SectionPage, on_delete=models.CASCADE, related_name="+", verbose_name=_("own section")
    )
    reason = models.CharField(_("reason"), max_length=300)
    switched_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    switched_on_by_name = models.CharField(max_length=255)
    switched_on_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("automatic acceptance")
        verbose_name_plural = _("automatic acceptances")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.source_id} at {self.department_id}"
