"""Making what tests need: sites, people, articles."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from cms.news.models import ArticlePage, HomePage, SectionPage
from cms.users.models import User
from cms.workflow.authority import Authority, publishing_by
from sites.isolation.workplace import SESSION_KEY
from sites.models import Department
from sites.opening import open_site
from sites.roles import Role

_numbers = itertools.count(1)


def make_site(host: str = "so-a.localhost", **kwargs: Any) -> Department:
    """An open site."""
    details = {"name": f"Sở {host}", "kind": "department", **kwargs}
    return open_site(host, **details).department


def make_user(*offices: tuple[Department, Role], **kwargs: Any) -> User:
    """A user who holds each of ``offices``."""
    number = next(_numbers)
    user = User.objects.create_user(
        username=kwargs.pop("username", f"user{number}"), password="secret", **kwargs
    )
    for department, role in offices:
        user.groups.add(department.role_groups.get(role=role).group)
    return user


def staff_client(user: User, department: Department | None = None) -> Client:
    """A browser in the admin, signed in as ``user``, who works for ``department``."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    if department is not None:
        session = client.session
        session[SESSION_KEY] = department.pk
        session.save()
    return client


def home_of(department: Department) -> HomePage:
    """The home page of a department's site."""
    return HomePage.objects.get(pk=department.site.root_page_id)


def section_of(department: Department, index: int = 0) -> SectionPage:
    """One of the sections a new site has."""
    return SectionPage.objects.child_of(home_of(department)).order_by("path")[index]


def make_article(
    section: SectionPage | Department,
    title: str = "",
    *,
    published_at: datetime | None = None,
    live: bool = True,
    **kwargs: Any,
) -> ArticlePage:
    """An article below ``section``; published an hour ago unless told otherwise."""
    if isinstance(section, Department):
        section = section_of(section)
    number = next(_numbers)
    article = ArticlePage(
        title=title or f"Bài viết {number}",
        slug=kwargs.pop("slug", f"bai-viet-{number}"),
        lead=kwargs.pop("lead", "Tóm tắt bài viết."),
        live=live,
        published_at=published_at or (timezone.now() - timedelta(hours=1) if live else None),
        **kwargs,
    )
    if not article.body:
        article.body = [("paragraph", "<p>Nội dung bài viết.</p>")]
    section.add_child(instance=article)
    revision = article.save_revision(user=kwargs.get("owner"))
    if live:
        ArticlePage.objects.filter(pk=article.pk).update(
            live_revision=revision,
            first_published_at=article.published_at,
            last_published_at=article.published_at,
        )
    return ArticlePage.objects.get(pk=article.pk)


def publish(article: ArticlePage) -> None:
    """Make the latest text of ``article`` public, or schedule it, as an import would."""
    with publishing_by(Authority.IMPORT):
        article.get_latest_revision().publish()


def titles(articles: Iterable[ArticlePage]) -> list[str]:
    """The titles of ``articles``, in order."""
    return [article.title for article in articles]
