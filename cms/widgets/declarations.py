"""From a widget's declaration to what its page may be told about it."""

from __future__ import annotations

from cms.delivery.cache import Cache

from .widget import Widget

VARY_WORDS = frozenset({"language", "date", "page"})
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
    return not words_are_declared(widget, declaration)


def words_are_declared(widget: Widget, declaration: Cache) -> bool:
    """Whether ``declaration`` varies only on words that the widget's class declares."""
    declared = widget.cache.vary if widget.cache else frozenset()
    return all(is_vary_word(word) and word in declared for word in declaration.vary)


def may_know_page(widget: Widget) -> bool:
    """Whether the output may depend on the page: it says so, or it is never kept."""
    cache = widget.cache
    return cache is None or not cache.cacheable or "page" in cache.vary
