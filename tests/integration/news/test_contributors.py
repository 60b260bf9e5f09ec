"""The people who write: their names, their pages, their screen."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.news.contributors import Contributor, Names
from cms.news.importing import import_articles
from cms.news.models import ArticlePage, BylineEntry, Contribution
from cms.record.models import RecordEntry
from sites.life.merging import merge_sites
from sites.life.splitting import split_site
from sites.models import Department
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import make_article, make_user, publish, section_of, staff_client

ADMIN = "/admin/contributors/"


def make_person(department: Department, full_name: str = "Nguyễn Văn Nhiệm", **kw: Any) -> Any:
    kw.setdefault("has_page", True)
    with acting_for(department):
        return Contributor.objects.create(full_name=full_name, **kw)


def signed(department: Department, *names: str, role: str = "author", **kwargs: Any) -> Any:
    rows = [BylineEntry(name=name, role=role) for name in names]
    return make_article(department, byline=rows, **kwargs)


# Names.


def test_the_address_is_made_of_the_public_name(site_a: Department) -> None:
    person = make_person(site_a, pen_names="Thời Nhiệm\nT.N")
    assert (person.slug, str(person)) == ("thoi-nhiem", "Thời Nhiệm")
    assert make_person(site_a, "Thới Nhiêm").slug == "thoi-nhiem-2"
    assert make_person(site_a, "Lê Lan").slug == "le-lan"


def test_a_new_pen_name_leaves_no_address_with_the_real_one(
    site_a: Department, browse: Any
) -> None:
    person = make_person(site_a)
    person.pen_names = "Thời Nhiệm"
    person.save()
    assert person.slug == "thoi-nhiem"
    assert browse(site_a, "/tac-gia/nguyen-van-nhiem/").status_code == 404
    assert browse(site_a, "/tac-gia/thoi-nhiem/").status_code == 200
    person.save()
    assert person.slug == "thoi-nhiem"


def test_a_printed_name_is_found_by_its_letters(site_a: Department) -> None:
    person = make_person(site_a, pen_names="Thời Nhiệm\nT.N")
    other = make_person(site_a, "Trần Văn Nhiễm")
    names = Names.of(site_a)
    for name in ("Thời Nhiệm", "THỜI NHIỆM", "Thoi Nhiem", "TN", "t.n.", "Nguyễn Văn Nhiệm"):
        assert names.find(name) == person.pk
    assert names.find("Trần Văn Nhiễm") == other.pk
    for name in ("", "…", "Người lạ", "Thời"):
        assert names.find(name) is None


def test_a_name_of_two_people_is_nobodys(site_a: Department) -> None:
    make_person(site_a, pen_names="Sông Trà")
    make_person(site_a, "Lê Lan", pen_names="Sông Trà")
    assert Names.of(site_a).find("Sông Trà") is None
    # One name as it is written goes before another that only looks like it.
    exact = make_person(site_a, "Lê Hà")
    make_person(site_a, "Lê Hạ")
    assert Names.of(site_a).find("lê hà") == exact.pk
    assert Names.of(site_a).find("le ha") is None


# Bylines find their people.


def test_rows_are_linked_when_the_article_is_saved(site_a: Department, site_b: Department) -> None:
    person, foreign = make_person(site_a), make_person(site_b, "Lê Lan")
    article = signed(site_a, "nguyễn văn nhiệm", "Lê Lan")
    assert [row.person_id for row in article.byline.all()] == [person.pk, None]
    draft = article.get_latest_revision_as_object()
    assert [row.person_id for row in draft.byline.all()] == [person.pk, None]
    draft.byline = [BylineEntry(name="Lê Lan", person=foreign)]
    draft.save_revision()
    publish(draft)
    assert ArticlePage.objects.get(pk=article.pk).byline.get().person is None


def test_a_source_is_no_person(site_a: Department) -> None:
    make_person(site_a, "TTXVN")
    article = signed(site_a, "TTXVN", role=Contribution.SOURCE)
    assert article.byline.get().person is None
    assert article.byline_lines == ["Theo TTXVN"]


def test_a_deleted_person_leaves_the_printed_name(site_a: Department, browse: Any) -> None:
    person = make_person(site_a)
    article = signed(site_a, "Nguyễn Văn Nhiệm")
    person.delete()
    article = ArticlePage.objects.get(pk=article.pk)
    assert article.byline_lines == ["Nguyễn Văn Nhiệm"]
    assert "/tac-gia/" not in browse(site_a, article.local_url).text


def test_imported_names_are_matched(site_a: Department) -> None:
    person = make_person(site_a, pen_names="Thời Nhiệm\nT.N")
    line = {
        "source_id": "1",
        "section": "Tin tức",
        "published_at": "2018-01-26T16:15:00+07:00",
        "title": "Bài cũ",
        "lead": "Tóm tắt.",
        "body_html": "<p>Nội dung.</p>",
        "byline": "Bài và ảnh: T.N (theo TTXVN)",
    }
    report = import_articles([json.dumps(line).encode()], site_a)
    assert not report.errors
    rows = ArticlePage.objects.get().byline.all()
    assert [(row.name, row.role, row.person_id) for row in rows] == [
        ("T.N", "author", person.pk),
        ("T.N", "photo", person.pk),
        ("TTXVN", "source", None),
    ]


# The public page.


def test_a_name_leads_to_what_its_person_wrote(site_a: Department, browse: Any) -> None:
    make_person(site_a, pen_names="Thời Nhiệm", intro="Phóng viên của Sở.")
    article = signed(site_a, "Thời Nhiệm", title="Bài của Nhiệm")
    make_article(site_a, "Bài người khác")
    text = browse(site_a, article.local_url).text
    assert '<a href="/tac-gia/thoi-nhiem/" rel="author">Thời Nhiệm</a>' in text
    text = browse(site_a, "/tac-gia/thoi-nhiem/").text
    main = text.split("<main")[1].split("</main")[0]
    assert "<h1>Thời Nhiệm</h1>" in main
    assert "Phóng viên của Sở." in main
    assert "Bài của Nhiệm" in main
    assert "Bài người khác" not in main


def test_a_pen_name_never_leads_to_the_real_name(site_a: Department, browse: Any) -> None:
    make_person(site_a, "Nguyễn Văn Nhiệm", pen_names="Thời Nhiệm\nSông Trà")
    pages = {name: signed(site_a, name, title=f"Của {name}") for name in
             ("Thời Nhiệm", "Sông Trà", "Nguyễn Văn Nhiệm")}  # fmt: skip
    main = browse(site_a, "/tac-gia/thoi-nhiem/").text.split("<main")[1].split("</main")[0]
    assert "Của Thời Nhiệm" in main
    assert "Của Sông Trà" not in main
    assert "Nguyễn Văn Nhiệm" not in main
    for name in ("Sông Trà", "Nguyễn Văn Nhiệm"):
        assert "/tac-gia/" not in browse(site_a, pages[name].local_url).text
    text = browse(site_a, pages["Thời Nhiệm"].local_url).text
    assert "Nguyễn Văn Nhiệm" not in text.split('class="byline"')[1].split("</div>")[0]


def test_a_page_is_shown_only_where_it_is_switched_on(
    site_a: Department,
    site_b: Department,
    browse: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    person = make_person(site_a, has_page=False)
    article = signed(site_a, "Nguyễn Văn Nhiệm")
    address = "/tac-gia/nguyen-van-nhiem/"
    assert browse(site_a, address).status_code == 404
    assert address not in browse(site_a, article.local_url).text
    with acting_for(site_a), django_capture_on_commit_callbacks(execute=True):
        person.has_page = True
        person.save()
    # The page was kept: switching it on is seen at once.
    assert address in browse(site_a, article.local_url).text
    assert browse(site_a, address).status_code == 200
    assert browse(site_b, address).status_code == 404
    assert browse(site_a, "/tac-gia/").status_code == 404


def test_drafts_do_not_show_on_the_page(site_a: Department, browse: Any) -> None:
    make_person(site_a)
    signed(site_a, "Nguyễn Văn Nhiệm", title="Bản nháp kín", live=False)
    assert "Bản nháp kín" not in browse(site_a, "/tac-gia/nguyen-van-nhiem/").text


def test_a_long_list_goes_on_by_keyset(site_a: Department, browse: Any) -> None:
    make_person(site_a)
    now = timezone.now()
    for number in range(23):
        signed(
            site_a,
            "Nguyễn Văn Nhiệm",
            title=f"Bài-{number:02}.",
            published_at=now - timedelta(hours=number + 1),
        )
    first = browse(site_a, "/tac-gia/nguyen-van-nhiem/")
    assert "Bài-19." in first.text
    assert "Bài-20." not in first.text.split("<main")[1].split("</main")[0]
    after = first.context["listing"].next_url
    second = browse(site_a, after).text.split("<main")[1].split("</main")[0]
    assert "Bài-22." in second
    assert "Bài-19." not in second
    assert browse(site_a, "/tac-gia/nguyen-van-nhiem/?sau=x").status_code == 404


def test_an_article_asks_no_more_for_many_names(site_a: Department, browse: Any) -> None:
    for number in range(5):
        make_person(site_a, f"Người {number}")

    def queries(article: ArticlePage) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browse(site_a, article.local_url).status_code == 200
        return len(captured)

    queries(signed(site_a, "Người lạ"))
    one = queries(signed(site_a, "Người lạ"))
    assert queries(signed(site_a, *(f"Người {number}" for number in range(5)))) <= one


# The screen.


@pytest.mark.parametrize("role", [Role.EDITOR, Role.SECRETARY, Role.CHIEF, Role.SITE_ADMIN])
def test_the_offices_keep_the_list(site_a: Department, role: Role) -> None:
    earlier = signed(site_a, "T.N")
    client = staff_client(make_user((site_a, role)), site_a)
    colleague = make_user((site_a, Role.REPORTER))
    response = client.post(
        f"{ADMIN}new/",
        {
            "full_name": " Nguyễn  Văn Nhiệm",
            "pen_names": "Thời Nhiệm\r\n T.N \r\n\r\n",
            "user": colleague.pk,
            "has_page": "on",
            "intro": "",
        },
    )
    assert response.status_code == 302, response.text
    person = Contributor.of_all_departments.get()
    assert person.department == site_a
    assert person.names_of_pen == ["Thời Nhiệm", "T.N"]
    assert person.full_name == "Nguyễn Văn Nhiệm"
    # What was published before is hers now.
    assert BylineEntry.objects.get(article=earlier).person == person
    assert "Thời Nhiệm" in client.get(ADMIN).text
    assert client.get(f"{ADMIN}edit/{person.pk}/").status_code == 200
    assert client.get(f"{ADMIN}?q=nhiem").status_code == 200
    assert f'"{ADMIN}"' in client.get("/admin/").text
    assert not RecordEntry.objects.filter(about__contains="Văn Nhiệm").exists()


@pytest.mark.parametrize("role", [Role.REPORTER, Role.AUDITOR])
def test_others_do_not_see_the_real_names(site_a: Department, role: Role) -> None:
    person = make_person(site_a)
    client = staff_client(make_user((site_a, role)), site_a)
    for address in (ADMIN, f"{ADMIN}new/", f"{ADMIN}edit/{person.pk}/"):
        response = client.get(address)
        assert response.status_code in (302, 404)
        assert "Văn Nhiệm" not in response.text


def test_a_foreign_person_or_account_is_out_of_reach(
    site_a: Department, site_b: Department
) -> None:
    foreign = make_person(site_b)
    client = staff_client(make_user((site_a, Role.CHIEF)), site_a)
    assert client.get(f"{ADMIN}edit/{foreign.pk}/").status_code == 404
    assert client.post(f"{ADMIN}delete/{foreign.pk}/").status_code == 404
    stranger = make_user((site_b, Role.REPORTER))
    data = {"full_name": "Lê Lan", "pen_names": "", "user": stranger.pk, "intro": ""}
    assert client.post(f"{ADMIN}new/", data).status_code == 200
    assert not Contributor.of_all_departments.filter(full_name="Lê Lan").exists()
    with acting_for(site_a), pytest.raises(SuspiciousOperation):
        foreign.save()


# The editor.


def editor_data(client: Any, article: ArticlePage, **changed: str) -> dict[str, str]:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(client.get(f"/admin/pages/{article.pk}/edit/").text, "html.parser")
    form = page.select_one("form#page-edit-form") or page.select_one("[data-edit-form]")
    assert form is not None
    data = {}
    for field in form.select("input[name], textarea[name]"):
        if field.get("type") in ("checkbox", "file", "submit"):
            continue
        data[field["name"]] = field.get("value", "") if field.name == "input" else field.text
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]")
        data[field["name"]] = chosen["value"] if chosen else ""
    data = {name: value for name, value in data.items() if "__prefix__" not in name}
    data |= {"body-count": "0"}
    return {**data, **changed}


def test_one_line_fills_the_empty_byline(site_a: Department) -> None:
    person = make_person(site_a, pen_names="Thời Nhiệm")
    reporter = make_user((site_a, Role.REPORTER))
    article = make_article(site_a, live=False, owner=reporter)
    client = staff_client(reporter, site_a)
    address = f"/admin/pages/{article.pk}/edit/"

    def saved() -> list[tuple[str, str, int | None]]:
        draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
        return [(row.name, row.role, row.person_id) for row in draft.byline.all()]

    data = editor_data(client, article, byline_in_one_line="Bài và ảnh: Thời Nhiệm")
    response = client.post(address, data)
    assert response.status_code == 302, response.text
    assert saved() == [
        ("Thời Nhiệm", "author", person.pk),
        ("Thời Nhiệm", "photo", person.pk),
    ]
    # An autosave came in between: the editor has no rows yet, the line is longer now.
    client.post(address, {**data, "byline_in_one_line": "Thời Nhiệm Cả"})
    assert saved() == [("Thời Nhiệm Cả", "author", None)]
    # Rows that are there are not overwritten.
    client.post(address, editor_data(client, article, byline_in_one_line="Người khác"))
    assert saved() == [("Thời Nhiệm Cả", "author", None)]


# A site's life.


def test_people_go_along_when_sites_merge(
    site_a: Department, site_b: Department, browse: Any
) -> None:
    person, twin = make_person(site_a, "Lê Lan"), make_person(site_b, "Lê Lan")
    alone = make_person(site_a, pen_names="Thời Nhiệm")
    articles = [signed(site_a, "Lê Lan"), signed(site_a, "Thời Nhiệm")]
    merge_sites([site_a], site_b)
    people = [BylineEntry.objects.get(article=article).person for article in articles]
    assert people == [twin, alone]
    assert Contributor.of_all_departments.get(pk=alone.pk).department == site_b
    # What cannot go stays with the record of the old site.
    assert Contributor.of_all_departments.get(pk=person.pk).department == site_a
    assert articles[1].title in browse(site_b, "/tac-gia/thoi-nhiem/").text


def test_people_are_copied_when_a_site_splits(site_a: Department, browse: Any) -> None:
    person = make_person(site_a, pen_names="Thời Nhiệm", intro="Giới thiệu.")
    section = section_of(site_a, 0)
    moved = signed(site_a, "Thời Nhiệm", title="Bài đi")
    make_article(section_of(site_a, 1), "Bài ở lại", byline=[BylineEntry(name="Thời Nhiệm")])
    split_site(site_a, [section.slug], host="moi.localhost", name="Mới", kind="department")
    twin = BylineEntry.objects.get(article=moved).person
    assert twin is not None
    assert (twin.pk != person.pk, twin.intro, twin.slug) == (True, "Giới thiệu.", "thoi-nhiem")
    new = Department.objects.get(site__hostname="moi.localhost")
    assert twin.department == new
    assert "Bài đi" in browse(new, "/tac-gia/thoi-nhiem/").text
    main = browse(site_a, "/tac-gia/thoi-nhiem/").text.split("<main")[1].split("</main")[0]
    assert "Bài ở lại" in main
    assert "Bài đi" not in main
