"""The blocks of commands in docs/operators/install.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operators" / "install.md"
_BLOCK = re.compile(r"^```(\S+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block.

    Attributes:
        mark: what stands behind ``sh``: why it is not simply run, or nothing.
        commands: its text.
    """

    mark: str
    commands: str


def blocks() -> list[Block]:
    """All blocks in the order of the guide; they are of the language ``sh``."""
    found = _BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    assert {language for language, _mark, _commands in found} == {"sh"}
    return [Block(mark, commands) for _language, mark, commands in found]


def building() -> str:
    """The block that builds the first release."""
    (block,) = [each for each in blocks() if not each.mark and "scripts/build " in each.commands]
    return block.commands
