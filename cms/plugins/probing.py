"""How the plugins stand."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.operations.probes import Probe, Reading, State, register

from .models import PluginFailure
from .registry import plugins

#: A failure that is older has most likely been mended.
RECENT = timedelta(days=1)


def read_probe() -> Reading:
    """Whether a plugin is set aside, or has failed within the last day."""
    aside = sorted({info.id for info in plugins.quarantined()})
    recent = PluginFailure.objects.filter(failed_at__gt=timezone.now() - RECENT)
    last = recent.aggregate(last=Max("failed_at"))["last"]
    failing = sorted(set(recent.order_by().values_list("plugin_id", flat=True)))
    number = len({*aside, *failing})
    if aside:
        sentence = _("Set aside, and in use nowhere: %(names)s.") % {"names": ", ".join(aside)}
        return Reading(State.BAD, sentence, number, last)
    if failing:
        sentence = ngettext(
            "One failed within the last day: %(names)s. The pages stayed whole.",
            "Some failed within the last day: %(names)s. The pages stayed whole.",
            len(failing),
        )
        return Reading(State.WARNING, sentence % {"names": ", ".join(failing)}, number, last)
    return Reading(State.GOOD, _("None failed within the last day."), 0)


def register_probe() -> None:
    """Put the plugins into the list of probes; called once, when the apps are ready."""
    register(
        Probe(
            "plugins",
            gettext_lazy("Plugins"),
            read_probe,
            "plugins_failing",
            order=170,
            leads_to="plugins_health",
        )
    )
