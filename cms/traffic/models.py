"""The ledger of hits, its roll-up by day, and what was counted before us.

``page`` is a Wagtail page's id, or 0 (:data:`SITE`) for the site as a whole.
It is no foreign key: the count of a deleted page stays in the site's history.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

SITE = 0


class Hit(models.Model):
    """One accepted beacon: a view of a page. Appended, marked when it is counted, then forgotten.

    ``key`` names the view, so that a beacon that is sent again is the same hit.
    Whether it begins a visit the roll-up decides.
    """

    key = models.CharField(max_length=40, primary_key=True)
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    page = models.PositiveBigIntegerField(default=SITE)
    at = models.DateTimeField()
    visitor = models.CharField(max_length=32)
    is_bot = models.BooleanField(default=False)
    is_counted = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=("site", "page"), condition=Q(is_counted=False), name="hit_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at}: site {self.site_id}, page {self.page}"


class DailyCount(models.Model):
    """A day's views of a page or of the whole site; for the site its visits and visitors too."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    page = models.PositiveBigIntegerField(default=SITE)
    day = models.DateField()
    views = models.PositiveBigIntegerField(default=0)
    visits = models.PositiveBigIntegerField(default=0)
    visitors = models.PositiveBigIntegerField(default=0)
    #: Views by crawlers and scripts, which are in none of the other columns.
    bots = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("site", "page", "day"), name="one_count_a_day")
        ]
        indexes = [models.Index(fields=("site", "day"), name="count_site_day")]

    def __str__(self) -> str:
        return f"{self.day}: site {self.site_id}, page {self.page}: {self.views}"


class RollUp(models.Model):
    """One row: its lock lets one roll-up run at a time; it says when the last one was done."""

    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.at)


class OpeningBalance(models.Model):
    """What an older system had counted: views of a page, or visits of the whole site."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    page = models.PositiveBigIntegerField(default=SITE)
    amount = models.PositiveBigIntegerField(_("amount"))
    as_of = models.DateField(_("as of"))
    evidence = models.CharField(_("evidence"), max_length=255, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("site", "page"), name="one_opening_balance")]
        verbose_name = _("opening balance")
        verbose_name_plural = _("opening balances")

    def __str__(self) -> str:
        return f"site {self.site_id}, page {self.page}: {self.amount}"


class DailySalt(models.Model):
    """The secret of a day's visitor digests; it is deleted with the day."""

    day = models.DateField(unique=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)


class Presence(models.Model):
    """When a visitor's digest, which is of one site and one day, was last seen.

    Tells a new visit from a further view, and the day's visitors from their visits.

    The digest cannot be led back to an address once the day's salt is gone.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    digest = models.CharField(max_length=32, unique=True)
    last_seen = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=("site", "last_seen"), name="presence_online")]

    def __str__(self) -> str:
        return f"site {self.site_id}: {self.last_seen}"
