"""What somebody does who gets links into a site past the editor."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from cms.links.models import Finding
from cms.links.scanning import Report, Scanner
from cms.news.models import ArticlePage

BAD = "https://bk8.com/"
FAR = "https://bao.example.net/"
#: Where the first paragraph stands.
BODY = f"{ArticlePage._meta.get_field('body').verbose_name} › 1"


def stream(html: str) -> list[dict[str, Any]]:
    """A body of one paragraph, as it is stored."""
    return [{"type": "paragraph", "value": html, "id": "5f1b5f3e-0000-4000-8000-000000000001"}]


def deface(article: ArticlePage, html: str) -> None:
    """Write ``html`` into the public text by the database, past every policy."""
    text = json.dumps(stream(html))
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE news_articlepage SET body = %s{cast} WHERE page_ptr_id = %s",
            [text, article.pk],
        )


def scan(**options: Any) -> Report:
    """Run a scan."""
    return Scanner(**options).run()


def findings(**conditions: Any) -> list[Finding]:
    """All findings, the oldest first."""
    return list(Finding.of_all_departments.filter(**conditions).order_by("pk"))


def link(address: str = BAD, words: str = "Xem thêm") -> str:
    """A paragraph with a link."""
    return f'<p><a href="{address}">{words}</a></p>'
