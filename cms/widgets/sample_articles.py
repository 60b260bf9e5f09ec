"""Articles that nobody wrote, for previews on a site that has no news yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES = (
    _("Conference reviews the province's work in the first half of the year"),
    _("Public services online: more than nine in ten files handled on time"),
    _("Training in digital skills for village and neighbourhood groups"),
    _("Farmers bring in the summer crop ahead of the rains"),
    _("A new bridge joins two communes across the river"),
)


@dataclass(frozen=True)
class SampleArticle:
    """What a widget's template may ask of an article. It leads nowhere."""

    title: str | Promise
    published_at: datetime
    local_url: str = "#"
    lead: str = ""
    section: None = None
    main_image: None = None


def sample_articles(count: int) -> list[SampleArticle]:
    """``count`` articles, the newest first, a day apart; at most as many as there are titles."""
    now = timezone.now()
    return [
        SampleArticle(title, now - timedelta(days=age)) for age, title in enumerate(TITLES[:count])
    ]
