"""Pages in other languages: found from one another, said in their own, passed by the gates."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, PageViewRestriction

from cms.news.models import ArticlePage, HomePage, SectionPage, StandardPage
from cms.workflow.authority import Authority, NotApproved, publishing_by
from sites.models import Department, MenuItem
from sites.roles import Role
from tests.factories import home_of, make_article, make_user, section_of, staff_client

pytestmark = pytest.mark.django_db


def locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


@pytest.fixture
def about(site_a: Department) -> StandardPage:
    page = StandardPage(title="Giới thiệu", slug="gioi-thieu-so", lead="Sở ở đây.")
    home_of(site_a).add_child(instance=page)
    page.save_revision()
    return page


def in_language(page: Page, code: str, title: str, *, live: bool = True) -> Page:
    translated: Page = page.copy(
        to=page.get_parent(),
        update_attrs={"locale": locale(code), "slug": f"{page.slug}-{code}", "title": title},
        reset_translation_key=False,
        keep_live=live,
    )
    return translated


def read(department: Department, path: str) -> BeautifulSoup:
    response = Client(headers={"host": department.host}).get(path)
    assert response.status_code == 200, response.status_code
    return BeautifulSoup(response.content, "html.parser")


def ways(soup: BeautifulSoup) -> list[tuple[str, str, bool]]:
    return [
        (link["hreflang"], link["href"], link.has_attr("aria-current"))
        for link in soup.select(".editions a")
    ]


def test_a_site_in_one_language_says_nothing_of_others(
    site_a: Department, about: StandardPage
) -> None:
    soup = read(site_a, about.local_url)
    assert soup.html["lang"] == "vi"
    assert not soup.select(".editions, link[hreflang], [lang]:not(html)")


def test_a_page_is_in_its_language_and_leads_to_the_others(
    site_a: Department, about: StandardPage
) -> None:
    english = in_language(about, "en", "About us")
    khmer = in_language(about, "km", "អំពីយើង")
    here, there, further = (
        ("vi", about.local_url),
        ("en", english.specific.local_url),
        ("km", khmer.specific.local_url),
    )
    for page, current in ((about, here), (english.specific, there), (khmer.specific, further)):
        soup = read(site_a, page.local_url)
        assert soup.html["lang"] == current[0]
        assert ways(soup) == [(*one, one == current) for one in (here, there, further)]
        alternates = [
            (link["hreflang"], link["href"].split(site_a.host, 1)[1].lstrip(":0123456789"))
            for link in soup.select("link[hreflang]")
        ]
        assert alternates == [here, there, further]
        assert soup.select_one("meta[name='DC.language']")["content"] == current[0]


def test_around_an_english_page_the_interface_is_english_around_a_khmer_one_vietnamese(
    site_a: Department, about: StandardPage
) -> None:
    english = in_language(about, "en", "About us").specific
    khmer = in_language(about, "km", "អំពីយើង").specific
    soup = read(site_a, english.local_url)
    assert soup.select_one(".skip").get_text() == "Skip to main content"
    assert not soup.select_one("header").has_attr("lang")
    assert soup.select_one(".brand-text")["lang"] == "vi"
    soup = read(site_a, khmer.local_url)
    assert soup.select_one(".skip").get_text() == "Bỏ qua đến nội dung chính"
    for part in ("header", "footer", "nav.menu", ".skip"):
        assert soup.select_one(part)["lang"] == "vi", part
    # What comes after is answered in the site's language again.
    assert read(site_a, about.local_url).select_one(".skip").get_text().startswith("Bỏ qua")


def test_the_menu_takes_the_page_s_language_where_it_can(
    site_a: Department, about: StandardPage
) -> None:
    MenuItem.objects.filter(department=site_a).delete()
    for order, page in enumerate((home_of(site_a), about)):
        MenuItem.objects.create(department=site_a, title=page.title, page=page, sort_order=order)
    english = in_language(about, "en", "About us").specific
    links = read(site_a, english.local_url).select(".menu-line a")
    assert [(a.get("lang"), a["href"], a.get("aria-current")) for a in links] == [
        ("vi", "/", None),
        (None, english.local_url, "page"),
    ]
    assert links[1].get_text() == "About us"
    links = read(site_a, "/").select(".menu-line a")
    assert [a.get_text() for a in links] == [home_of(site_a).title, "Giới thiệu"]


def test_a_page_without_a_translation_leads_to_the_first_page_of_the_language(
    site_a: Department, site_b: Department, about: StandardPage
) -> None:
    english = in_language(about, "en", "About us").specific
    soup = read(site_a, section_of(site_a).local_url)
    assert ways(soup)[1] == ("en", english.local_url, False)
    assert [link["hreflang"] for link in soup.select("link[hreflang]")] == ["vi"]
    assert ways(read(site_a, "/tim-kiem/"))[1] == ("en", english.local_url, False)
    # Another site has nothing of it.
    assert ways(read(site_b, "/")) == []


def test_a_draft_is_no_language_of_the_site(site_a: Department, about: StandardPage) -> None:
    in_language(about, "en", "About us", live=False)
    assert ways(read(site_a, about.local_url)) == []


def test_a_private_page_is_no_language_of_the_site(site_a: Department, about: StandardPage) -> None:
    english = in_language(about, "en", "About us")
    english.add_child(instance=StandardPage(title="Below", live=True))
    PageViewRestriction.objects.create(page=english, restriction_type="login")
    assert ways(read(site_a, about.local_url)) == []


def test_a_title_in_a_list_says_its_language(site_a: Department) -> None:
    make_article(section_of(site_a), "Tin tiếng Việt")
    foreign = make_article(section_of(site_a), "News in English")
    ArticlePage.objects.filter(pk=foreign.pk).update(locale=locale("en"))
    soup = read(site_a, "/kho-tin/")
    found = {a.get_text(): a.get("lang") for a in soup.select("main .story-title a")}
    assert found == {"Tin tiếng Việt": None, "News in English": "en"}


def test_below_an_english_page_pages_are_english(site_a: Department, about: StandardPage) -> None:
    english = in_language(about, "en", "About us")
    below = english.add_child(instance=StandardPage(title="Contact"))
    assert below.locale.language_code == "en"


def test_other_languages_cost_one_statement_on_a_page_and_none_without_them(
    site_a: Department, about: StandardPage
) -> None:
    def asked() -> int:
        read(site_a, about.local_url)
        with CaptureQueriesContext(connection) as queries:
            read(site_a, about.local_url)
        return len(queries)

    locale("en")
    before = asked()
    in_language(about, "en", "About us")
    assert asked() == before + 1


# ---- translating ----


def screen(page: Page) -> str:
    return f"/admin/languages/{page.pk}/"


def test_a_reporter_translates_what_was_published(site_a: Department, about: StandardPage) -> None:
    reporter = make_user((site_a, Role.REPORTER))
    client = staff_client(reporter, site_a)
    article = make_article(section_of(site_a), "Hội nghị sơ kết", owner=reporter)
    article.tags.add("Hội nghị")
    article.save_revision()
    shown = client.get(screen(article))
    assert shown.status_code == 200
    assert "English" in shown.content.decode()
    answer = client.post(screen(article), {"translate": "en"})
    draft = ArticlePage.objects.get(locale__language_code="en")
    assert answer["Location"] == f"/admin/pages/{draft.pk}/edit/"
    assert (draft.live, draft.owner, draft.translation_key, draft.published_at) == (
        False,
        reporter,
        article.translation_key,
        None,
    )
    assert draft.get_parent().pk == section_of(site_a).pk
    assert [tag.name for tag in draft.tags.all()] == ["Hội nghị"]
    assert client.get(f"/admin/pages/{draft.pk}/edit/").status_code == 200
    with pytest.raises(NotApproved):
        draft.get_latest_revision().publish()
    # A second one is refused, and nothing is made.
    client.post(screen(article), {"translate": "en"})
    client.post(screen(article), {"translate": "xx"})
    assert Page.objects.filter(translation_key=article.translation_key).count() == 2


def test_a_translation_stands_below_its_parent_s_translation(site_a: Department) -> None:
    section = section_of(site_a)
    english = in_language(section, "en", "News")
    article = make_article(section, "Hội nghị")
    article.save_revision()
    client = staff_client(make_user((site_a, Role.EDITOR)), site_a)
    client.post(screen(article), {"translate": "en"})
    draft = ArticlePage.objects.get(locale__language_code="en")
    assert (draft.section_id, draft.get_parent().pk) == (english.pk, english.pk)
    assert draft.site_root_id == site_a.site.root_page_id


def test_what_language_a_draft_has_can_be_said_until_it_is_public(
    site_a: Department, about: StandardPage
) -> None:
    draft = make_article(section_of(site_a), "A draft", live=False)
    draft.save_revision()
    client = staff_client(make_user((site_a, Role.EDITOR)), site_a)
    client.post(screen(draft), {"language": "en"})
    draft.refresh_from_db()
    assert draft.locale.language_code == "en"
    assert draft.get_latest_revision_as_object().locale.language_code == "en"
    client.post(screen(draft), {"language": ""})
    with publishing_by(Authority.IMPORT):
        draft.get_latest_revision().publish()
    client.post(screen(draft), {"language": "km"})
    draft.refresh_from_db()
    assert draft.locale.language_code == "en"


def test_the_screen_is_for_those_who_may_change_the_page(
    site_a: Department, site_b: Department
) -> None:
    article = make_article(section_of(site_a))
    article.save_revision()
    stranger = staff_client(make_user((site_b, Role.CHIEF)), site_b)
    assert stranger.get(screen(article)).status_code == 404
    assert stranger.post(screen(article), {"translate": "en"}).status_code == 404
    editor = staff_client(make_user((site_a, Role.EDITOR)), site_a)
    assert editor.get(screen(HomePage.objects.get(pk=site_a.site.root_page_id))).status_code == 404
    assert not Page.objects.filter(locale__language_code="en").exists()
    assert SectionPage.objects.exists()
