"""Switching plugins on and off for a department, and asking which are on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from cms.delivery.cache import purge, site_tag
from sites.models import Department

from .models import PluginActivation
from .registry import plugins

BUNDLED_SOURCE = "plugins/"


def enabled_plugins(department: Department) -> frozenset[str]:
    """The ids of the plugins that ``department`` uses and that may run."""
    chosen = PluginActivation.objects.filter(department=department, enabled=True)
    return frozenset(chosen.values_list("plugin_id", flat=True)) & plugins.usable_ids()


@transaction.atomic
def set_enabled_plugins(department: Department, plugin_ids: Iterable[str]) -> None:
    """Let ``department`` use exactly ``plugin_ids`` of the plugins that may run.

    Decisions about plugins that are absent or quarantined stay as they are.
    Ids of no such plugin are ignored.
    """
    wanted = set(plugin_ids)
    for plugin_id in plugins.usable_ids():
        PluginActivation.objects.update_or_create(
            department=department,
            plugin_id=plugin_id,
            defaults={"enabled": plugin_id in wanted},
        )
    purge(site_tag(department.site_id))


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
