"""What a page is, for machines: JSON-LD in the vocabulary of https://schema.org.

One graph a page: whose site it is, the way to the page, and the article where it is one.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from cms.languages.reading import language_of

if TYPE_CHECKING:
    from cms.news.models import ArticlePage
    from sites.models import Department

#: Longer ones are cut by those who read it.
LONGEST_HEADLINE = 110  # characters
Thing = dict[str, Any]

# Inside a script element these would end it, or be taken for its end.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def script(things: list[Thing]) -> SafeString:
    """``things`` as one graph in a script element; data, which no content policy minds."""
    graph = {"@context": "https://schema.org", "@graph": things}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def organisation(department: Department, root: str, portal: tuple[str, str] | None) -> Thing:
    """The body behind the site.

    Args:
        root: the site's address, without a slash at its end.
        portal: name and address of the site above.
    """
    thing: Thing = {
        "@type": "GovernmentOrganization",
        "@id": f"{root}/#to-chuc",
        "name": department.name,
        "url": f"{root}/",
        "logo": f"{root}{reverse('site_icon', args=[512])}",
    }
    if department.short_name:
        thing["alternateName"] = department.short_name
    if department.address:
        thing["address"] = {
            "@type": "PostalAddress",
            "streetAddress": department.address,
            "addressCountry": "VN",
        }
    if department.phone:
        thing["telephone"] = department.phone
    if department.email:
        thing["email"] = department.email
    if portal is not None:
        name, url = portal
        thing["parentOrganization"] = {
            "@type": "GovernmentOrganization",
            "name": name,
            "url": f"{url}/",
        }
    return thing


def website(department: Department, root: str) -> Thing:
    """The site itself, with how it is searched."""
    return {
        "@type": "WebSite",
        "@id": f"{root}/#trang",
        "name": department.name,
        "url": f"{root}/",
        "inLanguage": department.language,
        "publisher": {"@id": f"{root}/#to-chuc"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{root}{reverse('search')}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(trail: list[tuple[str, str]], title: str, root: str, address: str) -> Thing:
    """The way from the front page to a page."""
    steps = [*((name, root + url) for name, url in trail), (title, address)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(steps, start=1)
        ],
    }


def news_article(
    article: ArticlePage, department: Department, root: str, address: str, picture: str
) -> Thing:
    """An article.

    Args:
        address: where it is to be found, its first site's where it is shared.
        picture: the address of its picture.

    Raises:
        ValueError: it was never published.
    """
    if article.published_at is None:
        raise ValueError("an article without publication time is not news yet")
    published: datetime = article.published_at
    changed: datetime = article.updated or published
    thing: Thing = {
        "@type": "NewsArticle",
        "mainEntityOfPage": address,
        "headline": article.title[:LONGEST_HEADLINE],
        "description": article.lead,
        "datePublished": published.isoformat(timespec="seconds"),
        "dateModified": changed.isoformat(timespec="seconds"),
        "inLanguage": language_of(article, department),
        "image": [picture],
        "publisher": {"@id": f"{root}/#to-chuc"},
        "author": _authors(article, root),
    }
    if article.section is not None:
        thing["articleSection"] = article.section.title
    if words := [tag.name for tag in article.shown_tags]:
        thing["keywords"] = words
    return thing


def _authors(article: ArticlePage, root: str) -> list[Thing]:
    from cms.news.models import Contribution

    entries = [entry for entry in article.byline_entries if entry.role != Contribution.SOURCE]
    # The people of a shared article have their pages where it came from.
    own = article.original_id is None
    people = [
        {"@type": "Person", "name": entry.name}
        | ({"url": root + entry.url} if own and entry.url else {})
        for entry in entries
    ]
    return people or [{"@id": f"{root}/#to-chuc"}]
