"""System checks of the whole: does the installation fit the processes that serve it?"""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

# How app servers are told how many processes to start.
WORKERS = ("WEB_CONCURRENCY", "GRANIAN_WORKERS")


def check_shared_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Several processes tell one another through Redis what was published."""
    if settings.REDIS_URL:
        return []
    hint = "Set REDIS_URL, or serve with one process and threads, as manage.py serve does."
    for name in WORKERS:
        number = os.environ.get(name, "")
        if number.isdigit() and int(number) > 1:
            message = f"{name}={number}, but without Redis processes do not hear of purges."
            return [Error(message, hint=hint, id="sen.E001")]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    message = "Without Redis one process with threads is the supported shape."
    return [Warning(message, hint=hint, id="sen.W001")]


def register_checks() -> None:
    """Let ``manage.py check --deploy`` and every start ask."""
    register(check_shared_cache, Tags.caches)
