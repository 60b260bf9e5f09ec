"""A Word document (.docx) as a title, a lead and the blocks of a body, with its pictures."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import mammoth
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from mammoth.docx.files import InvalidFileReferenceError

from cms.media.uploads import receive_file, receive_picture

from .html import to_blocks
from .legacy_fonts import is_legacy
from .text import nfc, squeeze

MAX_BYTES = 20 * 2**20
#: Unpacked; a document of a few kilobytes that grows beyond it is an attack.
MAX_UNPACKED = 200 * 2**20
MAX_PICTURES = 50
MAX_TITLE = 200  # characters
MAX_LEAD = 1500  # characters
# Stands in the text for a picture, and survives sanitising: letters nobody writes.
_MARK = "\ue000{}\ue001"
_MARKS = re.compile("\ue000(\\d+)\ue001")


class WordError(ValueError):
    """The file cannot be read; the text says why."""


@dataclass(frozen=True)
class Picture:
    """A picture of the document, as its file."""

    name: str
    content: bytes
    alt: str


@dataclass
class WordText:
    """What a document holds.

    Attributes:
        title, lead: empty where the document has none.
        blocks: as a StreamField stores them; a picture is ``{"type": "image", "picture": n}``.
        pictures: the pictures, in the order of ``n``.
        warnings: what was left out or looks wrong, in words.
    """

    title: str = ""
    lead: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_word(file: IO[bytes]) -> WordText:
    """What the .docx ``file`` holds: headings, paragraphs, lists, tables, pictures.

    Fonts, colours and sizes are dropped, text is brought into NFC. The title is the first
    heading, or a short first paragraph; the lead is the paragraph that follows.

    Raises:
        WordError: it is no Word document, too large, or broken.
    """
    content = file.read(MAX_BYTES + 1)
    _check(content)
    try:
        receive_file(ContentFile(content, "word.docx"))
    except ValidationError as error:
        raise WordError(error.messages[0]) from error
    text = WordText()
    skipped: list[str] = []
    linked: list[str] = []

    def keep(image: Any) -> dict[str, str]:
        try:
            with image.open() as data:
                picture = _picture(data.read(MAX_BYTES), image.alt_text or "", len(text.pictures))
        except InvalidFileReferenceError:
            # It lies elsewhere: nothing is opened that a document only names.
            linked.append(image.alt_text or "")
            return {"src": ""}
        if picture is None or len(text.pictures) >= MAX_PICTURES:
            skipped.append(image.content_type or "?")
            return {"src": ""}
        text.pictures.append(picture)
        return {"src": "", "alt": _MARK.format(len(text.pictures) - 1)}

    try:
        html = mammoth.convert_to_html(
            BytesIO(content),
            convert_image=mammoth.images.img_element(keep),
            external_file_access=False,
        ).value
    except Exception as error:
        # The library raises whatever its parsers do on a broken file.
        raise WordError(_("This Word document is damaged; open and save it in Word.")) from error
    # Each picture becomes a paragraph of its own, which no policy on HTML takes away.
    html = re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r"</p><p>\1</p><p>", html)
    text.blocks = _with_pictures(to_blocks(html), text.pictures)
    _take_title_and_lead(text)
    if skipped:
        text.warnings.append(
            _("%(count)s pictures are in a format that browsers cannot show and were left out.")
            % {"count": len(skipped)}
        )
    if linked:
        text.warnings.append(
            _(
                "%(count)s pictures are not in the document, which only links to them; they were "
                "left out. Insert them in Word, or add them here."
            )
            % {"count": len(linked)}
        )
    if is_legacy(" ".join([text.title, text.lead, *_texts(text.blocks)])):
        text.warnings.append(
            _(
                "The text seems to be typed for old fonts (TCVN3 or VNI). "
                "Convert it to Unicode before you go on: readers would see wrong letters."
            )
        )
    return text


def _check(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise WordError(_("The file is larger than %(most)s MB.") % {"most": MAX_BYTES >> 20})
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except BadZipFile as error:
        raise WordError(
            _("This is no Word document (.docx). Save an older .doc as .docx in Word first.")
        ) from error
    if "word/document.xml" not in names:
        raise WordError(
            _("This is no Word document (.docx). Save an older .doc as .docx in Word first.")
        )
    if unpacked > MAX_UNPACKED:
        raise WordError(_("This file grows too large when it is unpacked."))


def _picture(content: bytes, alt: str, number: int) -> Picture | None:
    try:
        received = receive_picture(ContentFile(content, f"word-{number + 1}.png"))
    except ValidationError:
        return None
    return Picture(str(received.name), received.read(), squeeze(alt))


def _with_pictures(blocks: list[dict[str, Any]], pictures: list[Picture]) -> list[dict[str, Any]]:
    """``blocks`` with each marked place made a block of its picture."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        value = block["value"]
        if not isinstance(value, str) or not _MARKS.search(value):
            found.append(block)
            continue
        rest = value
        for number in _MARKS.findall(value):
            before, _mark, rest = rest.partition(_MARK.format(number))
            found += _paragraph(before)
            if int(number) < len(pictures):
                found.append({"type": "image", "picture": int(number), "id": str(uuid.uuid4())})
        found += _paragraph(rest)
    return found


def _paragraph(html: str) -> list[dict[str, Any]]:
    """What is left of a paragraph around a picture, if it has any text."""
    return to_blocks(html) if re.sub(r"<[^>]+>|\s|&nbsp;", "", html) else []


def _take_title_and_lead(text: WordText) -> None:
    """Move the first heading (or short paragraph) and the paragraph behind it out of the body."""
    paragraphs: list[dict[str, Any]] = []
    for block in text.blocks:
        paragraphs += _apart(block) if block["type"] == "paragraph" else [block]
    if paragraphs and paragraphs[0]["type"] in ("heading", "paragraph"):
        first = _plain(paragraphs[0])
        if paragraphs[0]["type"] == "heading" or (len(first) <= MAX_TITLE and len(paragraphs) > 1):
            text.title = first[:MAX_TITLE]
            paragraphs = paragraphs[1:]
    if len(paragraphs) > 1 and paragraphs[0]["type"] == "paragraph":
        lead = _plain(paragraphs[0])
        if len(lead) <= MAX_LEAD and not paragraphs[0]["value"].startswith(("<ul", "<ol")):
            text.lead = lead
            paragraphs = paragraphs[1:]
    text.blocks = _joined(paragraphs)


def _apart(block: dict[str, Any]) -> list[dict[str, Any]]:
    """A block of several paragraphs as one block each."""
    parts = re.findall(r"<(?:p|ul|ol)>.*?</(?:p|ul|ol)>", block["value"], re.DOTALL)
    return [{**block, "value": part, "id": str(uuid.uuid4())} for part in parts] or [block]


def _joined(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    joined: list[dict[str, Any]] = []
    for block in blocks:
        if joined and block["type"] == joined[-1]["type"] == "paragraph":
            joined[-1] = {**joined[-1], "value": joined[-1]["value"] + block["value"]}
        else:
            joined.append(block)
    return joined


def _plain(block: dict[str, Any]) -> str:
    from html import unescape

    return squeeze(unescape(re.sub(r"<[^>]+>", " ", block["value"])))


def _texts(blocks: list[dict[str, Any]]) -> list[str]:
    return [nfc(_plain(block)) for block in blocks if isinstance(block.get("value"), str)]
