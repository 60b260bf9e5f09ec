"""Purging where the cache loses what it knows: nothing old is shown, nobody's act fails."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from cms.delivery import generations
from cms.delivery.cache import purge
from cms.plugins.models import PluginFailure
from tests.factories import make_article, make_site


def test_a_purge_survives_that_the_cache_was_emptied_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    current = generations.current
    emptied = []

    def emptied_behind() -> int:
        number = current()
        if not emptied:
            emptied.append(cache.clear())
        return number

    begun = current()
    monkeypatch.setattr(generations, "current", emptied_behind)
    generations.raise_tags(["news:1"])
    assert emptied
    assert not generations.hold(["news:1"], begun)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_act_succeeds_although_its_purge_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def fails(tags: Any) -> None:
        raise ConnectionError("the cache is away")

    monkeypatch.setattr("cms.delivery.cache.raise_tags", fails)
    with transaction.atomic():
        purge("news:1")
    assert "the cache is away" in caplog.text


class _Going:
    """A shared cache that still says which generation it is, and nothing else any more."""

    get = cache.get

    def __getattr__(self, name: str) -> Any:
        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise ConnectionError("the cache is away")

        return refuse


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_page_is_whole_though_the_cache_goes_away_meanwhile(
    monkeypatch: pytest.MonkeyPatch, browse: Any
) -> None:
    department = make_site()
    article = make_article(department)
    generations.current()
    monkeypatch.setattr(generations, "exact", _Going())
    for path in ("/", article.local_url, "/tim-kiem/?q=xa"):
        assert browse(department, path).status_code == 200
    assert not PluginFailure.objects.exists()
