"""How often an uncached public page asks the database: seldom, and as often at any size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction

from cms.delivery import parts
from cms.delivery.cache import collected_for
from cms.media.models import SenDocument, SenImage
from cms.news.models import ArticlePage, SectionPage
from cms.sdk.testing import put_in_sidebar
from cms.widgets.registry import widgets
from sites.models import Department, MenuItem
from tests.factories import home_of, make_article, make_site, section_of

AT_MOST = {"article": 12, "section": 15, "day": 15, "news": 15, "front": 15}
IN_SIDEBAR = ("latest_news", "date_browser", "most_read", "links", "free_text")
Count = Callable[..., int]


@pytest.fixture
def count(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Count:
    """``count(department, path)``: the statements of an uncached page.

    What the page shares with others is kept, such as its widgets' outputs; with
    ``cold=True`` nothing is.
    """
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "PageCache" not in name]
    # A test's own transaction is never committed: parts are kept as if it were none.
    monkeypatch.setattr(parts, "connection", SimpleNamespace(in_atomic_block=False))

    def get(department: Department, path: str, *, cold: bool = False) -> int:
        client = Client(headers={"host": department.host})
        visits = []
        # On the first, renditions and outputs are made. The least of the others: an
        # output that is kept for seconds may end between two visits.
        for _visit in range(4):
            if cold:
                cache.clear()
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200, path
            statements = [query["sql"] for query in captured.captured_queries]
            # A cold widget has a savepoint because a test runs inside a transaction.
            visits.append(sum(1 for sql in statements if not cold or "SAVEPOINT" not in sql))
        return min(visits[1:])

    return get


@pytest.fixture
def counts(count: Count) -> Callable[..., dict[str, int]]:
    """``counts(article)``: the statements of each kind of page of its site."""

    def of_all(article: ArticlePage, *, cold: bool = False) -> dict[str, int]:
        department = Department.objects.get(site__root_page=article.site_root_id)
        section = SectionPage.objects.get(pk=article.section_id)
        paths = {
            "article": article.local_url,
            "section": section.local_url,
            "day": f"/kho-tin/{timezone.localdate(article.published_at):%Y/%m/%d}/",
            "news": "/kho-tin/",
            "front": "/",
        }
        found = {kind: count(department, path, cold=cold) for kind, path in paths.items()}
        assert cold or all(number <= AT_MOST[kind] for kind, number in found.items()), found
        return found

    return of_all


def picture_of(department: Department) -> SenImage:
    """A picture in the department's collection."""
    file = get_test_image_file(filename="anh.png", size=(1300, 700))
    image: SenImage = SenImage.objects.create(
        title="Ảnh", file=file, collection=department.collection
    )
    return image


def fill(section: SectionPage, picture: SenImage, number: int) -> ArticlePage:
    """``number`` articles with a picture; the one that has older and newer ones beside it."""
    noon = timezone.localtime().replace(hour=0, minute=30) - timedelta(days=2)
    made = [
        make_article(
            section,
            main_image=picture,
            published_at=noon + timedelta(minutes=minute),
            body=[("paragraph", "<p>Chữ.</p>"), ("image", {"image": picture})],
        )
        for minute in range(number)
    ]
    return made[number // 2]


def test_three_and_sixty_articles(site_a: Department, counts: Any) -> None:
    section, picture = section_of(site_a), picture_of(site_a)
    article = fill(section, picture, 3)
    before, cold = counts(article), counts(article, cold=True)
    article = fill(section, picture, 57)
    assert counts(article) == before
    assert counts(article, cold=True) == cold


def test_two_and_twelve_sections(site_a: Department, counts: Any) -> None:
    home, picture = home_of(site_a), picture_of(site_a)
    for section in list(SectionPage.objects.child_of(home).order_by("path"))[2:]:
        section.delete()
    article = fill(section_of(site_a), picture, 3)
    fill(section_of(site_a, 1), picture, 3)
    before = counts(article)
    for number in range(10):
        section = home_of(site_a).add_child(instance=SectionPage(title=f"Mục {number}"))
        fill(section, picture, 1)
        MenuItem.objects.create(department=site_a, title=section.title, page=section)
    cache.clear()
    assert counts(article) == before


def test_two_and_eight_sites(site_a: Department, site_b: Department, counts: Any) -> None:
    article = fill(section_of(site_a), picture_of(site_a), 3)
    fill(section_of(site_b), picture_of(site_b), 1)
    before = counts(article)
    for number in range(6):
        make_article(make_site(f"so-{number}.localhost"))
    assert counts(article) == before


def test_the_third_and_the_seventh_level_of_the_tree(site_a: Department, counts: Any) -> None:
    picture = picture_of(site_a)
    section = section_of(site_a)
    shallow = counts(fill(section.add_child(instance=SectionPage(title="Cấp")), picture, 3))
    for level in range(4):
        section = section.add_child(instance=SectionPage(title=f"Cấp {level}"))
    deep = counts(fill(section.add_child(instance=SectionPage(title="Cuối")), picture, 3))
    assert deep == shallow


def test_one_and_ten_widgets_whose_outputs_are_kept(site_a: Department, counts: Any) -> None:
    article = fill(section_of(site_a), picture_of(site_a), 3)
    classes = [type(widgets.get(name).widget) for name in IN_SIDEBAR]  # type: ignore[union-attr]
    put_in_sidebar(site_a, (classes[0], {}))
    before = counts(article)
    put_in_sidebar(site_a, *[(widget_class, {}) for widget_class in classes * 2])
    cache.clear()
    assert counts(article) == before


def test_tags_files_people_corrections_and_pictures_of_an_article(
    site_a: Department, count: Count
) -> None:
    section, picture = section_of(site_a), picture_of(site_a)
    article = fill(section, picture, 3)

    def add(number: int) -> None:
        for n in range(number):
            article.tags.add(f"từ khoá {number} {n}")
            article.byline.create(name=f"Người {n}")
            article.corrections.create(what=f"Sai {n}", why="Nhầm", corrected_at=timezone.now())
            document = SenDocument.objects.create(title=f"Tệp {n}", collection=site_a.collection)
            document.file.save(f"{number}-{n}.txt", get_test_image_file())
            article.attachments.create(document=document)
        pictures = [("image", {"image": picture_of(site_a)}) for _ in range(number)]
        article.body = [("paragraph", "<p>Chữ.</p>"), *pictures]
        article.corrected_at = timezone.now()
        article.save()

    add(1)
    before = count(site_a, article.local_url)
    assert before <= AT_MOST["article"]
    add(8)
    assert count(site_a, article.local_url) == before


def test_the_way_to_a_page_knows_restrictions_above_it(site_a: Department, count: Count) -> None:
    section = section_of(site_a)
    inner = section.add_child(instance=SectionPage(title="Trong"))
    article = make_article(inner, "Chuyện riêng")
    assert count(site_a, article.local_url) <= AT_MOST["article"]
    client = Client(headers={"host": site_a.host})
    for place in (article, inner, section, home_of(site_a), home_of(site_a).get_parent()):
        restriction = PageViewRestriction.objects.create(
            page_id=place.pk, restriction_type=PageViewRestriction.PASSWORD, password="x"
        )
        assert "Chuyện riêng" not in client.get(article.local_url).text, place
        restriction.delete()
        assert "Chuyện riêng" in client.get(article.local_url).text


def test_an_alias_is_restricted_where_its_source_is(site_a: Department) -> None:
    hidden, shown = section_of(site_a), section_of(site_a, 1)
    alias = make_article(hidden, "Chuyện riêng").create_alias(parent=shown, update_slug="bi-danh")
    PageViewRestriction.objects.create(
        page=alias.alias_of, restriction_type=PageViewRestriction.PASSWORD, password="x"
    )
    answer = Client(headers={"host": site_a.host}).get(alias.specific.local_url)
    assert "Tóm tắt bài viết" not in answer.text


def test_kept_parts_are_dropped_with_their_tags(
    site_a: Department, count: Count, django_capture_on_commit_callbacks: Any
) -> None:
    count(site_a, "/kho-tin/")
    client = Client(headers={"host": site_a.host})
    with django_capture_on_commit_callbacks(execute=True):
        MenuItem.objects.create(department=site_a, title="Mục vừa thêm", url="https://x.example/")
        Redirect.objects.create(site=site_a.site, old_path="/kho-tin?id=1", redirect_link="/a/")
    answer = client.get("/kho-tin/")
    assert "Mục vừa thêm" in answer.text
    declared = collected_for(answer.wsgi_request)
    assert declared is not None
    assert "query:*" in declared.vary


def test_a_transaction_sees_what_it_changed(site_a: Department, browse: Any) -> None:
    browse(site_a, "/kho-tin/")
    MenuItem.objects.create(department=site_a, title="Mục vừa thêm", url="https://x.example/")
    assert "Mục vừa thêm" in browse(site_a, "/").text
