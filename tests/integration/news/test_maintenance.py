"""``check_news`` finds whatever was damaged beside the text, and mends it."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from modelsearch.conf import get_app_config
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import ReferenceIndex
from wagtail.search.backends import get_search_backend

from cms.media.models import SenImage
from cms.news.models import ArticlePage
from sites.models import Department
from tests.factories import make_article

IndexEntry = get_app_config().get_model("IndexEntry", require_ready=False)


def make_image(department: Department) -> SenImage:
    return SenImage.objects.create(
        title="Sen", collection=department.collection, file=get_test_image_file()
    )


def entries(article: ArticlePage):
    kind = ContentType.objects.get_for_model(ArticlePage)
    return IndexEntry.objects.filter(content_type=kind, object_id=str(article.pk))


DAMAGE: dict[str, Callable[[ArticlePage], object]] = {
    "site_root_id": lambda article: row(article).update(site_root=None),
    "section_id": lambda article: row(article).update(section=None),
    "published_at": lambda article: row(article).update(published_at=None),
    "search entry": lambda article: entries(article).delete(),
    "references": lambda article: ReferenceIndex.objects.filter(object_id=article.pk).delete(),
}


def row(article: ArticlePage):
    return ArticlePage.objects.filter(pk=article.pk)


@pytest.fixture
def article(site_a: Department) -> ArticlePage:
    """One of three articles, with a picture."""
    make_article(site_a)
    made = make_article(site_a, title="Mùa sen nở", main_image=make_image(site_a))
    make_article(site_a, live=False)
    return made


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named_and_mended(article: ArticlePage, what: str) -> None:
    call_command("check_news", stdout=StringIO())
    DAMAGE[what](article)
    out = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("check_news", stdout=out)
    assert f"article {article.pk}: {what}" in out.getvalue()
    call_command("check_news", repair=True, stdout=StringIO())
    call_command("check_news", stdout=StringIO())
    assert ArticlePage.objects.get(pk=article.pk).published_at == article.published_at
    found = get_search_backend().search("sen", ArticlePage.objects.filter(live=True))
    assert article.pk in {page.pk for page in found}
    assert ReferenceIndex.get_references_to(article.main_image).exists()


def test_an_entry_of_an_article_that_is_gone_is_removed(article: ArticlePage) -> None:
    kind = ContentType.objects.get_for_model(ArticlePage)
    IndexEntry.objects.filter(pk=entries(article).get().pk).update(object_id="999999")
    with pytest.raises(CommandError, match="2 faults"):
        call_command("check_news", stdout=StringIO())
    call_command("check_news", repair=True, stdout=StringIO())
    assert not IndexEntry.objects.filter(content_type=kind, object_id="999999").exists()
    assert entries(article).exists()


def test_a_section_is_not_used_by_its_articles(article: ArticlePage) -> None:
    assert not ReferenceIndex.get_references_to(article.section).exists()
