"""What the plugin brings beside its widget: settings, screens, addresses, forgetting visitors."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import ExpressionWrapper, F, FloatField, QuerySet
from django.db.models.functions import NullIf
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.widgets.button import HeaderButton

from cms.sdk import (
    AdminScreen,
    BooleanBlock,
    ChoiceBlock,
    Hit,
    PluginSettings,
    SiteEvent,
    StructBlock,
    background_task,
    current_department,
    on_hit,
    register_screen,
    register_settings,
    register_urls,
    site_hook,
)

from .models import Comment, DailySecret, Grade, PageRating
from .rating import forget_visitors
from .views import result, take_rating

# Seconds between two looks for days that are over.
SWEEP_EVERY = 300
COMMENTS_A_SCREEN = 20


@register_settings
class SatisfactionSettings(PluginSettings):
    """What the forms of a site ask."""

    class Config(StructBlock):
        grades = ChoiceBlock(
            choices=[
                ("3", _("Three: very satisfied, satisfied, not satisfied")),
                ("5", _("Five: from very satisfied to very dissatisfied")),
            ],
            default="3",
            label=_("Grades"),
            help_text=_("What was counted stays counted under its own word."),
        )
        comments = BooleanBlock(
            required=False, default=True, label=_("Visitors may add a short comment")
        )


class ReadOnlyScreen(AdminScreen):
    """A screen on which nothing is made or changed: visitors do that."""

    add_to_reference_index = False
    form_fields: ClassVar[list[str]] = []

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        nowhere = {"add_url_name": None, "edit_url_name": None, "history_url_name": None}
        common: dict[str, Any] = super().get_common_view_kwargs(**{**nowhere, **kwargs})
        return {**common, "usage_url_name": None}

    def get_urlpatterns(self) -> list[Any]:
        unwanted = {"add", "edit", "history", "history_results", "usage"}
        return [pattern for pattern in super().get_urlpatterns() if pattern.name not in unwanted]

    def register_admin_url_finder(self) -> None:
        """There is nothing to edit, so nothing to find."""


def details_url(row: PageRating) -> str:
    """The screen of one page's distribution and comments."""
    return reverse("satisfaction_pagerating:inspect", args=[row.pk])


class RatingIndexView(IndexView):
    """The rated pages, most ratings first."""

    default_ordering = "-ratings"

    def get_base_queryset(self) -> QuerySet[PageRating]:
        rows: QuerySet[PageRating] = super().get_base_queryset()
        counters = {grade: F(f"grade_{grade.value}") for grade in Grade}
        ratings = reduce(add, counters.values())
        points = reduce(add, (counter * grade.value for grade, counter in counters.items()))
        mean = ExpressionWrapper(points * 1.0 / NullIf(ratings, 0), output_field=FloatField())
        return rows.select_related("page").annotate(ratings=ratings, mean=mean)

    @cached_property
    def header_buttons(self) -> list[Any]:
        """The way to what visitors wrote."""
        url = reverse("satisfaction_comment:index")
        return [HeaderButton(_("All comments"), url=url, icon_name="comment")]


class RatingInspectView(InspectView):
    """One page's distribution and comments."""

    page_title = _("Satisfaction rating")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comments = Paginator(Comment.objects.filter(page=self.object.page_id), COMMENTS_A_SCREEN)
        return {
            **super().get_context_data(**kwargs),
            "comments": comments.get_page(self.request.GET.get("p")),
        }


@register_screen
class RatingScreen(ReadOnlyScreen):
    """What pages were rated, for the site's administrator."""

    model = PageRating
    icon = "success"
    menu_label = _("Satisfaction")
    index_view_class = RatingIndexView
    list_display = [
        TitleColumn("page", label=_("Page"), width="55%", get_url=details_url),
        # Few and short, for a telephone: the distribution is a click away.
        Column("average", label=_("Average"), sort_key="mean"),
        Column("satisfied_percent", label=_("Per cent satisfied")),
        Column("total", label=_("Ratings"), sort_key="ratings"),
    ]
    search_fields = ["page__title"]
    inspect_view_enabled = True
    inspect_view_class = RatingInspectView
    inspect_template_name = "satisfaction/admin/rating.html"
    list_export = [
        "page.title",
        "address",
        "total",
        "average",
        "satisfied_percent",
        *(f"grade_{grade.value}" for grade in Grade),
    ]
    export_headings: ClassVar[dict[str, Any]] = {
        "page.title": _("Page"),
        "address": _("Address"),
        "total": _("Ratings"),
        "average": _("Average (1–5)"),
        "satisfied_percent": _("Satisfied, per cent"),
    }
    export_filename = "muc-do-hai-long"

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{"delete_url_name": None, **kwargs})

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "delete"]


class CommentIndexView(IndexView):
    """The comments, newest first."""

    def get_base_queryset(self) -> QuerySet[Comment]:
        rows: QuerySet[Comment] = super().get_base_queryset()
        return rows.select_related("page")


@register_screen
class CommentScreen(ReadOnlyScreen):
    """What visitors wrote; the site's administrator can delete what names a person."""

    model = Comment
    icon = "comment"
    menu_label = _("Comments on pages")
    add_to_admin_menu = False
    index_view_class = CommentIndexView
    list_display = ["text", "grade", "page", "day"]
    list_filter = ["grade", "day"]
    search_fields = ["text"]


@background_task
def forget_past_days() -> None:
    """Delete what could still tell whether somebody rated a page on a past day."""
    department = current_department()
    if department is not None:
        forget_visitors(department)


@on_hit(every=SWEEP_EVERY)
def sweep(hit: Hit) -> None:
    """Every few minutes in which the site is visited, see whether a day is over."""
    if DailySecret.objects.filter(day__lt=timezone.localdate()).exists():
        forget_past_days.enqueue(hit.department)


@site_hook("disabled")
def forget_before_leaving(event: SiteEvent) -> None:
    """Nobody sweeps while the plugin is off, nor rates: today's marks can go as well."""
    DailySecret.objects.all().delete()


register_urls(
    "hai-long",
    [
        path("<int:page_id>/", result, name="page"),
        path("<int:page_id>/gui/", take_rating, name="rate"),
    ],
)
