"""What is in the database after a fault: nothing lost, nothing doubled, nothing half.

Asked in a process of its own: ``python -m tests.stack.truth``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.e2e.portal import ROOT


@dataclass(frozen=True)
class Truth:
    """What was found.

    Attributes:
        views: counted, of all sites.
        waiting: accepted and not counted, because they came meanwhile.
        faults: what is half or wrong, in sentences.
        notices: all of them.
        mailed: those that were mailed.
    """

    views: int
    waiting: int
    faults: list[str]
    notices: int
    mailed: int


def ask(env: dict[str, str]) -> Truth:
    """The truth about the database that ``env`` names. Counts what waits to be counted first."""
    command = [sys.executable, "-m", "tests.stack.truth"]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr[-3000:])
    return Truth(**json.loads(done.stdout.splitlines()[-1]))


# In the process with Django.


def _tell() -> dict[str, Any]:
    from django.db.models import Sum

    from cms.news.maintenance import find_faults, find_index_faults
    from cms.notices.models import Notice
    from cms.record.verifying import departments_with_record, verify
    from cms.traffic.models import SITE, DailyCount, Hit
    from cms.traffic.rolling import roll_up

    roll_up()
    faults = [f"{fault}" for fault in (*find_faults(), *find_index_faults())]
    for key, name in departments_with_record(None).items():
        faults += [f"record of {name}: {finding}" for finding in verify(key, name)]
    faults += _half_published()
    notices = Notice.of_all_departments.all()
    return {
        "views": DailyCount.objects.filter(page=SITE).aggregate(all=Sum("views"))["all"] or 0,
        "waiting": Hit.objects.filter(is_counted=False).count(),
        "faults": faults,
        "notices": notices.count(),
        "mailed": notices.filter(mailed_at__isnull=False).count(),
    }


def _half_published() -> list[str]:
    """Pages of which one half says that they are public and the other does not."""
    from wagtail.models import Revision

    from cms.news.models import ArticlePage

    found = []
    for page in ArticlePage.objects.select_related("live_revision", "latest_revision"):
        if page.live and page.live_revision is None and page.latest_revision is not None:
            found.append(f"{page} is public, and no revision is")
        if page.live and page.live_revision is not None:
            published = page.live_revision.as_object().title
            if published != page.title:
                found.append(f"{page} is public as {page.title!r}, its revision says {published!r}")
        if page.live and page.published_at is None:
            found.append(f"{page} is public and has no time")
        if not page.live and page.live_revision is not None:
            found.append(f"{page} is not public, and a revision is")
    live = set(ArticlePage.objects.live().values_list("pk", flat=True))
    for revision in Revision.page_revisions.filter(approved_go_live_at__isnull=False):
        if int(revision.object_id) in live and revision.pk in set(
            ArticlePage.objects.live().values_list("live_revision", flat=True)
        ):
            found.append(f"revision {revision.pk} is public and still waits for its hour")
    return found


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    print(json.dumps(_tell()))
