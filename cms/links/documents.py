"""What the content of an uploaded file says, as far as it is cheap: texts, and addresses.

Text files whole; of office documents the XML of their texts and relations; of PDF the
addresses that stand in it uncompressed. All of it bounded: what is larger is read to the
bound and no further.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import IO
from zipfile import BadZipFile, ZipFile

from .texts import Text

MB = 2**20
LARGEST = 8 * MB
MEMBERS = 200
#: Of all members of one file together.
UNPACKED = 24 * MB
TEXTS = frozenset(("txt", "csv", "vtt", "html", "htm", "xml", "json", "rtf", "svg"))
OFFICE = frozenset(("docx", "xlsx", "pptx", "odt", "ods", "odp"))
_MEMBER = re.compile(
    r"\.rels$|^word/(?:document|footnotes|header\d*|footer\d*)\.xml$|^content\.xml$"
    r"|^xl/sharedStrings\.xml$|^ppt/slides/slide\d+\.xml$"
)
_TARGET = re.compile(r"(?:Target|xlink:href)\s*=\s*[\"']([^\"']{4,2000})[\"']")
_URI = re.compile(rb"/URI\s*\(((?:[^()\\]|\\.){4,2000})\)")
_STREAM = re.compile(rb"stream\r?\n")
_STREAMS = 300


def texts_of_file(file: IO[bytes], ending: str) -> Iterator[Text]:
    """The texts of ``file``.

    Args:
        ending: of its name, without the dot.

    Raises:
        OSError, BadZipFile: it cannot be read.
    """
    if ending in TEXTS:
        yield Text("content", file.read(LARGEST).decode("utf-8", "replace"))
    elif ending in OFFICE:
        yield from _office(file)
    elif ending == "pdf":
        yield from _pdf(file.read(LARGEST))


def _office(file: IO[bytes]) -> Iterator[Text]:
    left = UNPACKED
    with ZipFile(file) as archive:
        wanted = [info for info in archive.infolist() if _MEMBER.search(info.filename)]
        for info in wanted[:MEMBERS]:
            if left <= 0:
                return
            with archive.open(info) as member:
                xml = member.read(min(left, LARGEST)).decode("utf-8", "replace")
            left -= len(xml)
            for target in _TARGET.findall(xml):
                if "://" in target or target.startswith("//"):
                    yield Text(info.filename, target.replace("&amp;", "&"))
            if not info.filename.endswith(".rels"):
                # Words of one paragraph stand in several elements.
                for paragraph in re.split(r"</(?:w:p|text:p|si|a:p)>", xml):
                    words = " ".join(re.sub(r"<[^>]*>", "", paragraph).split())
                    if words:
                        yield Text(info.filename, words + " " * 301)


def _pdf(content: bytes) -> Iterator[Text]:
    yield from _addresses(content)
    for number, found in enumerate(_STREAM.finditer(content)):
        if number >= _STREAMS:
            return
        try:
            inner = zlib.decompressobj().decompress(content[found.end() :][:MB], MB)
        except zlib.error:
            continue
        yield from _addresses(inner)


def _addresses(content: bytes) -> Iterator[Text]:
    for found in _URI.findall(content):
        yield Text("content", found.replace(b"\\", b"").decode("latin-1"))


__all__ = ["OFFICE", "TEXTS", "BadZipFile", "texts_of_file"]
