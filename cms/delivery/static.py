"""Static files, compressed once.

To compress them is most of the time of a collection, and after a plugin was
installed nearly all of them are as they were. So what was compressed is kept
beside the data, by its content.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class KeepingCompressor(Compressor):  # type: ignore[misc]
    """Compresses nothing twice that has the same content.

    Args:
        folder: where the compressed content is kept; made where it is not there.
    """

    def __init__(self, folder: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = folder
        self._used: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def compress_brotli(self, data: bytes) -> bytes:
        return self._once(data, "br", super().compress_brotli)

    def compress_gzip(self, data: bytes) -> bytes:
        return self._once(data, "gz", super().compress_gzip)

    def _once(self, data: bytes, suffix: str, compress: Callable[[bytes], bytes]) -> bytes:
        name = f"{hashlib.sha256(data).hexdigest()}.{suffix}"
        self._used.add(name)
        path = self.folder / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            compressed = compress(data)
        # Whole or not there: a collection may be interrupted.
        part = self.folder / f"{name}.{os.getpid()}-{id(data)}.part"
        part.write_bytes(compressed)
        part.replace(path)
        return compressed

    def forget_unused(self) -> None:
        """Remove what no file has as its content any more."""
        for path in self.folder.iterdir():
            if path.name not in self._used:
                path.unlink(missing_ok=True)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage, which keeps what it compressed."""

    def create_compressor(self, **kwargs: Any) -> KeepingCompressor:
        return KeepingCompressor(settings.DATA_DIR / "compressed", **kwargs)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files(paths)
        self.compressor.forget_unused()
