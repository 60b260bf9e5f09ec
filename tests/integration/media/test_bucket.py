"""Files in a bucket: stored, shown, deleted as in a folder; told in words when it is away."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import CollectionViewRestriction, UploadedFile

from cms.media import bucket as module
from cms.media.away import BucketAway, the_bucket
from cms.media.models import SenDocument, SenImage, SenRendition
from cms.media.probing import files
from cms.news.models import ArticlePage
from cms.operations.probes import State
from sites.models import Department
from sites.roles import Role
from tests.bucket import LOOPBACK, NAME, S3Server
from tests.factories import make_article, make_user, publish, staff_client
from tests.webserver import WebServer

pytestmark = pytest.mark.django_db
Browse = Callable[..., Any]
PDF = b"%PDF-1.4\n" + b"x" * 3000
#: The end of a directory that lists nothing (APPNOTE.TXT, 4.3.16).
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
AWAY = "Kho tệp không trả lời nên chưa có gì được lưu hoặc xóa"


def png(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, "PNG")
    return out.getvalue()


def picture(department: Department, name: str = "sen.png") -> SenImage:
    return SenImage.objects.create(
        title="Hoa sen", file=ContentFile(png(), name), collection=department.collection
    )


def document(department: Department, name: str = "tep.pdf") -> SenDocument:
    content = PDF if name.endswith(".pdf") else EMPTY_ZIP
    return SenDocument.objects.create(
        title="Tệp", file=ContentFile(content, name), collection=department.collection
    )


@pytest.fixture
def editor(site_a: Department) -> Client:
    """An editor of A in the admin."""
    return staff_client(make_user((site_a, Role.EDITOR), username="an"), site_a)


@pytest.fixture
def leave(bucket: S3Server, settings: Any) -> Callable[..., None]:
    """``leave()``: from here on nobody answers; ``leave(secret_key="x")``: keys are wrong."""

    def change(**options: str) -> None:
        with socket.socket() as unused:
            unused.bind((LOOPBACK, 0))
            port = unused.getsockname()[1]
        changed = options or {"endpoint_url": f"http://{LOOPBACK}:{port}"}
        default = settings.STORAGES["default"]
        default = {**default, "OPTIONS": {**default["OPTIONS"], **changed}}
        settings.STORAGES = {**settings.STORAGES, "default": default}

    return change


# Stored, shown, deleted.


def test_a_picture_goes_from_the_form_to_the_page(
    bucket: S3Server, editor: Client, site_a: Department, browse: Browse
) -> None:
    upload = SimpleUploadedFile("Hoa sen.png", png(), "image/png")
    sent = {"title": "Hoa sen", "file": upload, "collection": site_a.collection.pk, "tags": ""}
    editor.post(reverse("wagtailimages:add"), sent)
    image = SenImage.objects.get()
    assert bucket.names() == ["original_images/Hoa-sen.png"]
    page = browse(site_a, make_article(site_a, main_image=image).local_url).text
    shown = re.findall(r'<img[^>]*src="(/media/images/[^"]+)"', page)
    assert shown
    answer = browse(site_a, shown[0])
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Image.open(BytesIO(answer.getvalue())).width > 10
    # Nothing on the page leads to the storage.
    assert bucket.endpoint not in page
    assert NAME not in page


def test_several_at_once_and_from_a_word_document(bucket: S3Server, editor: Client) -> None:
    several = reverse("wagtailimages:add_multiple")
    sent = {"title": "Hoa sen", "files[]": SimpleUploadedFile("sen.png", png(), "image/png")}
    answer = editor.post(several, sent, headers={"x-requested-with": "XMLHttpRequest"})
    assert answer.json()["success"]
    assert [name for name in bucket.names() if "sen" in name]


@pytest.mark.parametrize("at_once", [1, 10**6])
def test_a_document_is_served_as_from_a_folder(
    request: pytest.FixtureRequest,
    site_a: Department,
    browse: Browse,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    monkeypatch.setattr(module, "WHOLE", at_once)
    told = []
    for name in ("tep.pdf", "tep.zip"):
        file = document(site_a, name=name)
        told.append(_told(browse(site_a, file.url)))
    request.getfixturevalue("bucket")
    for name in ("tep.pdf", "tep.zip"):
        file = document(site_a, name=name)
        answer = browse(site_a, file.url)
        assert _told(answer) == told.pop(0)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert file.file.url == f"/media/{file.file.name}"


def _told(answer: Any) -> tuple[Any, ...]:
    """What an answer says and holds, but for the name that a second file of a name has."""
    names = ("Content-Type", "Content-Length", "X-Content-Type-Options", "Content-Security-Policy")
    kind = answer["Content-Disposition"].split(";")[0]
    return (answer.status_code, kind, answer.getvalue(), *(answer[name] for name in names))


@pytest.mark.parametrize("where", ["folder", "bucket"])
def test_no_address_leads_round_the_rules(
    where: str, request: pytest.FixtureRequest, site_a: Department, browse: Browse
) -> None:
    if where == "bucket":
        request.getfixturevalue("bucket")
    name = document(site_a).file.name
    image = picture(site_a)
    assert browse(site_a, image.file.url).status_code == 200
    for path in (
        name,
        f"images/../{name}",
        f"./{name}",
        f"/{name}",
        f"images//../{name}",
        f"x/%2e%2e/{name}",
        f"../media/{name}",
        f"{name}/.",
        f"{name}/",
        "khong-co.png",
        "..",
        "%00",
    ):
        assert browse(site_a, f"/media/{path}").status_code in (301, 404), path


def test_a_restricted_folder_stays_restricted(
    bucket: S3Server, site_a: Department, browse: Browse, editor: Client
) -> None:
    inner = site_a.collection.add_child(name="Nội bộ")
    CollectionViewRestriction.objects.create(collection=inner, restriction_type="login")
    file = document(site_a)
    SenDocument.objects.filter(pk=file.pk).update(collection=inner)
    answer = browse(site_a, file.url)
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_document_whose_file_is_gone_is_not_found(
    bucket: S3Server, site_a: Department, browse: Browse
) -> None:
    file = document(site_a)
    default_storage.delete(file.file.name)
    assert browse(site_a, file.url).status_code == 404


def test_deleting_takes_the_file_and_its_sizes(
    bucket: S3Server,
    editor: Client,
    site_a: Department,
    django_capture_on_commit_callbacks: Any,
) -> None:
    image, other = picture(site_a), picture(site_a, "khac.png")
    image.get_rendition("width-100")
    assert len(bucket.names()) == 3
    chief = staff_client(make_user((site_a, Role.SITE_ADMIN), username="quan-tri"), site_a)
    with django_capture_on_commit_callbacks(execute=True):
        chief.post(reverse("wagtailimages:delete", args=[image.pk]))
    assert not SenImage.objects.filter(pk=image.pk).exists()
    assert bucket.names() == [other.file.name]


def test_another_title_keeps_the_file_and_another_file_replaces_it(
    bucket: S3Server, editor: Client, site_a: Department, django_capture_on_commit_callbacks: Any
) -> None:
    upload = SimpleUploadedFile("a.png", png(), "image/png")
    sent = {"title": "Một", "file": upload, "collection": site_a.collection.pk, "tags": ""}
    editor.post(reverse("wagtailimages:add"), sent)
    image = SenImage.objects.get()
    edit = reverse("wagtailimages:edit", args=[image.pk])
    image.get_rendition("width-100")
    before = bucket.names()
    plain = {"title": "Hai", "collection": site_a.collection.pk, "tags": ""}
    editor.post(edit, plain)
    image.refresh_from_db()
    assert image.title == "Hai"
    assert bucket.names() == before
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(edit, {**plain, "file": SimpleUploadedFile("b.png", png("blue"), "image/png")})
    image = SenImage.objects.get()
    assert bucket.names() == [image.file.name]
    assert bucket.content(image.file.name) == png("blue")


def test_a_name_that_is_taken_is_never_written_over(
    bucket: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_storage.save("a/tep.txt", ContentFile(b"1")) == "a/tep.txt"
    second = default_storage.save("a/tep.txt", ContentFile(b"2"))
    assert second != "a/tep.txt"
    # Not even where two people send the same name at the same moment.
    free = module.BucketStorage.exists
    asked: list[str] = []

    def blind(self: Any, name: str) -> bool:
        asked.append(name)
        return False if len(asked) == 1 else free(self, name)

    monkeypatch.setattr(module.BucketStorage, "exists", blind)
    third = default_storage.save("a/tep.txt", ContentFile(b"3"))
    assert {bucket.content(name) for name in ("a/tep.txt", second, third)} == {b"1", b"2", b"3"}


def test_a_server_that_knows_no_conditions_is_written_to(
    bucket: S3Server, settings: Any, leave: Callable[..., None]
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        known = "If-None-Match" not in handler.headers
        handler.send_response(200 if known else 501)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with WebServer().running() as web:
        web.answers[f"/{NAME}/tep.txt"] = answer
        leave(endpoint_url=web.url("").rstrip("/"))
        storage = the_bucket()
        assert storage is not None
        storage._put("tep.txt", ContentFile(b"1"))
        assert "If-None-Match" not in web.requests[-1][1]


def test_a_file_is_read_from_any_place(bucket: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHOLE", 10)
    monkeypatch.setattr(module, "BUFFER", 16)
    content = bytes(range(256))
    default_storage.save("so.bin", ContentFile(content))
    with default_storage.open("so.bin") as file:
        assert file.size == 256
        for place in (200, 3, 255, 0, 100):
            file.seek(place)
            assert file.read(20) == content[place : place + 20]
        assert file.seek(-6, 2) == 250
        assert file.read() == content[250:]
        assert file.read() == b""
    assert file.open().read() == content
    with pytest.raises(FileNotFoundError):
        default_storage.open("khong-co.bin")
    with pytest.raises(ValueError, match="reading"):
        default_storage.open("so.bin", "wb")
    with pytest.raises(FileNotFoundError):
        default_storage.open("../so.bin")


def test_folders_are_listed(bucket: S3Server) -> None:
    for name in ("a.txt", "ảnh/Đồng Tháp.txt", "ảnh/2026/b.txt"):
        default_storage.save(name, ContentFile(b"1"))
    assert default_storage.listdir("") == (["ảnh"], ["a.txt"])
    assert default_storage.listdir("ảnh") == (["2026"], ["Đồng Tháp.txt"])
    assert default_storage.listdir("khong-co") == ([], [])


def test_no_task_carries_the_keys(bucket: S3Server) -> None:
    assert bucket.secret not in repr(default_storage.deconstruct())
    assert bucket.secret not in repr(default_storage)


# Away.


@pytest.mark.parametrize("options", [{}, {"secret_key": "khoa-sai-bi-mat"}, {"bucket_name": "mat"}])
def test_an_upload_is_refused_in_the_form_and_nothing_is_half(
    bucket: S3Server,
    editor: Client,
    site_a: Department,
    leave: Callable[..., None],
    options: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    leave(**options)
    upload = SimpleUploadedFile("sen.png", png(), "image/png")
    sent = {"title": "Tên đã gõ", "file": upload, "collection": site_a.collection.pk, "tags": ""}
    answer = editor.post(reverse("wagtailimages:add"), sent)
    assert AWAY in answer.text
    assert "Tên đã gõ" in answer.text
    upload = SimpleUploadedFile("tep.pdf", PDF, "application/pdf")
    answer = editor.post(reverse("wagtaildocs:add"), {**sent, "file": upload})
    assert AWAY in answer.text
    upload = SimpleUploadedFile("sen.png", png(), "image/png")
    answer = editor.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "a", "files[]": upload},
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert AWAY in answer.json()["error_message"]
    assert not SenImage.objects.exists()
    assert not SenDocument.objects.exists()
    assert not UploadedFile.objects.exists()
    assert not bucket.names()
    assert "kho tệp" in caplog.text.lower() or "storage of files" in caplog.text
    assert "khoa-sai-bi-mat" not in caplog.text
    assert bucket.key_id not in caplog.text


def test_nothing_is_deleted_whose_file_would_stay(
    bucket: S3Server, site_a: Department, leave: Callable[..., None]
) -> None:
    image, file = picture(site_a), document(site_a)
    chief = staff_client(make_user((site_a, Role.SITE_ADMIN), username="quan-tri"), site_a)
    before = bucket.names()
    leave()
    for address in ("wagtailimages:delete", "wagtaildocs:delete"):
        media = image if "images" in address else file
        answer = chief.post(reverse(address, args=[media.pk]), follow=True)
        assert AWAY in answer.text
    assert SenImage.objects.filter(pk=image.pk).exists()
    assert SenDocument.objects.filter(pk=file.pk).exists()
    assert bucket.names() == before


def test_the_text_is_shown_written_and_published(
    bucket: S3Server,
    editor: Client,
    site_a: Department,
    browse: Browse,
    leave: Callable[..., None],
    django_capture_on_commit_callbacks: Any,
) -> None:
    image, fresh = picture(site_a), picture(site_a, "moi.png")
    site_a.logo = image
    site_a.save()
    article = make_article(site_a, title="Hội nghị sen", main_image=image)
    assert "/media/images/" in browse(site_a, article.local_url).text
    leave()
    # One whose picture has never been shown in this size; the other's is known already.
    other = make_article(site_a, title="Lễ hội sen", main_image=fresh)
    for page in (article, other):
        answer = browse(site_a, page.local_url)
        assert answer.status_code == 200
        assert page.title in answer.text
    assert browse(site_a, "/").status_code == 200
    assert browse(site_a, "/api/v1/articles").status_code == 200
    assert browse(site_a, "/rss/").status_code == 200
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[other.pk])).status_code == 200
    assert editor.get(reverse("wagtailimages:index")).status_code == 200
    other.title = "Lễ hội sen đã sửa"
    with django_capture_on_commit_callbacks(execute=True):
        other.save_revision()
        publish(other)
    assert "Lễ hội sen đã sửa" in browse(site_a, other.local_url).text
    assert ArticlePage.objects.get(pk=other.pk).main_image == fresh
    # Nothing of it is remembered: the picture is there when the storage is.
    assert not SenRendition.objects.filter(image=fresh).exists()


def test_a_reader_is_told_to_come_again(
    bucket: S3Server, site_a: Department, browse: Browse, leave: Callable[..., None]
) -> None:
    image, file = picture(site_a), document(site_a)
    leave()
    for path in (image.file.url, file.url):
        answer = browse(site_a, path)
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert answer["Cache-Control"] == "no-store"
        assert "Hiện chưa lấy được tệp này" in answer.text
    answer = browse(site_a, file.url, headers={"accept": "application/json"})
    assert (answer.status_code, AWAY in answer.json()["message"]) == (503, True)


def test_keys_that_may_only_read_are_told_when_something_is_stored(
    bucket: S3Server, editor: Client, site_a: Department, caplog: pytest.LogCaptureFixture
) -> None:
    """The bucket answers the form, and refuses afterwards: the message is the same."""
    bucket.allow("s3:List*", "s3:Head*", "s3:Get*")
    upload = SimpleUploadedFile("sen.png", png(), "image/png")
    sent = {"title": "Sen", "file": upload, "collection": site_a.collection.pk, "tags": ""}
    answer = editor.post(reverse("wagtailimages:add"), sent, follow=True)
    assert AWAY in answer.text
    assert not SenImage.objects.exists()
    # The last that asks the test's own transaction: the error has broken it.
    answer = editor.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "a", "files[]": SimpleUploadedFile("sen.png", png(), "image/png")},
        headers={"x-requested-with": "XMLHttpRequest"},
    )
    assert (answer.status_code, AWAY in answer.json()["message"]) == (503, True)
    assert "cms.media.away" in {record.name for record in caplog.records}
    assert "cms.media.uploads" not in {record.name for record in caplog.records}
    assert not bucket.names()
    assert files().state is State.BAD


# The probe.


def test_the_probe_says_how_it_stands(bucket: S3Server, leave: Callable[..., None]) -> None:
    found = files()
    assert (found.state, found.value is not None) == (State.GOOD, True)
    assert not bucket.names()
    leave(secret_key="khoa-sai-bi-mat")
    found = files()
    assert found.state is State.BAD
    assert "từ chối khóa" in found.sentence
    assert "khoa-sai-bi-mat" not in found.sentence
    leave(bucket_name="khong-co-o-day")
    assert files().state is State.BAD
    leave()
    assert "không trả lời" in files().sentence


def test_the_probe_finds_a_bucket_that_everybody_reads(bucket: S3Server) -> None:
    bucket.open_to_everybody()
    found = files()
    assert found.state is State.BAD
    assert "Ai cũng đọc được" in found.sentence
    assert not bucket.names()


def test_without_a_bucket_files_are_in_a_folder() -> None:
    assert the_bucket() is None
    assert files().state is State.GOOD


def test_an_answer_that_breaks_off_is_no_whole_file(
    bucket: S3Server, leave: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"half")

    caplog.set_level(logging.CRITICAL)
    with WebServer().running() as web:
        web.answers[f"/{NAME}/tep.bin"] = answer
        leave(endpoint_url=web.url("").rstrip("/"))
        storage = the_bucket()
        assert storage is not None
        from django.utils import timezone

        found = module.Found("tep.bin", 1000, timezone.now())
        with pytest.raises(BucketAway):
            storage.reader(found).read()
