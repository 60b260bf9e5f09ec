"""What a citizen sees: the article, the archive, feeds, and never another site's news."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.news.models import ArticlePage, BylineEntry, SectionPage, StandardPage
from cms.news.sitepage import NEWS_ROOT
from cms.traffic.counts import SiteCounts
from sites.models import Department
from tests.factories import home_of, make_article, make_site, section_of

ZONE = timezone.get_default_timezone()
FRIDAY = datetime(2018, 1, 26, 16, 15, tzinfo=ZONE)


def test_the_article_page_shows_everything(site_a: Department, browse: Any) -> None:
    article = make_article(
        site_a,
        "Sở ban hành kế hoạch",
        published_at=FRIDAY,
        lead="Tóm tắt của bài.",
        byline=[BylineEntry(name="Thời Vụ", role="compiled")],
        source_name="Báo Hoa Sen",
    )
    make_article(site_a, "Tin đến sau", published_at=FRIDAY + timedelta(days=1))
    make_article(site_a, "Tin đến trước", published_at=FRIDAY - timedelta(days=1))
    SiteCounts(site_a.site_id).set_opening_balance(1618, page_id=article.pk)
    shown = browse(site_a, article.local_url).text
    for text in (
        *("Tin tức – Sự kiện", "Thứ Sáu, 26/01/2018, 16:15", "Sở ban hành kế hoạch"),
        *("Tóm tắt của bài.", "Nội dung bài viết.", "Thời Vụ (tổng hợp)", "Báo Hoa Sen"),
        *("Số lượt người xem", ">1.618<", "Bản in", "Quay lại", "Tin mới hơn", "Tin đã đưa"),
        *("Tin đến sau", "Tin đến trước", "Xem theo ngày", "/kho-tin/2018/01/26/"),
    ):
        assert text in shown, text


def test_the_print_view_is_for_paper(site_a: Department, browse: Any) -> None:
    article = make_article(site_a, "Bài để in")
    shown = browse(site_a, article.print_url).text
    assert "Bài để in" in shown
    assert re.findall("<nav[^>]*", shown) == [
        '<nav class="screen-only" aria-label="Quay lại bài viết"'
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("2018/", 200),
        ("2018/01/", 200),
        ("2018/1/26/", 200),
        ("2018/01/26/", 200),
        ("2018/02/30/", 404),
        ("2018/13/", 404),
        ("2018/00/", 404),
        ("1815/", 404),
        ("99999999999999999999/", 404),
        ("2018/01/26/5/", 404),
        ("x/", 404),
    ],
)
def test_addresses_by_date(site_a: Department, browse: Any, path: str, status: int) -> None:
    make_article(site_a, "Tin hôm ấy", published_at=FRIDAY)
    for root in ("/kho-tin/", section_of(site_a).local_url):
        response = browse(site_a, root + path)
        assert response.status_code == status
        if status == 200:
            assert "Tin hôm ấy" in response.text


def test_a_day_without_news_points_to_the_nearest(site_a: Department, browse: Any) -> None:
    make_article(site_a, published_at=FRIDAY)
    make_article(site_a, published_at=FRIDAY + timedelta(days=10))
    response = browse(site_a, "/kho-tin/2018/01/28/")
    assert response.status_code == 200
    assert "/kho-tin/2018/01/26/" in response.text
    assert "/kho-tin/2018/02/05/" in response.text


def test_an_archive_without_any_news_still_answers(site_a: Department, browse: Any) -> None:
    for path in ("/", "/kho-tin/", "/kho-tin/2018/", "/kho-tin/2018/01/", "/kho-tin/2018/01/01/"):
        assert browse(site_a, path).status_code == 200


def test_xem_tiep_leads_through_the_whole_list(site_a: Department, browse: Any) -> None:
    from html.parser import HTMLParser

    class Next(HTMLParser):
        href: str | None = None

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            given = dict(attrs)
            if tag == "a" and given.get("rel") == "next":
                self.href = given["href"]

    expected = {make_article(site_a, f"Bài thứ {number:02d}").title for number in range(45)}
    seen: set[str] = set()
    address: str | None = section_of(site_a).local_url
    for _ in range(4):
        if address is None:
            break
        text = browse(site_a, address).text
        found = {title for title in expected if title in text} - seen
        assert found
        seen |= found
        parser = Next()
        parser.feed(text)
        address = parser.href
    assert seen == expected
    assert address is None


@pytest.mark.parametrize("cursor", ["x", "1", "1-", "%00", "9" * 50 + "-1"])
def test_a_forged_place_in_a_list_is_404(site_a: Department, browse: Any, cursor: str) -> None:
    assert browse(site_a, f"/kho-tin/?sau={cursor}").status_code == 404


def test_an_article_of_one_site_is_never_served_on_another(
    site_a: Department, site_b: Department, browse: Any
) -> None:
    article = make_article(site_a, "Chỉ của A")
    assert browse(site_a, article.local_url).status_code == 200
    for path in (article.local_url, article.url_path, f"/so-a-localhost{article.local_url}"):
        assert browse(site_b, path).status_code == 404
    for path in ("/", "/kho-tin/", "/rss/", "/atom/", section_of(site_b).local_url):
        assert "Chỉ của A" not in browse(site_b, path).text


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_feeds_are_well_formed_and_own(site_a: Department, browse: Any, kind: str) -> None:
    make_article(site_a, "Tin & <sự kiện>", published_at=FRIDAY)
    for root in ("/", section_of(site_a).local_url):
        response = browse(site_a, f"{root}{kind}/")
        assert f"{kind}+xml" in response["Content-Type"]
        text = response.content.decode()
        assert "Tin &amp; &lt;sự kiện&gt;" in text
        assert "http://so-a.localhost/tin-tuc-su-kien/" in text
        ElementTree.fromstring(text)


def test_drafts_are_not_public(site_a: Department, browse: Any) -> None:
    draft = make_article(site_a, "Bản nháp", live=False)
    assert browse(site_a, draft.local_url).status_code == 404
    assert "Bản nháp" not in browse(site_a, "/kho-tin/").text


def test_routing_goes_to_the_deepest_page(site_a: Department, browse: Any) -> None:
    section = section_of(site_a)
    below = SectionPage(title="Chuyên đề", slug="chuyen-de")
    section.add_child(instance=below)
    article = make_article(below, "Bài sâu")
    assert browse(site_a, article.local_url).status_code == 200
    assert "Bài sâu" in browse(site_a, f"{below.local_url}").text
    assert browse(site_a, f"{section.local_url}khong-co/").status_code == 404
    assert browse(site_a, f"{article.local_url}khong-co/").status_code == 404


def test_routing_asks_the_same_at_any_depth(site_a: Department, rf: Any) -> None:
    home = home_of(site_a)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            home.route(rf.get(path), [part for part in path.split("/") if part])
        return len(captured)

    section = section_of(site_a)
    shallow = queries(make_article(section).local_url)
    for number in range(4):
        below = SectionPage(title=f"Tầng {number}", slug=f"tang-{number}")
        section.add_child(instance=below)
        section = below
    assert queries(make_article(section).local_url) == shallow


def test_the_portal_lists_the_component_sites(site_a: Department, browse: Any) -> None:
    portal = make_site("cong.localhost", name="Cổng tỉnh", kind="province")
    shown = browse(portal).text
    assert "Sở A" in shown
    assert site_a.site.root_url in shown
    assert "Cổng tỉnh" not in browse(site_a).text.split("<main")[1].split("</main")[0]


def test_slugs_fold_vietnamese_letters(site_a: Department) -> None:
    page = StandardPage(title="Đường dây nóng Sở Y tế")
    home_of(site_a).add_child(instance=page)
    assert page.slug == "duong-day-nong-so-y-te"


def test_the_news_root_is_not_a_pages_address(site_a: Department) -> None:
    from django.core.exceptions import ValidationError

    for model in (SectionPage, StandardPage):
        with pytest.raises(ValidationError):
            home_of(site_a).add_child(instance=model(title="Tin", slug=NEWS_ROOT))


def test_a_publication_time_in_the_future_is_refused(site_a: Department) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="hẹn giờ"):
        ArticlePage(
            title="T", slug="t", lead="L", published_at=timezone.now() + timedelta(hours=1)
        ).clean()


def test_what_leads_the_front_page_leads_it_until_its_hour(site_a: Department, browse: Any) -> None:
    now = timezone.now()
    old = make_article(
        site_a,
        "Bài đứng đầu",
        published_at=now - timedelta(days=9),
        leading_until=now + timedelta(hours=2),
    )
    for number in range(6):
        make_article(site_a, f"Bài thường {number}", published_at=now - timedelta(hours=number))
    front = browse(site_a, "/").text
    assert front.index("Bài đứng đầu") < front.index("Bài thường 0")
    assert front.count(f'href="{old.local_url}"') == 1
    # The list goes by time.
    listed = browse(site_a, "/kho-tin/").text
    assert listed.index("Bài thường 5") < listed.index("Bài đứng đầu")
    # Neither the rule nor the kept page outlives the hour.
    with time_machine.travel(now + timedelta(hours=2, seconds=1)):
        assert "Bài đứng đầu" not in browse(site_a, "/").text.partition('class="blocks"')[0]
