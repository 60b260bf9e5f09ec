"""What may be uploaded, what is left of it, and how it is served."""

from __future__ import annotations

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from wagtail.models import UploadedFile

from cms.content.word import WordError, read_word
from cms.media import pictures, uploads
from cms.media.models import SenDocument, SenImage
from cms.media.names import MAX_LENGTH, ending_of, safe_name
from cms.media.scanning import ScannerAway, virus_in
from cms.media.uploads import receive_file, receive_picture
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client

# Put together here, so that no scanner takes this source for what it describes
# (https://www.eicar.org/download-anti-malware-testfile/).
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + b"!$H+H*"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
GPS, MAKE, ARTIST, ORIENTATION = 0x8825, 0x010F, 0x013B, 0x0112


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (40, 20), turned: int = 1, **options: Any
) -> bytes:
    """A picture that tells where, by whom and with what it was taken; its left half is red."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[MAKE], exif[ARTIST], exif[ORIENTATION] = "MayAnh", "Nguyen Van A", turned
    exif[GPS] = {1: "N", 2: (20.0, 15.0, 0.0), 3: "E", 4: (105.0, 58.0, 0.0)}
    out = BytesIO()
    image.save(out, kind, exif=exif.tobytes(), **options)
    return out.getvalue()


def received(content: bytes, name: str = "anh.jpg") -> tuple[Any, bytes, str]:
    """The picture, its bytes and its name after it was received."""
    file = receive_picture(ContentFile(content, name))
    kept = file.read()
    return Image.open(BytesIO(kept)), kept, str(file.name)


def refusal(function: Any, content: bytes, name: str) -> str:
    """The sentence with which it is refused."""
    with pytest.raises(ValidationError) as refused:
        function(ContentFile(content, name))
    (sentence,) = refused.value.messages
    return str(sentence)


def archive(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in entries:
            made.writestr(name, content)
    return out.getvalue()


def word(*entries: tuple[str, bytes]) -> bytes:
    """A Word document, with further entries in its archive."""
    out = BytesIO()
    document = Document()
    document.add_paragraph("Kính gửi")
    document.save(out)
    with zipfile.ZipFile(out, "a") as made:
        for name, content in entries:
            made.writestr(name, content)
    return out.getvalue()


# Pictures.


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_place_and_person_is_left(kind: str) -> None:
    content = picture(kind)
    assert Image.open(BytesIO(content)).getexif().get_ifd(GPS), "the test has something to remove"
    image, kept, _name = received(content)
    assert not image.getexif()
    for trace in (b"MayAnh", b"Nguyen", b"Exif"):
        assert trace not in kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_picture_is_seen_as_before(kind: str) -> None:
    image, _kept, _name = received(picture(kind, turned=6))
    assert image.size == (20, 40), "turned by a quarter"
    red, _green, blue = image.convert("RGB").getpixel((10, 5))
    assert red > 180 > 90 > blue, "what was left is above now"


def test_what_else_a_picture_tells_is_gone() -> None:
    image = Image.new("RGB", (8, 8))
    out = BytesIO()
    image.save(out, "JPEG", comment="Chụp tại nhà".encode(), xmp=b"<x:xmpmeta>GPSLatitude</x>")
    _image, kept, _name = received(out.getvalue())
    assert b"xmpmeta" not in kept
    assert "nhà".encode() not in kept
    texts, out = PngImagePlugin.PngInfo(), BytesIO()
    texts.add_text("Author", "Nguyen Van A")
    texts.add_itxt("XML:com.adobe.xmp", "<x>GPSLatitude</x>")
    image.save(out, "PNG", pnginfo=texts)
    made, kept, _name = received(out.getvalue())
    assert b"Nguyen" not in kept
    assert b"GPS" not in kept
    assert made.size == (8, 8)


def test_the_segment_of_a_program_is_gone() -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    plain = out.getvalue()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04 Nguyen Van A"
    told = plain[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + plain[2:]
    assert b"Nguyen" not in received(told)[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_stay_as_they_were_meant(kind: str) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image, _kept, _name = received(picture(kind, icc_profile=profile))
    assert image.info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_goes_on(kind: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green", "blue")]
    out = BytesIO()
    options: dict[str, Any] = {"comment": b"cua toi"} if kind == "GIF" else {"exif": b"Exif\0\0MM"}
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=80, **options)
    image, kept, _name = received(out.getvalue())
    assert image.n_frames == 3
    image.seek(2)
    image.load()
    assert image.info["duration"] == 80
    assert image.convert("RGB").getpixel((8, 8))[2] > 200
    assert b"cua toi" not in kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_data_about_a_picture_is_no_reason_to_refuse_it(kind: str) -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind, exif=b"Exif\0\0MM Nguyen Van A")
    assert b"Nguyen" in out.getvalue()
    assert b"Nguyen" not in received(out.getvalue())[1]


def test_a_picture_that_tells_nothing_is_kept_byte_for_byte() -> None:
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        out = BytesIO()
        Image.new("RGB", (8, 8), "red").save(out, kind)
        assert received(out.getvalue())[1] == out.getvalue(), kind


def test_a_phones_picture_of_several_keeps_its_first_only() -> None:
    first, second = (Image.new("RGB", (16, 8), colour) for colour in ("red", "blue"))
    out = BytesIO()
    first.save(
        out, "MPO", save_all=True, append_images=[second], exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"
    )
    image, kept, name = received(out.getvalue())
    assert (image.format, name) == ("JPEG", "anh.jpg")
    assert kept.count(b"\xff\xd8\xff") == 1


def test_a_pictures_ending_is_what_it_is() -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    assert received(out.getvalue(), "Ảnh hội nghị.php.jpg")[2] == "Ảnh-hội-nghị-php.png"


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"GIF89a", b"\xff\xd8\xff\xe0", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        *(b"<script>alert(1)</script>", PDF, EICAR, b"BM" + b"\0" * 60, b"%!PS-Adobe-3.0 EPSF-3.0"),
    ],
)
def test_what_is_no_picture_is_refused_in_one_sentence(content: bytes) -> None:
    assert refusal(receive_picture, content, "anh.jpg").endswith(".")


def test_a_cut_picture_is_refused() -> None:
    content = picture("PNG", (200, 200))
    assert refusal(receive_picture, content[: len(content) // 2], "anh.png")


def test_drawings_are_told_what_to_do() -> None:
    assert "PNG" in refusal(receive_picture, b"<svg onload='alert(1)'/>", "hinh.SVG")


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: Any) -> None:
    out = BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    monkeypatch.setattr(
        Image.Image, "load", lambda self: pytest.fail("it was unpacked"), raising=True
    )
    assert "8000" in refusal(receive_picture, out.getvalue(), "anh.png")


def test_an_animation_without_end_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(pictures, "MAX_FRAMES", 2)
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "green", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert refusal(receive_picture, out.getvalue(), "anh.gif")


# Files.


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("quyet-dinh.pdf", PDF),
        ("van-ban.docx", word()),
        ("bang.xlsx", archive(("xl/workbook.xml", b"<x/>"), ("[Content_Types].xml", b"<x/>"))),
        ("tep.zip", archive(("a.txt", b"chao"))),
        ("so-lieu.csv", "Tên,Số\nXã A,5\n".encode()),
        ("ghi-chu.txt", "Ghi chú".encode("utf-16")),
        ("phu-de.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nChao\n"),
        ("thu.rtf", rb"{\rtf1\ansi Chao}"),
        ("phim.mp4", b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0" * 64),
        (
            "phim.webm",
            b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"
            + b"\0" * 64,
        ),
    ],
)
def test_what_it_says_it_is_comes_through_unchanged(name: str, content: bytes) -> None:
    file = receive_file(ContentFile(content, name))
    assert file.name == name
    file.seek(0)
    assert file.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trang.html", b"<script>alert(1)</script>"),
        ("chay.exe", b"MZ" + b"\0" * 80),
        ("hinh.svg", b"<svg/>"),
        ("khong-duoi", PDF),
        ("cu.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512),
        ("van-ban.pdf.exe", PDF),
        ("gia.pdf", b"MZ\x90\0" + b"\0" * 80),
        ("gia.pdf", b"<html><script>alert(1)</script>" + PDF),
        ("gia.docx", archive(("a.txt", b"khong phai Word"))),
        ("gia.docx", PDF),
        ("gia.xlsx", word()),
        ("gia.zip", b"PK\x03\x04 hong"),
        ("gia.txt", b"MZ\x90\0\x03\0\0\0" + b"\0" * 80),
        ("gia.csv", PDF),
        ("gia.mp4", b"<html>"),
        ("rong.pdf", b""),
        ("macro.docx", word(("word/vbaProject.bin", b"x"))),
        ("goi.zip", archive(("cai-dat.exe", b"x"))),
        ("goi.zip", archive(("thu-muc/hoa-don.PDF.js", b"x"))),
        ("goi.zip", archive(("../../etc/cron.d/x", b"x"))),
        ("goi.zip", archive(("C:\\Windows\\x.txt", b"x"))),
        ("goi.zip", archive(("/etc/passwd", b"x"))),
    ],
)
def test_anything_else_is_refused_in_one_sentence(name: str, content: bytes) -> None:
    assert refusal(receive_file, content, name).rstrip().endswith((".", "!"))


def test_bombs_are_refused_unopened(monkeypatch: Any) -> None:
    dense = archive(("a.txt", b"\0" * 20 * 2**20))
    assert len(dense) < 50_000
    refused = refusal(receive_file, dense, "a.zip")
    many = archive(*((f"{n}.txt", b"") for n in range(60)))
    monkeypatch.setattr(uploads, "MAX_ENTRIES", 50)
    assert refusal(receive_file, many, "a.zip") == refused
    monkeypatch.setattr(uploads, "MAX_UNPACKED", 1000)
    assert refusal(receive_file, archive(("a.txt", bytes(range(256)) * 8)), "a.zip") == refused
    assert refusal(receive_file, word(), "a.docx") == refused


def test_entries_that_lie_over_one_another_are_refused() -> None:
    """As the densest bombs do: one kernel, many names for it."""
    content = bytearray(archive(("a.txt", b"x" * 500), compression=zipfile.ZIP_STORED))
    directory = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = bytes(content[directory:end])
    twice = content[:end] + entry * 3 + content[end:]
    at = twice.index(b"PK\x05\x06")
    struct.pack_into("<HHI", twice, at + 8, 4, 4, len(entry) * 4)
    with zipfile.ZipFile(BytesIO(bytes(twice))) as read:
        assert len(read.infolist()) == 4
    assert refusal(receive_file, bytes(twice), "a.zip")


def test_a_locked_archive_is_refused() -> None:
    content = bytearray(archive(("a.txt", b"chao")))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(receive_file, bytes(content), "a.zip")


def test_too_much_is_refused_with_the_limit(settings: Any) -> None:
    settings.SEN_UPLOAD_MEGABYTES = 1
    assert "1 MB" in refusal(receive_file, PDF + b"\0" * 2**20, "a.pdf")


# Names.


@given(st.text(max_size=300), st.sampled_from(["pdf", "jpg", "docx"]))
@example("../../etc/passwd", "pdf")
@example("con", "pdf")
@example("Quyết định số 12/QĐ-UBND.pdf", "pdf")
@example("a\u202egpj.exe", "jpg")
@example("ảnh.php.jpg\x00.png", "jpg")
@example("e\u0302\u0301" * 200, "pdf")
def test_every_name_is_safe(name: str, ending: str) -> None:
    made = safe_name(name, ending)
    stem, dot, last = made.rpartition(".")
    assert (dot, last) == (".", ending)
    assert 0 < len(made) <= MAX_LENGTH
    assert "." not in stem
    assert any(sign.isalnum() for sign in stem)
    assert not set(made) & set("/\\:*?\"<>|\0\r\n\t %&#;'`$") - {"."}
    assert all(sign.isprintable() for sign in made)
    assert stem.lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}
    assert safe_name(made, ending) == made
    assert ending_of(made) == ending


def test_vietnamese_names_stay_readable() -> None:
    assert safe_name("Quyết định 12 (bản cuối).pdf", "pdf") == "Quyết-định-12-bản-cuối.pdf"
    assert safe_name("Quye\u0302\u0301t.pdf", "pdf") == "Quyết.pdf"


# The ways in.


def test_a_picture_is_cleaned_when_it_is_uploaded(site_a: Department) -> None:
    client = staff_client(make_user((site_a, Role.REPORTER)), site_a)
    upload = SimpleUploadedFile("Ảnh.jpeg", picture(turned=6), "image/jpeg")
    data = {"title": "Ảnh", "file": upload, "collection": site_a.collection.pk}
    assert client.post(reverse("wagtailimages:add"), data).status_code == 302
    image = SenImage.objects.get()
    with image.file.open() as file:
        stored = file.read()
    assert b"Nguyen" not in stored
    assert (image.width, image.height) == (20, 40)
    assert image.file_size == len(stored)


@pytest.mark.parametrize("title", ["Ảnh", ""])
def test_several_at_once_are_cleaned_too(site_a: Department, title: str) -> None:
    """Also those that Wagtail puts aside until they have a title."""
    client = staff_client(make_user((site_a, Role.REPORTER)), site_a)
    upload = SimpleUploadedFile("Ảnh.jpeg", picture(), "image/jpeg")
    data = {"title": title, "files[]": upload, "collection": site_a.collection.pk}
    answer = client.post(reverse("wagtailimages:add_multiple"), data)
    assert answer.json()["success"]
    kept = SenImage.objects.first() if title else UploadedFile.objects.first()
    with kept.file.open() as file:
        assert b"Nguyen" not in file.read()


def test_what_is_refused_is_said_at_the_field_and_stored_nowhere(site_a: Department) -> None:
    client = staff_client(make_user((site_a, Role.REPORTER)), site_a)
    upload = SimpleUploadedFile("gia.pdf", b"<script>alert(1)</script>", "application/pdf")
    data = {"title": "Giả", "file": upload, "collection": site_a.collection.pk}
    answer = client.post(reverse("wagtaildocs:add"), data)
    assert answer.status_code == 200
    (said,) = answer.context["form"].errors["file"]
    assert said.startswith("Nội dung của tệp này không đúng")
    data["file"] = SimpleUploadedFile("chay.exe", b"MZ")
    (said,) = client.post(reverse("wagtaildocs:add"), data).context["form"].errors["file"]
    assert said.startswith("Không nhận")
    upload.seek(0)
    answer = client.post(
        reverse("wagtaildocs:add_multiple"), {"title": "x", "files[]": upload, "collection": "1"}
    )
    assert "Nội dung của tệp này không đúng" in answer.json()["error_message"]
    assert not SenDocument.objects.exists()
    assert not UploadedFile.objects.exists()


def test_what_code_stores_is_received_as_well(site_a: Department) -> None:
    made = SenImage.objects.create(
        title="Ảnh", file=ContentFile(picture(), "a/b.exe.png"), collection=site_a.collection
    )
    assert made.file.name.endswith(".jpg")
    with made.file.open() as file:
        assert not Image.open(file).getexif()
    assert (made.width, made.height) == (40, 20)
    drawing = BytesIO()
    Image.new("RGB", (4, 4)).save(drawing, "BMP")
    refused = ((SenDocument, b"MZ\0", "tep.pdf"), (SenImage, drawing.getvalue(), "anh.png"))
    for model, content, name in refused:
        with pytest.raises(ValidationError):
            model.objects.create(
                title="Tệp", file=ContentFile(content, name), collection=site_a.collection
            )
    document = SenDocument.objects.create(
        title="Tệp", file=ContentFile(PDF, "t\u202ep.pdf"), collection=site_a.collection
    )
    name = document.file.name
    assert "\u202e" not in name
    document.title = "Tên mới"
    document.save()
    assert document.file.name == name, "what is stored is not received again"


def test_a_form_receives_once(site_a: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for = []
    monkeypatch.setattr(uploads, "_check_for_viruses", looked_for.append)
    client = staff_client(make_user((site_a, Role.REPORTER)), site_a)
    data = {"title": "Tệp", "collection": site_a.collection.pk}
    for address, file in (
        ("wagtaildocs:add", SimpleUploadedFile("a.pdf", PDF)),
        ("wagtailimages:add", SimpleUploadedFile("a.jpg", picture())),
    ):
        looked_for.clear()
        assert client.post(reverse(address), {**data, "file": file}).status_code == 302
        assert len(looked_for) == 1


def test_a_replaced_file_is_received_as_well(site_a: Department) -> None:
    client = staff_client(make_user((site_a, Role.REPORTER)), site_a)
    document = SenDocument.objects.create(
        title="Tệp", file=ContentFile(PDF, "tep.pdf"), collection=site_a.collection
    )
    address = reverse("wagtaildocs:edit", args=[document.pk])
    data = {"title": "Tệp", "collection": site_a.collection.pk}
    answer = client.post(address, {**data, "file": SimpleUploadedFile("a.pdf", b"MZ\0")})
    assert answer.status_code == 200
    document.refresh_from_db()
    with document.file.open() as file:
        assert file.read() == PDF, "the one before is still there"
    assert client.post(address, {**data, "title": "Tên mới"}).status_code == 302


def test_pictures_of_a_word_document_are_cleaned() -> None:
    made, out = Document(), BytesIO()
    made.add_heading("Hội nghị")
    made.add_picture(BytesIO(picture()))
    made.save(out)
    out.seek(0)
    (found,) = read_word(out).pictures
    assert b"Nguyen" not in found.content
    with pytest.raises(WordError):
        read_word(BytesIO(word(("word/vbaProject.bin", b"x"))))


# Serving.


def put(path: str, content: bytes) -> str:
    where = Path(settings.MEDIA_ROOT) / path
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_bytes(content)
    return f"/media/{path}"


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.xml", "x.js", "x", "x.pdf.htm"])
def test_what_is_no_picture_and_no_film_is_to_be_saved(
    site_a: Department, browse: Any, name: str
) -> None:
    answer = browse(site_a, put(f"original_images/{name}", b"<script>alert(1)</script>"))
    assert answer["Content-Disposition"] == "attachment"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_picture_is_shown_and_can_do_nothing(site_a: Department, browse: Any) -> None:
    answer = browse(site_a, put("images/a.jpg", picture()))
    assert "Content-Disposition" not in answer or "inline" in answer["Content-Disposition"]
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_files_have_one_address_only(site_a: Department, browse: Any) -> None:
    assert browse(site_a, put("documents/mat.pdf", PDF)).status_code == 404
    assert browse(site_a, put("documents/phim.mp4", b"x")).status_code == 200


@pytest.mark.parametrize(
    ("name", "shown"), [("a.pdf", True), ("a.docx", False), ("a.txt", False), ("a.csv", False)]
)
def test_only_a_pdf_is_shown_in_the_browser(
    site_a: Department, browse: Any, name: str, shown: bool
) -> None:
    # As it may lie there since before there was a rule.
    kept = default_storage.save(f"documents/{name}", ContentFile(PDF))
    document = SenDocument.objects.create(title="Tệp", file=kept, collection=site_a.collection)
    answer = browse(site_a, document.url)
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'"


# The virus scanner: a stand-in that speaks clamd's protocol and knows one virus.


class Clamd:
    """Answers INSTREAM as clamd(8) says; ``seen`` holds what was sent."""

    def __init__(self, listener: socket.socket, answer: bytes | None = None) -> None:
        self.seen: list[bytes] = []
        self.answer = answer
        self.listener = listener
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as sent:
                command = b""
                while not command.endswith(b"\0"):
                    command += sent.read(1)
                assert command == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!I", sent.read(4))[0]:
                    content += sent.read(length)
                self.seen.append(content)
                found = b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"stream: OK"
                if self.answer != b"":
                    connection.sendall((self.answer or found) + b"\0")


@contextmanager
def clamd(path: Path | None = None, answer: bytes | None = None) -> Iterator[tuple[Clamd, str]]:
    """A stand-in on a socket at ``path``, else on a free port; and its address."""
    if path is not None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        address = str(path)
    else:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    listener.listen()
    try:
        yield Clamd(listener, answer), address
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.mark.parametrize("by_path", [True, False])
def test_a_virus_is_found_and_named(tmp_path: Path, settings: Any, by_path: bool) -> None:
    path = tmp_path / "clamd.sock" if by_path else None
    with clamd(path) as (scanner, address):
        settings.SEN_CLAMAV = address
        assert "Win.Test.EICAR_HDB-1" in refusal(receive_file, EICAR, "a.txt")
        inside = archive(("a.txt", EICAR), compression=zipfile.ZIP_STORED)
        assert "EICAR" in refusal(receive_file, inside, "a.zip")
        receive_file(ContentFile(PDF * 5000, "a.pdf"))
        assert scanner.seen[-1] == PDF * 5000, "all of it, in pieces"
        receive_picture(ContentFile(picture(), "a.jpg"))
        assert scanner.seen[-1] == picture(), "as it was sent, before it is opened"


def test_without_the_scanner_nothing_is_taken(settings: Any, tmp_path: Path, caplog: Any) -> None:
    settings.SEN_CLAMAV = str(tmp_path / "away.sock")
    assert "quét vi-rút" in refusal(receive_file, PDF, "a.pdf") or caplog.records
    assert "cannot be asked" in caplog.text
    settings.SEN_CLAMAV = "127.0.0.1:1"
    assert refusal(receive_picture, picture(), "a.jpg")


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: ???"])
def test_what_is_no_verdict_is_no_permission(settings: Any, answer: bytes) -> None:
    with clamd(answer=answer) as (_scanner, address):
        settings.SEN_CLAMAV = address
        assert refusal(receive_file, PDF, "a.pdf")
        with pytest.raises(ScannerAway):
            virus_in(iter([b"x"]), address)


@pytest.mark.parametrize("address", ["khong-co-cong", "127.0.0.1:khong", ":", "127.0.0.1:99999"])
def test_a_wrong_address_is_a_scanner_that_is_away(address: str) -> None:
    with pytest.raises(ScannerAway):
        virus_in(iter(io.BytesIO(b"x")), address)
