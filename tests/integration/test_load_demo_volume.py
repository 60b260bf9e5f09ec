"""The demo at volume: rows written past the ORM are what the editor would have written."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from modelsearch.conf import get_app_config
from wagtail.models import Page, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backend

from cms.demo import bulk
from cms.demo.loading import shares
from cms.media.models import SenImage
from cms.news.models import ArticlePage
from cms.traffic.counts import SiteCounts
from cms.traffic.models import DailyCount, OpeningBalance
from cms.users.models import User
from sites.models import Department
from tests.factories import staff_client

UNTIL = date(2026, 11, 20)
ARTICLES, SITES = 60, 4
IndexEntry = get_app_config().get_model("IndexEntry", require_ready=False)


def load(articles: int = ARTICLES, sites: int = SITES) -> str:
    out = StringIO()
    call_command("load_demo", articles=articles, sites=sites, until=UNTIL, stdout=out)
    return out.getvalue()


@pytest.fixture
def told(db: Any, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Four sites with sixty articles, written in several batches; what the command said."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(bulk, "BATCH", 10)
    monkeypatch.setattr("cms.demo.loading.BATCH", 10)
    monkeypatch.setattr("cms.demo.meter.INTERVAL", 0)
    monkeypatch.setattr("cms.demo.album._drawn", lambda keys, accent: dict.fromkeys(keys, PIXEL))
    return load()


#: The smallest GIF there is: what is drawn is tested elsewhere.
PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)


def live() -> list[ArticlePage]:
    return list(ArticlePage.objects.filter(live=True).order_by("pk"))


def test_tree_and_columns_are_true(told: str) -> None:
    assert len(live()) == ARTICLES
    assert not any(Page.find_problems())
    for page in Page.objects.all():
        assert page.numchild == page.get_children().count()
    call_command("check_news", stdout=StringIO())


def test_progress_tells_how_far_how_fast_and_how_long(told: str) -> None:
    assert "of 60 articles" in told
    assert "/s" in told
    assert "left" in told


def test_loading_again_writes_nothing(told: str) -> None:
    counted = [model.objects.count() for model in (Page, Revision, OpeningBalance, DailyCount)]
    assert "60 of 60 articles, 0/s" in load()
    assert counted == [
        model.objects.count() for model in (Page, Revision, OpeningBalance, DailyCount)
    ]


def test_what_was_broken_off_goes_on(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = bulk.Batch.write, []

    def breaking(batch: bulk.Batch) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(batch)
        write(batch)

    monkeypatch.setattr(bulk.Batch, "write", breaking)
    with pytest.raises(KeyboardInterrupt):
        load(ARTICLES * 2)
    assert ARTICLES < len(live()) < ARTICLES * 2
    monkeypatch.setattr(bulk.Batch, "write", write)
    load(ARTICLES * 2)
    assert len(live()) == ARTICLES * 2
    assert not any(Page.find_problems())


def test_articles_are_served_and_found(told: str) -> None:
    for department in Department.objects.all():
        visitor = Client(headers={"host": department.host})
        own = ArticlePage.objects.filter(site_root=department.site.root_page_id, live=True)
        assert own.count() == ARTICLES // SITES
        for article in own:
            page = visitor.get(article.local_url)
            assert page.status_code == 200
            assert article.title in page.content.decode().replace("&quot;", '"')
    backend = get_search_backend()
    for article in live():
        word = max(article.title.split(), key=len)
        found = backend.search(word, ArticlePage.objects.filter(live=True))
        assert article.pk in {page.pk for page in found[:ARTICLES]}
        assert backend.autocomplete(article.title, ArticlePage).count()


def test_the_index_says_what_saving_would_say(told: str) -> None:
    names = {field.name for field in IndexEntry._meta.fields} - {"id", "title_norm"}
    kind = ContentType.objects.get_for_model(ArticlePage)
    entries = IndexEntry.objects.filter(content_type=kind)

    def written(article: ArticlePage) -> dict[str, Any]:
        entry: dict[str, Any] = entries.filter(object_id=str(article.pk)).values(*names).get()
        return entry

    for article in live():
        before = written(article)
        get_search_backend().add(article)
        assert before == written(article)
    norms = entries.values_list("title_norm", flat=True)
    assert all(0.1 < norm < 10 for norm in norms)
    assert len(set(norms)) > 5


def test_references_are_those_that_saving_would_make(told: str) -> None:
    def rows() -> set[tuple[Any, ...]]:
        pages = ReferenceIndex.objects.filter(object_id__in=[str(page.pk) for page in live()])
        fields = ("base_content_type", "content_type", "object_id", "to_content_type")
        more = ("to_object_id", "model_path", "content_path", "content_path_hash")
        return set(pages.values_list(*fields, *more))

    before = rows()
    assert before
    for article in live():
        ReferenceIndex.create_or_update_for_object(article)
    assert rows() == before


def test_the_revision_is_the_article(told: str) -> None:
    for article in live():
        revision = article.latest_revision
        assert revision == article.live_revision == article.get_latest_revision()
        assert not article.has_unpublished_changes
        content = revision.content
        own = json.loads(json.dumps(article.serializable_data(), cls=DjangoJSONEncoder))
        # Wagtail writes these three on the page after it has written the revision.
        for name in ("latest_revision", "live_revision", "latest_revision_created_at"):
            del content[name], own[name]
        for each in (content, own):
            each["body"] = json.loads(each["body"])
        assert content == own


def test_an_article_opens_in_the_editor_and_is_published_from_there(told: str) -> None:
    department = Department.objects.get(site__hostname="so-tttt.localhost")
    article = ArticlePage.objects.filter(site_root=department.site.root_page_id, live=True)[0]
    chief = User.objects.get(username="bientap.tttt")
    page = staff_client(chief, department).get(f"/admin/pages/{article.pk}/edit/")
    assert page.status_code == 200
    assert article.title in page.content.decode().replace("&quot;", '"')


def test_counts_are_plausible(told: str) -> None:
    for department in Department.objects.all():
        counts = SiteCounts(department.site_id)
        assert counts.visits().total > 100_000
        own = DailyCount.objects.filter(site=department.site)
        assert own.exclude(page=0).exists()
        days = Counter(own.filter(page=0).values_list("day", flat=True))
        assert set(days.values()) == {1}
        assert max(days) < UNTIL
        pages = ArticlePage.objects.filter(site_root=department.site.root_page_id)
        assert set(own.exclude(page=0).values_list("page", flat=True)) <= set(
            pages.values_list("pk", flat=True)
        )


def test_pictures_are_shared_among_articles_and_generated_sites_have_few(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(ARTICLES * 2, SITES + 1)
    generated = Department.objects.order_by("-pk").first()
    pictures = SenImage.objects.filter(collection=generated.collection).exclude(title="Biểu trưng")
    assert pictures.count() <= 15
    shown = ArticlePage.objects.filter(site_root=generated.site.root_page_id, live=True)
    assert set(shown.exclude(main_image=None).values_list("main_image", flat=True)) <= set(
        pictures.values_list("pk", flat=True)
    )
    assert shown.exclude(main_image=None).count() > pictures.count()


@pytest.mark.parametrize(
    ("articles", "sites"), [(240, 4), (7, 3), (1_000_000, 200), (5, 10), (0, 1)]
)
def test_shares_add_up(articles: int, sites: int) -> None:
    each = shares(articles, sites)
    assert sum(each) == articles
    assert len(each) == sites
    assert min(each) >= 0


def test_more_sites_than_the_province_has_are_refused(db: Any) -> None:
    with pytest.raises(CommandError):
        call_command("load_demo", sites=500)
