"""Dropping what shows the list when a site is opened, renamed, archived or goes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Site

from cms.delivery.cache import DIRECTORY_TAG, purge
from sites.models import Department, DepartmentKind


def _purge(sender: Any, **kwargs: Any) -> None:
    purge(DIRECTORY_TAG)


def connect() -> None:
    """Connect everything; called once, when the apps are ready."""
    for model in (Department, DepartmentKind, Site):
        for signal in (post_save, post_delete):
            signal.connect(_purge, sender=model, dispatch_uid=f"directory.{model.__name__}")
