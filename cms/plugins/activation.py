"""Switching plugins on and off, for a department and for all, and asking which are on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from cms.delivery.cache import purge, site_tag
from cms.delivery.parts import SitePart
from cms.record.models import Kind
from cms.record.writing import record
from sites.models import Department

from .contributions import SiteEvent
from .models import PluginActivation, PluginSwitch
from .registry import plugins

BUNDLED_SOURCE = "plugins/"


def plugins_off_everywhere() -> frozenset[str]:
    """The ids of the plugins that the province switched off on all sites."""
    off = PluginSwitch.objects.filter(off_everywhere=True)
    return frozenset(off.values_list("plugin_id", flat=True))


def enabled_plugins(department: Department) -> frozenset[str]:
    """The ids of the plugins that ``department`` uses and that may run."""
    return _chosen(department) & plugins.usable_ids()


def _chosen(department: Department) -> frozenset[str]:
    chosen = PluginActivation.objects.filter(department=department, enabled=True).exclude(
        plugin_id__in=PluginSwitch.objects.filter(off_everywhere=True).values("plugin_id")
    )
    return frozenset(chosen.values_list("plugin_id", flat=True))


# Which plugins may run is this process's own knowledge, and not kept.
_CHOSEN = SitePart("plugins", _chosen, lambda site_id: frozenset({site_tag(site_id)}))


def enabled_for(request: HttpRequest, department: Department) -> frozenset[str]:
    """The department's plugins, at most read once a request."""
    return _CHOSEN.of(request, department) & plugins.usable_ids()


@transaction.atomic
def set_enabled_plugins(department: Department, plugin_ids: Iterable[str]) -> None:
    """Let ``department`` use exactly ``plugin_ids`` of the plugins that may run.

    Decisions about plugins that are absent, quarantined or off everywhere stay as
    they are. Ids of no such plugin are ignored. The plugins' hooks are told.
    """
    from .events import announce

    before, wanted = enabled_plugins(department), set(plugin_ids)
    for plugin_id in plugins.usable_ids() - plugins_off_everywhere():
        PluginActivation.objects.update_or_create(
            department=department,
            plugin_id=plugin_id,
            defaults={"enabled": plugin_id in wanted},
        )
    after = enabled_plugins(department)
    for plugin_id in sorted(after - before):
        announce(SiteEvent("enabled", department), only=plugin_id)
    for plugin_id in sorted(before - after):
        announce(SiteEvent("disabled", department), only=plugin_id)
    if before != after:
        changes = [f"+ {_label(one)}" for one in sorted(after - before)]
        changes += [f"− {_label(one)}" for one in sorted(before - after)]
        record(department, "sen.plugins.switch", Kind.PLUGINS, details=", ".join(changes))
    purge(site_tag(department.site_id))


@transaction.atomic
def set_off_everywhere(plugin_id: str, off: bool) -> None:
    """Switch a plugin off on all sites, or let each department's own decision count again.

    The plugin's hooks are told on each site that uses it.
    """
    from .events import announce

    if off == (plugin_id in plugins_off_everywhere()):
        return
    name = "disabled" if off else "enabled"
    for department in Department.objects.filter(
        plugin_activations__plugin_id=plugin_id, plugin_activations__enabled=True
    ).select_related("site"):
        announce(SiteEvent(name, department), only=plugin_id)
        act = "off_everywhere" if off else "left_to_sites"
        record(department, f"sen.plugins.{act}", Kind.PLUGINS, about=_label(plugin_id))
    PluginSwitch.objects.update_or_create(plugin_id=plugin_id, defaults={"off_everywhere": off})
    purge(*(site_tag(pk) for pk in Department.objects.values_list("site_id", flat=True)))


def _label(plugin_id: str) -> str:
    info = plugins.get(plugin_id)
    return str(info.label) if info is not None else plugin_id


def enable_bundled_plugins(sender: Any, department: Department, **kwargs: Any) -> None:
    """Receiver of ``site_opened``: what ships with Sen is on, unless it was decided otherwise."""
    PluginActivation.objects.bulk_create(
        [
            PluginActivation(department=department, plugin_id=info.id)
            for info in plugins.usable()
            if info.source.startswith(BUNDLED_SOURCE)
        ],
        ignore_conflicts=True,
    )
