"""An article from a Word document: what is kept, what is refused, who may."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from PIL import Image

from cms.content.legacy_fonts import is_legacy
from cms.content.word import MAX_BYTES, WordError, read_word
from cms.media.models import SenImage
from cms.news.models import ArticlePage
from sites.models import Department
from sites.roles import Role
from tests.factories import make_user, section_of, staff_client

ADDRESS = "/admin/article-from-word/"
DECOMPOSED = "Ho\u0302\u0323i nghi\u0323"


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (320, 200), "#c2185b").save(file, "PNG")
    file.seek(0)
    return file


def document(*, pictures: int = 1, title: str = DECOMPOSED + " tổng kết") -> BytesIO:
    made = Document()
    made.add_heading(title, level=1)
    made.add_paragraph("Sáng nay, Sở tổng kết công tác năm.")
    made.add_heading("Kết quả", level=2)
    paragraph = made.add_paragraph("Thu ")
    paragraph.add_run("103 %").bold = True
    coloured = paragraph.add_run(" so với kế hoạch <script>alert(1)</script> & hết.")
    coloured.font.name = "Times New Roman"
    for item in ("Một là", "Hai là"):
        made.add_paragraph(item, style="List Bullet")
    for _ in range(pictures):
        made.add_picture(picture())
    table = made.add_table(rows=2, cols=2)
    for cell, words in zip(
        [c for row in table.rows for c in row.cells],
        ("Xã", "Số hộ", "An Lạc", "1.204"),
        strict=True,
    ):
        cell.text = words
    made.add_paragraph("Kết luận.")
    file = BytesIO()
    made.save(file)
    file.seek(0)
    return file


def test_a_documents_parts_become_title_lead_and_blocks() -> None:
    text = read_word(document())
    assert text.title == "Hội nghị tổng kết"
    assert text.lead == "Sáng nay, Sở tổng kết công tác năm."
    assert [block["type"] for block in text.blocks] == [
        *("heading", "paragraph", "image", "table", "paragraph"),
    ]
    heading, paragraph, _image, table, last = text.blocks
    assert heading["value"] == "Kết quả"
    assert "<strong>103 %</strong>" in paragraph["value"]
    assert "&lt;script&gt;" in paragraph["value"]
    assert "<script" not in paragraph["value"]
    assert "<ul><li>Một là</li><li>Hai là</li></ul>" in paragraph["value"]
    assert table["value"]["rows"][-1]["values"] == ["An Lạc", "1.204"]
    assert last["value"] == "<p>Kết luận.</p>"
    assert [one.name for one in text.pictures] == ["word-1.png"]
    assert text.warnings == []


def test_text_of_old_fonts_is_told() -> None:
    made = Document()
    made.add_paragraph("Héi nghÞ tæng kÕt c«ng t¸c n¨m cña Së Th«ng tin vµ TruyÒn th«ng tØnh")
    made.add_paragraph("Mét ®o¹n v¨n n÷a.")
    file = BytesIO()
    made.save(file)
    file.seek(0)
    (warning,) = read_word(file).warnings
    assert "TCVN3" in warning


@pytest.mark.parametrize(
    ("text", "legacy"),
    [
        ("Héi nghÞ tæng kÕt c«ng t¸c n¨m", True),
        ("Hoäi nghò toång keát coâng taùc naêm", True),
        ("Hội nghị tổng kết công tác năm 2017", False),
        ("Thầy cô đã về trường cũ, nhà xưa", False),
        ("À la carte, café, déjà vu, naïve résumé", False),
        ("The delegation met the province's leaders", False),
        ("", False),
    ],
)
def test_old_fonts_are_told_from_real_text(text: str, legacy: bool) -> None:
    assert is_legacy(text) is legacy


def bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a/>")
        archive.writestr("word/media/image1.png", b"\0" * (210 * 2**20))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a zip",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,  # an old .doc
        document().getvalue()[:-400],
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_word_document_is_refused(content: bytes) -> None:
    with pytest.raises(WordError):
        read_word(BytesIO(content))


def test_a_file_that_grows_too_large_is_refused() -> None:
    with pytest.raises(WordError, match=r"large|lớn"):
        read_word(BytesIO(bomb()))


def send(client: Any, section: Any, content: BytesIO, name: str = "bài viết.docx") -> Any:
    content.name = name
    return client.post(ADDRESS, {"file": content, "section": section.pk})


@pytest.mark.django_db
def test_a_reporter_gets_a_draft_with_its_pictures(site_a: Department) -> None:
    reporter = make_user((site_a, Role.REPORTER))
    client = staff_client(reporter, site_a)
    section = section_of(site_a)
    assert section.title in client.get(f"{ADDRESS}?section={section.pk}").content.decode()
    answer = send(client, section, document(pictures=2))
    article = ArticlePage.objects.get(title="Hội nghị tổng kết")
    assert answer.url == f"/admin/pages/{article.pk}/edit/"
    assert (article.live, article.owner, article.section_id) == (False, reporter, section.pk)
    assert article.slug == "hoi-nghi-tong-ket"
    assert article.get_latest_revision().user == reporter
    images = [block.value["image"] for block in article.body if block.block_type == "image"]
    assert len(images) == 2
    for image in images:
        assert image.collection == site_a.collection
        assert (image.width, image.height) == (320, 200)
    editor = client.get(answer.url)
    assert editor.status_code == 200
    # Once more is another article, at another address.
    send(client, section, document())
    assert ArticlePage.objects.filter(slug="hoi-nghi-tong-ket-2").exists()


@pytest.mark.django_db
def test_what_cannot_be_read_leaves_nothing(site_a: Department, monkeypatch: Any) -> None:
    client = staff_client(make_user((site_a, Role.REPORTER)), site_a)
    answer = send(client, section_of(site_a), BytesIO(b"not a zip"))
    assert answer.status_code == 422
    assert ".docx" in answer.content.decode()
    monkeypatch.setattr(ArticlePage, "save_revision", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(client, section_of(site_a), document())
    assert ArticlePage.objects.count() == SenImage.objects.filter(title="Hội nghị").count() == 0


@pytest.mark.django_db
def test_only_writers_and_only_into_their_own_sections(
    site_a: Department, site_b: Department
) -> None:
    administrator = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    assert administrator.get(ADDRESS).status_code in (302, 404)
    client = staff_client(make_user((site_a, Role.REPORTER)), site_a)
    assert send(client, section_of(site_b), document()).status_code == 422
    assert ArticlePage.objects.count() == 0
