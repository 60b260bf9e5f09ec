"""What docs/security.md says is tested is a test."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / "security.md", *sorted((ROOT / "docs" / "security").glob("*.md"))]
_NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)(?:::(test_\w+))?`")


def test_every_test_that_is_named_is_there() -> None:
    named = [found for page in PAGES for found in _NAMED.findall(page.read_text())]
    assert len(named) > 40
    gone = []
    for path, name in named:
        file = ROOT / path
        text = file.read_text() if file.is_file() else ""
        if not text or (name and not re.search(rf"^def {name}\(", text, re.MULTILINE)):
            gone.append(f"{path}::{name}")
    assert not gone
