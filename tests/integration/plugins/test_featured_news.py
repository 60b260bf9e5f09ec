"""Featured news shows what is published on its own site, whatever is stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from taggit.models import Tag

from cms.news.models import ArticlePage, ArticleTag
from cms.sdk.testing import WidgetContract, put_in_sidebar, render_widget, stored_config
from cms.widgets.registry import widgets
from plugins.featured_news.widgets import FeaturedNews
from sites.models import Department
from tests.factories import make_article, section_of

from .conftest import items


class TestContract(WidgetContract):
    widget = FeaturedNews
    config = {"source": "section", "count": 3, "layout": "cards"}


def tag(article: ArticlePage, name: str, slug: str = "") -> None:
    known = Tag.objects.filter(name=name).first() or Tag.objects.create(name=name, slug=slug)
    ArticleTag.objects.create(content_object_id=article.pk, tag=known)


def picked(*articles: ArticlePage, **config: Any) -> dict[str, Any]:
    return {"source": "picked", "articles": items(*(article.pk for article in articles)), **config}


def test_picked_articles_keep_the_editors_order(site_a: Department) -> None:
    one, two, three = (make_article(site_a, title) for title in ("Một", "Hai <i>", "Ba"))
    html = render_widget(FeaturedNews, picked(three, one, two, one), department=site_a)
    assert html.index("Ba") < html.index("Một") < html.index("Hai &lt;i&gt;")
    assert html.count("<li") == 3


def test_what_is_not_published_here_is_left_out(site_a: Department, site_b: Department) -> None:
    shown = make_article(site_a, "Của A")
    draft = make_article(site_a, "Bản nháp", live=False)
    foreign = make_article(site_b, "Của B")
    stored = picked(draft, foreign, shown)
    stored["articles"] += items(10**9, None)
    html = render_widget(FeaturedNews, stored, department=site_a)
    assert "Của A" in html
    assert "Bản nháp" not in html
    assert "Của B" not in html
    assert render_widget(FeaturedNews, picked(draft, foreign), department=site_a) == ""


def test_a_withdrawn_article_leaves_the_page(
    site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(site_a, "Sẽ rút xuống")
    stays = make_article(site_a, "Ở lại")
    put_in_sidebar(site_a, (FeaturedNews, picked(article, stays)))
    sidebar = browse(site_a, section_of(site_a, 1).local_url).content.decode()
    assert "Sẽ rút xuống" in sidebar
    with django_capture_on_commit_callbacks(execute=True):
        article.unpublish()
    sidebar = browse(site_a, section_of(site_a, 1).local_url).content.decode()
    assert "Sẽ rút xuống" not in sidebar
    assert "Ở lại" in sidebar


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["chuyển đổi số", "CHUYỂN ĐỔI SỐ", "  Chuyển  Đổi số "])
def test_a_tag_is_found_however_it_is_typed(site_a: Department, typed: str, form: Any) -> None:
    tag(make_article(site_a, "Có thẻ"), unicodedata.normalize(form, "Chuyển đổi số"))
    make_article(site_a, "Không thẻ")
    config = {"source": "tag", "tag": unicodedata.normalize("NFD", typed)}
    html = render_widget(FeaturedNews, config, department=site_a)
    assert "Có thẻ" in html
    assert "Không thẻ" not in html


def test_tags_that_differ_in_letter_case_only_count_as_one(site_a: Department) -> None:
    now = timezone.now()
    for hours, name in enumerate(("Y tế", "y tế", "Y Tế"), start=1):
        tag(make_article(site_a, f"Bài {name}", published_at=now - timedelta(hours=hours)), name)
    both = make_article(site_a, "Cả hai", published_at=now - timedelta(hours=9))
    tag(both, "Y tế")
    tag(both, "y tế")
    html = render_widget(
        FeaturedNews, {"source": "tag", "tag": "y tế", "count": 9}, department=site_a
    )
    assert html.index("Bài Y tế") < html.index("Bài y tế") < html.index("Bài Y Tế")
    assert html.count("Cả hai") == 1


def test_a_slug_without_marks_is_found_too(site_a: Department) -> None:
    tag(make_article(site_a, "Có thẻ"), "Cải cách hành chính", slug="cai-cach-hanh-chinh")
    config = {"source": "tag", "tag": "cải cách hành chính"}
    assert "Có thẻ" in render_widget(FeaturedNews, config, department=site_a)


@pytest.mark.parametrize("typed", ["", " ", "không có", "y", "y tế dự", "%", "c++", "\x00", "#"])
def test_an_unknown_tag_shows_nothing(site_a: Department, typed: str) -> None:
    tag(make_article(site_a), "Y tế")
    config = {"source": "tag", "tag": typed}
    assert render_widget(FeaturedNews, config, department=site_a) == ""


def test_another_sites_articles_with_the_tag_are_not_ours(
    site_a: Department, site_b: Department
) -> None:
    tag(make_article(site_b, "Của B"), "Y tế")
    config = {"source": "tag", "tag": "Y tế"}
    assert render_widget(FeaturedNews, config, department=site_a) == ""
    assert "Của B" in render_widget(FeaturedNews, config, department=site_b)


def test_a_sections_newest(site_a: Department, site_b: Department) -> None:
    first, second = section_of(site_a, 0), section_of(site_a, 1)
    make_article(first, "Chuyên mục một")
    make_article(second, "Chuyên mục hai")
    html = render_widget(
        FeaturedNews, {"source": "section", "section": second.pk}, department=site_a
    )
    assert "Chuyên mục hai" in html
    assert "Chuyên mục một" not in html
    everything = render_widget(FeaturedNews, {"source": "section"}, department=site_a)
    assert "Chuyên mục một" in everything
    make_article(site_b, "Của B")
    foreign = {"source": "section", "section": section_of(site_b).pk}
    assert render_widget(FeaturedNews, foreign, department=site_a) == ""


def test_pictures_are_webp_with_their_size(
    site_a: Department, make_picture: Callable[..., Any]
) -> None:
    article = make_article(site_a, main_image=make_picture(site_a))
    for layout in ("lead", "cards"):
        html = render_widget(FeaturedNews, picked(article, layout=layout), department=site_a)
        assert ".webp" in html
        assert 'width="' in html
        assert 'height="' in html
        assert 'alt=""' in html


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"source": "picked"}, "articles"),
        ({"source": "picked", "articles": items(None)}, "articles"),
        ({"source": "tag", "tag": "  "}, "tag"),
    ],
)
def test_what_would_never_show_anything_is_refused(
    db: None, config: dict[str, Any], field: str
) -> None:
    entry = widgets.get("featured_news")
    assert entry is not None
    value = entry.block.to_python(stored_config(FeaturedNews, config))
    with pytest.raises(ValidationError) as error:
        entry.block.clean(value)
    assert field in error.value.block_errors  # type: ignore[attr-defined]


def test_a_list_costs_as_many_queries_whatever_its_length(
    site_a: Department, django_assert_max_num_queries: Any
) -> None:
    articles = [make_article(site_a) for _ in range(8)]
    with django_assert_max_num_queries(8):
        render_widget(FeaturedNews, picked(*articles), department=site_a)
