"""A correction passes the gates with its text, is dated once, and stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.news.models import ArticlePage, Correction
from cms.record.models import RecordEntry
from cms.workflow.authority import Authority, publishing_by
from sites.models import Department
from tests.integration.workflow.newsroom import Newsroom, fresh

WHAT, WHY = "Số liệu đúng là 1.250 hồ sơ, không phải 1.520.", "Nhập nhầm chữ số."


@pytest.fixture
def room(site_a: Department) -> Newsroom:
    return Newsroom(site_a)


def add(page: ArticlePage) -> None:
    page.corrections.add(Correction(what=WHAT, why=WHY))


def test_shown_on_the_article_in_print_and_in_the_feed(room: Newsroom, browse: Any) -> None:
    article = room.update(room.published(title="Bài có đính chính"), add)
    for address in (article.local_url, article.print_url, "/rss/", "/atom/"):
        text = browse(room.department, address).text
        assert "1.250 hồ sơ" in text, address
        assert "Nhập nhầm chữ số" in text
    entry = RecordEntry.objects.get(action="sen.correction")
    assert (entry.details, entry.why, entry.page_id) == (WHAT, WHY, article.pk)
    assert entry.revision_id == article.live_revision_id


def test_nobody_reads_it_before_it_is_approved(room: Newsroom, browse: Any) -> None:
    article = room.published()
    text = article.get_latest_revision_as_object()
    add(text)
    text.save_revision(user=room.reporter)
    assert "1.250" not in browse(room.department, article.local_url).text
    assert not RecordEntry.objects.filter(action="sen.correction").exists()


def test_its_time_stays_through_later_texts(room: Newsroom) -> None:
    article = room.update(room.published(), add)
    first = article.corrections.get().corrected_at
    assert first == article.corrected_at

    def rename(page: ArticlePage) -> None:
        page.title = "Tiêu đề khác"

    article = room.update(article, rename)
    assert article.title == "Tiêu đề khác"
    assert article.corrections.get().corrected_at == first
    assert RecordEntry.objects.filter(action="sen.correction").count() == 1


def test_what_is_public_is_neither_changed_nor_removed(room: Newsroom) -> None:
    article = room.update(room.published(), add)

    def alter(page: ArticlePage) -> None:
        page.corrections.get().what = "Chưa bao giờ sai."

    def remove(page: ArticlePage) -> None:
        page.corrections.clear()

    for change in (alter, remove):
        with pytest.raises(ValidationError, match="đính chính"):
            room.update(article, change)
    assert fresh(article).corrections.get().what == WHAT


def test_a_text_older_than_a_correction_keeps_it(room: Newsroom) -> None:
    article = room.published()
    older = article.live_revision
    room.update(article, add)
    with publishing_by(Authority.REPUBLICATION):
        older.publish()
    assert fresh(article).live_revision_id == older.pk
    assert [one.what for one in fresh(article).corrections.all()] == [WHAT]
