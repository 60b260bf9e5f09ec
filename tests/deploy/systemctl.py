"""A systemctl for tests: starts and stops the real processes of the units below ``DESTDIR``.

It knows what deploy/scripts and the guide ask of it, and refuses the rest. What it was asked
is a line each in ``systemctl.log``.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

DESTDIR = Path(os.environ["DESTDIR"])
UNITS = DESTDIR / "etc/systemd/system"
STATE = DESTDIR / "run"
#: What a unit names that is below DESTDIR here.
PLACES = ("/opt/sen", "/etc/sen", "/run/sen", "/var/lib/sen", "/var/backups/sen")


def main(arguments: list[str]) -> None:
    """Do what systemctl would."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (DESTDIR / "systemctl.log").open("a") as log:
        log.write(" ".join(arguments) + "\n")
    verb, *rest = arguments
    now = "--now" in rest
    units = [each if "." in each else f"{each}.service" for each in rest if each != "--now"]
    if verb == "daemon-reload":
        return
    if verb == "enable":
        for unit in units:
            _enable(unit)
    if verb in ("stop", "restart"):
        for unit in units:
            _stop(unit)
    if verb in ("start", "restart") or (verb == "enable" and now):
        for unit in units:
            _start(unit)
    if verb not in ("enable", "start", "stop", "restart"):
        sys.exit(f"no such verb here: {verb}")


def _file(unit: str) -> Path:
    name, _at, rest = unit.partition("@")
    file = UNITS / (f"{name}@.{rest.rpartition('.')[2]}" if rest else unit)
    if not file.exists():
        sys.exit(f"Unit {unit} not found.")
    return file


def _lines(unit: str) -> dict[str, list[str]]:
    """What stands in a unit, by name, with places of this test."""
    port = unit.partition("@")[2].removesuffix(".service")
    found: dict[str, list[str]] = {}
    for line in _file(unit).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _equals, value = line.partition("=")
            for place in PLACES:
                value = value.replace(place, f"{DESTDIR}{place}")
            found.setdefault(name, []).append(value.replace("%i", port))
    return found


def _enable(unit: str) -> None:
    for target in _lines(unit)["WantedBy"]:
        folder = UNITS / f"{target}.wants"
        folder.mkdir(exist_ok=True)
        link = folder / unit
        if not link.is_symlink():
            link.symlink_to(_file(unit))


def _start(unit: str) -> None:
    lines = _lines(unit)
    if unit.endswith(".timer"):
        # What comes each minute came once; what comes at night did not.
        if lines["OnCalendar"] == ["minutely"]:
            _start(unit.replace(".timer", ".service"))
        return
    for folder in lines.get("RuntimeDirectory", []):
        (STATE / folder).mkdir(exist_ok=True)
    environment = dict(pair.split("=", 1) for pair in lines.get("Environment", []))
    reader = DESTDIR / "opt/sen/current/deploy/scripts/with-environment"
    command = [str(reader), lines["EnvironmentFile"][0], *shlex.split(lines["ExecStart"][0])]
    with (STATE / f"{unit}.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=lines["WorkingDirectory"][0],
            env={**_bare(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    if lines.get("Type") == ["oneshot"]:
        sys.exit(process.wait())
    (STATE / f"{unit}.pid").write_text(str(process.pid))


def _bare() -> dict[str, str]:
    """What systemd gives to a service, and which fault a test asks for."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "DESTDIR": str(DESTDIR)}


def _stop(unit: str) -> None:
    file = STATE / f"{unit}.pid"
    if not file.exists():
        return
    pid = int(file.read_text())
    file.unlink()
    for sign, seconds in ((signal.SIGTERM, 40), (signal.SIGKILL, 10)):
        until = time.monotonic() + seconds
        try:
            os.killpg(pid, sign) if sign is signal.SIGKILL else os.kill(pid, sign)
            while time.monotonic() < until:
                os.kill(pid, 0)
                if _is_dead(pid):
                    return
                time.sleep(0.05)
        except ProcessLookupError:
            return


def _is_dead(pid: int) -> bool:
    """Whether it has ended, though the process that started it has not asked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


if __name__ == "__main__":
    main(sys.argv[1:])
