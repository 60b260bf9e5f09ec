"""How counting stands, for probes and metrics."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from cms.operations.metrics import register_collector
from cms.operations.probes import Probe, Reading, State, by_age, in_words, register, seconds_since

from .models import SITE, DailyCount, Hit, RollUp

#: How long views may wait to be rolled up, in seconds: it is done every few.
WARNING, BAD = 180, 1800


def read_probe() -> Reading:
    """How long views have waited to be rolled up. None is lost meanwhile."""
    waits = Hit.objects.filter(is_counted=False)
    oldest = waits.order_by("at").values_list("at", flat=True).first()
    if oldest is None:
        last = RollUp.objects.values_list("at", flat=True).first()
        return Reading(State.GOOD, _("All views are counted."), 0, last)
    number, seconds = waits.count(), seconds_since(oldest)
    state = by_age(seconds, WARNING, BAD)
    sentence = ngettext(
        "%(n)s view waits to be counted, for %(time)s.",
        "%(n)s views wait to be counted, the oldest for %(time)s.",
        number,
    )
    if state is not State.GOOD:
        sentence += " " + _("None is lost; look whether manage.py run_worker runs.")
    return Reading(state, sentence % {"n": number, "time": in_words(seconds)}, number)


def collect() -> Iterator[Metric]:
    """Today's views of each site, as of the last roll-up."""
    views = GaugeMetricFamily(
        "sen_views_today", "Views of a site today that are rolled up", labels=["department"]
    )
    today = DailyCount.objects.filter(day=timezone.localdate(), page=SITE)
    for host, number in today.values_list("site__hostname", "views").order_by("site__hostname"):
        views.add_metric([host], number)
    yield views


def register_probe() -> None:
    """Put counting into the list of probes and the metrics; called once, when apps are ready."""
    label = gettext_lazy("Counting")
    register(Probe("counting", label, read_probe, "views_waiting", order=160))
    register_collector("traffic", collect)
