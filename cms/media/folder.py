"""Files in a folder: each is there whole or not at all.

Django writes an upload to where it will be; where the disk is full in the middle, or the
process dies, a half of it stays there for good. Here it is written beside, and gets its name last.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

#: What is still being written is named so; nobody is shown it.
PART = ".part"


class FolderStorage(FileSystemStorage):
    """Django's storage in a folder. A name that is taken is never written over."""

    def _save(self, name: str, content: File[Any]) -> str:
        folder = Path(self.path(name)).parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=".", suffix=PART, dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk.encode() if isinstance(chunk, str) else chunk)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(part, self.file_permissions_mode or 0o644)
            name = self._reserve(name)
            # At one stroke, over the empty file that holds the name.
            os.replace(part, self.path(name))
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(part)
            raise
        self._ensure_location_group_id(self.path(name))  # type: ignore[attr-defined]
        return name

    def _reserve(self, name: str) -> str:
        """A name that nobody else has from now on: ``name``, or one like it."""
        while True:
            try:
                os.close(os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files, without what is still being written."""
        folders, files = super().listdir(path)
        return folders, [name for name in files if not name.endswith(PART)]
