"""Two sites of some thousand articles become part of a third: how long, and is any address lost?

Every address that the two had is then asked for through all of the middleware:
one permanent redirect each, to where its page is now.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.testing")

import django

ARTICLES = int(os.environ.get("SEN_BENCH_ARTICLES", "5000"))
#: Every so many addresses, the page at the end is opened as well.
LOOK_AT = 50


def fill(department: Any, count: int) -> None:
    """Give the site ``count`` published articles in its sections, as an import would."""
    from django.utils import timezone
    from wagtail.models import Page

    from cms.news.models import ArticlePage, SectionPage
    from sites.tenancy import acting_for
    from tests.factories import home_of

    sections = list(SectionPage.objects.child_of(home_of(department)))
    now = timezone.now()
    with acting_for(department):
        for section in sections:
            share = count // len(sections) + (section == sections[0]) * (count % len(sections))
            articles = []
            for number in range(share):
                slug = f"bai-{section.slug}-{number}"
                article = ArticlePage(
                    title=f"Bài {number} của {section.title}",
                    draft_title=f"Bài {number}",
                    slug=slug,
                    lead="Tóm tắt.",
                    body=[("paragraph", "<p>Nội dung.</p>")],
                    live=True,
                    published_at=now,
                    first_published_at=now,
                    path=Page._get_path(section.path, section.depth + 1, number + 1),
                    depth=section.depth + 1,
                    url_path=f"{section.url_path}{slug}/",
                    section_id=section.pk,
                    site_root_id=home_of(department).pk,
                    locale=section.locale,
                    content_type_id=_article_type(),
                )
                articles.append(article)
            for article in articles:
                article.save(clean=False)
            Page.objects.filter(pk=section.pk).update(numchild=len(articles))


def _article_type() -> int:
    from django.contrib.contenttypes.models import ContentType

    from cms.news.models import ArticlePage

    return ContentType.objects.get_for_model(ArticlePage).pk


def main() -> None:
    """Print seconds a site, and the addresses that were lost."""
    django.setup()
    from django.test.utils import get_runner, setup_test_environment  # noqa: F401

    setup_test_environment()
    from django.db import connection, transaction

    old = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(transaction)
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def run(transaction: Any) -> None:
    """The bench itself, on an empty database."""
    from django.db import connection
    from wagtail.models import Page

    from cms.news.maintenance import find_faults
    from sites.life.merging import merge_sites
    from tests.factories import make_site

    with transaction.atomic():
        sources = [make_site(f"so-{name}.localhost", name=f"Sở {name}") for name in ("a", "b")]
        target = make_site("so-moi.localhost", name="Sở mới")
        for department in (*sources, target):
            fill(department, ARTICLES)
    addresses = [
        (department.host, "/" + url_path[len(department.site.root_page.url_path) :], pk)
        for department in sources
        for pk, url_path in Page.objects.filter(
            path__startswith=department.site.root_page.path, live=True
        ).values_list("pk", "url_path")
    ]
    begun = time.perf_counter()
    dry = merge_sites(sources, target, dry_run=True)
    dry_seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    report = merge_sites(sources, target)
    seconds = time.perf_counter() - begun
    root = target.site.root_page.url_path
    now = {
        pk: f"{target.site.root_url}/{url_path[len(root) :]}"
        for pk, url_path in Page.objects.filter(live=True).values_list("pk", "url_path")
        if url_path.startswith(root)
    }
    lost = [
        (host, path)
        for number, (host, path, pk) in enumerate(addresses)
        if not arrives(host, path, now.get(pk), look=number % LOOK_AT == 0)
    ]
    problems = [kind for kind in Page.find_problems() if kind]
    print(f"merging on {connection.vendor}: two sites of {ARTICLES} articles into one of as many")
    print(f"  {seconds / 2:.1f} s a site; the dry run took {dry_seconds / 2:.1f} s a site")
    print(f"  {len(addresses)} old addresses followed, {len(lost)} lost")
    print(
        f"  {len(report.collisions)} collisions, as many as in the dry run: "
        f"{len(report.collisions) == len(dry.collisions)}"
    )
    print(f"  tree problems: {len(problems)}, columns that are not true: {len(find_faults())}")
    if lost or problems:
        sys.exit(f"lost: {lost[:10]}")


def arrives(host: str, path: str, expected: str | None, *, look: bool) -> bool:
    """Whether one permanent redirect leads from an old address to where its page is now.

    Args:
        expected: the page's present address; None where it became part of another, or is
            the old front page: then what is there is looked at.
        look: open the page in any case, which takes longer than the redirect.
    """
    from django.test import Client

    response = Client(headers={"host": host}).get(path)
    if response.status_code != 301 or expected not in (None, response["Location"]):
        return False
    if expected is not None and not look:
        return True
    new_host, _, rest = response["Location"].split("//", 1)[1].partition("/")
    return Client(headers={"host": new_host}).head(f"/{rest}").status_code == 200


if __name__ == "__main__":
    main()
