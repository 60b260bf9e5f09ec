"""Where an operation stands in its file, and what was signed beside it.

A sign-off is a comment above an operation, or within it:

    # sign-off: 1.4.0, Nguyễn Văn An: nothing has read it since then

The version is the first release whose code lives with the operation: from an older one nobody
upgrades without a pause.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

_SIGNED = re.compile(
    r"#\s*sign-off:\s*(?P<since>\d+(?:\.\d+)+)\s*,\s*(?P<who>[^:#]*[^:#\s])\s*:\s*(?P<why>\S.*)"
)
_BEGUN = re.compile(r"#\s*sign-off\b", re.IGNORECASE)


@dataclass(frozen=True)
class SignOff:
    """Somebody's word that code lives with an operation.

    Attributes:
        since: the first release whose code does.
        who: who says so.
        why: how they know.
    """

    since: str
    who: str
    why: str


@dataclass(frozen=True)
class Place:
    """An operation's place in its file.

    Attributes:
        line: where it begins, from 1.
        signed: the sign-off that goes with it.
        unreadable: whether there is one that is not written as it has to be.
    """

    line: int
    signed: SignOff | None = None
    unreadable: bool = False


def places(file: Path, count: int) -> list[Place]:
    """The places of a migration's operations, in their order.

    Args:
        file: the migration.
        count: how many operations it has. Where its list is not written out, they all stand
            where the class does.
    """
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    tree = ast.parse(text)
    listed = _operations(tree)
    if listed is None or len(listed.elts) != count:
        begin = next(
            (node.lineno for node in tree.body if isinstance(node, ast.ClassDef)),
            1,
        )
        return [_place(lines, begin, begin, len(lines))] * count
    found, above = [], listed.lineno
    for element in listed.elts:
        end = element.end_lineno or element.lineno
        found.append(_place(lines, element.lineno, min(above, element.lineno), end))
        above = end + 1
    return found


def _operations(tree: ast.Module) -> ast.List | None:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(each, ast.Name) and each.id == "operations" for each in targets):
            return node.value if isinstance(node.value, ast.List) else None
    return None


def _place(lines: list[str], line: int, first: int, last: int) -> Place:
    text = "\n".join(lines[first - 1 : last])
    if found := _SIGNED.search(text):
        return Place(line, SignOff(**found.groupdict()))
    return Place(line, unreadable=bool(_BEGUN.search(text)))
