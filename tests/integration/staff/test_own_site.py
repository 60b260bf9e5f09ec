"""Look, contact, menu, sections, redirects and publication of the own site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from cms.news.models import SectionPage
from cms.record.models import RecordEntry
from cms.users.models import User
from sites.models import Department, MenuItem
from sites.roles import Role
from tests.factories import home_of, make_article, make_site, make_user, section_of, staff_client

OWN = "/admin/my-site/"
SCREENS = [
    *("", "look/", "look/colours/?accent=%230b5cad", "contact/", "menu/", "sections/"),
    *("redirects/", "redirects/add/", "redirects/import/"),
]


def fresh(department: Department) -> Department:
    return Department.objects.get(pk=department.pk)


def make_image(department: Department) -> Any:
    return get_image_model().objects.create(
        title="Logo", file=get_test_image_file(), collection=department.collection
    )


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.CHIEF, Role.AUDITOR])
@pytest.mark.parametrize("screen", SCREENS)
def test_only_the_site_administrator_is_let_in(site_a: Department, role: Role, screen: str) -> None:
    client = staff_client(make_user((site_a, role)), site_a)
    assert client.get(OWN + screen).status_code == 404
    assert client.post(OWN + screen, {}).status_code in (404, 405)


@pytest.mark.parametrize("screen", SCREENS)
def test_the_site_administrator_and_the_province_see_every_screen(
    at_a: Client, superuser: User, site_a: Department, screen: str
) -> None:
    assert at_a.get(OWN + screen).status_code == 200
    assert staff_client(superuser, site_a).get(OWN + screen).status_code == 200


def test_screens_are_refused_without_csrf_token(admin_a: User, site_a: Department) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.force_login(admin_a)
    for screen in ("look/", "contact/", "sections/", "redirects/add/"):
        assert client.post(OWN + screen, {"accent": "#123456"}).status_code == 403


# Look.


def test_look_is_saved_and_shown(at_a: Client, site_a: Department, browse: Any) -> None:
    logo = make_image(site_a)
    before = browse(site_a).text
    look = {"accent": "#b91c1c", "text_size": "large", "front_layout": "lead", "logo": logo.pk}
    answer = at_a.post(f"{OWN}look/", look)
    assert answer.status_code == 302
    changed = fresh(site_a)
    assert (changed.accent, changed.text_size, changed.logo_id) == ("#b91c1c", "large", logo.pk)
    cache.clear()  # what waits for the end of the transaction
    after = browse(site_a).text
    assert before != after
    assert "font-size:112.5%" in after
    assert "font-size:112.5%" not in before
    entry = RecordEntry.objects.filter(department=site_a, action="sen.settings.look").get()
    assert "màu" in entry.details.lower()


def test_a_wrong_colour_or_a_foreign_picture_changes_nothing(
    at_a: Client, superuser: User, site_a: Department, site_b: Department
) -> None:
    foreign = make_image(site_b)
    for client in (at_a, staff_client(superuser, site_a)):
        for data in ({"accent": "đỏ"}, {"logo": foreign.pk}, {"banner": foreign.pk}):
            sent = {"accent": "#112233", "text_size": "normal", "front_layout": "lead", **data}
            page = client.post(f"{OWN}look/", sent)
            assert page.status_code == 200
            assert set(page.context["form"].errors) == set(data)
    assert fresh(site_a).accent == site_a.accent
    assert fresh(site_a).logo_id is fresh(site_a).banner_id is None


@pytest.mark.parametrize(
    ("layout", "shown"),
    [("lead", ".story-lead"), ("cards", ".front-cards .story-card"), ("lines", ".story-row")],
)
def test_a_department_chooses_its_banner_and_its_front_page(
    at_a: Client, site_a: Department, browse: Any, layout: str, shown: str
) -> None:
    for number in range(3):
        make_article(site_a, f"Tin {number}")
    assert 'class="masthead-banner"' not in browse(site_a).text
    look = {"accent": "#b91c1c", "text_size": "normal", "front_layout": layout}
    at_a.post(f"{OWN}look/", {**look, "banner": make_image(site_a).pk})
    cache.clear()  # what waits for the end of the transaction
    page = BeautifulSoup(browse(site_a).text, "html.parser")
    assert len(page.select(f".front {shown}")) == (1 if layout == "lead" else 3)
    (banner,) = page.select(".masthead-banner img")
    assert (banner["alt"], int(banner["width"])) == ("", 5 * int(banner["height"]))


def test_the_picture_of_a_colour_shows_its_contrast(at_a: Client) -> None:
    page = at_a.get(f"{OWN}look/colours/", {"accent": "#ffee00"})
    assert all(one.holds for scheme in page.context["schemes"] for one in scheme[3])
    assert at_a.get(f"{OWN}look/colours/", {"accent": "red;}"}).status_code == 400


# Contact and publication.

CONTACT = {
    "responsible_person": "Ông Vi Văn An",
    "responsible_title": "Giám đốc",
    "address": "1 Trần Phú",
    "phone": "0218 123 456",
    "email": "",
}


def test_a_public_site_keeps_what_it_was_published_with(at_a: Client, site_a: Department) -> None:
    assert at_a.post(f"{OWN}contact/", CONTACT).status_code == 302
    page = at_a.post(f"{OWN}contact/", {**CONTACT, "responsible_person": " ", "phone": ""})
    assert set(page.context["form"].errors) == {"responsible_person", "phone"}
    assert "1 Trần Phú" in page.content.decode()
    assert fresh(site_a).responsible_person == "Ông Vi Văn An"


@pytest.fixture
def opening(site_a: Department) -> Department:
    """A site that is being set up."""
    return make_site("so-moi.localhost", name="Sở Mới", publish=False)


def test_a_site_being_set_up_answers_503_until_it_is_published(
    opening: Department,
    browse: Any,
    said: Callable[[Any], list[str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    admin = staff_client(make_user((opening, Role.SITE_ADMIN)), opening)
    for path in ("/", "/kho-tin/", "/rss/", "/khong-co/"):
        caplog.clear()
        with caplog.at_level("INFO"):
            answer = browse(opening, path)
        # The line that each request has, and no error.
        assert [each.getMessage() for each in caplog.records] == [f"GET {path} 503"]
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer["Cache-Control"] == "no-store"
    assert "Sở Mới" in browse(opening).text
    refused = admin.post(OWN)
    assert "địa chỉ" in said(refused)[-1]
    assert browse(opening).status_code == 503
    # What is missing may be filled in bit by bit.
    empty = dict.fromkeys(CONTACT, "")
    assert admin.post(f"{OWN}contact/", {**empty, "address": "2"}).status_code == 302
    assert admin.post(f"{OWN}contact/", CONTACT).status_code == 302
    assert admin.post(OWN).status_code == 302
    assert browse(opening).status_code == 200
    entry = RecordEntry.objects.filter(department=opening, action="sen.site.publish")
    assert entry.exists()


def test_looking_in_advance_shows_the_site_and_leaves_nothing_in_the_cache(
    opening: Department, site_a: Department, browse: Any
) -> None:
    admin = staff_client(make_user((opening, Role.SITE_ADMIN)), opening)
    link = admin.get(OWN).context["advance_url"]
    visitor = Client(headers={"host": opening.host})
    first = visitor.get(link.partition(opening.host)[2])
    assert first.status_code == 302
    assert visitor.get("/").status_code == 200
    assert visitor.get("/kho-tin/").status_code == 200
    assert browse(opening).status_code == 503
    assert browse(opening, "/kho-tin/").status_code == 503
    for forged in ("1", "", f"{opening.pk}:x:y", link.rpartition("=")[2][:-1]):
        assert (
            Client(headers={"host": opening.host}).get("/", {"xem-truoc": forged}).status_code
            == 503
        )


def test_a_link_for_looking_in_advance_holds_for_its_site_only(
    opening: Department, site_a: Department
) -> None:
    from sites.publication import advance_url

    other = make_site("so-khac.localhost", name="Sở Khác", publish=False)
    token = advance_url(other).rpartition("=")[2]
    visitor = Client(headers={"host": opening.host})
    assert visitor.get("/", {"xem-truoc": token}).status_code == 503


def test_editors_preview_pages_of_a_site_being_set_up(opening: Department) -> None:
    admin = staff_client(make_user((opening, Role.SITE_ADMIN)), opening)
    home = home_of(opening)
    from django.test import RequestFactory

    preview = home.make_preview_request(RequestFactory().get("/", headers={"host": "localhost"}))
    assert preview.status_code == 200
    assert admin.get(f"/admin/pages/{home.pk}/view_draft/").status_code == 200


def test_the_command_opens_without_publishing_unless_told(db: Any) -> None:
    call_command("open_site", "x.localhost", name="X", kind="department")
    assert Department.objects.get(name="X").state == Department.State.OPENING
    with pytest.raises(CommandError, match="địa chỉ"):
        call_command("open_site", "y.localhost", name="Y", kind="department", publish=True)
    assert not Department.objects.filter(name="Y").exists()
    contact = {"address": "1", "phone": "2", "responsible_person": "3"}
    call_command("open_site", "y.localhost", name="Y", kind="department", publish=True, **contact)
    assert Department.objects.get(name="Y").state == Department.State.ACTIVE


# Menu.


def menu_data(*entries: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "menu_items-TOTAL_FORMS": len(entries),
        "menu_items-INITIAL_FORMS": sum("id" in entry for entry in entries),
        "menu_items-MIN_NUM_FORMS": 0,
        "menu_items-MAX_NUM_FORMS": 1000,
    }
    for number, entry in enumerate(entries):
        filled = {"id": "", "title": "", "page": "", "url": "", "DELETE": "", **entry}
        data |= {f"menu_items-{number}-{name}": value for name, value in filled.items()}
        data[f"menu_items-{number}-ORDER"] = entry.get("ORDER", number + 1)
    return data


def test_the_menu_is_ordered_added_to_and_shortened(
    at_a: Client, site_a: Department, browse: Any
) -> None:
    first, second, *rest = site_a.menu_items.order_by("sort_order")
    section = section_of(site_a)
    data = menu_data(
        {"id": first.pk, "title": "Trang nhất", "page": first.page_id, "ORDER": 2},
        {"id": second.pk, "title": second.title, "page": second.page_id, "ORDER": 1},
        *({"id": one.pk, "title": "x", "page": one.page_id, "DELETE": "on"} for one in rest),
        {"title": "Mới", "page": section.pk, "ORDER": 9},
    )
    assert at_a.post(f"{OWN}menu/", data).status_code == 302
    titles = list(site_a.menu_items.order_by("sort_order").values_list("title", flat=True))
    assert titles == [second.title, "Trang nhất", "Mới"]
    assert "Trang nhất" in browse(site_a).text


@pytest.mark.parametrize("wrong", ["foreign", "none", "both"])
def test_a_wrong_menu_item_is_refused_and_nothing_is_lost(
    at_a: Client, superuser: User, site_a: Department, site_b: Department, wrong: str
) -> None:
    pages = {"foreign": section_of(site_b).pk, "none": "", "both": section_of(site_a).pk}
    entry = {"title": "Giữ nguyên", "page": pages[wrong]}
    if wrong == "both":
        entry["url"] = "https://a.example/"
    count = MenuItem.objects.count()
    for client in (at_a, staff_client(superuser, site_a)):
        page = client.post(f"{OWN}menu/", menu_data(entry))
        assert page.status_code == 200
        assert "Giữ nguyên" in page.content.decode()
    assert MenuItem.objects.count() == count


# Sections.


def sections_of(department: Department) -> list[str]:
    rows = SectionPage.objects.child_of(home_of(department)).order_by("path")
    return list(rows.values_list("title", flat=True))


def test_sections_are_added_renamed_ordered_and_hidden(
    at_a: Client, site_a: Department, browse: Any
) -> None:
    address = f"{OWN}sections/"
    first, second = sections_of(site_a)
    assert at_a.post(address, {"act": "add", "title": "Cải cách hành chính"}).status_code == 302
    added = SectionPage.objects.get(title="Cải cách hành chính")
    assert added.live
    assert added.slug == "cai-cach-hanh-chinh"
    at_a.post(address, {"act": "up", "section": added.pk})
    assert sections_of(site_a) == [first, "Cải cách hành chính", second]
    at_a.post(address, {"act": "down", "section": added.pk})
    assert sections_of(site_a) == [first, second, "Cải cách hành chính"]
    at_a.post(address, {"act": "rename", "section": added.pk, "title": "Cải cách"})
    added.refresh_from_db()
    assert (added.title, added.slug) == ("Cải cách", "cai-cach-hanh-chinh")
    assert "Cải cách" in browse(site_a, "/cai-cach-hanh-chinh/").text
    at_a.post(address, {"act": "hide", "section": added.pk})
    cache.clear()
    assert browse(site_a, "/cai-cach-hanh-chinh/").status_code == 404
    at_a.post(address, {"act": "show", "section": added.pk})
    assert browse(site_a, "/cai-cach-hanh-chinh/").status_code == 200
    acts = RecordEntry.objects.filter(department=site_a, page_id=added.pk)
    assert {"wagtail.create", "wagtail.reorder", "wagtail.unpublish"} <= set(
        acts.values_list("action", flat=True)
    )


def test_a_section_without_a_name_or_of_another_site_is_refused(
    at_a: Client, site_a: Department, site_b: Department
) -> None:
    address = f"{OWN}sections/"
    foreign = section_of(site_b)
    for act in ("rename", "up", "down", "hide", "show"):
        data = {"act": act, "section": foreign.pk, "title": "Chiếm"}
        assert at_a.post(address, data).status_code == 404
    before = sections_of(site_a)
    page = at_a.post(address, {"act": "add", "title": " ", "intro": "Giữ lại"})
    assert "title" in page.context["form"].errors
    assert "Giữ lại" in page.content.decode()
    at_a.post(address, {"act": "add", "title": "Lạ", "parent": foreign.pk})
    at_a.post(address, {"act": "rename", "section": section_of(site_a).pk, "title": " "})
    assert sections_of(site_a) == before
    assert SectionPage.objects.get(pk=foreign.pk).title == foreign.title


def test_a_section_cannot_take_an_address_that_the_site_needs(
    at_a: Client, site_a: Department
) -> None:
    before = sections_of(site_a)
    page = at_a.post(f"{OWN}sections/", {"act": "add", "title": "Kho tin"})
    assert "title" in page.context["form"].errors
    assert sections_of(site_a) == before


# Redirects.


def test_a_redirect_is_added_followed_changed_and_deleted(
    at_a: Client, site_a: Department, site_b: Department, browse: Any
) -> None:
    article = make_article(site_a)
    other = make_article(site_a)
    data = {"old_path": "/cu/bai.html/", "redirect_page": article.pk, "is_permanent": "on"}
    assert at_a.post(f"{OWN}redirects/add/", {**data, "site": site_b.site_id}).status_code == 302
    row = Redirect.objects.get()
    assert (row.site_id, row.old_path) == (site_a.site_id, "/cu/bai.html")
    answer = browse(site_a, "/cu/bai.html")
    assert answer.status_code == 301
    assert answer["Location"].endswith(article.url.rpartition("localhost")[2])
    assert browse(site_b, "/cu/bai.html").status_code == 404
    at_a.post(f"{OWN}redirects/{row.pk}/", {**data, "redirect_page": other.pk})
    row.refresh_from_db()
    assert row.redirect_page_id == other.pk
    at_a.post(f"{OWN}redirects/", {"delete": row.pk})
    assert not Redirect.objects.exists()
    acts = RecordEntry.objects.filter(department=site_a, kind="redirect").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        "wagtail.create",
        "wagtail.edit",
        "wagtail.delete",
    ]


def test_redirects_of_another_site_do_not_exist(
    at_a: Client, site_a: Department, site_b: Department
) -> None:
    foreign = Redirect.add_redirect("/cua-b", redirect_to=home_of(site_b), site=site_b.site)
    everywhere = Redirect.add_redirect("/chung", redirect_to=home_of(site_b))
    assert "/cua-b" not in at_a.get(f"{OWN}redirects/").content.decode()
    for row in (foreign, everywhere):
        assert at_a.get(f"{OWN}redirects/{row.pk}/").status_code == 404
        assert at_a.post(f"{OWN}redirects/", {"delete": row.pk}).status_code == 404
    assert Redirect.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("khong-gach", "old_path"),
        ("/", "old_path"),
        ("https://la.example/x", "old_path"),
        ("/co-roi", "old_path"),
        ("/" + "a" * 300, "old_path"),
    ],
)
def test_a_wrong_old_address_is_refused(
    at_a: Client, site_a: Department, path: str, field: str
) -> None:
    Redirect.add_redirect("/co-roi", redirect_to=home_of(site_a), site=site_a.site)
    data = {"old_path": path, "redirect_page": section_of(site_a).pk}
    page = at_a.post(f"{OWN}redirects/add/", data)
    assert list(page.context["form"].errors) == [field]
    assert Redirect.objects.count() == 1


def test_a_foreign_target_and_a_circle_are_refused(
    at_a: Client, site_a: Department, site_b: Department
) -> None:
    section, second = section_of(site_a), section_of(site_a, 1)
    add = f"{OWN}redirects/add/"
    foreign = at_a.post(add, {"old_path": "/x", "redirect_page": section_of(site_b).pk})
    assert "redirect_page" in foreign.context["form"].errors
    itself = at_a.post(add, {"old_path": f"/{section.slug}/", "redirect_page": section.pk})
    assert "redirect_page" in itself.context["form"].errors
    assert not Redirect.objects.exists()
    at_a.post(add, {"old_path": f"/{section.slug}", "redirect_page": second.pk})
    circle = at_a.post(add, {"old_path": f"/{second.slug}", "redirect_page": section.pk})
    assert "redirect_page" in circle.context["form"].errors
    assert Redirect.objects.count() == 1


def test_a_path_that_is_a_public_page_is_warned_of(
    at_a: Client, site_a: Department, said: Callable[[Any], list[str]]
) -> None:
    section, second = section_of(site_a), section_of(site_a, 1)
    answer = at_a.post(
        f"{OWN}redirects/add/", {"old_path": f"/{section.slug}", "redirect_page": second.pk}
    )
    assert section.title in said(answer)[-1]


def test_an_import_names_every_bad_line_before_it_changes_anything(
    at_a: Client, site_a: Department, site_b: Department
) -> None:
    slug = section_of(site_a).slug
    foreign = section_of(site_b)
    text = "\n".join(
        [
            "Địa chỉ cũ,Địa chỉ mới",
            f"/tot-1,/{slug}/",
            f"khong-gach,/{slug}/",
            "/thieu",
            "/la,/khong-co/",
            f"/tot-1/,/{slug}/",
            f"/{slug},/{slug}",
            f"/ngoai,http://{site_b.host}/{foreign.slug}/",
            f"http://{site_a.host}/tot-2?id=5,http://{site_a.host}/{slug}/",
        ]
    )
    upload = SimpleUploadedFile("a.csv", text.encode("utf-8-sig"))
    page = at_a.post(f"{OWN}redirects/import/", {"file": upload})
    assert [line.number for line in page.context["bad"]] == [3, 4, 5, 6, 7, 8]
    assert all(line.error for line in page.context["bad"])
    assert not Redirect.objects.exists()
    shown = page.context["form"].initial["text"]
    answer = at_a.post(f"{OWN}redirects/import/", {"text": shown, "act": "import"})
    assert answer.status_code == 302
    assert set(Redirect.objects.values_list("old_path", "site")) == {
        ("/tot-1", site_a.site_id),
        ("/tot-2?id=5", site_a.site_id),
    }
    assert RecordEntry.objects.filter(
        department=site_a, action="sen.redirects.import", kind="redirect"
    ).exists()


def test_a_file_that_is_no_text_is_refused(at_a: Client) -> None:
    upload = SimpleUploadedFile("a.csv", "Sở Y tế".encode("utf-16"))
    page = at_a.post(f"{OWN}redirects/import/", {"file": upload, "act": "import"})
    assert page.context["form"].non_field_errors()
    empty = at_a.post(f"{OWN}redirects/import/", {"text": "  "})
    assert empty.context["form"].non_field_errors()
