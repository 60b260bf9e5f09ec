"""A loaded system and a backup of it, made once; all these tests run in one worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.integration.backup.systems import System, empty_system, scratch
from tests.scheduling import made_once

# A start of Django takes seconds: one process does all of it.
LOAD = """
from pathlib import Path
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("backup", Path({folder!r}), verbosity=0)
call_command("load_demo", articles=12, sites=2)
"""


@pytest.fixture(scope="package")
def bare() -> Iterator[Path]:
    """The folder for a backup of the source as it was before anything was loaded."""
    with scratch() as folder:
        yield folder


@pytest.fixture(scope="package")
def source(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A small province, loaded."""
    made_once(tmp_path_factory, "a small province")
    with empty_system() as system:
        system.manage("shell", "-v0", "-c", LOAD.format(folder=str(bare)))
        yield system


@pytest.fixture(scope="package")
def backup(source: System) -> Iterator[Path]:
    """A backup of it, made by the command; nobody changes it."""
    with scratch() as folder:
        source.manage("backup", str(folder))
        (made,) = folder.glob("sen-*")
        yield made


@pytest.fixture
def target(source: System) -> Iterator[System]:
    """An empty system with the same keys."""
    with empty_system(source) as system:
        yield system


@pytest.fixture
def inside(
    settings: Any, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> Iterator[Callable[[System], None]]:
    """``inside(system)``: from here on this process is one of that system's."""

    def enter(system: System) -> None:
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "NAME", system.name)
        settings.DATA_DIR = system.data
        settings.MEDIA_ROOT = str(system.media)
        settings.SECRET_KEY = settings.SEN_RECORD_KEY = system.env["SECRET_KEY"]

    with django_db_blocker.unblock():
        yield enter
        connection.close()
