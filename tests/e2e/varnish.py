"""A real Varnish in front of a running portal, configured as ``deploy/varnish`` says."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .nginx import wait_for_port
from .portal import ROOT

CONFIGURATION = ROOT / "deploy" / "varnish" / "sen.vcl"


def find_varnish() -> str | None:
    """The path of a Varnish on this machine."""
    return shutil.which("varnishd") or shutil.which("/usr/sbin/varnishd")


@contextmanager
def varnish_before(sen_port: int, port: int) -> Iterator[None]:
    """A Varnish on ``port`` stands before Sen. Raises RuntimeError where there is none."""
    command = find_varnish()
    if command is None:
        raise RuntimeError("Varnish is not there: apt install varnish")
    with tempfile.TemporaryDirectory(prefix="sen-varnish-") as name:
        folder = Path(name)
        vcl = folder / "sen.vcl"
        vcl.write_text(CONFIGURATION.read_text().replace("SEN_PORT", str(sen_port)))
        server = subprocess.Popen(
            [
                *(command, "-F", "-j", "none", "-n", str(folder / "work"), "-f", str(vcl)),
                *("-a", f"127.0.0.1:{port}", "-T", "none", "-s", "malloc,64m"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            wait_for_port(server, port)
            yield
        finally:
            server.terminate()
            server.wait(10)
