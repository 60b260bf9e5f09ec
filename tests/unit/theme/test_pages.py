"""What a visitor sees: the pages of a site, rendered whole."""

import json
from datetime import datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.translation import override

from cms.news.models import BylineEntry, StandardPage
from cms.news.periods import Period
from cms.news.reading import SiteNews
from cms.theme.province import province
from sites.models import Department
from tests.factories import home_of, make_article, make_site, section_of

pytestmark = pytest.mark.django_db


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


def soup_of(response, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def archive_url(department: Department, *period: int) -> str:
    return SiteNews(home_of(department)).url_for(Period(*period))


@pytest.fixture
def section(site_a):
    found = section_of(site_a)
    found.title = "Tin tức sự kiện"
    found.live = True
    found.save()
    return found


@pytest.fixture
def article(section):
    made = make_article(
        section,
        "Sở ban hành Kế hoạch phát động phong trào thi đua",
        lead="Phát huy những thành tích đã đạt được.",
        published_at=local(2018, 1, 26, 16, 15),
        source_name="Báo Hoa Sen",
        source_url="https://bao.example/1",
    )
    made.byline.add(BylineEntry(name="Thời Nhiệm", role="compiled"))
    made.tags.add("Thi đua")
    made.save()
    return made


def test_article_shows_what_the_real_page_shows(site_a, article, browse):
    newer = make_article(article.section, "Tin sau", published_at=local(2018, 1, 27, 9))
    older = make_article(article.section, "Tin trước", published_at=local(2018, 1, 25, 9))
    soup = soup_of(browse(site_a, article.local_url))
    text = soup.main.get_text(" ", strip=True)
    assert soup.h1.get_text() == article.title
    assert "Thứ Sáu, 26/01/2018, 16:15" in text
    assert article.lead in text
    assert "Nội dung bài viết." in text
    assert soup.select_one(".byline-person").get_text() == "Thời Nhiệm (tổng hợp)"
    assert soup.select_one(".byline-source a")["href"] == "https://bao.example/1"
    assert "Số lượt người xem: 0" in text
    assert soup.select_one("[data-sen-views]").get_text() == "0"
    tools = {a.get_text(strip=True): a["href"] for a in soup.select(".tools a")}
    assert tools == {"Bản in": article.print_url, "Quay lại": article.section.local_url}
    headings = [h2.get_text() for h2 in soup.select(".neighbours h2")]
    assert headings == ["Tin mới hơn", "Tin đã đưa"]
    shown = [a["href"] for a in soup.select(".quiet a")]
    assert shown == [newer.local_url, older.local_url]
    assert "Xem theo ngày" in text
    assert soup.select_one(".neighbours-ways a")["href"].endswith("/2018/01/26/")


def test_article_names_its_page_to_the_beacon(site_a, article, browse):
    body = soup_of(browse(site_a, article.local_url)).body
    assert body["data-page-id"] == str(article.pk)
    assert body["data-hit-url"] == "/_sen/hit"


def test_preview_is_not_counted(site_a, article):
    preview = article.make_preview_request()
    assert preview.status_code == 200
    assert article.title in preview.content.decode()
    assert "data-hit-url" not in preview.content.decode()


def test_metadata_is_never_empty(site_a, article, browse):
    soup = soup_of(browse(site_a, article.local_url))
    for name in ("title", "creator", "date", "description", "publisher", "identifier"):
        assert soup.select_one(f'meta[name="DC.{name}"]')["content"], name
    assert soup.select_one('link[rel="canonical"]')["href"].endswith(article.local_url)


def test_hostile_title_is_text(site_a, section, browse):
    made = make_article(section, '<script>alert("x")</script>')
    soup = soup_of(browse(site_a, made.local_url))
    assert soup.h1.get_text() == made.title
    code = [tag for tag in soup.find_all("script") if tag.get("type") != "application/ld+json"]
    assert not any("alert" in tag.get_text() for tag in code)
    (data,) = soup.select('script[type="application/ld+json"]')
    assert made.title in str(json.loads(data.get_text()))


@time_machine.travel(local(2026, 1, 5, 10, 30), tick=False)
def test_print_view_carries_the_body_its_address_and_the_date(site_a, article, browse):
    site_a.address = "Số 12 đường Liên Hoa"
    site_a.save()
    soup = soup_of(browse(site_a, article.print_url))
    text = soup.get_text(" ", strip=True)
    assert site_a.name in text
    assert "Số 12 đường Liên Hoa" in text
    assert "In lúc: Thứ Hai, 05/01/2026, 10:30" in text
    assert [nav["class"] for nav in soup.select("nav")] == [["screen-only"]]


def test_every_page_names_the_body_and_who_answers_for_it(site_a, browse):
    site_a.address, site_a.phone, site_a.email = "Số 1", "0200 1", "so@a.example"
    site_a.responsible_person = "Lê Thị Gấm"
    site_a.save()
    text = soup_of(browse(site_a)).footer.get_text(" ", strip=True)
    for part in (site_a.name, "Số 1", "0200 1", "so@a.example", "Lê Thị Gấm"):
        assert part in text
    assert "Chịu trách nhiệm chính" in text


def test_home_without_news_says_so(site_a, browse):
    soup = soup_of(browse(site_a))
    assert soup.select_one(".empty").get_text(strip=True) == "Trang này chưa có tin nào."


def test_home_leads_with_the_newest_and_lists_sections(site_a, section, browse):
    now = timezone.now()
    made = [make_article(section, published_at=now - timedelta(days=n)) for n in range(6)]
    soup = soup_of(browse(site_a))
    assert soup.select_one(".story-lead a")["href"] == made[0].local_url
    assert len(soup.select(".front-top > li")) == 4
    assert [h2.get_text(strip=True) for h2 in soup.select(".block-head h2")] == ["Tin tức sự kiện"]


def test_portal_lists_the_component_sites():
    portal = make_site("tinh.localhost", name="Tỉnh Hoa Sen", kind="province")
    below = make_site("so-c.localhost", name="Sở C")
    soup = soup_of(Client(headers={"host": portal.host}).get("/"))
    assert [a["href"] for a in soup.select(".component-sites a")] == [below.site.root_url + "/"]


def test_listing_goes_on_where_there_is_more(site_a, section, browse):
    for n in range(21):
        make_article(section, published_at=local(2026, 1, 1, 8) - timedelta(days=n))
    soup = soup_of(browse(site_a, section.local_url))
    assert len(soup.select("[data-sen-list] > li")) == 20
    more = soup.select_one("a[data-sen-more]")
    assert "next" in more["rel"]
    rest = soup_of(browse(site_a, more["href"]))
    assert len(rest.select("[data-sen-list] > li")) == 1
    assert rest.select_one("a[data-sen-more]") is None


def test_day_without_news_points_to_the_nearest(site_a, article, browse):
    soup = soup_of(browse(site_a, "/kho-tin/2018/01/28/"))
    assert "Không có tin nào trong ngày này." in soup.main.get_text()
    nearest = soup.select_one(".nearest a")
    assert nearest["href"].endswith("/2018/01/26/")
    assert "Thứ Sáu, 26/01/2018" in nearest.get_text()


def test_year_leads_to_its_months(site_a, article, browse):
    soup = soup_of(browse(site_a, "/kho-tin/2018/"))
    (month,) = soup.select(".periods a")
    assert month["href"].endswith("/2018/01/")
    assert "1 tin" in month.get_text(" ")


def test_standard_page_without_text_says_that_it_is_being_written(site_a, browse):
    page = StandardPage.objects.child_of(home_of(site_a)).first()
    page.live = True
    page.save()
    text = soup_of(browse(site_a, page.local_url)).main.get_text()
    assert "Nội dung trang đang được biên soạn." in text


def test_missing_page_answers_in_the_sites_dress(site_a, browse):
    soup = soup_of(browse(site_a, "/khong-co/"), status=404)
    assert soup.h1.get_text() == "Không tìm thấy trang"
    assert site_a.name in soup.header.get_text()
    assert not soup.body.has_attr("data-hit-url")


def test_page_without_a_site_still_renders():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert "Không tìm thấy trang" in render_to_string("404.html", request=request)


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("500.html", "Hệ thống gặp sự cố"),
        ("503.html", "Hệ thống tạm gián đoạn"),
        ("400.html", "Không thể xử lý yêu cầu này"),
    ],
)
def test_error_pages_need_neither_request_nor_database(template, title, django_assert_num_queries):
    with django_assert_num_queries(0), override("vi"):
        assert title in render_to_string(template)


def test_english_site_speaks_english(site_a, article, browse):
    Department.objects.filter(pk=site_a.pk).update(language="en")
    soup = soup_of(browse(site_a, article.local_url))
    assert soup.html["lang"] == "en"
    assert "Friday, 26/01/2018, 16:15" in soup.main.get_text()
    assert "Browse by date" in soup.main.get_text()


def test_admin_carries_the_name_of_the_province():
    make_site(
        "tinh.localhost", name="Cổng tỉnh Hoa Sen", short_name="Tỉnh Hoa Sen", kind="province"
    )
    soup = soup_of(Client(headers={"host": "localhost"}).get("/admin/login/", follow=True))
    assert "Tỉnh Hoa Sen" in soup.title.get_text()
    assert soup.select_one(".sen-login-name").get_text() == "Tỉnh Hoa Sen"


def test_province_is_asked_for_once(site_a, django_assert_num_queries):
    assert province() == {"name": "", "logo": ""}
    with django_assert_num_queries(0):
        province()


def test_an_embedded_youtube_film_comes_from_the_host_without_cookies() -> None:
    html = '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ?feature=oembed"></iframe>'
    page = render_to_string("wagtailembeds/embed_frontend.html", {"embed": {"html": html}})
    assert 'src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?feature=oembed"' in page
    assert "www.youtube.com" not in page


def test_every_page_says_once_what_it_is(site_a, section, browse):
    for path in ("/", "/kho-tin/", "/kho-tin/2026/", section.local_url, "/khong-co/"):
        soup = BeautifulSoup(browse(site_a, path).content, "html.parser")
        (description,) = soup.select('meta[name="description"]')
        assert description["content"].strip()
