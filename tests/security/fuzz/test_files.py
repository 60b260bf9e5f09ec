"""Any bytes under any name: stored harmless, or refused in a sentence."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st

from cms.content.word import WordError, read_word
from cms.media.names import MAX_LENGTH
from cms.media.uploads import receive_file, receive_picture
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, staff_client
from tests.security.test_uploads import PDF, picture

from .odd import texts, tries


def packed(*names: str) -> bytes:
    """An archive of these."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<w/>" * 20)
    return out.getvalue()


WHOLE = [
    *(picture(kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")),
    PDF,
    packed("a.txt"),
    packed("word/document.xml", "[Content_Types].xml", "_rels/.rels"),
    packed("xl/workbook.xml"),
    b"GIF89a" + b"\xff" * 40,
    b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 20,
    b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\xff" * 17,
    b"BM" + b"\xff" * 60,
    b"\0\0\0\x20ftypmp42" + b"\0" * 40,
]
ENDINGS = ["jpg", "png", "webp", "gif", "avif", "svg", "pdf", "docx", "xlsx", "zip", "csv", "mp4"]


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """A file that was whole once: with bytes changed, cut out, doubled; or none at all."""
    whole = bytearray(draw(st.sampled_from(WHOLE) | st.binary(max_size=100)))
    for at, what in draw(
        st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=4)), max_size=6)
    ):
        where = at % (len(whole) + 1)
        whole[where : where + len(what)] = what
    return bytes(whole[: draw(st.none() | st.integers(0, 3000))])


names = st.builds("{}.{}".format, texts, st.sampled_from(ENDINGS) | texts)


def assert_told(messages: list[str]) -> None:
    """A refusal says why."""
    assert messages
    assert all(messages)


@tries(400)
@given(contents(), names)
@example(b"", "")
@example(picture(), "\0.jpg")
@example(picture(), "\ud800.jpg")
@example(packed("\ud800".encode("utf-8", "surrogatepass").decode("latin-1")), "a.zip")
def test_any_file_is_received_or_refused(content: bytes, name: str) -> None:
    for receive in (receive_picture, receive_file):
        try:
            stored = receive(ContentFile(content, name))
        except ValidationError as error:
            assert_told(error.messages)
            continue
        kept = str(stored.name)
        assert kept
        assert len(kept) <= MAX_LENGTH
        assert kept.encode().isascii() or kept.isprintable()
        assert not {"/", "\\", "\0"} & set(kept)


@tries(100)
@given(contents())
@example(packed("word/document.xml"))
def test_any_word_document_is_read_or_refused(content: bytes) -> None:
    try:
        read_word(BytesIO(content))
    except (WordError, ValidationError) as error:
        assert_told([str(error)])


@pytest.mark.parametrize(
    "address", ["images/add/", "images/multiple/add/", "documents/add/", "documents/multiple/add/"]
)
def test_any_upload_in_the_admin_is_answered(site_a: Department, address: str) -> None:
    client = staff_client(make_user((site_a, Role.EDITOR)), site_a)
    field = "files[]" if "multiple" in address else "file"

    @tries(25)
    @given(contents(), names, texts)
    def send(content: bytes, name: str, kind: str) -> None:
        file: Any = BytesIO(content)
        shown = "".join(sign for sign in name if sign not in '\r\n"') or "x"
        # A browser sends bytes; what is no text in UTF-8 is none there either.
        file.name = shown.encode("utf-8", "replace").decode()
        file.content_type = kind.encode("ascii", "ignore").decode().replace("\r\n", "")
        with transaction.atomic():
            answer = client.post(
                f"/admin/{address}",
                {field: file, "title": "Tên", "collection": site_a.collection_id},
                headers={"x-requested-with": "XMLHttpRequest"},
            )
            assert answer.status_code < 500
            transaction.set_rollback(True)

    send()
