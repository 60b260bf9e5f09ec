"""What the plugin brings beside its widget: screen, addresses, forgetting who voted."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView, InspectView

from cms.sdk import (
    AdminScreen,
    Hit,
    Role,
    SiteEvent,
    background_task,
    current_department,
    on_hit,
    purge,
    register_screen,
    register_urls,
    site_hook,
)

from . import samples
from .models import Poll
from .views import index, poll_page, take_vote
from .voting import forget_voters

# Seconds between two looks for polls that have closed.
SWEEP_EVERY = 300


class PollIndexView(IndexView):
    """The polls with their votes counted."""

    def get_base_queryset(self) -> QuerySet[Poll]:
        polls: QuerySet[Poll] = super().get_base_queryset()
        return polls.annotate(votes=Sum("options__votes"))


class PollResultsView(InspectView):
    """The results of one poll."""

    page_title = _("Results")


@register_screen
class PollScreen(AdminScreen):
    """The polls, for editors, chief editors and the site's administrators."""

    model = Poll
    icon = "tasks"
    menu_label = _("Polls")
    roles = (Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN)
    index_view_class = PollIndexView
    list_display = [
        "question",
        Column("state", label=_("State")),
        # Not a DateColumn: it says "0 minutes ago" of what is yet to come.
        Column("opens_at", label=_("Opens at"), sort_key="opens_at"),
        Column("closes_at", label=_("Closes at"), sort_key="closes_at"),
        Column("votes", label=_("Votes"), sort_key="votes"),
    ]
    search_fields = ["question"]
    inspect_view_enabled = True
    inspect_view_class = PollResultsView
    inspect_template_name = "poll/admin/results.html"


@receiver([post_save, post_delete], sender=Poll)
def drop_kept_output(instance: Poll, **kwargs: Any) -> None:
    """What is kept of the site shows the old poll; an editor's change is rare, a vote is not."""
    purge(instance.department, "poll", "site")


@background_task
def forget_closed() -> None:
    """Delete what could still tell whether somebody voted in a poll that has closed."""
    department = current_department()
    if department is not None:
        forget_voters(department)


@on_hit(every=SWEEP_EVERY)
def sweep(hit: Hit) -> None:
    """Every few minutes in which the site is visited, see whether a poll has closed."""
    if Poll.objects.filter(closes_at__lte=timezone.now()).exclude(secret="").exists():
        forget_closed.enqueue(hit.department)


@site_hook("disabled")
def forget_before_leaving(event: SiteEvent) -> None:
    """Nobody sweeps while the plugin is off."""
    forget_voters(event.department)


site_hook("demo")(samples.bring)
register_urls(
    "binh-chon",
    [
        path("", index, name="index"),
        path("<int:poll_id>/", poll_page, name="poll"),
        path("<int:poll_id>/phieu/", take_vote, name="vote"),
    ],
)
