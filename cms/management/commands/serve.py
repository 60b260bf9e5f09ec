"""``manage.py serve``: the embedded way to run Sen, one process with threads.

Migrates, loads the demo province into an empty database, collects the static
files when they changed, says where everything is, and becomes the app server.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Site

from cms.demo.staff import PASSWORD, accounts
from sites.models import Department

# More threads than this only take turns on the interpreter.
THREADS = max(4, os.cpu_count() or 1)


class Command(BaseCommand):
    """Prepares whatever is missing and serves; quick where nothing is missing."""

    help = "Migrate, load the demo into an empty database, and serve on one port."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        if not 0 < port < 65536:
            raise CommandError(f"there is no port {port}; choose one from 1 to 65535")
        call_command("migrate", interactive=False, verbosity=0)
        if not options["no_demo"] and not Department.objects.exists():
            call_command("load_demo", port=port)
        self._collect_static()
        # One server answers for all sites here, so all their addresses carry its port.
        Site.objects.exclude(port=port).update(port=port)
        self._say_where()
        self.stdout.flush()
        os.environ["SEN_EMBEDDED"] = "1"
        os.environ.setdefault("ADMIN_BASE_URL", f"http://localhost:{port}")
        server = [
            *(sys.executable, "-m", "granian", "cms.wsgi:application", "--interface", "wsgi"),
            *("--host", options["host"], "--port", str(port)),
            *("--workers", "1", "--blocking-threads", str(THREADS), "--no-ws"),
            *("--log-level", "warning", "--working-dir", str(settings.BASE_DIR)),
        ]
        os.execv(sys.executable, server)  # noqa: S606  (no shell is what we want)

    def _collect_static(self) -> None:
        """Collect the static files unless nothing changed since the last time."""
        root = Path(settings.STATIC_ROOT)
        stamp = root / ".stamp"
        digest = _static_digest()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0, clear=root.exists())
        stamp.write_text(digest)

    def _say_where(self) -> None:
        write = self.stdout.write
        write("")
        for department in Department.objects.select_related("site", "kind"):
            write(f"  {department.site.root_url:42} {department.name}")
        default = Site.objects.filter(is_default_site=True).first()
        if default is None:
            write("No site is open yet: manage.py open_site --help")
            return
        admin = f"http://{settings.SEN_ADMIN_HOST}:{default.port}/admin/"
        write(f"\n  {admin}".ljust(44) + "the editors' entrance")
        demo = accounts()
        if demo:
            write(f"\nDemo accounts (password: {PASSWORD}):")
            for username, role, where in demo:
                write(f"  {username:20} {role}, {where}")
        write("")


def _static_digest() -> str:
    """A digest over the names, sizes and times of all static files."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = os.stat(storage.path(path))
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
