"""The lines of ``deploy/systemd`` that start Sen's processes, as they are run from a checkout."""

from __future__ import annotations

import shlex
import sys

from tests.e2e.portal import ROOT

UNITS = ROOT / "deploy" / "systemd"
#: Where a release is on a server.
RELEASE = "/opt/sen/current"


def command_of(unit: str, instance: str = "") -> list[str]:
    """What a unit starts.

    Args:
        unit: its file's name, such as ``sen-web@.service``.
        instance: what stands for ``%i`` in it.

    Raises:
        ValueError: the unit starts nothing.
    """
    for line in (UNITS / unit).read_text().splitlines():
        name, _equals, value = line.partition("=")
        if name == "ExecStart":
            words = shlex.split(value.replace("%i", instance))
            words[0] = words[0].replace(f"{RELEASE}/.venv/bin/python", sys.executable)
            return [word.replace(RELEASE, str(ROOT)) for word in words]
    raise ValueError(f"{unit} starts nothing")
