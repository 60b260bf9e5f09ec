"""Documents for the demo province: invented, of the body whose site it is."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model

from cms.sdk import Department, SiteEvent, slugify

from .models import DocumentType, LegalDocument, LegalDocumentFile, Replacement

#: Type, its sign in numbers, running number, age in days, field of work, summary.
WRITTEN = (
    ("Kế hoạch", "KH", 41, 3, "Chuyển đổi số", "Chuyển đổi số của cơ quan trong năm tới"),
    ("Thông báo", "TB", 87, 6, "Tiếp công dân", "Lịch tiếp công dân của lãnh đạo trong quý"),
    ("Quyết định", "QĐ", 128, 11, "Tiếp công dân", "Ban hành Quy chế tiếp công dân"),
    ("Công văn", "CV", 903, 19, "An toàn thông tin", "Rà soát tài khoản trước kỳ nghỉ lễ"),
    ("Kế hoạch", "KH", 36, 27, "An toàn thông tin", "Diễn tập bảo đảm an toàn thông tin mạng"),
    ("Chỉ thị", "CT", 4, 40, "Phòng, chống thiên tai", "Tăng cường ứng phó mưa lũ, sạt lở đất"),
    ("Báo cáo", "BC", 212, 58, "Cải cách hành chính", "Kết quả cải cách hành chính chín tháng"),
    ("Quyết định", "QĐ", 97, 83, "Tổ chức, cán bộ", "Phân công nhiệm vụ của lãnh đạo cơ quan"),
    ("Chương trình", "CTr", 9, 130, "Cải cách hành chính", "Một cửa, một cửa liên thông"),
    ("Quyết định", "QĐ", 15, 301, "Tiếp công dân", "Ban hành Quy chế tiếp công dân (tạm thời)"),
)  # fmt: skip
#: So many of the newest come with a file.
WITH_FILE = 4
#: The rules for receiving citizens replace those that were made for the time being.
REPLACING, REPLACED = 2, 9


def bring(event: SiteEvent) -> None:
    """Fill the register of a site of the demo; one with any document is left alone."""
    if LegalDocument.objects.exists():
        return
    types = {each.name: each for each in DocumentType.objects.all()}
    body, sign = _body_and_sign(event.department)
    today = timezone.localdate()
    signer = event.department.responsible_person
    made = []
    for kind, letters, number, age, topic, summary in WRITTEN:
        if kind not in types:
            types[kind] = DocumentType.objects.create(name=kind)
        made.append(
            LegalDocument.objects.create(
                type=types[kind],
                number=f"{number}/{letters}-{sign}",
                issuing_body=body,
                summary=summary,
                issued_on=today - timedelta(days=age),
                signer=signer,
                topic=topic,
                is_published=True,
            )
        )
    Replacement.objects.create(replacing=made[REPLACING], replaced=made[REPLACED])
    made[REPLACING].save()
    for document in made[:WITH_FILE]:
        _attach(event.department, document)


def _body_and_sign(department: Department) -> tuple[str, str]:
    """Who issues, and how it signs its numbers: "Sở Y tế", "SYT"; "UBND xã Bình Minh", "UBND"."""
    words = department.name.split()
    if words[0] == "Sở":
        return department.name, "".join(word[0].upper() for word in words if word != "và")
    place = department.short_name or department.name
    return f"UBND {place[0].lower()}{place[1:]}", "UBND"


def _attach(department: Department, document: LegalDocument) -> None:
    """The document's text as a file that any word processor opens."""
    name = f"{slugify(document.heading.replace('/', ' '))}.rtf"
    content = ContentFile(_rich_text(document), name=name)
    file = get_document_model().objects.create(
        title=document.heading, file=content, collection=department.collection
    )
    LegalDocumentFile.objects.create(document=document, file=file)


def _rich_text(document: LegalDocument) -> bytes:
    """RTF 1.9, in which every character beyond ASCII is written by its number."""
    lines = (
        (r"\qc\b", document.issuing_body.upper()),
        (r"\qc", f"Số: {document.number}"),
        (r"\qr\i", _place_and_day(document.issued_on)),
        (r"\qc\b\fs32", document.type.name.upper()),
        (r"\qc\b", document.summary),
        (r"\qj", "Văn bản minh họa của tỉnh Hoa Sen, không có giá trị thi hành."),
        (r"\qr\b", document.signer),
    )
    body = "".join(
        "{\\pard\\sa240%s %s\\par}\n" % (look, _escaped(text))  # noqa: UP031
        for look, text in lines
    )
    head = r"{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0 Times New Roman;}}\fs28"
    return f"{head}\n{body}}}".encode("ascii")


def _place_and_day(day: date) -> str:
    return f"Hoa Sen, ngày {day:%d} tháng {day:%m} năm {day:%Y}"


def _escaped(text: str) -> str:
    return "".join(
        f"\\{letter}" if letter in "\\{}" else letter if letter.isascii() else f"\\u{ord(letter)}?"
        for letter in text
    )
