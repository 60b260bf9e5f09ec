"""RSS and Atom feeds of a site or a section, with the whole text.

RSS 2.0 with its content module (https://web.resource.org/rss/1.0/modules/content/), Atom by
RFC 4287.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, get_tag_uri
from django.utils.translation import gettext as _

from cms.content.html import with_absolute_addresses

if TYPE_CHECKING:
    from sites.models import Department

    from .models import ArticlePage
    from .reading import SiteNews


class FullTextRss(Rss201rev2Feed):
    """RSS whose items have their text beside their lead."""

    def rss_attributes(self) -> dict[str, str]:
        """The namespace of the text."""
        attributes: dict[str, str] = super().rss_attributes()
        return attributes | {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """The text behind the rest."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["text"])


class FullTextAtom(Atom1Feed):
    """Atom whose entries have their text beside their summary."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """The text behind the rest."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["text"], {"type": "html"})


KINDS: dict[str, type[Rss201rev2Feed] | type[Atom1Feed]] = {
    "rss": FullTextRss,
    "atom": FullTextAtom,
}
FEED_SIZE = 30
_CONTROL_SIGNS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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
    texts, root = texts_of(articles), request.build_absolute_uri("/")[:-1]
    corrections = corrections_of(articles)
    for article in articles:
        link = request.build_absolute_uri(article.local_url)
        identity = f"{request.scheme}://{department.host}/articles/{article.pk}"
        generator.add_item(
            title=_legal(article.title),
            link=link,
            description=_legal(
                "\n\n".join([*corrections.get(article.original_id or article.pk, ()), article.lead])
            ),
            pubdate=article.published_at,
            updateddate=article.last_published_at or article.published_at,
            unique_id=get_tag_uri(identity, article.first_published_at),
            unique_id_is_permalink=False,
            categories=[article.section.title] if article.section else [],
            text=_legal(with_absolute_addresses(texts[article.pk], root)),
        )
    response = HttpResponse(generator.writeString("utf-8"), content_type=generator.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _legal(text: str) -> str:
    """``text`` without the signs that XML 1.0 has no way to write."""
    return _CONTROL_SIGNS.sub("", text)


def texts_of(articles: list[ArticlePage]) -> dict[int, str]:
    """The text of each of ``articles`` as HTML, a shared one's original's; one query."""
    from .models import ArticlePage

    shown = {article.pk: article.original_id or article.pk for article in articles}
    bodies = ArticlePage.objects.filter(pk__in=shown.values()).only("body").in_bulk()
    return {
        pk: str(bodies[original].body) if original in bodies else ""
        for pk, original in shown.items()
    }


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
