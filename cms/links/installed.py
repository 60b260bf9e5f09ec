"""The files of the installation, against what the operator accepted when it was installed.

Who gets into the server puts links into templates: no page, no revision, no record knows of
them. So each file of ours, of the plugins and of the collected static files is compared.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction

from .models import AcceptedFile
from .texts import Text

#: Made anew by programs, or no part of what runs.
_PASSED_OVER = {"__pycache__", "node_modules", ".git", ".venv", "tests"}
_COMPILED = {".pyc", ".mo", ".br", ".gz"}
#: Files whose text may hold a link that readers get.
READ = {".html", ".htm", ".js", ".css", ".svg", ".txt", ".xml", ".json", ".py", ".po"}
LARGEST = 4 * 2**20
BATCH = 500


class Change(StrEnum):
    """What became of a file."""

    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True)
class Changed:
    """A file that is not as it was accepted."""

    path: str
    change: Change
    file: Path | None


def roots() -> dict[str, Path]:
    """The folders that are compared, by what their files' paths begin with."""
    base = Path(settings.BASE_DIR)
    found = {"templates": base / "templates"}
    for config in apps.get_app_configs():
        path = Path(config.path).resolve()
        if path.is_relative_to(base) and ".venv" not in path.parts:
            found[str(path.relative_to(base))] = path
        elif config in _outside_plugins():
            found[f"plugin:{config.name}"] = path
    if settings.STATIC_ROOT and Path(settings.STATIC_ROOT).is_dir():
        found["collected"] = Path(settings.STATIC_ROOT)
    # ``cms`` holds its features: a folder within another is walked once.
    return {
        name: path
        for name, path in found.items()
        if not any(path != other and path.is_relative_to(other) for other in found.values())
    }


def _outside_plugins() -> list[object]:
    named = {str(name).rsplit(".apps.", 1)[0] for name in settings.PLUGINS.app_configs}
    return [config for config in apps.get_app_configs() if config.name in named]


def walk() -> Iterator[tuple[str, Path]]:
    """Every file with its path, in order; links are not followed."""
    for name, root in sorted(roots().items()):
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(set(folders) - _PASSED_OVER)
            for file in sorted(files):
                path = Path(folder) / file
                if path.suffix not in _COMPILED:
                    yield f"{name}/{path.relative_to(root).as_posix()}"[-255:], path


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; of a link, of where it leads."""
    if path.is_symlink():
        return sha256(b"-> " + str(path.readlink()).encode()).hexdigest()
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(2**20):
            found.update(piece)
    return found.hexdigest()


@transaction.atomic
def accept() -> tuple[int, str]:
    """Take the files as they are now for the right ones.

    Returns:
        how many there are, and one digest of all, to be written down elsewhere.
    """
    rows = [AcceptedFile(path=name, digest=digest_of(path)) for name, path in walk()]
    AcceptedFile.objects.all().delete()
    AcceptedFile.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows), _of_all({row.path: row.digest for row in rows})


def is_accepted() -> bool:
    """Whether files were ever accepted: without it there is nothing to compare with."""
    return AcceptedFile.objects.exists()


def accepted_digest() -> str:
    """The one digest of all files that were accepted."""
    return _of_all(dict(AcceptedFile.objects.values_list("path", "digest")))


def _of_all(digests: dict[str, str]) -> str:
    lines = "".join(f"{digests[path]}  {path}\n" for path in sorted(digests))
    return sha256(lines.encode()).hexdigest()


def changes() -> Iterator[Changed]:
    """Every file that is not as it was accepted."""
    accepted = dict(AcceptedFile.objects.values_list("path", "digest"))
    for name, path in walk():
        known = accepted.pop(name, None)
        try:
            digest = digest_of(path)
        except OSError:
            digest = ""
        if known is None:
            yield Changed(name, Change.ADDED, path)
        elif digest != known:
            yield Changed(name, Change.CHANGED, path)
    for name in sorted(accepted):
        yield Changed(name, Change.GONE, None)


def text_of_file(changed: Changed) -> list[Text]:
    """What a changed file says, to be judged; nothing of what is no text or too large."""
    path = changed.file
    if path is None or path.suffix.lower() not in READ or path.is_symlink():
        return []
    try:
        if path.stat().st_size > LARGEST:
            return []
        return [Text(changed.path, path.read_text("utf-8", "replace"))]
    except OSError:
        return []
