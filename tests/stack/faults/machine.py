"""Disks are full, clocks are wrong."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from io import BytesIO
from pathlib import Path

import requests
from PIL import Image

from tests.bench.mixed_load import form_of, sign_in
from tests.e2e.portal import own_data, serving

from .. import truth
from ..doings import tell
from ..people import BEACON, KEPT, SAVING, People
from ..processes import wait_until
from ..services import find_faketime
from ..stack import Stack
from .acts import Publisher, run_scheduler
from .stage import SOON, NotHere, Stage, fault, spread


@fault(
    "the disk of the media is full",
    "an upload is refused in words, nothing half stays; all else goes on",
)
def full_media(stage: Stage) -> str:
    stack = stage.stack
    media = stack.folder / "media"
    with _small(media):
        session = sign_in(stack.port, "quantri.xa")
        stored, before = _files(media), tell(stack.env, "pictures")
        _fill(media / "ballast")
        refused = _upload(stack, session)
        (media / "ballast").unlink()
        assert refused.status_code == 503, refused.status_code
        assert "hết chỗ" in refused.text
        assert tell(stack.env, "pictures") == before
        assert _files(media) == stored, _files(media) - stored
        assert _upload(stack, session).status_code == 302
        assert tell(stack.env, "pictures") == before + 1
    return "the upload is refused in words, nothing of it stays; taken when there is room again"


@fault(
    "the disk of SQLite is full (one process, embedded)",
    "reading goes on; saving is refused in words and keeps the text; nothing is broken after",
)
def full_sqlite(stage: Stage) -> str:
    """The embedded shape, on a disk of its own."""
    with own_data() as env:
        env.pop("DATABASE_URL", None)
        env.pop("REDIS_URL", None)
        folder = Path(env["SEN_DATA_DIR"])
        with _small(folder, megabytes=300), serving(env) as portal:
            draft = tell(env, "a_draft")
            with People(portal.port, **draft) as people:
                wait_until(lambda: people.written, "a text is saved", SOON)
                written = len(people.written)
                since = time.monotonic()
                # What the log has room for already would be written all the same.
                with closing(sqlite3.connect(folder / "sen.sqlite3")) as database:
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                _fill(folder / "ballast")
                time.sleep(stage.seconds(10))
                (folder / "ballast").unlink()
                until = time.monotonic()
                wait_until(lambda: len(people.written) > written + 1, "it is saved again", SOON)
            found = truth.ask(env)
            assert not found.faults, found.faults
            assert people.written[-1] in tell(env, "text_of", draft["draft"])
            assert not [one for one in people.seen if one.status == 500], people.failures()
            assert people.statuses(KEPT).keys() == {200}, people.failures()
            saving = people.statuses(SAVING, since, until)
            beacons = people.statuses(BEACON, since, until)
            assert saving[503] or beacons[503], (saving, beacons)
    return (
        f"kept and new pages go on; saving {spread(saving)}, beacons {spread(beacons)};"
        " what was refused was sent again and is there"
    )


@fault(
    "the clock of a node and of the scheduler is an hour late",
    "publications are seen at once all the same; what is scheduled waits for the clock",
)
def clock_back(stage: Stage) -> str:
    library = find_faketime()
    if library is None:
        raise NotHere("libfaketime is not installed: apt install libfaketime")
    stack = stage.stack
    earlier = {"LD_PRELOAD": str(library), "FAKETIME": "-1h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    processes = [stack.nodes[0], stack.worker, stack.scheduler.process]
    right = [process.env for process in processes]
    due = tell(stack.env, "schedule", 3)
    try:
        for process in processes:
            process.env = {**process.env, **earlier}
        for service in (stack.nodes[0], stack.worker):
            service.restart()
        stack.wait()
        Publisher(stack).publish_and_see()
        time.sleep(stage.seconds(15))
        assert tell(stack.env, "published", *due)["live"] in (0, len(due))
    finally:
        for process, env in zip(processes, right, strict=True):
            process.env = env
        # A node under libfaketime serves no more when told to end, but it has to be killed.
        for service in (stack.nodes[0], stack.worker):
            service.restart(kill=True)
    stack.wait()
    run_scheduler(stack)
    state = tell(stack.env, "published", *due)
    assert state == {"live": len(due), "entries": len(due)}, state
    stage.nobody_noticed()
    return "no error; a publication is seen within 1 s; what was due is public once, later"


@contextmanager
def _small(folder: Path, megabytes: int = 64) -> Iterator[None]:
    """A block in which ``folder`` is a disk of its own, with what was in it."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        raise NotHere("only root can mount a small disk")
    aside = folder.with_name(f"{folder.name}-aside")
    shutil.copytree(folder, aside)
    options = f"size={megabytes}m"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        shutil.rmtree(aside)
        raise NotHere("this machine mounts nothing")
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        shutil.rmtree(aside)


def _fill(path: Path) -> None:
    """Write until the disk is full."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        for size in (2**20, 2**12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _upload(stack: Stack, session: requests.Session) -> requests.Response:
    """Upload a picture as an editor does; the answer."""
    url = f"http://127.0.0.1:{stack.port}/admin/images/add/"
    host = {"Host": f"localhost:{stack.port}"}
    form = form_of(session.get(url, headers=host, timeout=60).text) | {"title": "Ảnh thử"}
    out = BytesIO()
    # Noise, which nothing makes smaller.
    Image.frombytes("RGB", (400, 400), secrets.token_bytes(480_000)).save(out, "PNG")
    files = {"file": ("anh.png", out.getvalue(), "image/png")}
    return session.post(url, form, files=files, headers=host, timeout=60, allow_redirects=False)


FAULTS = (
    full_media,
    full_sqlite,
    clock_back,
)
