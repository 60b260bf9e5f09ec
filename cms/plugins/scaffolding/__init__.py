"""``manage.py plugins new``: a working plugin, with a table, a widget, words and tests."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polib

from ..discovery import RESERVED_IDS
from ..registry import plugins

TEMPLATE = Path(__file__).parent / "template"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,49}\Z")


class ScaffoldingError(Exception):
    """The plugin cannot be written; the message says why and what would do."""


def write_plugin(name: str, where: Path) -> Path:
    """Write a plugin called ``name`` into a folder of that name below ``where``.

    Returns the folder: a project of its own, its package is ``sen_<name>``.

    Raises:
        ScaffoldingError: a bad or taken name, or the folder is there already;
            then nothing was written.
    """
    if not _NAME.match(name):
        raise ScaffoldingError(
            f"{name!r} is no id: 2 to 50 lower-case letters, digits and _, a letter first"
        )
    if name in RESERVED_IDS or plugins.get(name) is not None:
        raise ScaffoldingError(f"the id {name} is taken; choose another")
    folder = (where / name).resolve()
    if folder.exists():
        raise ScaffoldingError(f"{folder} is there already; remove it or choose another name")
    words = {
        "ID": name,
        "CLASS": "".join(part.capitalize() for part in name.split("_")),
        "TITLE": name.replace("_", " ").capitalize(),
    }
    try:
        for source in sorted(TEMPLATE.rglob("*.tmpl")):
            target = folder / _filled(str(source.relative_to(TEMPLATE)), words, marks="")
            target = target.with_suffix("")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_filled(source.read_text(encoding="utf-8"), words), encoding="utf-8")
        (folder / "package").rename(folder / f"sen_{name}")
        compile_catalogues(folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ScaffoldingError(f"{folder} cannot be written: {error}") from error
    return folder


def compile_catalogues(folder: Path) -> None:
    """Compile every catalogue below ``folder``; what Django reads is the compiled one."""
    for path in folder.rglob("*.po"):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def _filled(text: str, words: dict[str, str], marks: str = "@") -> str:
    for word, value in words.items():
        text = text.replace(f"{marks}{word}{marks}", value)
    return text
