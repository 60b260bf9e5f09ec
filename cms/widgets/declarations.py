"""From a widget's declaration to what its page may be told about it."""

from __future__ import annotations

from dataclasses import replace

from cms.delivery.cache import Cache, news_tag, site_tag

from .widget import Widget

# A widget names what it shows by a word; the site is known when it is rendered.
TAG_WORDS = {"news": news_tag, "site": site_tag}
VARY_WORDS = frozenset({"language", "date"})
QUERY = "query:"
# A page that lost a widget to an error tries again soon.
FAILED = Cache(max_age=60)


def is_vary_word(word: str) -> bool:
    """Whether a page can be kept once for each value of ``word``."""
    return word in VARY_WORDS or (word.startswith(QUERY) and word[len(QUERY) :].isidentifier())


def declared_parameters(widget: Widget) -> tuple[str, ...]:
    """The names of the query parameters that ``widget`` may read."""
    words = widget.cache.vary if widget.cache else ()
    return tuple(sorted(word[len(QUERY) :] for word in words if word.startswith(QUERY)))


def must_be_fragment(widget: Widget, declaration: Cache | None) -> bool:
    """Whether the output must not be kept in the page: undeclared, not cacheable, or chosen so.

    So a widget can never infect the page's cache.
    """
    if widget.delivery == "fragment" or declaration is None or not declaration.cacheable:
        return True
    declared = widget.cache.vary if widget.cache else frozenset()
    return not all(is_vary_word(word) and word in declared for word in declaration.vary)


def for_site(declaration: Cache, site_id: int) -> Cache:
    """``declaration`` with its tag words (``news``, ``site``) said of one site."""
    tags = {TAG_WORDS[tag](site_id) if tag in TAG_WORDS else tag for tag in declaration.tags}
    return replace(declaration, tags=frozenset(tags))
