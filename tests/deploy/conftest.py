"""One release is built for all tests here, by the guide's own commands."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.scheduling import made_once

from .guide import building
from .server import ROOT, Server, server

#: The name of the release that the guide builds.
FIRST = "0.1.0"


@dataclass(frozen=True)
class Built:
    """The release that was built, and what was printed meanwhile."""

    folder: Path
    told: str


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A release made of this checkout, below a folder where nothing else is."""
    made_once(tmp_path_factory, "a release")
    machine = Server(tmp_path_factory.mktemp("built"), "")
    source = machine.folder / "opt/sen/source"
    source.parent.mkdir(parents=True)
    source.symlink_to(ROOT)
    told = machine.run("sh", "-euc", machine.here(building()))
    return Built(machine.releases / FIRST, told)


def copy(built: Path, release: Path) -> None:
    """A release at another place: the same files until one is replaced, and the same packages."""
    release.mkdir(parents=True)
    parts = [str(part) for part in built.iterdir() if part.name != ".venv"]
    subprocess.run(["cp", "-al", *parts, str(release)], check=True)
    (release / ".venv").symlink_to(built / ".venv")


def replace(file: Path, text: str) -> None:
    """Give a file of one release another content; the other releases' stays."""
    file.unlink(missing_ok=True)
    file.write_text(text, encoding="utf-8")
    shutil.rmtree(file.parent / "__pycache__", ignore_errors=True)


@pytest.fixture
def machine(built: Built, tmp_path: Path) -> Iterator[Server]:
    """A server with the release in its place, and nothing else done."""
    with server(tmp_path / "server") as made:
        copy(built.folder, made.releases / FIRST)
        yield made
