"""A merge that is killed half-way has changed nothing: a real process, a real signal."""

from __future__ import annotations

import subprocess
import sys

from tests.e2e.portal import ROOT, manage, own_data

OPEN = """
from sites.opening import open_site
from tests.factories import make_article
for host in ("so-a.localhost", "so-b.localhost"):
    department = open_site(host, name=host, kind="department").department
    make_article(department, f"Bài của {host}", slug="bai")
"""
# Everything is done but the end of the transaction when the receiver stops for good.
MERGE = """
import time
from sites.life.acting import find_department_by_host
from sites.life.merging import merge_sites
from sites.signals import pages_moved
def stop(**kwargs):
    print("HALF-WAY", flush=True)
    time.sleep(120)
pages_moved.connect(stop, weak=False)
merge_sites([find_department_by_host("so-a.localhost")], find_department_by_host("so-b.localhost"))
"""
SHOW = """
from sites.models import Department, FormerAddress
from wagtail.models import Page
print(sorted(Department.objects.values_list("site__hostname", "state")))
print(FormerAddress.objects.count())
print(sorted(Page.objects.values_list("pk", "path", "url_path")))
"""


def test_a_killed_merge_has_changed_nothing() -> None:
    with own_data(migrated=True) as env:
        manage(env, "shell", "-v0", "-c", OPEN)
        before = manage(env, "shell", "-v0", "-c", SHOW).stdout
        assert "so-a.localhost" in before
        merging = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v0", "-c", MERGE],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert merging.stdout is not None
            assert merging.stdout.readline().strip() == "HALF-WAY"
        finally:
            merging.kill()
            merging.wait()
        assert manage(env, "shell", "-v0", "-c", SHOW).stdout == before
        # And nothing stands in the way of doing it again.
        manage(env, "merge_sites", "so-a.localhost", "--into", "so-b.localhost")
        assert "merged" in manage(env, "shell", "-v0", "-c", SHOW).stdout
