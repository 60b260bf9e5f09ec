"""The picture of an article without one, for those who share it: its title and its department."""

from __future__ import annotations

from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from PIL import Image, ImageDraw

from cms.delivery.cache import Cache, collect, page_tag
from cms.delivery.siteviews import of_a_site
from cms.news.models import ArticlePage
from cms.theme.colours import light_tokens
from cms.theme.dates import vi_short
from sites.models import Department

from .drawing import font, lotus, wrap

#: Pixels; the shape that Facebook and Zalo show whole.
WIDTH, HEIGHT = 1200, 630
_EDGE = 72


@of_a_site(news=False)
def picture(request: HttpRequest, department: Department, pk: int) -> HttpResponse:
    """The picture of a published article of this site. 404 for any other."""
    collect(request, Cache(tags=frozenset({page_tag(pk)})))
    own = ArticlePage.objects.live().public().filter(site_root=department.site.root_page_id)
    article = own.filter(pk=pk).first()
    if article is None:
        raise Http404("no such article")
    file = BytesIO()
    draw(department, article.title, vi_short(article.published_at)).save(file, "PNG", optimize=True)
    return HttpResponse(file.getvalue(), content_type="image/png")


def draw(department: Department, title: str, day: str) -> Image.Image:
    """The title on the department's colour, its name and the day below."""
    colours = light_tokens(department.accent)
    ground, ink = colours["accent"], colours["on-accent"]
    sheet = Image.new("RGBA", (WIDTH, HEIGHT), ground)
    flower = lotus(620, ink)
    # Quiet behind the title.
    flower.putalpha(flower.getchannel("A").point(lambda value: value * 12 // 100))
    sheet.alpha_composite(flower, (WIDTH - 520, HEIGHT - 540))
    pen = ImageDraw.Draw(sheet)
    size = 64 if len(title) < 110 else 52
    face = font(size, bold=True)
    y = _EDGE
    for line in wrap(title, face, WIDTH - 2 * _EDGE, 5):
        pen.text((_EDGE, y), line, font=face, fill=ink)
        y += round(size * 1.35)
    foot = font(34, bold=True)
    (name,) = wrap(department.name, foot, WIDTH - 2 * _EDGE - 230, 1) or [""]
    pen.line([(_EDGE, HEIGHT - 132), (WIDTH - _EDGE, HEIGHT - 132)], fill=ink, width=3)
    pen.text((_EDGE, HEIGHT - 106), name, font=foot, fill=ink)
    pen.text((WIDTH - _EDGE, HEIGHT - 106), day, font=font(34), fill=ink, anchor="ra")
    return sheet.convert("RGB")
