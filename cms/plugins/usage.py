"""Where a plugin is used, and taking all of it away after it was exported.

Features that store something for plugins register a :class:`Store`; areas, for
one, are known to the widgets, not here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.core import serializers
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import Page

from cms.delivery.cache import purge as purge_tags
from cms.delivery.cache import site_tag
from sites.models import Department

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
    """Have ``store`` searched by :func:`usage_of` and emptied by :func:`purge_plugin`."""
    _stores[name] = store


def usage_of(plugin_id: str) -> list[Use]:
    """Everything that is stored for a plugin, installed or not."""
    return [use for store in _stores.values() for use in store.find(plugin_id)]


def purge_plugin(plugin_id: str, folder: Path, say: Callable[[str], None]) -> Path:
    """Export everything of a plugin, then remove it, its tables too.

    Args:
        folder: where the export goes; made where it is not there.
        say: told each step.

    Returns:
        The export's path: one JSON file.

    Raises:
        OSError: the export cannot be written; then nothing was removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{plugin_id}-{timezone.localtime():%Y%m%d-%H%M%S}.json"
    content = {
        "plugin": plugin_id,
        "exported_at": timezone.now(),
        **{name: store.export(plugin_id) for name, store in _stores.items()},
    }
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
    say(f"exported to {path}")
    with transaction.atomic():
        for name, store in _stores.items():
            store.remove(plugin_id)
            say(f"removed: {name}")
    if _app(plugin_id) is not None:
        call_command("migrate", plugin_id, "zero", interactive=False, verbosity=0)
        say("removed: its tables")
    purge_tags(*(site_tag(pk) for pk in Department.objects.values_list("site_id", flat=True)))
    return path


def _app(plugin_id: str) -> AppConfig | None:
    """The plugin's app, where it is installed and has tables."""
    if plugins.get(plugin_id) is None or plugin_id not in apps.app_configs:
        return None
    app = apps.get_app_config(plugin_id)
    return app if app.models_module is not None else None


def _tables(plugin_id: str) -> list[type[models.Model]]:
    app = _app(plugin_id)
    return list(app.get_models(include_auto_created=True)) if app is not None else []


def _page_types(plugin_id: str) -> list[type[Page]]:
    return [model for model in _tables(plugin_id) if issubclass(model, Page)]


def _find_rows(plugin_id: str) -> Iterable[Use]:
    for model in _tables(plugin_id):
        if count := model._base_manager.count():
            yield Use("page" if issubclass(model, Page) else "table", model._meta.label, count)


def _export_rows(plugin_id: str) -> Any:
    rows = [row for model in _tables(plugin_id) for row in model._base_manager.all()]
    # Pages as well: what is inherited from Wagtail stands in another table.
    pages = Page.objects.filter(pk__in=[row.pk for row in rows if isinstance(row, Page)])
    return json.loads(serializers.serialize("json", [*pages, *rows]))


def _remove_pages(plugin_id: str) -> None:
    # Tables go with the migrations; pages hang in the tree and go one by one.
    for model in _page_types(plugin_id):
        for page in model._base_manager.all():
            page.delete()


def _rows_of(model: type[models.Model]) -> Store:
    def rows(plugin_id: str) -> models.QuerySet[Any]:
        return model._default_manager.filter(plugin_id=plugin_id)

    def find(plugin_id: str) -> Iterable[Use]:
        for row in rows(plugin_id):
            yield Use(str(model._meta.verbose_name), str(row))

    def export(plugin_id: str) -> Any:
        return json.loads(serializers.serialize("json", rows(plugin_id)))

    return Store(find, export, lambda plugin_id: rows(plugin_id).delete() and None)


register_store("rows", Store(_find_rows, _export_rows, _remove_pages))
register_store("activations", _rows_of(PluginActivation))
register_store("configurations", _rows_of(PluginConfiguration))
register_store("failures", _rows_of(PluginFailure))
register_store("switches", _rows_of(PluginSwitch))
