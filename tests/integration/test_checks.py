"""What the installation is told when its processes cannot tell one another."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as live

from cms.checks import check_shared_cache

POSTGRESQL = {"default": {"ENGINE": "django.db.backends.postgresql"}}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}


@pytest.mark.parametrize(
    ("redis", "databases", "workers", "said"),
    [
        ("", SQLITE, "", []),
        ("", SQLITE, "1", []),
        ("", SQLITE, "2", ["sen.E001"]),
        ("", POSTGRESQL, "", ["sen.W001"]),
        ("", POSTGRESQL, "4", ["sen.E001"]),
        ("redis://localhost/1", POSTGRESQL, "4", []),
    ],
)
@pytest.mark.parametrize("variable", ["WEB_CONCURRENCY", "GRANIAN_WORKERS"])
def test_several_processes_need_redis(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    redis: str,
    databases: Any,
    workers: str,
    said: list[str],
    variable: str,
) -> None:
    settings.REDIS_URL = redis
    monkeypatch.setattr(live, "DATABASES", databases)
    monkeypatch.setenv(variable, workers)
    assert [message.id for message in check_shared_cache(None)] == said
