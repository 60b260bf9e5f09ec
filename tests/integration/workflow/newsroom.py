"""A department's newsroom, for the tests of approval and of what comes after it."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, TaskState

from cms.news.models import ArticlePage
from cms.users.models import User
from cms.workflow.showing import note_shown
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user


class Newsroom:
    """A department's staff and articles on their way."""

    def __init__(self, department: Department) -> None:
        self.department = department
        self.reporter = make_user((department, Role.REPORTER), last_name="Lê", first_name="Phóng")
        self.editor = make_user((department, Role.EDITOR), last_name="Trần", first_name="Biên")
        self.chief = make_user((department, Role.CHIEF), last_name="Hà", first_name="Trưởng")

    def draft(self, author: User | None = None, **kwargs: Any) -> ArticlePage:
        author = author or self.reporter
        return make_article(self.department, live=False, owner=author, **kwargs)

    def submit(self, article: ArticlePage, by: User | None = None) -> None:
        article.get_workflow().start(article, by or self.reporter)

    def submitted(self, **kwargs: Any) -> ArticlePage:
        article = self.draft(**kwargs)
        self.submit(article)
        return fresh(article)

    def published(self, **kwargs: Any) -> ArticlePage:
        """An article that passed both gates."""
        article = self.submitted(**kwargs)
        act(article, self.editor, "approve")
        act(article, self.chief, "approve")
        return fresh(article)

    def update(self, article: ArticlePage, change: Any) -> ArticlePage:
        """Let the reporter change the text with ``change(page)`` and both gates approve it."""
        text = fresh(article).get_latest_revision().as_object()
        change(text)
        text.full_clean()
        text.save_revision(user=self.reporter)
        self.submit(fresh(article))
        act(article, self.editor, "approve")
        act(article, self.chief, "approve")
        return fresh(article)


def fresh(article: Page) -> ArticlePage:
    """The article as the database has it now."""
    return ArticlePage.objects.get(pk=article.pk)


def state_of(page: Page) -> TaskState:
    """Where the article waits."""
    state = fresh(page).current_workflow_task_state
    assert state is not None
    return state


def act(page: Page, user: User, action: str, comment: str = "") -> None:
    """Let ``user``, who has read the text, act at the gate where it waits."""
    state = state_of(page)
    note_shown(state.revision, user)
    # Roles are read once a user object.
    again = User.objects.get(pk=user.pk)
    state.task.specific.on_action(state, again, action, comment=comment)
