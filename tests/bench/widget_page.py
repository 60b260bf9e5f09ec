"""What twelve widgets add to a page, against the same page without any."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

from .harness import milliseconds, portal, queries

WIDGETS = 12
ARTICLES = 30


def main() -> None:
    """Print the queries, cold and warm, and the times of both pages."""
    from django.core.cache import cache
    from django.test import Client

    from cms.plugins.activation import set_enabled_plugins
    from cms.sdk.testing import put_in_sidebar
    from cms.widgets.registry import widgets
    from sites.models import Department
    from tests.factories import make_article, make_site

    def page_of(host: str, count: int) -> Any:
        department: Department = make_site(host)
        articles = [make_article(department, slug=f"bai-{n}") for n in range(ARTICLES)]
        # Those that have something to show on a site that is new.
        shown_at_once = {"section_menu", "latest_news", "date_browser", "visit_counter", "links"}
        entries = [entry for entry in widgets.all() if entry.id in shown_at_once]
        set_enabled_plugins(department, {entry.plugin_id for entry in entries})
        items = [
            (type(entry.widget), entry.widget.preview_config)
            for entry in islice(cycle(entries), count)
        ]
        put_in_sidebar(department, *items)
        # Who signs in by a header gets a page that is rendered anew.
        client = Client(headers={"host": host, "authorization": "none"})

        def get() -> None:
            response = client.get(articles[0].local_url)
            assert response.status_code == 200
            assert "X-Sen-Cache" not in response
            shown = response.content.count(b'<section class="widget ')
            # A widget of what was read most has nothing to say where nobody read.
            assert (shown > count / 2) if count else (shown == 0), shown

        return get

    none, twelve = page_of("so-0.localhost", 0), page_of("so-12.localhost", WIDGETS)
    for get in (none, twelve):
        get()
    counted = []
    for get in (none, twelve):
        cache.clear()
        counted.append((queries(get), queries(get)))
    none_ms, twelve_ms = milliseconds(none, twelve, rounds=41)
    cold, warm = (twelve - none for none, twelve in zip(*counted, strict=True))
    print(f"page, {WIDGETS} widgets against none: x{twelve_ms / none_ms:.2f}")
    print(f"  queries more: {cold} cold, {warm} warm ({warm / WIDGETS:.2f} a widget)")
    for count, taken, (first, again) in zip(
        (0, WIDGETS), (none_ms, twelve_ms), counted, strict=True
    ):
        print(f"  {count:2} widgets: {taken:6.1f} ms, {first} queries cold, {again} warm")


if __name__ == "__main__":
    with portal():
        main()
