"""What a test does to the stack's database, or asks it, in a process with Django.

    python -m tests.stack.doings schedule 12

Each is a function that takes words and returns what JSON can say; :func:`tell` runs it.
"""

from __future__ import annotations

import datetime
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tests.e2e.portal import ROOT


def tell(env: Mapping[str, str], what: str, *words: object) -> Any:
    """Have it done in a process of its own; what it returned.

    Raises:
        AssertionError: it failed, with what it said.
    """
    command = [sys.executable, "-m", __name__, what, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


# In the process with Django; the demo's first commune is meant where a site is.


def schedule(number: str) -> list[int]:
    """Articles that are approved and whose hour has come; their keys."""
    from django.utils import timezone
    from wagtail.models import Revision

    from cms.news.models import ArticlePage
    from tests.factories import make_article, publish

    now, mark, keys = timezone.now(), secrets.token_hex(4), []
    for n in range(int(number)):
        title = f"Hẹn giờ {mark} {n}"
        article = make_article(_department(), title, live=False, slug=f"hen-gio-{mark}-{n}")
        article.go_live_at = now + datetime.timedelta(days=1)
        article.save_revision()
        publish(article)
        keys.append(article.pk)
    ArticlePage.objects.filter(pk__in=keys).update(go_live_at=now)
    revisions = Revision.page_revisions.filter(object_id__in=[str(key) for key in keys])
    for revision in revisions.filter(approved_go_live_at__isnull=False):
        revision.content["go_live_at"] = now.isoformat()
        revision.approved_go_live_at = now
        revision.save(update_fields=["content", "approved_go_live_at"])
    return keys


def published(*keys: str) -> dict[str, int]:
    """Of these articles: how many are public, and how often the record says so."""
    from cms.news.models import ArticlePage
    from cms.record.models import RecordEntry

    entries = RecordEntry.objects.filter(page_id__in=keys, action="wagtail.publish.scheduled")
    return {
        "live": ArticlePage.objects.live().filter(pk__in=keys).count(),
        "entries": entries.count(),
    }


def notify(number: str) -> int:
    """Notices that are to be mailed, each of a subject of its own; how many."""
    from django.utils import timezone

    from cms.notices.models import Notice

    department = _department()
    recipient = _people(department).exclude(email="").first()
    mark, now = secrets.token_hex(4), timezone.now()
    made = Notice.of_all_departments.bulk_create(
        Notice(
            department=department,
            recipient=recipient,
            subject=f"Thử {mark} {n}",
            created=now,
            next_attempt=now,
        )
        for n in range(int(number))
    )
    return len(made)


def imported(mark: str) -> int:
    """How many articles an import has brought whose titles have this mark."""
    from cms.news.models import ArticlePage, ImportedArticle

    articles = ArticlePage.objects.filter(title__contains=mark)
    known = ImportedArticle.objects.filter(source_id__startswith=mark).count()
    assert known == articles.count()
    assert known == articles.live().count()
    return known


def hosts() -> list[str]:
    """The hosts of the sites that are open."""
    from sites.models import Department

    open_sites = Department.objects.filter(state=Department.State.ACTIVE).order_by("pk")
    return list(open_sites.values_list("site__hostname", flat=True))


def articles() -> int:
    """How many there are, of all sites."""
    from cms.news.models import ArticlePage

    return ArticlePage.objects.count()


def pictures() -> int:
    """How many there are, of all sites."""
    from cms.media.models import SenImage

    return SenImage._base_manager.count()


def section() -> int:
    """The key of the first section."""
    from cms.news.models import SectionPage

    root = _department().site.root_page
    found = SectionPage.objects.descendant_of(root).live().order_by("path").first()
    assert found is not None
    return found.pk


def a_draft() -> dict[str, Any]:
    """A reporter and a draft of theirs, as :class:`tests.stack.people.People` takes them."""
    from cms.news.models import ArticlePage

    drafts = ArticlePage.objects.filter(live=False, owner__isnull=False)
    found = drafts.order_by("pk").first()
    assert found is not None
    assert found.owner is not None
    return {"user": found.owner.get_username(), "draft": found.pk}


def text_of(key: str) -> str:
    """What an article's newest version says."""
    from cms.news.models import ArticlePage

    return str(ArticlePage.objects.get(pk=key).get_latest_revision_as_object().body)


def _department() -> Any:
    from sites.models import Department

    return Department.objects.get(site__hostname="xa-demo.localhost")


def _people(department: Any) -> Any:
    from cms.users.models import User

    groups = department.role_groups.values("group")
    return User.objects.filter(is_active=True, groups__in=groups).distinct()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
