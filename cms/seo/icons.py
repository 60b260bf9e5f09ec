"""A site's icon for tabs, bookmarks and home screens: its logo, else the lotus in its colour."""

from __future__ import annotations

from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from PIL import Image

from cms.delivery.siteviews import of_a_site
from cms.theme.colours import light_tokens
from sites.models import Department

from .drawing import lotus

#: Pixels: a tab's, an Apple home screen's, a web application's.
SIZES = (32, 180, 192, 512)
_ICO_SIZES = [(16, 16), (32, 32), (48, 48)]


@of_a_site(news=False)
def favicon(request: HttpRequest, department: Department) -> HttpResponse:
    """``/favicon.ico``, which browsers ask for without being told."""
    return _answer(_icon(department, 48), "ICO", "image/vnd.microsoft.icon", sizes=_ICO_SIZES)


@of_a_site(news=False)
def png(request: HttpRequest, department: Department, size: int) -> HttpResponse:
    """The icon as a square picture; 404 for a size that nobody asks for."""
    if size not in SIZES:
        raise Http404("no icon of this size")
    return _answer(_icon(department, size), "PNG", "image/png", optimize=True)


def _icon(department: Department, size: int) -> Image.Image:
    """On a phone's home screen a transparent ground would be black: that one is white."""
    drawn = _logo(department, size) or lotus(size, light_tokens(department.accent)["accent"])
    if size < 180:
        return drawn
    ground = Image.new("RGBA", (size, size), "white")
    small = drawn.resize((round(size * 0.8),) * 2, Image.Resampling.LANCZOS)
    ground.alpha_composite(small, ((size - small.width) // 2,) * 2)
    return ground


def _logo(department: Department, size: int) -> Image.Image | None:
    """The logo in the middle of a square; None where there is none or its file cannot be read."""
    if department.logo is None:
        return None
    try:
        with department.logo.file.open("rb") as file, Image.open(file) as picture:
            logo = picture.convert("RGBA")
    except (OSError, ValueError):
        return None
    logo.thumbnail((size, size), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (size, size))
    square.alpha_composite(logo, ((size - logo.width) // 2, (size - logo.height) // 2))
    return square


def _answer(picture: Image.Image, kind: str, content_type: str, **options: object) -> HttpResponse:
    file = BytesIO()
    picture.save(file, kind, **options)
    return HttpResponse(file.getvalue(), content_type=content_type)
