"""A form that came incomplete is refused; a fault of ours is a failure as ever, and is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.db import ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path, reverse
from wagtail.admin.forms.choosers import URLOrAbsolutePathField
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.blocks import CharBlock, StreamBlock
from wagtail.coreutils import resolve_model_string

from cms import urls
from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, staff_client
from tests.isolation.crawl import all_rows

from .test_logs import Kept, sent  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

FIELDS = {"title": "Tên", "slug": "ten", "comments-TOTAL_FORMS": "0", "next": "/admin/"}
RICH = {**FIELDS, "body-count": "1", "body-0-type": "paragraph", "body-0-order": "0"}


@pytest.fixture
def editor(site_a: Department) -> Client:
    client = staff_client(make_user((site_a, Role.EDITOR)), site_a)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("pages/{page}/edit/", {}),
        ("pages/{page}/edit/", FIELDS),
        ("pages/{page}/edit/", {**FIELDS, "body-count": "nhiều"}),
        ("pages/{page}/edit/", {**FIELDS, "body-count": "1"}),
        ("pages/{page}/edit/", {**RICH, "body-0-deleted": "", "body-0-value": "không phải JSON"}),
        ("pages/{page}/edit/", {**RICH, "body-0-deleted": "", "body-0-value": "[]"}),
        ("pages/{page}/edit/", {**RICH, "body-0-deleted": "", "body-0-value": '{"blocks": 1}'}),
        ("pages/{page}/edit/", {**RICH, "body-0-deleted": "", "body-0-value": "[" * 100_000}),
        ("pages/{page}/edit/preview/", FIELDS),
        ("pages/{page}/copy/", FIELDS),
        ("pages/{page}/revisions/{revision}/revert/", FIELDS),
        ("choose-external-link/", {}),
        ("plugin/notices/notice/new/", {"title": "Tên", "text": "không phải JSON"}),
    ],
)
def test_what_no_page_sends_is_refused_and_changes_nothing(
    site_a: Department,
    editor: Client,
    address: str,
    fields: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    article = make_article(site_a, live=False)
    revision = article.save_revision()
    editor.get(f"/admin/pages/{article.pk}/edit/")
    before = all_rows()
    url = f"/admin/{address.format(page=article.pk, revision=revision.pk)}"
    came_from = {"referer": f"http://localhost/admin/pages/{article.pk}/edit/"}
    answer = editor.post(url, fields, headers=came_from)
    assert answer.status_code == 400
    assert "Biểu mẫu gửi lên không đầy đủ" in answer.text
    assert f'href="/admin/pages/{article.pk}/edit/"' in answer.text
    assert all_rows() == before
    (told,) = [each for each in caplog.records if each.name == "sen.forms"]
    assert told.levelno == logging.WARNING
    assert told.exc_info


def test_a_script_is_told_in_json(editor: Client) -> None:
    answer = editor.post("/admin/choose-external-link/", headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json() == {"message": "Biểu mẫu gửi lên không đầy đủ"}


def test_it_speaks_the_language_of_who_sent_it(site_a: Department) -> None:
    user = make_user((site_a, Role.EDITOR))
    user.wagtail_userprofile = type(user).wagtail_userprofile.related.related_model(
        user=user, preferred_language="en"
    )
    user.wagtail_userprofile.save()
    answer = staff_client(user, site_a).post("/admin/choose-external-link/")
    assert answer.status_code == 400
    assert "The form came incomplete" in answer.text


def test_the_way_back_leads_to_no_other_host(editor: Client) -> None:
    for referer in ("https://evil.example/admin/", "//evil.example/", "javascript:alert(1)"):
        answer = editor.post("/admin/choose-external-link/", headers={"referer": referer})
        assert 'href="/admin/"' in answer.text
        assert "evil" not in answer.text


def own_code_asks(request: HttpRequest) -> HttpResponse:
    """Our own code asks for a field that is not there."""
    return HttpResponse(request.POST["thiếu"])


def own_code_reads_json(request: HttpRequest) -> HttpResponse:
    """Our own code reads what is no JSON."""
    return HttpResponse(json.loads(request.POST["chữ"]))


def own_code_reads_a_number(request: HttpRequest) -> HttpResponse:
    """Our own code takes a word for a number."""
    return HttpResponse(int(request.POST["chữ"]))


def a_query_gets_a_word(request: HttpRequest) -> HttpResponse:
    """Django's fields of models read what our code gives them."""
    return HttpResponse(User.objects.filter(pk=request.POST["chữ"]))


class Spoilt(forms.Form):
    """Its own reading fails."""

    chữ = forms.CharField()

    def clean_chữ(self) -> str:
        return {"a": "b"}[self.cleaned_data["chữ"]]


def a_form_of_ours_fails(request: HttpRequest) -> HttpResponse:
    """A form's own method fails, called by Django while it reads the form."""
    return HttpResponse(Spoilt(request.POST).is_valid())


class SpoiltWidget(forms.TextInput):
    """Fails before Django's own reading."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return super().value_from_datadict(data, files, name).nothing


def a_widget_of_ours_fails(request: HttpRequest) -> HttpResponse:
    """A widget's own reading fails."""
    form = forms.modelform_factory(User, fields=["username"], widgets={"username": SpoiltWidget})
    return HttpResponse(form(request.POST).is_valid())


def what_is_stored_cannot_be_read(request: HttpRequest) -> HttpResponse:
    """Wagtail's blocks read what is stored, too."""
    return HttpResponse(StreamBlock([("a", CharBlock())]).to_python({"a": 1}))


def our_code_names_no_model(request: HttpRequest) -> HttpResponse:
    """A name in our code that is wrong."""
    return HttpResponse(resolve_model_string("media.Không"))


class Unreachable(forms.ModelChoiceField):
    """As if a table had no such column."""

    def to_python(self, value: Any) -> Any:
        raise ProgrammingError("no such column")


def the_database_fails(request: HttpRequest) -> HttpResponse:
    """The database refuses what is asked while a form is read."""
    form = type("F", (forms.Form,), {"chữ": Unreachable(User.objects.all())})
    return HttpResponse(form(request.POST).is_valid())


@pytest.mark.parametrize(
    "view",
    [
        own_code_asks,
        own_code_reads_json,
        own_code_reads_a_number,
        a_query_gets_a_word,
        a_form_of_ours_fails,
        a_widget_of_ours_fails,
        what_is_stored_cannot_be_read,
        our_code_names_no_model,
        the_database_fails,
    ],
    ids=lambda view: view.__name__,
)
def test_a_fault_of_ours_is_a_failure_and_is_reported(
    site_a: Department,
    sent: Kept,  # noqa: F811
    at_admin: Callable[[Any], str],
    view: Any,
) -> None:
    client = staff_client(make_user(is_superuser=True), site_a)
    client.raise_request_exception = False
    answer = client.post(at_admin(view), {"chữ": "không", "username": "a"})
    assert answer.status_code == 500
    assert view.__name__ in json.dumps(
        [event for event in sent.events if "exception" in event], ensure_ascii=False
    )


def test_what_is_refused_is_not_reported(
    site_a: Department,
    editor: Client,
    sent: Kept,  # noqa: F811
) -> None:
    assert editor.post("/admin/choose-external-link/").status_code == 400
    assert not sent.events


def a_public_form(request: HttpRequest) -> HttpResponse:
    """The library's fault, on a public page."""
    return HttpResponse(URLOrAbsolutePathField().clean(None))


def test_only_what_is_sent_to_the_admin_is_judged(
    site_a: Department, at_admin: Callable[[Any, str], str]
) -> None:
    client = staff_client(make_user(is_superuser=True), site_a)
    client.raise_request_exception = False
    assert client.post(at_admin(a_public_form)).status_code == 400
    public = at_admin(a_public_form, "gui/")
    assert client.post(public, headers={"host": site_a.host}).status_code == 500


def test_a_form_of_a_library_that_misses_its_own_field_is_refused(site_a: Department) -> None:
    client = staff_client(make_user(is_superuser=True), site_a)
    assert client.post(reverse("wagtailredirects:process_import")).status_code == 400


@pytest.mark.parametrize(("key", "status"), [("", 400), ("x", 404), ("1;", 404)])
def test_a_key_that_is_none_is_refused(site_a: Department, key: str, status: int) -> None:
    client = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    answer = client.get(f"/admin/choose-page/chosen-multiple/?id={key}")
    assert answer.status_code == status


@pytest.mark.parametrize("model", ["", "x", "x.y", "%00"])
def test_an_address_that_no_page_links_is_refused(site_a: Department, model: str) -> None:
    client = staff_client(make_user(is_superuser=True), site_a)
    answer = client.get(f"/admin/workflows/task_chooser/create/?create_model={model}")
    assert answer.status_code == 400
    assert "Không đọc được địa chỉ này" in answer.text


def reads_with(read: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: HttpResponse(str(read(request)))


@pytest.mark.parametrize(
    "read",
    [
        lambda request: StreamBlock([("a", CharBlock())]).value_from_datadict(
            request.POST, request.FILES, "thân"
        ),
        lambda request: get_rich_text_editor_widget().value_from_datadict(
            request.POST, request.FILES, "chữ"
        ),
    ],
    ids=["stream", "rich text"],
)
def test_a_library_that_reads_for_us_is_excused(
    site_a: Department, at_admin: Callable[[Any], str], read: Any
) -> None:
    client = staff_client(make_user(is_superuser=True), site_a)
    assert client.post(at_admin(reads_with(read)), {"chữ": "không"}).status_code == 400


@pytest.fixture
def at_admin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], str]]:
    """Puts a view below the admin, and answers with its address."""

    def put(view: Any, address: str = "admin/gui/") -> str:
        monkeypatch.setattr(urls, "urlpatterns", [path(address, view), *urls.urlpatterns])
        clear_url_caches()
        return f"/{address}"

    yield put
    clear_url_caches()
