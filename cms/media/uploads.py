"""The one way in for what people upload: what it is by its content, harmless, under a safe name.

Whatever is refused is refused with a sentence that says what is wrong and how to mend it;
nothing is stored then, and the sender has the file as before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db.models import Model
from django.utils.translation import gettext as _

from .away import BucketAway, check_storage, sentence
from .names import ending_of, safe_name
from .pictures import PictureTooLarge, UnreadablePicture, without_traces
from .scanning import ScannerAway, virus_in

logger = logging.getLogger(__name__)

MB = 2**20
#: Of an archive and of an office document, which is one.
MAX_ENTRIES = 10_000
MAX_UNPACKED = 500 * MB
#: Times its own size that an archive may unpack to; text alone rarely exceeds twenty.
MAX_RATIO = 100
#: Below this size unpacked, no ratio is an attack.
SMALL = 10 * MB

#: What must be in an office document, by its ending.
OFFICE = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
}
#: What the content has to be recognised as, by the ending.
RECOGNISED = {
    "pdf": {"pdf"},
    "rtf": {"rtf"},
    "mp4": {"mp4", "m4v", "mov", "m4a", "3gp", "3g2", "qt"},
    "webm": {"webm", "mkv"},
}
TEXTS = {"csv", "txt", "vtt"}
#: What runs when it is opened; nobody needs it in an archive of a public body.
PROGRAMS = {
    *("bat", "cmd", "com", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "ps1"),
    *("docm", "pptm", "scr", "sh", "vbe", "vbs", "wsf", "xlsm"),
}
_HEAD = 4096
#: An attribute of a file that was received, so that it is not received once more when it is stored.
_RECEIVED = "sen_received"


def receive_picture(file: File[bytes]) -> File[bytes]:
    """The picture ``file`` as it is to be stored.

    Without position and other personal data, turned as it is seen, under a safe name
    whose ending is what the content is.

    Raises:
        ValidationError: it is refused; the message says why.
    """
    _check_size(file, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)
    _check_storage()
    name = str(file.name or "")
    if ending_of(name) == "svg":
        raise ValidationError(
            _("SVG drawings can hold code and are not taken. Save the drawing as PNG or WebP.")
        )
    _check_for_viruses(file)
    file.seek(0)
    try:
        content, ending = without_traces(file.read())
    except PictureTooLarge as error:
        raise ValidationError(
            _(
                "This picture has too many pixels. Make it smaller than 8000 × 8000 pixels, "
                "or shorten the animation, and upload it again."
            )
        ) from error
    except UnreadablePicture as error:
        raise ValidationError(
            _(
                "This is no picture that can be read, whatever its name says. Open it in a "
                "picture program and save it as JPEG, PNG, WebP or GIF."
            )
        ) from error
    return _marked(ContentFile(content, safe_name(name, ending)))


def receive_file(file: File[bytes]) -> File[bytes]:
    """The document or film ``file`` as it is to be stored: itself, under a safe name.

    Raises:
        ValidationError: it is refused; the message says why.
    """
    _check_size(file, settings.SEN_UPLOAD_MEGABYTES * MB)
    _check_storage()
    name = str(file.name or "")
    ending = ending_of(name)
    if ending not in settings.WAGTAILDOCS_EXTENSIONS:
        raise ValidationError(
            _("Files of this kind (%(kind)s) are not taken. Allowed are: %(allowed)s.")
            % {"kind": ending or "?", "allowed": ", ".join(settings.WAGTAILDOCS_EXTENSIONS)}
        )
    _check_content(file, ending)
    _check_for_viruses(file)
    file.seek(0)
    file.name = safe_name(name, ending)
    return _marked(file)


def _marked(file: File[bytes]) -> File[bytes]:
    setattr(file, _RECEIVED, True)
    return file


def check_container(file: IO[bytes], must_hold: str = "") -> None:
    """Refuse an archive that is broken, locked, a bomb, or holds programs.

    Only its directory is read; nothing is unpacked.

    Args:
        must_hold: the name of an entry without which it is another kind of file.

    Raises:
        ValidationError: it is refused; the message says why.
    """
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ValidationError(
            _("This file is damaged, or no archive at all. Make it again and upload it.")
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    # Entries that lie over one another would hold more than there is.
    overlap = sum(entry.compress_size for entry in entries) > size
    ratio = any(e.file_size > SMALL and e.file_size > MAX_RATIO * e.compress_size for e in entries)
    too_dense = unpacked > SMALL and unpacked > MAX_RATIO * size
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or overlap or ratio or too_dense:
        raise ValidationError(
            _("This file grows too large when it is unpacked. Split it into smaller ones.")
        )
    names = [entry.filename.replace("\\", "/") for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValidationError(
            _("This file is locked with a password, so that nobody can check it. Unlock it first.")
        )
    if any(name.startswith("/") or ".." in name.split("/") or ":" in name for name in names):
        raise ValidationError(
            _("Names in this archive lead out of its folder. Make the archive again.")
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ValidationError(
            _("This document holds macros. Save it without them, as .docx, .xlsx or .pptx.")
        )
    if any(ending_of(name) in PROGRAMS for name in names):
        raise ValidationError(_("This archive holds programs. Take them out and upload it again."))
    if must_hold and must_hold not in names:
        raise ValidationError(_mismatch())


def _check_size(file: File[bytes], most: int) -> None:
    if not file.size:
        raise ValidationError(_("This file is empty. Choose it again."))
    if file.size > most:
        raise ValidationError(
            _(
                "This file has %(size)s MB, more than the %(most)s MB that are taken. "
                "Make it smaller and upload it again."
            )
            % {"size": -(-file.size // MB), "most": most // MB}
        )


def _check_storage() -> None:
    """Before the rest: in the form itself, which keeps what was typed."""
    try:
        check_storage()
    except BucketAway as error:
        logger.error("%s", error)
        raise ValidationError(sentence()) from error


def _check_content(file: File[bytes], ending: str) -> None:
    stream: IO[bytes] = file.file if hasattr(file.file, "seek") else file  # type: ignore[assignment]
    if ending in OFFICE or ending == "zip":
        check_container(stream, OFFICE.get(ending, ""))
        return
    file.seek(0)
    head = file.read(_HEAD)
    if ending in TEXTS:
        if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ValidationError(_mismatch())
        if _recognised(head) & {"exe", "elf", "zip", "pdf", "gz", "7z", "rar"}:
            raise ValidationError(_mismatch())
        return
    if not _recognised(head) & RECOGNISED.get(ending, {ending}):
        raise ValidationError(_mismatch())
    # A reader finds "%PDF" further on as well; another kind of file may stand before it.
    if ending == "pdf" and not head.startswith(b"%PDF-"):
        raise ValidationError(_mismatch())


def _recognised(head: bytes) -> set[str]:
    """The endings that the content's first bytes speak for."""
    try:
        return {match.extension.lstrip(".").lower() for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _mismatch() -> str:
    return _(
        "The content of this file is not what its name says. Open it in the program that made "
        "it and save it anew."
    )


def _check_for_viruses(file: File[bytes]) -> None:
    address = settings.SEN_CLAMAV
    if not address:
        return
    try:
        found = virus_in(_chunks(file), address)
    except ScannerAway as error:
        logger.error("the virus scanner at %s cannot be asked: %s", address, error)
        raise ValidationError(
            _(
                "The virus scanner does not answer, so nothing can be uploaded now. Try again in "
                "a few minutes, or tell those who run the system."
            )
        ) from error
    if found is not None:
        logger.warning("upload refused, virus %s", found)
        raise ValidationError(
            _("This file holds a virus (%(virus)s). It was not stored. Check your computer.")
            % {"virus": found}
        )


def _chunks(file: File[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(64 * 1024):
        yield chunk


def clean_waiting(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Receive what Wagtail's multiple upload puts aside until a form is complete.

    From there it becomes a picture or a file without passing its form again. Listens to
    ``pre_save``.
    """
    file = instance.file
    if not file or file._committed:
        return
    model = instance.for_content_type.model_class() if instance.for_content_type else None
    is_picture = model is not None and model._meta.model_name == "senimage"
    received = (receive_picture if is_picture else receive_file)(File(file.file, file.name))
    instance.file = received


def receive_picture_of(
    sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any
) -> None:
    """Receive what code stores without a form. Listens to ``pre_save`` of pictures.

    Raises:
        ValidationError: it is refused, and the picture is not saved.
    """
    if not raw and _is_unreceived(instance.file):
        instance.file = receive_picture(File(instance.file.file, instance.file.name))


def receive_file_of(sender: type[Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """The same for files; see :func:`receive_picture_of`."""
    if not raw and _is_unreceived(instance.file):
        instance.file = receive_file(File(instance.file.file, instance.file.name))


def _is_unreceived(file: Any) -> bool:
    """Whether ``file`` of a row is neither in the storage yet nor was received by a form."""
    return bool(file) and not file._committed and not getattr(file.file, _RECEIVED, False)
