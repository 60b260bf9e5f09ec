"""Wagtail's search in OpenSearch or Elasticsearch instead of the database, by setting.

For what the admin searches: the explorer, the choosers, the lists. It finds the whole text
of articles there (:class:`~cms.search.backend.LongText`), which the database's index leaves
out. The public search has its own entries in the database, whichever engine this is.

Lucene's ``asciifolding`` takes the marks of every Vietnamese letter, đ included, where it is
given NFC; words are kept with their marks beside it, so that who types marks finds those first.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from modelsearch.query import PlainText

from cms.content.text import nfc

#: What ``SEN_SEARCH_ENGINE`` may say, and the package that speaks to it.
ENGINES = {
    "opensearch2": "opensearch-py>=2",
    "opensearch3": "opensearch-py>=3",
    "elasticsearch7": "elasticsearch>=7,<8",
    "elasticsearch8": "elasticsearch>=8,<9",
    "elasticsearch9": "elasticsearch>=9,<10",
}

INDEX_SETTINGS = {
    "settings": {
        "analysis": {
            "filter": {"without_marks": {"type": "asciifolding", "preserve_original": True}},
            "analyzer": {
                "default": {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": ["lowercase", "without_marks"],
                }
            },
        }
    }
}


class _ComposedQuery:
    """Mixed into a query compiler of modelsearch's: words in NFC, as they are indexed."""

    def __init__(self, queryset: Any, query: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(queryset, query, *args, **kwargs)  # type: ignore[call-arg]
        asked: Any = self.query  # type: ignore[has-type]
        # Only now: the compiler has made a query of a plain string.
        if isinstance(asked, PlainText):
            asked = PlainText(nfc(asked.query_string), operator=asked.operator)
        self.query = asked


class _ComposedDocument:
    """Mixed into a mapping of modelsearch's: a document's texts in NFC."""

    def get_document(self, thing: Model) -> dict[str, Any]:
        """What the engine is sent of ``thing``."""
        return _composed(super().get_document(thing))  # type: ignore[misc]


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, dict):
        return {key: _composed(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(each) for each in value]
    return value


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  (modelsearch asks for the name)
    """The backend for ``params["ENGINE"]``, one of :data:`ENGINES`.

    Raises:
        ImproperlyConfigured: another engine, or its client is not installed.
    """
    engine = params.pop("ENGINE")
    if engine not in ENGINES:
        raise ImproperlyConfigured(
            f"SEN_SEARCH_ENGINE is {engine!r}; it may be {', '.join(ENGINES)} or empty"
        )
    try:
        module = import_module(f"modelsearch.backends.{engine}")
    except ImportError as error:
        raise ImproperlyConfigured(
            f"SEN_SEARCH_ENGINE={engine} needs its client: pip install '{ENGINES[engine]}'"
        ) from error
    theirs = module.SearchBackend
    mapping = type("Mapping", (_ComposedDocument, theirs.mapping_class), {})
    # A compiler asks its own class for the mapping, an index its backend's.
    members: dict[str, Any] = {"mapping_class": mapping}
    for name in ("query_compiler_class", "autocomplete_query_compiler_class"):
        original = getattr(theirs, name)
        members[name] = type(
            original.__name__, (_ComposedQuery, original), {"mapping_class": mapping}
        )
    return type(theirs.__name__, (theirs,), members)({"INDEX_SETTINGS": INDEX_SETTINGS, **params})
