"""Static files with a hash in their names, compressed once.

WhiteNoise compresses every file at each collection, which is most of its time;
after a plugin was installed or upgraded, nearly all files are as they were.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Leaves a file alone that was compressed as it is.

    WhiteNoise gives the compressed file the time of its source, which tells
    whether it is the source's. A name with a hash has one content for ever.
    """

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what is not compressed yet."""
        hashed = set(self.hashed_files.values())
        wanted = [path for path in paths if not self._is_compressed(path, path in hashed)]
        yield from super().compress_files(wanted)

    def _is_compressed(self, path: str, hashed: bool) -> bool:
        # The one that is written last: it is there when both are.
        compressed = f"{self.path(path)}.gz"
        try:
            return hashed or os.stat(compressed).st_mtime == os.stat(self.path(path)).st_mtime
        except FileNotFoundError:
            return False
