"""What is done during several faults."""

from __future__ import annotations

import secrets
import subprocess
import time

import requests

from tests.bench.mixed_load import NO_COMMENTS, form_of, sign_in
from tests.e2e.portal import ROOT

from .. import truth
from ..doings import tell
from ..people import SITES
from ..processes import wait_until
from ..stack import Stack
from ..units import command_of


class Publisher:
    """A site administrator who publishes a section under one new title after the other."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.session = sign_in(stack.port, "quantri.xa")
        self.key = tell(stack.env, "section")
        self.tried = ""

    def publish(self) -> bool:
        """Publish once; whether the answer said so."""
        url = f"http://127.0.0.1:{self.stack.port}/admin/pages/{self.key}/edit/"
        host = {"Host": f"localhost:{self.stack.port}"}
        self.tried = f"Tin tức {secrets.token_hex(4)}"
        try:
            shown = self.session.get(url, headers=host, timeout=60)
            if shown.status_code != 200:
                return False
            form = form_of(shown.text) | NO_COMMENTS
            form |= {"title": self.tried, "action-publish": "action-publish"}
            answer = self.session.post(url, form, headers=host, timeout=60, allow_redirects=False)
        except requests.RequestException:
            return False
        return answer.status_code == 302

    def check(self) -> None:
        """The page is as before or as it was to be, and nothing in between."""
        found = truth.ask(self.stack.env).faults
        assert not found, found

    def publish_and_see(self) -> None:
        """Publish, and find it on the page through nginx and at each node within a second."""
        wait_until(self.publish, "it is published", 60)
        time.sleep(1)
        host = {"Host": f"{SITES[0]}:{self.stack.port}"}
        for port in (self.stack.port, *self.stack.node_ports):
            shown = requests.get(f"http://127.0.0.1:{port}/", headers=host, timeout=60)
            assert self.tried in shown.text, port


def run_scheduler(stack: Stack) -> None:
    """The minute's jobs once, to their end."""
    done = subprocess.run(
        command_of("sen-scheduler.service"),
        cwd=ROOT,
        env=stack.env,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
