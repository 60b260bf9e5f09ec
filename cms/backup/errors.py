"""What stops a backup or a restore, as one sentence for the operator."""

from __future__ import annotations

import errno
import os
from pathlib import Path


class BackupError(Exception):
    """One clear sentence; nothing was changed, and nothing half was left behind."""


def because(error: OSError, place: Path | str) -> BackupError:
    """The sentence for what the operating system refused at ``place``."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BackupError(f"{place}: the disk is full")
    reason = error.strerror or (os.strerror(error.errno) if error.errno else str(error))
    return BackupError(f"{error.filename or place}: {reason}")
