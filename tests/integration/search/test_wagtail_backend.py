"""The search index at volume: saving one article touches its own entry, ranking stays."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from modelsearch.conf import get_app_config
from wagtail.search.backends import get_search_backend

from cms.news.models import ArticlePage
from sites.models import Department
from tests.factories import make_article, publish, titles

IndexEntry = get_app_config().get_model("IndexEntry", require_ready=False)


def norm_of(article: ArticlePage) -> float:
    kind = ContentType.objects.get_for_model(ArticlePage)
    norm: float = IndexEntry.objects.get(content_type=kind, object_id=str(article.pk)).title_norm
    return norm


def test_publication_reads_and_writes_no_entry_but_its_own(site_a: Department) -> None:
    article = make_article(site_a)
    with CaptureQueriesContext(
        connection,
    ) as made:
        publish(article)
    about_index = [query["sql"] for query in made if IndexEntry._meta.db_table in query["sql"]]
    assert about_index
    for sql in about_index:
        assert "1.0" not in sql.split("WHERE")[-1] or "object_id" in sql
        assert "AVG" not in sql or "LIMIT 200" in sql
        if sql.startswith("UPDATE"):
            assert f"'{article.pk}'" in sql


def test_an_entry_of_others_keeps_its_norm(site_a: Department) -> None:
    first, second = make_article(site_a), make_article(site_a)
    IndexEntry.objects.filter(object_id=str(first.pk)).update(title_norm=1.0)
    publish(second)
    assert norm_of(first) == 1.0


def test_a_short_title_ranks_above_a_long_one(site_a: Department) -> None:
    long = make_article(site_a, title="Lễ hội sen của nhiều xã, phường trong tỉnh vào đầu mùa hạ")
    short = make_article(site_a, title="Mùa sen")
    assert norm_of(short) > norm_of(long)
    found = get_search_backend().search("sen", ArticlePage.objects.filter(live=True))
    assert titles(found) == titles([short, long])


def test_the_norm_follows_the_title(site_a: Department) -> None:
    article = make_article(site_a, title="Mùa sen")
    before = norm_of(article)
    article.title = "Mùa sen nở rộ ở khắp các xã, phường trong tỉnh"
    article.save()
    assert norm_of(article) < before


def test_rebuilding_sets_every_norm_from_the_exact_average(site_a: Department) -> None:
    articles = [make_article(site_a, title="Tin " * count + "sen") for count in (1, 4, 9)]
    IndexEntry.objects.update(title_norm=7)
    call_command("update_index", verbosity=0)
    norms = [norm_of(article) for article in articles]
    assert 7 not in norms
    assert norms == sorted(norms, reverse=True)


def test_an_entry_without_words_in_its_title_does_no_harm(site_a: Department) -> None:
    article = make_article(site_a, title="…")
    assert norm_of(article) > 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="an index of PostgreSQL's")
def test_searching_title_and_body_runs_on_an_index(site_a: Department) -> None:
    table = IndexEntry._meta.db_table
    asked = str(get_search_backend().search("sen", ArticlePage).get_queryset().query)
    assert f'("{table}"."title" || "{table}"."body") @@' in asked
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM {table} WHERE (title || body) @@ 'sen'")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "search_title_and_body" in plan


@pytest.mark.parametrize(
    "typed",
    ["hoi nghi", "hội nghị", "HOI NGHI", "dang uy", "đảng", "so", "truyen", "đương", "thi dua"],
)
def test_the_admin_finds_words_typed_without_marks(site_a: Department, typed: str) -> None:
    article = make_article(
        site_a, title="Hội nghị Đảng ủy Sở", lead="Thi đua, truyền thông, đương nhiệm."
    )
    make_article(site_a, title="Mùa sen")
    found = get_search_backend().search(typed, ArticlePage.objects.all())
    assert titles(found) == [article.title]


def test_the_admin_shows_exact_words_first(site_a: Department) -> None:
    exact = make_article(site_a, title="Chuyển đổi số")
    similar = make_article(site_a, title="Chuyến đổi sơ")
    search = get_search_backend().search
    assert titles(search("chuyển đổi số", ArticlePage.objects.all())) == titles([exact, similar])
    assert titles(search("chuyến đổi sơ", ArticlePage.objects.all())) == titles([similar, exact])


def test_the_admin_completes_words_typed_without_marks(site_a: Department) -> None:
    article = make_article(site_a, title="Đường vào xuân")
    found = get_search_backend().autocomplete("duong va", ArticlePage.objects.all())
    assert titles(found) == [article.title]
