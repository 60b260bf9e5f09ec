"""What Sen is made of: locked by hashes, listed, under licences that a province may use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
_PINNED = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)")
#: Licences that would ask something of a plugin or of a province that changes Sen.
REFUSED = re.compile(r"(?<!L)GPL|AGPL|UNKNOWN|Commercial", re.IGNORECASE)


def locked(name: str) -> dict[str, str]:
    """Names and versions of a lock."""
    found = (_PINNED.match(line) for line in (ROOT / name).read_text().splitlines())
    return {match[1].lower(): match[2] for match in found if match}


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    assert len(lines) > 50
    for line in lines:
        assert _PINNED.match(line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", line), line
        assert "://" not in line, line


def test_what_runs_is_in_the_lock_for_tests() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_the_bill_of_materials_names_everything(tmp_path: Path) -> None:
    path = tmp_path / "sbom.json"
    subprocess.run(
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.lock"),
            *("--pyproject", "pyproject.toml", "--of", "JSON", "-o", str(path)),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    bill = json.loads(path.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    named = {each["name"].lower(): each["version"] for each in bill["components"]}
    assert named == locked("requirements.lock")


def test_no_licence_asks_for_more_than_a_notice() -> None:
    names = locked("requirements.lock")
    done = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--format", "json"],
        check=True,
        capture_output=True,
        text=True,
    )
    ours = [each for each in json.loads(done.stdout) if each["Name"].lower() in names]
    # Some are for other systems only.
    assert len(ours) > 60
    refused = {each["Name"]: each["License"] for each in ours if REFUSED.search(each["License"])}
    assert not refused
