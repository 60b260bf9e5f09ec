"""The tutorial, followed to the letter: its files are written, its commands run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cms.sdk.testing import WidgetContract

ROOT = Path(__file__).resolve().parents[3]
TUTORIAL = (ROOT / "docs/plugins/tutorial.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", TUTORIAL, re.DOTALL | re.M))
# What comes after serves until it is stopped, or changes the environment of the tests.
WRITING, _, _ = TUTORIAL.partition("## See it run")
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```$", WRITING, re.DOTALL | re.M)
    for line in block.splitlines()
    if not line.startswith("make ")
]
# The tutorial's own tests: ten that are written there, and the contract's.
PASSED = 10 + sum(name.startswith("test_") for name in vars(WidgetContract))


def test_the_commands_are_the_expected_ones() -> None:
    assert COMMANDS == [
        "SEN_PLUGIN_PATH=../quick_poll .venv/bin/python manage.py makemigrations quick_poll",
        ".venv/bin/python manage.py plugins test ../quick_poll",
        "SEN_PLUGIN_PATH=../quick_poll .venv/bin/python manage.py plugins check",
    ]


def test_every_code_block_has_a_name() -> None:
    blocks = re.findall(r"^```(?!sh$)\w+$", TUTORIAL, re.M)
    assert len(blocks) == len(FILES) == 13


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command said, in the tutorial's order, after all its files were written."""
    where = tmp_path_factory.mktemp("tutorial")
    folder = where / "quick_poll"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {line: run(line, folder, where / "data") for line in COMMANDS}


def run(line: str, folder: Path, data: Path) -> str:
    """Type ``line`` in a shell in Sen's folder; its output.

    Raises:
        AssertionError: it failed; the message is what it said.
    """
    foreign = ("DATABASE_URL", "REDIS_URL", "SEN_", "PYTEST_", "DJANGO_", "PLUGINS_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    line = line.replace("../quick_poll", shlex.quote(str(folder)))
    done = subprocess.run(
        line.replace(".venv/bin/python", shlex.quote(sys.executable)),
        shell=True,
        cwd=ROOT,
        env={**inherited, "SEN_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, f"{line}\n{said[-6000:]}"
    return said


def test_following_it_works(followed: dict[str, str]) -> None:
    made, tested, checked = followed.values()
    assert "0001_initial.py" in made
    for model in ("Poll", "Option", "Vote"):
        assert f"Create model {model}" in made
    assert f"{PASSED} passed" in tested
    assert "failed" not in tested
    # One more than those that ship with Sen: it was found, and not set aside.
    bundled = len(list((ROOT / "plugins").glob("*/pyproject.toml")))
    assert f"{bundled + 1} plugins, all usable" in checked
