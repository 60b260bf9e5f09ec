"""Where a plugin is used: everything that is stored for it, to be found, exported, removed.

Features that store something for plugins register a :class:`Store`; areas, for
one, are known to the widgets, not here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import connection, models
from wagtail.models import Page, Revision

from .models import PluginActivation, PluginConfiguration, PluginFailure, PluginSwitch
from .registry import plugins


@dataclass(frozen=True)
class Use:
    """One place where something of a plugin is stored.

    Args:
        what: the kind of thing, such as ``area`` or ``settings``.
        where: which one, for people.
        count: how many of the plugin's things are there.
    """

    what: str
    where: str
    count: int = 1


@dataclass(frozen=True)
class Store:
    """Something that is kept for plugins: how to find it, write it out, remove it."""

    find: Callable[[str], Iterable[Use]]
    export: Callable[[str], Any]
    remove: Callable[[str], None]


_stores: dict[str, Store] = {}


def register_store(name: str, store: Store) -> None:
    """Have ``store`` searched by :func:`usage_of` and emptied by ``purge_plugin``."""
    _stores[name] = store


def usage_of(plugin_id: str) -> list[Use]:
    """Everything that is stored for a plugin, installed or not."""
    return [use for store in _stores.values() for use in store.find(plugin_id)]


def stores() -> dict[str, Store]:
    """Every registered store, by name."""
    return dict(_stores)


def tables_of(plugin_id: str) -> list[type[models.Model]]:
    """The models of a plugin whose tables are there; none for one that is not installed."""
    if plugins.get(plugin_id) is None or plugin_id not in apps.app_configs:
        return []
    installed = apps.get_app_config(plugin_id).get_models(include_auto_created=True)
    mine = [model for model in installed if model._meta.managed and not model._meta.proxy]
    # After a purge, and before the first migrate, they are not there.
    there = set(connection.introspection.table_names()) if mine else set()
    return [model for model in mine if model._meta.db_table in there]


def page_types_of(plugin_id: str) -> list[type[Page]]:
    """The page types of a plugin."""
    return [model for model in tables_of(plugin_id) if issubclass(model, Page)]


def _find_rows(plugin_id: str) -> Iterable[Use]:
    for model in tables_of(plugin_id):
        if count := model._base_manager.count():
            yield Use("page" if issubclass(model, Page) else "table", model._meta.label, count)


def _export_rows(plugin_id: str) -> Any:
    rows = [row for model in tables_of(plugin_id) for row in model._base_manager.all()]
    # Pages as well: what is inherited from Wagtail stands in another table.
    pages = Page.objects.filter(pk__in=[row.pk for row in rows if isinstance(row, Page)])
    drafts = Revision.objects.filter(content_type__app_label=plugin_id)
    return json.loads(serializers.serialize("json", [*pages, *rows, *drafts]))


def _remove_rows(plugin_id: str) -> None:
    # Tables go with the migrations; pages hang in the tree and go one by one.
    for model in page_types_of(plugin_id):
        for pk in model._base_manager.values_list("pk", flat=True):
            # It may have gone with the page above it, which also changed the tree.
            if page := model._base_manager.filter(pk=pk).first():
                page.delete()
    # With the types go permissions, references and revisions that name them.
    ContentType.objects.filter(app_label=plugin_id).delete()


def _rows_of(model: type[models.Model]) -> Store:
    def rows(plugin_id: str) -> models.QuerySet[Any]:
        return model._default_manager.filter(plugin_id=plugin_id)

    def find(plugin_id: str) -> Iterable[Use]:
        for row in rows(plugin_id):
            yield Use(str(model._meta.verbose_name), str(row))

    def export(plugin_id: str) -> Any:
        return json.loads(serializers.serialize("json", rows(plugin_id)))

    return Store(find, export, lambda plugin_id: rows(plugin_id).delete() and None)


register_store("rows", Store(_find_rows, _export_rows, _remove_rows))
register_store("activations", _rows_of(PluginActivation))
register_store("configurations", _rows_of(PluginConfiguration))
register_store("failures", _rows_of(PluginFailure))
register_store("switches", _rows_of(PluginSwitch))
