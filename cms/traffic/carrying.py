"""Carrying counts along when pages go from one site to another."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from sites.models import Department

from .counts import SiteCounts
from .models import DailyCount, Hit, OpeningBalance
from .rolling import counters_locked, roll_up

BATCH = 500


def carry_counts(
    sender: type[Department],
    source: Department,
    target: Department,
    page_ids: list[int],
    options: dict[str, str],
    report: Any,
    **kwargs: Any,
) -> None:
    """Let the views of the pages be the target's; its visits grow where that was told.

    Listens to ``pages_moved``. With ``counters`` ``add`` the visits of the source are
    added to the target's opening balance, with the source's name as evidence; they
    stay in the source's record too, which nobody adds up with the target's.
    """
    roll_up()
    moved = 0
    with counters_locked():
        for begin in range(0, len(page_ids), BATCH):
            batch = page_ids[begin : begin + BATCH]
            for model in (DailyCount, OpeningBalance):
                rows = model._default_manager.filter(site_id=source.site_id, page__in=batch)
                moved += rows.update(site_id=target.site_id)
            # Those that came in the meantime.
            waiting = Hit.objects.filter(site_id=source.site_id, page__in=batch, is_counted=False)
            moved += waiting.update(site_id=target.site_id)
    report.count(_("counts of views"), moved, restless=True)
    if options.get("counters") != "add":
        return
    visits = SiteCounts(source.site_id).visits().total
    before = OpeningBalance.objects.filter(site_id=target.site_id, page=0).first()
    evidence = _("%(visits)d visits of %(host)s") % {"visits": visits, "host": source.host}
    SiteCounts(target.site_id).set_opening_balance(
        (before.amount if before else 0) + visits,
        evidence="; ".join(filter(None, [before.evidence if before else "", evidence]))[:255],
    )
    report.count(_("visits that are added"), visits, restless=True)
