"""What machines read of a site: maps, feeds, icons, structured data."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.test import Client, override_settings
from django.utils import timezone
from PIL import Image
from wagtail.models import PageViewRestriction

from cms.news.models import BylineEntry, StandardPage
from cms.seo.drawing import font, wrap
from sites.models import Department
from tests.factories import home_of, make_article, make_site, section_of

from .vocabulary import DATE, NUMBER, PARENTS, PROPERTIES, TEXT, URL

pytestmark = pytest.mark.django_db
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def get(department: Department, path: str, **kwargs: Any) -> Any:
    return Client(headers={"host": department.host}).get(path, **kwargs)


def locations(answer: Any) -> list[str]:
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/xml")
    return [
        str(found.text) for found in ElementTree.fromstring(answer.content).iter(f"{SITEMAP}loc")
    ]


def test_the_sitemaps_name_every_public_page_and_no_other(
    site_a: Department, site_b: Department
) -> None:
    root = "http://" + site_a.host
    old = make_article(site_a, published_at=datetime(2018, 1, 26, 3, tzinfo=UTC))
    new = make_article(site_a, title="Giá cả & “thị trường” <mới>")
    hidden = make_article(site_a, live=False)
    theirs = make_article(site_b)
    secret = make_article(section_of(site_a, 1))
    PageViewRestriction.objects.create(page=section_of(site_a, 1), restriction_type="login")
    page = home_of(site_a).add_child(instance=StandardPage(title="Chức năng", slug="chuc-nang"))
    StandardPage.objects.filter(pk=page.pk).update(last_published_at=timezone.now())

    files = locations(get(site_a, "/sitemap.xml"))
    assert f"{root}/sitemap-2018-1.xml" in files
    found = [address for file in files for address in locations(get(site_a, file))]
    assert {f"{root}/", root + old.local_url, root + new.local_url, root + page.local_url} <= {
        *found
    }
    assert root + section_of(site_a).local_url in found
    for other in (hidden, theirs, secret, section_of(site_a, 1)):
        assert root + other.local_url not in found
    assert len(found) == len(set(found))
    assert get(site_a, "/sitemap-2018-2.xml").status_code == 404
    assert get(site_a, "/sitemap-2018-13.xml").status_code == 404


def test_the_news_sitemap_has_what_is_at_most_two_days_old(site_a: Department) -> None:
    fresh = make_article(site_a, title="Giá cả & thị trường")
    make_article(site_a, published_at=timezone.now() - timedelta(days=3))
    answer = get(site_a, "/sitemap-tin-moi.xml")
    assert locations(answer) == [f"http://{site_a.host}{fresh.local_url}"]
    tree = ElementTree.fromstring(answer.content)
    assert [found.text for found in tree.iter(f"{NEWS}title")] == [fresh.title]
    assert [found.text for found in tree.iter(f"{NEWS}language")] == ["vi"]


def test_the_site_map_is_a_tree_of_links(site_a: Department) -> None:
    above = home_of(site_a).add_child(instance=StandardPage(title="Tổ chức", slug="to-chuc"))
    below = above.add_child(instance=StandardPage(title="Cơ cấu", slug="co-cau"))
    page = BeautifulSoup(get(site_a, "/so-do-cong/").content, "html.parser")
    inner = page.select_one(f'.site-map a[href="{above.local_url}"]').parent.select_one(
        ":scope > ul a"
    )
    assert inner["href"] == below.local_url
    assert page.select_one(f'.site-map a[href="{section_of(site_a).local_url}"]')
    assert page.select_one('footer a[href="/so-do-cong/"]')


def test_robots_are_told_where_the_maps_are(site_a: Department) -> None:
    portal = make_site("tinh.localhost", kind="province")
    text = get(site_a, "/robots.txt").content.decode()
    assert f"Sitemap: http://{site_a.host}/sitemap.xml" in text
    assert f"Sitemap: {portal.site.root_url}/trang-thanh-phan.xml" in text
    assert "Disallow: /tim-kiem/" in text
    assert Client(headers={"host": "localhost"}).get("/robots.txt").content == (
        b"User-agent: *\nDisallow: /\n"
    )


def test_security_txt_names_whom_to_tell(site_a: Department) -> None:
    assert get(site_a, "/.well-known/security.txt").status_code == 404
    site_a.email = "lienhe@so-a.example"
    site_a.save()
    answer = get(site_a, "/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:lienhe@so-a.example"
    assert fields["Canonical"] == f"http://{site_a.host}/.well-known/security.txt"
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=150) < left < timedelta(days=365)
    with override_settings(SEN_SECURITY_CONTACTS=["https://tinh.example/bao-mat"]):
        site_a.save()
        text = get(site_a, "/.well-known/security.txt").content.decode()
    assert "Contact: https://tinh.example/bao-mat" in text


@pytest.mark.parametrize(("path", "size"), [("/favicon.ico", 48), ("/bieu-tuong-180.png", 180)])
def test_the_icon_is_drawn_in_the_departments_colour(
    site_a: Department, path: str, size: int
) -> None:
    before = get(site_a, path).content
    assert Image.open(BytesIO(before)).size == (size, size)
    site_a.accent = "#8a4b08"
    site_a.save()
    assert get(site_a, path).content != before
    assert get(site_a, "/bieu-tuong-7.png").status_code == 404


def test_an_article_without_picture_has_one_made_of_its_title(site_a: Department) -> None:
    article = make_article(site_a, title="Hội nghị " * 28)
    page = BeautifulSoup(get(site_a, article.local_url).content, "html.parser")
    address = page.select_one('meta[property="og:image"]')["content"]
    picture = Image.open(BytesIO(get(site_a, address).content))
    assert picture.size == (1200, 630)
    hidden = make_article(site_a, live=False)
    assert get(site_a, f"/anh-chia-se/{hidden.pk}.png").status_code == 404
    assert get(site_a, f"/anh-chia-se/{home_of(site_a).pk}.png").status_code == 404


def test_text_in_pictures_is_cut_at_words_and_has_every_letter() -> None:
    face = font(64, bold=True)
    lines = wrap("Đại hội " * 60, face, 1000, 3)
    assert len(lines) == 3
    assert lines[-1].endswith(" …")
    assert all(face.getlength(line) <= 1000 for line in lines)
    # A letter that the font has not is drawn as the box of an unknown one.
    box = face.getmask("\U0010ffff").getbbox()
    unknown = bytes(face.getmask("\U0010ffff"))
    for letter in "ẾẬỮđĐươỷỗằẵẫ":
        mask = face.getmask(letter)
        assert (mask.getbbox(), bytes(mask)) != (box, unknown)


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_feed_has_the_whole_text_and_true_times(site_a: Department, kind: str) -> None:
    published = datetime(2018, 1, 26, 3, 15, tzinfo=UTC)
    article = make_article(
        site_a,
        title="Giá & cả\x0b",
        body=[("paragraph", '<p>Đọc <a href="/xem/">ở đây</a> &amp; hết.</p>')],
        published_at=published,
    )
    feed = feedparser.parse(get(site_a, f"/{kind}/").content)
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.title == "Giá & cả"
    assert f'<a href="http://{site_a.host}/xem/">ở đây</a> &amp; hết.' in entry.content[0].value
    assert entry.link == f"http://{site_a.host}{article.local_url}"
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == published
    assert (
        datetime(*entry.get("updated_parsed", entry.published_parsed)[:6], tzinfo=UTC) == published
    )


def graph_of(department: Department, path: str) -> list[dict[str, Any]]:
    page = BeautifulSoup(get(department, path).content, "html.parser")
    (script,) = page.select('script[type="application/ld+json"]')
    data = json.loads(script.string)
    assert data["@context"] == "https://schema.org"
    graph: list[dict[str, Any]] = data["@graph"]
    return graph


def is_a(kind: str | None, wanted: set[str]) -> bool:
    while kind is not None:
        if kind in wanted:
            return True
        kind = PARENTS[kind]
    return False


def faults(thing: dict[str, Any], kinds: dict[str, str], where: str = "") -> list[str]:
    """What of ``thing`` is not in the vocabulary."""
    kind = thing["@type"]
    allowed: dict[str, set[str]] = {}
    above: str | None = kind
    while above is not None:
        allowed |= PROPERTIES.get(above, {})
        above = PARENTS[above]
    found = []
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        if name not in allowed:
            found.append(f"{where}{kind} has no {name}")
            continue
        for one in value if isinstance(value, list) else [value]:
            found += _wrong(one, allowed[name], kinds, f"{where}{kind}.{name} ")
    return found


def _wrong(value: Any, wanted: set[str], kinds: dict[str, str], where: str) -> list[str]:
    if isinstance(value, dict):
        kind = value.get("@type") or kinds.get(value["@id"])
        if not is_a(kind, wanted):
            return [f"{where}is a {kind}"]
        return faults(value, kinds, where) if "@type" in value else []
    fits = {
        TEXT: isinstance(value, str) and bool(value),
        NUMBER: isinstance(value, int),
        URL: isinstance(value, str) and bool(re.match(r"https?://[^/]+/", value)),
        DATE: isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\dT.*[+-]\d\d:\d\d$", value)),
    }
    return [] if any(fits.get(kind) for kind in wanted) else [f"{where}is {value!r}"]


def test_structured_data_is_of_the_vocabulary(site_a: Department) -> None:
    portal = make_site("tinh.localhost", kind="province")
    for name, value in {
        "parent": portal,
        "short_name": "Sở A",
        "address": "Số 1 đường Hoa Sen",
        "phone": "0299 3 822 333",
        "email": "lienhe@so-a.example",
    }.items():
        setattr(site_a, name, value)
    site_a.save()
    article = make_article(site_a, title='Hội nghị "</script><b>" & tổng kết')
    article.tags.add("chuyển đổi số")
    article.byline.add(BylineEntry(name="Thời Nhiệm", sort_order=0))
    article.save()
    seen = set()
    for path in ("/", section_of(site_a).local_url, article.local_url, "/kho-tin/"):
        graph = graph_of(site_a, path)
        kinds = {thing["@id"]: thing["@type"] for thing in graph if "@id" in thing}
        assert [fault for thing in graph for fault in faults(thing, kinds)] == []
        seen |= {thing["@type"] for thing in graph}
    assert seen == {"GovernmentOrganization", "WebSite", "BreadcrumbList", "NewsArticle"}
    (news,) = [t for t in graph_of(site_a, article.local_url) if t["@type"] == "NewsArticle"]
    assert news["headline"] == article.title
    assert news["author"] == [{"@type": "Person", "name": "Thời Nhiệm"}]
    assert news["keywords"] == ["chuyển đổi số"]


def test_every_public_page_says_who_and_what_it_is(site_a: Department) -> None:
    article = make_article(site_a)
    for path in ("/", section_of(site_a).local_url, article.local_url):
        page = BeautifulSoup(get(site_a, path).content, "html.parser")
        root = f"http://{site_a.host}"
        assert page.select_one('link[rel="canonical"]')["href"] == root + path
        for name in ("title", "creator", "publisher", "description", "identifier", "language"):
            assert page.select_one(f'meta[name="DC.{name}"]')["content"], name
        for name in ("type", "title", "url", "site_name", "description", "image", "locale"):
            assert page.select_one(f'meta[property="og:{name}"]')["content"], name
        assert len(page.select('link[rel="icon"], link[rel="apple-touch-icon"]')) == 2
