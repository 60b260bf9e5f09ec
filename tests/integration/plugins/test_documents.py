"""The register of legal documents: what the public finds, what editors may store, who sees it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import date, timedelta
from time import sleep
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.plugins.activation import enabled_plugins, set_enabled_plugins
from cms.sdk.testing import HOSTILE, WidgetContract, put_in_sidebar, render_widget
from plugins.documents.filtering import PER_PAGE, Place
from plugins.documents.models import (
    DocumentType,
    LegalDocument,
    LegalDocumentFile,
    Replacement,
    State,
)
from plugins.documents.widgets import NewestDocuments
from plugins.documents.words import folded, key_of, words_of
from sites.models import Department
from sites.opening import open_site
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import make_user, staff_client

LIST = "/tien-ich/van-ban/"
ADMIN = "/admin/plugin/documents/legaldocument/"
CHOOSER = "/admin/plugin/documents/chooser/"
TYPES = "/admin/plugin/documents/documenttype/"
DAY = timedelta(days=1)

numbers = itertools.count(100)


def make_type(department: Department, name: str = "Kế hoạch") -> DocumentType:
    with acting_for(department):
        found = DocumentType.objects.filter(name=name).first()
        return found or DocumentType.objects.create(name=name)


def make_document(
    department: Department, number: str = "", *, type: str = "Kế hoạch", **kwargs: Any
) -> LegalDocument:
    details: dict[str, Any] = {
        "number": number or f"{next(numbers)}/KH-STTTT",
        "issuing_body": "Sở Thông tin và Truyền thông",
        "summary": "Về việc chuyển đổi số.",
        "issued_on": date(2026, 1, 15),
        "is_published": True,
        **kwargs,
    }
    with acting_for(department):
        return LegalDocument.objects.create(type=make_type(department, type), **details)


def replace(replacing: LegalDocument, replaced: LegalDocument) -> Replacement:
    return Replacement.objects.create(replacing=replacing, replaced=replaced)


def reloaded(document: LegalDocument) -> LegalDocument:
    return LegalDocument.of_all_departments.get(pk=document.pk)


def shown(response: Any) -> list[str]:
    """The numbers of the documents on a page of the list, in order."""
    headings = re.findall(r'register__heading"><a href="[^"]+">([^<]+)<', response.content.decode())
    return [heading.rpartition(" ")[2] for heading in headings]


def asking(query: dict[str, str]) -> str:
    """The list's address with a question."""
    return f"{LIST}?{urlencode(query)}"


def main_of(response: Any) -> str:
    page: str = response.content.decode()
    return page.partition("<main")[2].partition("</main>")[0]


class TestContract(WidgetContract):
    widget = NewestDocuments
    config = {"title": "Văn bản mới", "count": 3}
    max_queries = 1

    def prepare(self, department: Department) -> None:
        make_document(department, summary=HOSTILE, type=f"Loại {HOSTILE}"[:80])


# What the words are.


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("03/KH-STTTT", "3 kh stttt"),
        ("03 KH STTTT", "3 kh stttt"),
        ("3/kh-stttt", "3 kh stttt"),
        ("128/QĐ-UBND", "128 qd ubnd"),
        ("00/ĐA", "0 da"),
        ("12_a", "12 a"),
        (" / – ", ""),
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str, key: str) -> None:
    assert key_of(written) == key


def test_words_are_found_in_any_unicode_form() -> None:
    assert words_of("Chuyê\u0309n đổi") == words_of("chuyển ĐỔI") == ["chuyen", "doi"]
    assert folded("03/KH", "Đất đai") == " 3 kh dat dai "


@pytest.mark.parametrize(
    "query",
    [
        "03/KH-STTTT",
        "03 KH STTTT",
        "3/kh",
        "03/KH-STTTT chuyển đổi",
        "chuyen doi so",
        "CHUYEN DOI",
        "chuyê\u0309n đô\u0309i",
        "chuy đổi",
        "50%",
        "dat dai",
        "kế hoạch 03",
        "ke hoach chuyen doi so",
    ],
)
def test_a_document_is_found(site_a: Department, browse: Any, query: str) -> None:
    make_document(site_a, "03/KH-STTTT", summary="Chuyển đổi số 50% hồ sơ đất đai")
    make_document(site_a, "3/QĐ", type="Quyết định", summary="Phê duyệt danh sách")
    make_document(site_a, "13/KH-ABC", summary="Tuyên truyền, phổ biến pháp luật 30")
    assert shown(browse(site_a, asking({"tu_khoa": query}))) == ["03/KH-STTTT"]


@pytest.mark.parametrize(
    "query",
    ["33", "0", "uyển", "3/QĐ", "quyết định 3", "hoạch kế khác", "%", "_", "' OR 1=1 --", "nguyễn"],
)
def test_a_document_is_not_found_by_what_it_has_not(
    site_a: Department, browse: Any, query: str
) -> None:
    make_document(site_a, "03/KH-STTTT", summary="Chuyển đổi số 30 hồ sơ")
    response = browse(site_a, asking({"tu_khoa": query}))
    assert response.status_code == 200
    assert shown(response) == []
    assert "Không tìm thấy văn bản nào" in response.content.decode()


# The public list.


def test_the_list_is_newest_first_and_shows_what_is_published(
    site_a: Department, site_b: Department, browse: Any
) -> None:
    make_document(site_a, "01/KH", issued_on=date(2025, 3, 1))
    make_document(site_a, "02/KH", issued_on=date(2026, 3, 1))
    make_document(site_a, "03/KH", issued_on=date(2026, 3, 1))
    make_document(site_a, "04/KH", is_published=False)
    make_document(site_b, "05/KH")
    response = browse(site_a, LIST)
    assert shown(response) == ["03/KH", "02/KH", "01/KH"]
    page = response.content.decode()
    assert f'<link rel="canonical" href="http://{site_a.host}{LIST}">' in page
    assert "noindex" not in page
    assert 'class="breadcrumb"' in page
    assert "<title>Văn bản chỉ đạo, điều hành" in page
    assert shown(browse(site_b, LIST)) == ["05/KH"]


def test_an_empty_register_says_so(site_a: Department, browse: Any) -> None:
    response = browse(site_a, LIST)
    assert "Chưa có văn bản nào." in response.content.decode()


def test_the_list_is_filtered(site_a: Department, browse: Any) -> None:
    today = timezone.localdate()
    make_document(site_a, "01/KH", issued_on=date(2024, 12, 31))
    make_document(site_a, "02/QĐ", type="Quyết định", issuing_body="UBND tỉnh")
    make_document(site_a, "03/KH", expires_on=date(2026, 2, 1), issuing_body="Ubnd Tỉnh")
    make_document(site_a, "04/KH", issued_on=today, effective_on=today + DAY)

    def numbers_of(**query: str) -> list[str]:
        return sorted(shown(browse(site_a, asking(query))))

    assert numbers_of(loai="quyet-dinh") == ["02/QĐ"]
    assert numbers_of(co_quan="ubnd-tinh") == ["02/QĐ", "03/KH"]
    assert numbers_of(nam="2024") == ["01/KH"]
    assert numbers_of(hieu_luc=State.ENDED) == ["03/KH"]
    assert numbers_of(hieu_luc=State.NOT_YET) == ["04/KH"]
    assert numbers_of(hieu_luc=State.IN_FORCE) == ["01/KH", "02/QĐ"]
    assert numbers_of(loai="quyet-dinh", nam="2024") == []
    assert numbers_of(loai="", co_quan="", nam="", hieu_luc="", tu_khoa="") == [
        "01/KH",
        "02/QĐ",
        "03/KH",
        "04/KH",
    ]
    filtered = browse(site_a, asking({"loai": "quyet-dinh"})).content.decode()
    assert '<option value="quyet-dinh" selected>Quyết định</option>' in filtered
    assert "noindex" in filtered


def test_the_filters_offer_what_is_published_here(
    site_a: Department, site_b: Department, browse: Any
) -> None:
    make_document(site_a, issued_on=date(2025, 1, 1))
    make_document(
        site_a, type="Chỉ thị", issuing_body="Mật", is_published=False, issued_on=date(2023, 1, 1)
    )
    make_document(site_b, type="Báo cáo", issuing_body="Nơi khác", issued_on=date(2022, 1, 1))
    page = main_of(browse(site_a, LIST))
    assert re.findall(r'<option value="([^"]+)"', page) == [
        "ke-hoach",
        "so-thong-tin-va-truyen-thong",
        "2025",
        "con",
        "het",
        "chua",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loai", "khong-co"),
        ("loai", "bao-cao"),
        ("co_quan", "noi-khac"),
        ("nam", "2022"),
        ("nam", "x" * 3000),
        ("nam", "-1"),
        ("hieu_luc", "mai-mai"),
        ("tu_khoa", "a" * 101),
        ("tu_khoa", "a\x00b"),
    ],
)
def test_a_wrong_question_is_answered_clearly_and_kept(
    site_a: Department, site_b: Department, browse: Any, name: str, value: str
) -> None:
    make_document(site_a)
    make_document(site_b, type="Báo cáo", issuing_body="Nơi khác", issued_on=date(2022, 1, 1))
    other = {"nam": "2026"} if name != "nam" else {"loai": "ke-hoach"}
    response = browse(site_a, asking({name: value, **other}))
    assert response.status_code == 400
    page = main_of(response)
    assert "register-filter__error" in page
    assert "selected" in page, "what was right in the question is kept"
    assert shown(response) == []


@pytest.mark.parametrize(
    "value", ["", "x", "2026-01-01", "2026-13-01.1", "2026-01-01.-1", "2026-01-01.x", "\x00"]
)
@pytest.mark.parametrize("name", ["sau", "truoc"])
def test_a_wrong_place_is_not_found(site_a: Department, browse: Any, name: str, value: str) -> None:
    assert browse(site_a, asking({name: value})).status_code == 404


def test_a_place_beyond_everything_is_empty(site_a: Department, browse: Any) -> None:
    make_document(site_a)
    for place in ("0001-01-01.0", "9999-12-31.9999999999999999999"):
        for name in ("sau", "truoc"):
            assert browse(site_a, asking({name: place})).status_code == 200


def test_the_list_is_walked_there_and_back(site_a: Department, browse: Any) -> None:
    # Many of the same day, so that the id decides.
    for index in range(2 * PER_PAGE + 3):
        make_document(site_a, f"{index}/KH", issued_on=date(2026, 1, 1 + index // 30))
    every = [f"{index}/KH" for index in reversed(range(2 * PER_PAGE + 3))]

    def link(response: Any, rel: str) -> str | None:
        found = re.search(rf'rel="{rel}" href="([^"]+)"', response.content.decode())
        return found[1].replace("&amp;", "&") if found else None

    pages = [browse(site_a, f"{LIST}?loai=ke-hoach")]
    while following := link(pages[-1], "next"):
        assert "loai=ke-hoach" in following
        pages.append(browse(site_a, LIST + following))
    assert [len(shown(page)) for page in pages] == [PER_PAGE, PER_PAGE, 3]
    assert [number for page in pages for number in shown(page)] == every
    assert link(pages[0], "prev") is None
    back = browse(site_a, LIST + (link(pages[2], "prev") or ""))
    assert shown(back) == shown(pages[1])
    first = browse(site_a, LIST + (link(back, "prev") or ""))
    assert shown(first) == shown(pages[0])
    assert link(first, "prev") is None
    assert shown(browse(site_a, LIST + (link(first, "next") or ""))) == shown(pages[1])


def test_a_place_is_read_as_it_is_written() -> None:
    place = Place(date(2026, 1, 5), 12)
    assert Place.parse(str(place)) == place


def test_the_list_asks_as_often_for_many_as_for_few(site_a: Department, browse: Any) -> None:
    def count(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browse(site_a, f"{LIST}?{query}").status_code == 200
        return len(queries)

    asked = ("tu_khoa=chuyen&loai=ke-hoach&hieu_luc=con", "tu_khoa=doi&sau=2030-01-01.1")
    make_document(site_a)
    for query in asked:
        count(query)  # what is kept for the whole site is there now
    few = [count(query) for query in asked]
    for index in range(2 * PER_PAGE):
        make_document(site_a, type=f"Loại {index % 5}", issuing_body=f"Cơ quan {index}")
    assert [count(query) for query in asked] == few


def test_no_page_of_the_list_looks_through_the_table(site_a: Department) -> None:
    """The database's own plan: the first page and the thousandth run on an index."""
    make_document(site_a)
    place = Place(date(2025, 6, 1), 5)
    with acting_for(site_a):
        documents = LegalDocument.objects.filter(is_published=True)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # A table of one row is read as a whole, unless that is made dear.
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_bitmapscan = off")
        for query in (documents, documents.filter(place.beyond("lt"))):
            plan = query[:PER_PAGE].explain()
            assert "documents_by_date" in plan, plan
            assert (
                "SORT" not in plan.upper().replace("SORT KEY", "") or "B-TREE" not in plan.upper()
            )
            assert "TEMP B-TREE" not in plan.upper(), plan


def test_the_list_is_kept_until_something_changes(
    site_a: Department, site_b: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    document = make_document(site_a, "01/KH")
    assert browse(site_a, LIST)["X-Sen-Cache"] == "miss"
    assert browse(site_a, LIST)["X-Sen-Cache"] == "hit"
    assert browse(site_a, f"{LIST}?utm_source=x")["X-Sen-Cache"] == "hit"
    assert browse(site_a, f"{LIST}?loai=ke-hoach")["X-Sen-Cache"] == "miss"
    assert browse(site_a, f"{LIST}?loai=ke-hoach")["X-Sen-Cache"] == "hit"
    with django_capture_on_commit_callbacks(execute=True), acting_for(site_b):
        make_document(site_b)
    assert browse(site_a, LIST)["X-Sen-Cache"] == "hit"
    with django_capture_on_commit_callbacks(execute=True), acting_for(site_a):
        document.number = "02/KH"
        document.save()
    assert shown(browse(site_a, LIST)) == ["02/KH"]
    assert shown(browse(site_a, f"{LIST}?loai=ke-hoach")) == ["02/KH"]
    with django_capture_on_commit_callbacks(execute=True), acting_for(site_a):
        document.type.name = "Chương trình"
        document.type.save()
    assert "Chương trình 02/KH" in browse(site_a, LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True), acting_for(site_a):
        document.delete()
    assert shown(browse(site_a, LIST)) == []


def test_what_is_searched_for_is_not_kept(site_a: Department, browse: Any) -> None:
    make_document(site_a, "01/KH")
    browse(site_a, LIST)
    for _time in range(2):
        response = browse(site_a, f"{LIST}?tu_khoa=khong-co")
        assert "X-Sen-Cache" not in response
        assert shown(response) == []


def test_a_kept_page_knows_the_new_day(site_a: Department, browse: Any) -> None:
    with time_machine.travel("2026-03-01T16:59:59Z"):  # one second before midnight in Việt Nam
        make_document(site_a, issued_on=date(2026, 3, 1), effective_on=date(2026, 3, 2))
        assert "document-state--chua" in browse(site_a, LIST).content.decode()
    sleep(2.1)  # a cache of another process keeps its own time
    with time_machine.travel("2026-03-01T17:00:05Z"):
        assert "document-state--con" in browse(site_a, LIST).content.decode()


# One document.


def test_a_document_has_a_page(site_a: Department, browse: Any, make_file: Any) -> None:
    document = make_document(
        site_a, "03/KH-STTTT", summary="Trích yếu đầy đủ.", signer="Nguyễn Văn A", topic="Dân số"
    )
    file = make_file(site_a, "ke-hoach.pdf")
    LegalDocumentFile.objects.create(document=document, file=file, title="Toàn văn")
    assert document.url == f"{LIST}{document.pk}/ke-hoach-03-kh-stttt/"
    response = browse(site_a, document.url)
    page = response.content.decode()
    for text in (
        "<h1>Kế hoạch 03/KH-STTTT</h1>",
        "Trích yếu đầy đủ.",
        "15/01/2026",
        "Còn hiệu lực",
        "Nguyễn Văn A",
        "Dân số",
        "Toàn văn",
        "PDF",
        "9\xa0byte",
        file.url,
        f'<link rel="canonical" href="http://{site_a.host}{document.url}">',
        'content="Trích yếu đầy đủ."',
        "<title>Kế hoạch 03/KH-STTTT",
        f'<a href="{LIST}">',
    ):
        assert text in page, text
    assert browse(site_a, document.url)["X-Sen-Cache"] == "hit"


def test_a_wrong_slug_leads_to_the_right_one(site_a: Department, browse: Any) -> None:
    document = make_document(site_a)
    for path in (f"{LIST}{document.pk}/", f"{LIST}{document.pk}/khac/"):
        response = browse(site_a, path)
        assert (response.status_code, response["Location"]) == (302, document.url)


def test_what_is_not_public_is_not_found(
    site_a: Department, site_b: Department, browse: Any
) -> None:
    draft = make_document(site_a, is_published=False)
    foreign = make_document(site_b)
    assert browse(site_b, foreign.url).status_code == 200
    for path in (draft.url, foreign.url, f"{LIST}{foreign.pk}/", f"{LIST}{10**30}/x/"):
        assert browse(site_a, path).status_code == 404


def test_where_the_plugin_is_off_nothing_is_found(site_a: Department, browse: Any) -> None:
    document = make_document(site_a)
    set_enabled_plugins(site_a, ())
    assert browse(site_a, LIST).status_code == 404
    assert browse(site_a, document.url).status_code == 404


def test_a_page_of_a_document_asks_little_however_many_hang_on_it(
    site_a: Department, browse: Any, make_file: Any
) -> None:
    document = make_document(site_a)

    def count() -> int:
        # Wagtail stores a file's size when it is first asked for.
        cache.clear()
        browse(site_a, document.url)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert browse(site_a, document.url).status_code == 200
        return len(queries)

    def hang_on() -> None:
        file = make_file(site_a, f"{next(numbers)}.pdf")
        LegalDocumentFile.objects.create(document=document, file=file)
        replace(document, make_document(site_a))
        replace(make_document(site_a), document)

    hang_on()
    few = count()
    for _more in range(4):
        hang_on()
    assert count() == few


def test_hostile_text_is_text(site_a: Department, browse: Any) -> None:
    document = make_document(
        site_a, HOSTILE, summary=HOSTILE, issuing_body=HOSTILE, signer=HOSTILE, topic=HOSTILE
    )
    for path in (LIST, document.url, asking({"tu_khoa": HOSTILE})):
        page = browse(site_a, path).content.decode()
        assert HOSTILE not in page
        assert "&lt;script&gt;" in page


# In force or not.


@pytest.mark.parametrize(
    ("starts", "expires", "state"),
    [
        (0, None, State.IN_FORCE),
        (-5, 1, State.IN_FORCE),
        (-5, 0, State.ENDED),
        (1, None, State.NOT_YET),
        (1, 5, State.NOT_YET),
    ],
)
def test_the_state_follows_from_the_dates(
    site_a: Department, browse: Any, starts: int, expires: int | None, state: State
) -> None:
    today = timezone.localdate()
    document = make_document(
        site_a,
        issued_on=today - 5 * DAY,
        effective_on=today + starts * DAY,
        expires_on=None if expires is None else today + expires * DAY,
    )
    assert reloaded(document).state is state
    for other in State:
        found = shown(browse(site_a, asking({"hieu_luc": other.value})))
        assert found == ([document.number] if other is state else [])


def test_a_replaced_document_ends_when_the_new_one_begins(site_a: Department, browse: Any) -> None:
    today = timezone.localdate()
    old = make_document(site_a, issued_on=today - 9 * DAY)
    new = make_document(site_a, issued_on=today - DAY, effective_on=today + DAY)
    relation = replace(new, old)
    assert (reloaded(old).ends_on, reloaded(old).state) == (today + DAY, State.IN_FORCE)
    with acting_for(site_a):
        new.effective_on = None
        new.save()
        assert (reloaded(old).ends_on, reloaded(old).state) == (today - DAY, State.ENDED)
        assert "Bị thay thế bởi" in main_of(browse(site_a, old.url))
        assert new.number in main_of(browse(site_a, old.url))
        assert "Thay thế văn bản" in main_of(browse(site_a, new.url))
        new.is_published = False
        new.save()
        assert reloaded(old).ends_on is None, "a draft replaces nothing"
        new.is_published = True
        new.save()
        relation.delete()
        assert reloaded(old).ends_on is None
        replace(new, old)
        assert reloaded(old).state is State.ENDED
        new.delete()
    assert reloaded(old).state is State.IN_FORCE


def test_the_first_end_counts(site_a: Department) -> None:
    today = timezone.localdate()
    old = make_document(site_a, issued_on=today - 9 * DAY, expires_on=today + 3 * DAY)
    for days in (2, 5):
        new = make_document(site_a, issued_on=today, effective_on=today + days * DAY)
        replace(new, old)
    assert reloaded(old).ends_on == today + 2 * DAY


def test_a_draft_is_not_named_on_the_page_of_what_it_replaces(
    site_a: Department, browse: Any
) -> None:
    old = make_document(site_a)
    draft = make_document(site_a, "77/KH-MAT", is_published=False)
    replace(draft, old)
    assert "77/KH-MAT" not in browse(site_a, old.url).content.decode()


# What an editor may store.


def refused(department: Department, document: LegalDocument) -> dict[str, list[str]]:
    with acting_for(department), pytest.raises(ValidationError) as caught:
        document.full_clean()
    return caught.value.message_dict


def unsaved(department: Department, **kwargs: Any) -> LegalDocument:
    details: dict[str, Any] = {
        "number": "03/KH-STTTT",
        "issuing_body": "Sở Thông tin và Truyền thông",
        "summary": "Trích yếu",
        "issued_on": date(2026, 1, 15),
        **kwargs,
    }
    return LegalDocument(department=department, type=make_type(department), **details)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"effective_on": date(2026, 1, 14)}, "effective_on", "trước ngày ban hành (15/01/2026)"),
        ({"expires_on": date(2026, 1, 15)}, "expires_on", "phải sau ngày có hiệu lực"),
        (
            {"effective_on": date(2026, 3, 1), "expires_on": date(2026, 2, 1)},
            "expires_on",
            "phải sau ngày có hiệu lực",
        ),
        ({"issued_on": date(26, 1, 15)}, "issued_on", "bốn chữ số"),
        (
            {"issued_on": timezone.localdate() + 2 * DAY, "is_published": True},
            "issued_on",
            "Không thể công khai văn bản trước ngày ban hành",
        ),
        ({"number": "/ – /"}, "number", "có chữ cái hoặc chữ số"),
        ({"issuing_body": "…"}, "issuing_body", "có chữ cái hoặc chữ số"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    site_a: Department, changes: dict[str, Any], field: str, message: str
) -> None:
    errors = refused(site_a, unsaved(site_a, **changes))
    assert list(errors) == [field]
    assert message in errors[field][0]


def test_a_number_is_given_once_a_year(site_a: Department, site_b: Department) -> None:
    make_document(site_a, "03/KH-STTTT", is_published=False)
    errors = refused(site_a, unsaved(site_a, number="3/kh-stttt", issued_on=date(2026, 12, 1)))
    assert "Kế hoạch 03/KH-STTTT" in errors["number"][0]
    assert "15/01/2026" in errors["number"][0]
    several = unsaved(site_a, issued_on=date(2026, 2, 1), effective_on=date(2026, 1, 1))
    assert {"number", "effective_on"} <= set(refused(site_a, several)), "all at once"
    with acting_for(site_a):
        unsaved(site_a, issued_on=date(2025, 12, 31)).full_clean()
        unsaved(site_a, issuing_body="UBND tỉnh").full_clean()
        other = unsaved(site_a)
        other.type = make_type(site_a, "Quyết định")
        other.full_clean()
        LegalDocument.objects.get().full_clean()
    with acting_for(site_b):
        unsaved(site_b).full_clean()


def test_text_is_stored_in_one_form(site_a: Department) -> None:
    document = make_document(site_a, "  03/KH ", summary="Chuyê\u0309n   đổi\n số")
    assert (document.number, document.summary) == ("03/KH", "Chuyển đổi số")


@pytest.fixture
def admin(site_a: Department) -> Callable[[Role], Client]:
    """``admin(role)``: a client logged in to site A's admin in that role."""

    def log_in(role: Role = Role.EDITOR, department: Department | None = None) -> Client:
        client = staff_client(make_user((department or site_a, role)), site_a)
        return client

    return log_in


def posted(
    department: Department, files: list[Any] = (), replaces: list[Any] = (), **kwargs: Any
) -> dict[str, Any]:
    """A document's form as the browser sends it."""
    data = {
        "type": make_type(department).pk,
        "number": "03/KH-STTTT",
        "issuing_body": "Sở Thông tin và Truyền thông",
        "summary": "Trích yếu",
        "issued_on": "15/01/2026",
        "signer": "",
        "topic": "",
        "effective_on": "",
        "expires_on": "",
        **kwargs,
    }
    for name, field, rows in (("files", "file", files), ("replaces", "replaced", replaces)):
        data |= {f"{name}-TOTAL_FORMS": len(rows), f"{name}-INITIAL_FORMS": 0}
        data |= {f"{name}-MIN_NUM_FORMS": 0, f"{name}-MAX_NUM_FORMS": 1000}
        for index, row in enumerate(rows):
            data |= {f"{name}-{index}-id": "", f"{name}-{index}-{field}": row.pk}
            data |= {f"{name}-{index}-DELETE": ""}
        if name == "files":
            data |= {f"files-{n}-ORDER": n + 1 for n in range(len(rows))}
            data |= {f"files-{n}-title": "" for n in range(len(rows))}
    return {key: value for key, value in data.items() if value is not None}


def test_an_editor_publishes_a_document(
    site_a: Department, admin: Any, browse: Any, make_file: Any
) -> None:
    client = admin()
    old = make_document(site_a, "02/KH-STTTT", issued_on=date(2025, 1, 1))
    form = client.get(f"{ADMIN}new/").content.decode()
    assert "Trích yếu" in form
    assert '<option value="Sở Thông tin và Truyền thông">' in form
    data = posted(site_a, [make_file(site_a, "a.pdf")], [old], is_published="on")
    response = client.post(f"{ADMIN}new/", data)
    assert response.status_code == 302, response.context["form"].errors
    document = LegalDocument.of_all_departments.get(number="03/KH-STTTT")
    assert document.department == site_a
    assert reloaded(old).ends_on == date(2026, 1, 15)
    assert "a.pdf" in browse(site_a, document.url).content.decode()
    form = client.get(f"{ADMIN}edit/{old.pk}/").content.decode()
    assert f'<a href="{ADMIN}edit/{document.pk}/">Kế hoạch 03/KH-STTTT (15/01/2026)</a>' in form
    listing = client.get(ADMIN).content.decode()
    assert "03/KH-STTTT" in listing
    assert "15/01/2026" in listing
    assert "Hết hiệu lực" in listing


def test_the_form_says_what_is_wrong_and_loses_nothing(
    site_a: Department, site_b: Department, admin: Any, make_file: Any
) -> None:
    client = admin()
    foreign_file = make_file(site_b, "theirs.pdf")
    foreign, mine = make_document(site_b), make_document(site_a)

    def errors(**kwargs: Any) -> str:
        response = client.post(f"{ADMIN}new/", posted(site_a, **kwargs))
        assert response.status_code == 200
        page: str = response.content.decode()
        assert "03/KH-STTTT" in page
        assert LegalDocument.of_all_departments.count() == 2
        return page

    assert "Hãy thêm tệp văn bản" in errors(is_published="on")
    # A file of theirs is for us one that does not exist.
    errors(files=[foreign_file])
    errors(replaces=[foreign])
    assert "được chọn hai lần" in errors(replaces=[mine, mine])
    errors(type=make_type(site_b, "Của họ").pk)
    assert "(15/01/2026)" in errors(effective_on="01/01/2026")
    errors(issued_on="hôm qua")


def test_documents_do_not_replace_each_other_in_a_circle(
    site_a: Department, admin: Any, make_file: Any
) -> None:
    client = admin()
    first, second, third = (make_document(site_a, f"{n}/KH-VONG") for n in (1, 2, 3))
    replace(second, first)
    replace(third, second)
    file = make_file(site_a, "a.pdf")
    for document, message in ((third, "đang thay thế chính văn bản này"), (first, "tự thay thế")):
        data = posted(site_a, [file], [document], number="1/KH-VONG")
        response = client.post(f"{ADMIN}edit/{first.pk}/", data)
        assert response.status_code == 200
        assert message in response.content.decode()
    assert Replacement.objects.count() == 2


def test_a_file_that_is_deleted_leaves_its_document(
    site_a: Department, browse: Any, make_file: Any, django_capture_on_commit_callbacks: Any
) -> None:
    document = make_document(site_a)
    file = make_file(site_a, "xoa.pdf")
    LegalDocumentFile.objects.create(document=document, file=file)
    assert "xoa.pdf" in browse(site_a, document.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        file.delete()
    page = browse(site_a, document.url)
    assert page.status_code == 200
    assert "xoa.pdf" not in page.content.decode()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF, Role.SITE_ADMIN])
def test_those_roles_keep_the_register(site_a: Department, admin: Any, role: Role) -> None:
    client = admin(role)
    assert client.get(ADMIN).status_code == 200
    assert client.get(f"{ADMIN}new/").status_code == 200
    expected = 200 if role == Role.SITE_ADMIN else 302
    assert client.get(TYPES).status_code == expected


def test_nobody_else_is_let_in(site_a: Department, site_b: Department, admin: Any) -> None:
    document = make_document(site_a, "01/KH-MAT", is_published=False)
    for path in (ADMIN, f"{ADMIN}new/", f"{ADMIN}edit/{document.pk}/"):
        assert admin(Role.REPORTER).get(path).status_code == 302, path
    for client in (admin(Role.REPORTER), admin(Role.EDITOR, site_b)):
        assert "01/KH-MAT" not in client.get(ADMIN).content.decode()
        assert client.get(f"{ADMIN}edit/{document.pk}/").status_code in (302, 404)
        for path in (CHOOSER, f"{CHOOSER}results/"):
            assert "01/KH-MAT" not in client.get(path).content.decode()
        assert client.get(f"{CHOOSER}chosen/{document.pk}/").status_code in (302, 403, 404)


def test_each_department_has_its_own_rows(
    site_a: Department, site_b: Department, admin: Any
) -> None:
    client = admin(Role.SITE_ADMIN)
    mine, foreign = make_document(site_a, "01/KH-TA"), make_document(site_b, "02/KH-HO")
    for path in (ADMIN, CHOOSER, f"{CHOOSER}results/"):
        page = client.get(path).content.decode()
        assert "01/KH-TA" in page, path
        assert "02/KH-HO" not in page, path
    for path in ("edit", "delete", "history", "usage"):
        assert client.get(f"{ADMIN}{path}/{foreign.pk}/").status_code in (302, 404), path
        client.post(f"{ADMIN}{path}/{foreign.pk}/", posted(site_a))
    assert reloaded(foreign).number == "02/KH-HO"
    chosen = f"{CHOOSER}chosen"
    assert client.get(f"{chosen}/{mine.pk}/").json()["result"]["id"] == str(mine.pk)
    for pk in (foreign.pk, "x", "9" * 40):
        assert client.get(f"{chosen}/{pk}/").status_code == 404
    several = client.get(f"{chosen}-multiple/?id={mine.pk}&id={foreign.pk}&id=x").json()
    assert [row["id"] for row in several["result"]] == [str(mine.pk)]


def test_the_admin_finds_as_the_public_does(site_a: Department, admin: Any) -> None:
    client = admin()
    make_document(site_a, "03/KH-STTTT", summary="Chuyển đổi số", expires_on=date(2026, 2, 1))
    make_document(site_a, "04/QĐ-X", type="Quyết định", is_published=False, summary="Đất đai")

    def found(**query: Any) -> list[str]:
        page = client.get(f"{ADMIN}results/", query).content.decode()
        return [number for number in ("03/KH-STTTT", "04/QĐ-X") if number in page]

    assert found() == ["03/KH-STTTT", "04/QĐ-X"]
    assert found(q="3 kh chuyen doi") == ["03/KH-STTTT"]
    assert found(q="dat dai") == ["04/QĐ-X"]
    assert found(type=make_type(site_a, "Quyết định").pk) == ["04/QĐ-X"]
    assert found(state="het") == ["03/KH-STTTT"]
    assert found(is_published="false") == ["04/QĐ-X"]
    assert found(body_key="so-thong-tin-va-truyen-thong", year="2026") == found()
    page = client.get(f"{CHOOSER}results/", {"q": "dat dai"}).content.decode()
    assert "04/QĐ-X" in page
    assert "03/KH-STTTT" not in page


# The types.


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_new_site_has_types_to_begin_with() -> None:
    opened = open_site("moi.localhost", name="Sở mới", kind="department").department
    with acting_for(opened):
        names = list(DocumentType.objects.values_list("name", flat=True))
        assert names[:3] == ["Nghị quyết", "Quyết định", "Chỉ thị"]
        assert {"Kế hoạch", "Công văn", "Thông báo", "Báo cáo", "Tờ trình"} <= set(names)
        DocumentType.objects.get(name="Chỉ thị").delete()
    open_site("moi.localhost", name="Sở mới", kind="department")
    with acting_for(opened):
        assert not DocumentType.objects.filter(name="Chỉ thị").exists(), "it was deleted on purpose"


def test_a_type_is_there_once(site_a: Department, site_b: Department, admin: Any) -> None:
    client = admin(Role.SITE_ADMIN)
    make_type(site_a, "Quyết định")
    make_type(site_b, "Chỉ thị")
    again = client.post(f"{TYPES}new/", {"name": "quyet  ĐỊNH", "order": 5})
    assert "Đã có loại văn bản với tên này" in again.content.decode()
    assert client.post(f"{TYPES}new/", {"name": "Chỉ thị", "order": 5}).status_code == 302
    assert "chữ cái" in client.post(f"{TYPES}new/", {"name": "…", "order": 5}).content.decode()


def test_a_renamed_type_keeps_its_address(site_a: Department, browse: Any) -> None:
    make_document(site_a, "01/QĐ", type="Quyết định")
    with acting_for(site_a):
        kind = DocumentType.objects.get(name="Quyết định")
        kind.name = "Quyết định cá biệt"
        kind.save()
        later = DocumentType.objects.create(name="Quyết định")
    assert (kind.slug, later.slug) == ("quyet-dinh", "quyet-dinh-2")
    assert shown(browse(site_a, f"{LIST}?loai=quyet-dinh")) == ["01/QĐ"]


def test_a_type_with_documents_is_not_deleted(site_a: Department, admin: Any) -> None:
    client = admin(Role.SITE_ADMIN)
    document = make_document(site_a)
    free = make_type(site_a, "Giấy mời")
    response = client.post(f"{TYPES}delete/{document.type_id}/", follow=True)
    assert "đang có văn bản thuộc loại này" in response.content.decode()
    assert reloaded(document).type_id == document.type_id
    client.post(f"{TYPES}delete/{free.pk}/")
    assert not DocumentType.of_all_departments.filter(pk=free.pk).exists()


def test_a_department_with_documents_can_be_deleted(site_a: Department) -> None:
    replace(make_document(site_a), make_document(site_a))
    site_a.delete()
    assert not LegalDocument.of_all_departments.exists()
    assert not DocumentType.of_all_departments.exists()


# The widget.


def test_the_widget_shows_the_newest(site_a: Department, site_b: Department) -> None:
    make_document(site_a, "01/KH", issued_on=date(2025, 1, 1))
    make_document(site_a, "02/QĐ", type="Quyết định", issued_on=date(2026, 1, 2))
    make_document(site_a, "03/KH", issued_on=date(2026, 1, 3))
    make_document(site_a, "04/KH", is_published=False)
    make_document(site_b, "05/KH", issued_on=date(2026, 2, 3))

    def found(**config: Any) -> list[str]:
        html = render_widget(NewestDocuments, config, department=site_a)
        return re.findall(r'__heading">[^<]* (\S+)</span>', html)

    assert found() == ["03/KH", "02/QĐ", "01/KH"]
    assert found(count=1) == ["03/KH"]
    assert found(type="quyet-dinh") == ["02/QĐ"]
    assert found(type="khong-con") == []
    html = render_widget(NewestDocuments, {"type": "quyet-dinh"}, department=site_a)
    assert f'href="{LIST}?loai=quyet-dinh"' in html


def test_the_widget_is_fresh_when_the_register_changes(
    site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    put_in_sidebar(site_a, (NewestDocuments, {}))
    assert "widget--documents" not in browse(site_a).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        make_document(site_a, "88/KH-MOI")
    assert "88/KH-MOI" in browse(site_a).content.decode()


def test_the_chooser_can_preview_the_widget(site_a: Department, site_b: Department) -> None:
    from cms.widgets.rendering import build_context

    widget = NewestDocuments()
    with acting_for(site_a):
        preview = widget.get_preview_context(build_context(site_a, None), {"count": 4, "type": ""})
    assert preview is not None
    assert len(preview["documents"]) == 3
    assert not LegalDocument.of_all_departments.exists()


def test_the_sites_search_finds_documents_where_the_plugin_is_on(site_a: Department) -> None:
    document = make_document(site_a, number="03/KH-STTTT", summary="Cải cách hành chính")
    make_document(site_a, number="04/KH-STTTT", is_published=False)
    client = Client(headers={"host": site_a.host})

    def found(words: str) -> list[str]:
        page = BeautifulSoup(client.get("/tim-kiem/", {"q": words}).content, "html.parser")
        return [link["href"] for link in page.select(".found .story-title a")]

    assert found("3/kh-stttt") == found("cai cach") == [document.url]
    assert found("04/KH-STTTT") == []
    set_enabled_plugins(site_a, enabled_plugins(site_a) - {"documents"})
    assert found("cai cach") == []
    with acting_for(site_a):
        document.delete()
    set_enabled_plugins(site_a, enabled_plugins(site_a) | {"documents"})
    assert found("cai cach") == []
