"""RSS and Atom feeds of a site or a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, get_tag_uri
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from sites.models import Department

    from .models import ArticlePage
    from .reading import SiteNews

KINDS: dict[str, type[Rss201rev2Feed] | type[Atom1Feed]] = {
    "rss": Rss201rev2Feed,
    "atom": Atom1Feed,
}
FEED_SIZE = 30


def build_feed(
    request: HttpRequest, department: Department, news: SiteNews, title: str, kind: str
) -> HttpResponse:
    """The newest articles as a feed; ``kind`` is ``rss`` or ``atom``.

    An entry's identity is made of the host and the article's id, so it stays
    when the article moves or its title changes.
    """
    name = department.name
    generator = KINDS[kind](
        title=name if title == name else f"{title} – {name}",
        link=request.build_absolute_uri(news.root_url if news.section else "/"),
        description=department.tagline or name,
        language=department.language,
        feed_url=request.build_absolute_uri(request.path),
    )
    articles = news.latest(FEED_SIZE)
    corrections = corrections_of(articles)
    for article in articles:
        link = request.build_absolute_uri(article.local_url)
        identity = f"{request.scheme}://{department.host}/articles/{article.pk}"
        generator.add_item(
            title=article.title,
            link=link,
            description="\n\n".join(
                [*corrections.get(article.original_id or article.pk, ()), article.lead]
            ),
            pubdate=article.published_at,
            updateddate=article.last_published_at or article.published_at,
            unique_id=get_tag_uri(identity, article.first_published_at),
            unique_id_is_permalink=False,
            categories=[article.section.title] if article.section else [],
        )
    response = HttpResponse(generator.writeString("utf-8"), content_type=generator.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def corrections_of(articles: list[ArticlePage]) -> dict[int, list[str]]:
    """The corrections of each of ``articles``, in words; one query where there is any."""
    from .models import Correction

    corrected = [one.original_id or one.pk for one in articles if one.corrected_at]
    found: dict[int, list[str]] = {}
    if not corrected:
        return found
    rows = Correction.objects.filter(article__in=corrected).exclude(corrected_at=None)
    for row in rows.order_by("corrected_at"):
        day = timezone.localtime(row.corrected_at).strftime("%d/%m/%Y")
        line = _("Correction of %(day)s: %(what)s (%(why)s)")
        found.setdefault(row.article_id, []).append(
            line % {"day": day, "what": row.what, "why": row.why}
        )
    return found
