"""A picture without what it says about people and places: position, camera, author, comments.

What is seen stays: the orientation is applied, the colour profile kept, an animation
goes on. A picture that says nothing is left as it is, byte for byte.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin

#: MPO is what phones write: a JPEG with further ones behind it, which nobody sees.
FORMATS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
READ = ("JPEG", "PNG", "GIF", "WEBP")
#: All frames together.
MAX_PIXELS = 64_000_000
MAX_FRAMES = 500
ORIENTATION = 0x0112
# What Pillow has read beside the picture itself, and must not write again.
_TELLS = ("exif", "xmp", "comment", "photoshop", "XML:com.adobe.xmp", "Raw profile type exif")


class UnreadablePicture(Exception):  # noqa: N818 (said of the picture)
    """It is none of the four formats, or broken."""


class PictureTooLarge(Exception):  # noqa: N818 (said of the picture)
    """It has too many pixels or frames; ``args`` are width, height and frames."""


def without_traces(content: bytes) -> tuple[bytes, str]:
    """The picture ``content`` without what it tells beside what is seen, and its ending.

    Raises:
        UnreadablePicture, PictureTooLarge: as they say.
    """
    try:
        with Image.open(BytesIO(content), formats=READ) as picture:
            # Before anything is unpacked: the header says how large it will be.
            frames = 1 if picture.format == "MPO" else getattr(picture, "n_frames", 1)
            if frames > MAX_FRAMES or picture.width * picture.height * frames > MAX_PIXELS:
                raise PictureTooLarge(picture.width, picture.height, frames)
            ending = FORMATS[picture.format or ""]
            # Unpacked once, so that a broken one is refused here and not on a page.
            picture.load()
            return _clean(content, picture), ending
    except PictureTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(0, 0, 0) from error
    except Exception as error:
        # Pillow's readers raise whatever a broken file leads them to.
        raise UnreadablePicture(str(error)) from error


def _clean(content: bytes, picture: Any) -> bytes:
    turned = _is_turned(picture)
    if picture.format == "WEBP" and not (turned and getattr(picture, "n_frames", 1) == 1):
        return _webp_without_traces(content)
    tells = any(name in picture.info for name in _TELLS) or bool(getattr(picture, "text", None))
    several = picture.format == "MPO"
    if not (turned or tells or several or _has_application_data(picture)):
        return content
    kept: dict[str, Any] = {"exif": b"", "comment": b"", "xmp": b""}
    if "icc_profile" in picture.info:
        kept["icc_profile"] = picture.info["icc_profile"]
    out = BytesIO()
    if picture.format in ("JPEG", "MPO"):
        # With its own tables: nothing is lost that was not lost already.
        kept |= {
            "qtables": picture.quantization,
            "subsampling": JpegImagePlugin.get_sampling(picture),
            "progressive": bool(picture.info.get("progressive")),
        }
        made = ImageOps.exif_transpose(picture) if turned else picture
        _forget(made)
        made.save(out, "JPEG", **kept)
    elif getattr(picture, "n_frames", 1) > 1:
        _forget(picture)
        picture.save(out, picture.format, save_all=True, **kept)
    else:
        made = ImageOps.exif_transpose(picture) if turned else picture
        _forget(made)
        made.save(out, picture.format, **kept)
    return out.getvalue()


def _is_turned(picture: Any) -> bool:
    try:
        return picture.getexif().get(ORIENTATION, 1) not in (0, 1)
    except (SyntaxError, ValueError, struct.error, OSError):
        # Nobody can read what it tells; it goes with the rest.
        return False


def _forget(picture: Any) -> None:
    for name in _TELLS:
        picture.info.pop(name, None)


def _has_application_data(picture: Any) -> bool:
    """Whether a JPEG carries segments of programs beside JFIF, the profile and Adobe's colours."""
    return any(
        name.startswith("APP") and not data.startswith((b"JFIF", b"ICC_PROFILE", b"Adobe"))
        for name, data in getattr(picture, "applist", ())
    )


def _webp_without_traces(content: bytes) -> bytes:
    """A WebP without its EXIF and XMP chunks (https://developers.google.com/speed/webp/docs/riff_container)."""
    kept = bytearray()
    at = 12
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<4sI", content, at)
        chunk = content[at : at + 8 + size + size % 2]
        if kind == b"VP8X" and len(chunk) >= 18:
            chunk = chunk[:8] + bytes([chunk[8] & ~0b1100]) + chunk[9:]
        if kind not in (b"EXIF", b"XMP "):
            kept += chunk
        at += 8 + size + size % 2
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + bytes(kept)
