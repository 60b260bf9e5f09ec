"""Two people act on an article at once: exactly one wins, and the other is told."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from wagtail.models import TaskState, WorkflowState

from cms.news.models import ArticlePage
from cms.users.models import User
from cms.workflow import acts, emergency, models, rules
from cms.workflow.showing import note_shown
from sites.roles import Role
from tests.factories import make_article, make_site, make_user

INTERLEAVINGS = 200
LONGEST_PAUSE = 0.004  # seconds
#: Where the one may be overtaken by the other.
PLACES = (
    (rules, "why_not"),
    (models, "_signed_for"),
    (acts, "people_to_tell"),
    (acts, "tell_what_was_done"),
)


@pytest.fixture
def stumbling(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets whoever acts stop for a moment, of another length each time, at each step of an act."""
    dice = random.Random()
    lock = threading.Lock()

    def stumble(function: Any) -> Any:
        def slowly(*args: Any, **kwargs: Any) -> Any:
            with lock:
                pause = dice.random() * LONGEST_PAUSE
            time.sleep(pause)
            return function(*args, **kwargs)

        return slowly

    for module, name in (
        (rules, "why_not"),
        (acts, "people_to_tell"),
        (acts, "tell_what_was_done"),
    ):
        monkeypatch.setattr(module, name, stumble(getattr(module, name)))
    return dice.seed


def at_once(*tasks: Callable[[], None]) -> list[str]:
    """Run ``tasks`` in threads that start together; of each ``won``, or why it was refused."""
    start = threading.Barrier(len(tasks))
    results = [""] * len(tasks)

    def run(index: int) -> None:
        try:
            start.wait()
            tasks[index]()
            results[index] = "won"
        except rules.GateRefused as refused:
            results[index] = str(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_of_two_wins(stumbling: Callable[[int], None]) -> None:
    department = make_site("so-a.localhost")
    reporter = make_user((department, Role.REPORTER))
    editors = [make_user((department, Role.EDITOR)) for _editor in range(2)]
    article = make_article(department, live=False, owner=reporter)
    winners: Counter[str] = Counter()
    for seed in range(INTERLEAVINGS):
        stumbling(seed)
        article = ArticlePage.objects.get(pk=article.pk)
        article.get_workflow().start(article, reporter)
        state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
        assert state is not None
        for editor in editors:
            note_shown(state.revision, editor)
        wanted = random.Random(seed).choices([acts.APPROVE, acts.RETURN, acts.DECLINE], k=2)

        def task(editor: User, action: str, key: int = state.pk) -> Callable[[], None]:
            def act() -> None:
                here = TaskState.objects.get(pk=key)
                person = User.objects.get(pk=editor.pk)
                here.task.specific.on_action(here, person, action, comment="Lý do.")

            return act

        results = at_once(*(task(*pair) for pair in zip(editors, wanted, strict=True)))
        assert sorted(results, key="won".__ne__) == ["won", str(rules.NO_LONGER_HERE)], seed
        winner = results.index("won")
        kept = TaskState.objects.get(pk=state.pk)
        ends = {
            acts.APPROVE: (TaskState.STATUS_APPROVED, WorkflowState.STATUS_IN_PROGRESS),
            acts.RETURN: (TaskState.STATUS_REJECTED, WorkflowState.STATUS_NEEDS_CHANGES),
            acts.DECLINE: (TaskState.STATUS_CANCELLED, WorkflowState.STATUS_CANCELLED),
        }
        assert (kept.status, kept.workflow_state.status) == ends[wanted[winner]]
        assert kept.finished_by_id == editors[winner].pk
        winners[str(winner)] += 1
        running = kept.workflow_state
        if running.status != WorkflowState.STATUS_CANCELLED:
            running.cancel(user=reporter)
    # Each won sometimes: they did run at once.
    assert set(winners) == {"0", "1"}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_emergency_and_an_approval_at_once(stumbling: Callable[[int], None]) -> None:
    department = make_site("so-a.localhost")
    reporter = make_user((department, Role.REPORTER))
    editor, chief = make_user((department, Role.EDITOR)), make_user((department, Role.CHIEF))
    for seed in range(10):
        stumbling(seed)
        article = make_article(department, live=False, owner=reporter)
        article.get_workflow().start(article, reporter)
        state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
        assert state is not None
        note_shown(state.revision, editor)

        def approve(key: int = state.pk) -> None:
            here = TaskState.objects.get(pk=key)
            here.task.specific.on_action(here, User.objects.get(pk=editor.pk), acts.APPROVE)

        def publish(key: int = article.pk) -> None:
            page = ArticlePage.objects.get(pk=key)
            emergency.publish(page, User.objects.get(pk=chief.pk), "Cảnh báo lũ trong đêm.")

        results = at_once(approve, publish)
        page = ArticlePage.objects.get(pk=article.pk)
        assert results[1] == "won"
        assert page.live
        assert page.current_workflow_state is None
