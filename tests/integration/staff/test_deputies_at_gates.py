"""A deputy approves in a colleague's stead, and never what the colleague could not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import TaskState

from cms.news.models import ArticlePage
from cms.users.models import User
from cms.workflow import rules
from cms.workflow.reading import waiting_for
from cms.workflow.showing import note_shown
from sites.models import Department, Deputyship
from sites.roles import Role
from tests.factories import make_article, make_user


@pytest.fixture
def chief(site_a: Department) -> User:
    return make_user((site_a, Role.CHIEF), first_name="Liên", last_name="Hà Thị")


@pytest.fixture
def deputy(site_a: Department, chief: User) -> User:
    person = make_user((site_a, Role.REPORTER))
    today = timezone.localdate()
    Deputyship.objects.create(
        department=site_a, person=chief, deputy=person, starts=today, ends=today
    )
    return person


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def at_last_gate(department: Department, author: User) -> tuple[ArticlePage, TaskState]:
    """An article of ``author`` that the editor has approved."""
    article = make_article(department, live=False, owner=author)
    article.get_workflow().start(article, author)
    act(article, make_user((department, Role.EDITOR)))
    return article, state_of(article)


def state_of(article: ArticlePage) -> TaskState:
    state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
    assert state is not None
    return state


def act(article: ArticlePage, user: User, comment: str = "") -> None:
    state = state_of(article)
    note_shown(state.revision, user)
    state.task.specific.on_action(state, user, "approve", comment=comment)


def test_a_deputy_approves_and_the_record_says_for_whom(site_a: Department, deputy: User) -> None:
    article, state = at_last_gate(site_a, make_user((site_a, Role.REPORTER)))
    assert [one.pk for one in waiting_for(fresh(deputy))] == [state.pk]
    act(article, fresh(deputy), "Được.")
    assert ArticlePage.objects.get(pk=article.pk).live
    comment = TaskState.objects.get(pk=state.pk).comment
    assert "Hà Thị Liên" in comment
    assert comment.endswith("Được.")


def test_who_holds_the_office_signs_for_nobody(site_a: Department, chief: User) -> None:
    article, state = at_last_gate(site_a, make_user((site_a, Role.REPORTER)))
    act(article, fresh(chief), "Được.")
    assert TaskState.objects.get(pk=state.pk).comment == "Được."


@pytest.mark.parametrize("author", ["deputy", "chief"])
def test_a_deputy_approves_neither_own_words_nor_the_colleagues(
    site_a: Department, deputy: User, chief: User, author: str
) -> None:
    people = {"deputy": deputy, "chief": chief}
    _article, state = at_last_gate(site_a, people[author])
    reason = rules.why_not(state, fresh(deputy), "approve")
    expected = rules.OWN_REQUEST if author == "deputy" else rules.NOT_FOR_COLLEAGUE
    assert reason == expected


def test_a_deputy_does_not_pass_a_second_gate_for_who_passed_the_first(
    site_a: Department, deputy: User, chief: User
) -> None:
    chief.groups.add(site_a.role_groups.get(role=Role.EDITOR).group)
    article = make_article(site_a, live=False, owner=make_user((site_a, Role.REPORTER)))
    article.get_workflow().start(article, article.owner)
    act(article, fresh(chief))
    state = state_of(article)
    assert rules.why_not(state, fresh(deputy), "approve") == rules.NOT_FOR_COLLEAGUE


def test_nobody_stands_in_after_the_last_day(site_a: Department, deputy: User) -> None:
    _article, state = at_last_gate(site_a, make_user((site_a, Role.REPORTER)))
    yesterday = timezone.localdate() - timedelta(days=1)
    Deputyship.objects.update(starts=yesterday, ends=yesterday)
    assert rules.why_not(state, fresh(deputy), "approve") == rules.NOT_YOUR_GATE
    assert waiting_for(fresh(deputy)) == []
