"""The worker writes the search index; what must not be found is not found meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings
from django_tasks_db.models import DBTaskResult
from modelsearch.tasks import insert_or_update_object_task
from wagtail.search.backends import get_search_backend

from cms.news.models import ArticlePage
from cms.news.searching import write_entries_below
from cms.plugins.tasks import BACKEND
from cms.plugins.worker import run_waiting_tasks
from cms.search.background import LEFT_TO_THE_WORKER
from cms.search.indexing import write_entry
from cms.settings import TASKS
from sites.models import Department
from tests.factories import make_article, titles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_in_production() -> Iterator[None]:
    with override_settings(TASKS=TASKS):
        yield


def found(words: str) -> list[str]:
    found: list[str] = titles(
        get_search_backend().search(words, ArticlePage.objects.filter(live=True))
    )
    return found


def waiting() -> int:
    return DBTaskResult.objects.filter(backend_name=BACKEND, status="READY").count()


def test_what_is_saved_is_found_once_the_worker_was_there(site_a: Department) -> None:
    article = make_article(site_a, title="Mùa hoa gạo")
    assert waiting() > 0
    assert found("gạo") == []
    run_waiting_tasks()
    assert waiting() == 0
    assert found("gạo") == [article.title]

    article.title = "Mùa hoa phượng"
    article.save()
    run_waiting_tasks()
    assert (found("gạo"), found("phượng")) == ([], ["Mùa hoa phượng"])


def test_what_is_taken_down_or_deleted_is_not_found_meanwhile(site_a: Department) -> None:
    hidden, deleted = (make_article(site_a, title=f"Mùa hoa gạo {n}") for n in range(2))
    run_waiting_tasks()
    assert len(found("gạo")) == 2
    hidden.unpublish()
    deleted.delete()
    assert found("gạo") == []
    # The worker comes too late for what is gone; it is no failure of the others.
    run_waiting_tasks()
    assert waiting() == 0


def test_nothing_else_is_left_to_the_worker(site_a: Department) -> None:
    make_article(site_a)
    paths = DBTaskResult.objects.values_list("task_path", flat=True)
    assert set(paths) == {insert_or_update_object_task.module_path, write_entry.module_path}
    # It says in its own words where they are: a renamed task would be run in the request again.
    ours = {task.module_path for task in (write_entry, write_entries_below)}
    assert {insert_or_update_object_task.module_path, *ours} == LEFT_TO_THE_WORKER
