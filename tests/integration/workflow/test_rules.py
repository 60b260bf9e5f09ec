"""Nobody approves their own words: the rule at the gates, whoever calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.models import Page, TaskState

from cms.news.models import ArticlePage
from cms.users.models import User
from cms.workflow import rules
from cms.workflow.models import Gate
from cms.workflow.showing import note_shown
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, section_of


class Newsroom:
    """A department's staff and an article on its way."""

    def __init__(self, department: Department) -> None:
        self.department = department
        self.reporter = make_user((department, Role.REPORTER))
        self.editor = make_user((department, Role.EDITOR))
        self.chief = make_user((department, Role.CHIEF))

    def draft(self, author: User | None = None, **kwargs: Any) -> ArticlePage:
        author = author or self.reporter
        return make_article(self.department, live=False, owner=author, **kwargs)

    def submit(self, article: ArticlePage, by: User | None = None) -> None:
        article.get_workflow().start(article, by or self.reporter)

    def submitted(self, **kwargs: Any) -> ArticlePage:
        article = self.draft(**kwargs)
        self.submit(article)
        return article


@pytest.fixture
def newsroom(site_a: Department) -> Newsroom:
    return Newsroom(site_a)


def state_of(page: Page) -> TaskState | None:
    return ArticlePage.objects.get(pk=page.pk).current_workflow_task_state


def act(page: Page, user: User, action: str, comment: str = "") -> None:
    state = state_of(page)
    assert state is not None
    note_shown(state.revision, user)
    state.task.specific.on_action(state, user, action, comment=comment)


def refused(page: Page, user: User, action: str = "approve", comment: str = "") -> str:
    """Check that the act is refused and changes nothing; return the reason."""
    state = state_of(page)
    assert state is not None
    note_shown(state.revision, user)
    with pytest.raises(rules.GateRefused) as caught:
        state.task.specific.on_action(state, user, action, comment=comment)
    again = state_of(page)
    assert again is not None
    assert again.pk == state.pk
    assert not ArticlePage.objects.get(pk=page.pk).live
    return str(caught.value)


def edit(page: Page, user: User, title: str) -> None:
    fresh = ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    fresh.title = title
    fresh.save_revision(user=user)


def test_editor_then_chief_publish(newsroom: Newsroom) -> None:
    article = newsroom.submitted()
    act(article, newsroom.editor, "approve")
    assert not ArticlePage.objects.get(pk=article.pk).live
    act(article, newsroom.chief, "approve")
    published = ArticlePage.objects.get(pk=article.pk)
    assert published.live
    assert published.published_at is not None
    assert state_of(article) is None


def test_requester_cannot_approve(newsroom: Newsroom) -> None:
    article = newsroom.draft()
    newsroom.submit(article, by=newsroom.editor)
    assert refused(article, newsroom.editor) == str(rules.OWN_REQUEST)


def test_whoever_fixed_a_comma_cannot_approve(newsroom: Newsroom) -> None:
    article = newsroom.draft()
    edit(article, newsroom.editor, "Có dấu phẩy,")
    edit(article, newsroom.reporter, "Bản sau cùng là của phóng viên")
    newsroom.submit(article)
    assert refused(article, newsroom.editor) == str(rules.OWN_WORDS)


def test_who_wrote_before_the_live_text_may_approve_the_next(newsroom: Newsroom) -> None:
    article = newsroom.draft(author=newsroom.chief)
    newsroom.submit(article)
    assert refused(article, newsroom.chief) == str(rules.NOT_YOUR_GATE)
    act(article, newsroom.editor, "approve")
    assert refused(article, newsroom.chief) == str(rules.OWN_WORDS)
    second_chief = make_user((newsroom.department, Role.CHIEF))
    act(article, second_chief, "approve")
    edit(article, newsroom.reporter, "Bản cập nhật")
    newsroom.submit(ArticlePage.objects.get(pk=article.pk))
    act(article, newsroom.editor, "approve")
    act(article, newsroom.chief, "approve")
    assert ArticlePage.objects.get(pk=article.pk).title == "Bản cập nhật"


def test_one_person_does_not_pass_two_gates(newsroom: Newsroom) -> None:
    both = make_user((newsroom.department, Role.EDITOR), (newsroom.department, Role.CHIEF))
    article = newsroom.submitted()
    act(article, both, "approve")
    assert refused(article, both) == str(rules.PASSED_EARLIER)


def test_superuser_has_no_exemption(newsroom: Newsroom) -> None:
    superuser = User.objects.create_superuser("province", password="x")
    article = newsroom.submitted()
    assert refused(article, superuser) == str(rules.NOT_YOUR_GATE)
    own = newsroom.draft(author=superuser)
    assert not own.permissions_for_user(superuser).can_publish()
    with pytest.raises(PublishPagePermissionError):
        own.latest_revision.publish(user=superuser)


def test_chief_of_another_department_neither_approves_nor_returns(
    newsroom: Newsroom, site_b: Department
) -> None:
    foreign = make_user((site_b, Role.CHIEF), (site_b, Role.EDITOR))
    article = newsroom.submitted()
    assert refused(article, foreign) == str(rules.NOT_YOUR_GATE)
    assert refused(article, foreign, "reject", "không") == str(rules.NOT_YOUR_GATE)
    gate = Gate.objects.get(role=Role.EDITOR)
    assert not gate.get_task_states_user_can_moderate(foreign).exists()
    assert gate.get_task_states_user_can_moderate(newsroom.editor).count() == 1


def test_return_needs_a_reason(newsroom: Newsroom) -> None:
    article = newsroom.submitted()
    assert refused(article, newsroom.editor, "reject", "  ") == str(rules.REASON_REQUIRED)
    act(article, newsroom.editor, "reject", "Thiếu nguồn tin")
    assert article.current_workflow_state.status == "needs_changes"


def test_text_is_locked_for_everybody_during_approval(newsroom: Newsroom) -> None:
    article = newsroom.submitted()
    lock = article.get_lock()
    superuser = User.objects.create_superuser("province", password="x")
    for user in (newsroom.reporter, newsroom.editor, newsroom.chief, superuser):
        assert lock.for_user(user)


def test_newer_text_must_be_submitted_again(newsroom: Newsroom) -> None:
    """A revision that came past the lock (a command, an API) is not approved unseen."""
    article = newsroom.submitted()
    edit(article, newsroom.reporter, "Sửa sau khi gửi")
    assert refused(article, newsroom.editor) == str(rules.NEWER_TEXT)


def test_returned_by_the_chief_it_passes_every_gate_again(newsroom: Newsroom) -> None:
    article = newsroom.submitted()
    act(article, newsroom.editor, "approve")
    act(article, newsroom.chief, "reject", "Sửa tiêu đề")
    edit(article, newsroom.reporter, "Tiêu đề mới")
    article = ArticlePage.objects.get(pk=article.pk)
    article.current_workflow_state.resume(newsroom.reporter)
    state = state_of(article)
    assert state is not None
    assert state.task.specific.role == Role.EDITOR


def test_resubmitting_makes_one_a_requester(newsroom: Newsroom) -> None:
    article = newsroom.submitted()
    act(article, newsroom.editor, "reject", "Xem lại")
    second_editor = make_user((newsroom.department, Role.EDITOR))
    article.current_workflow_state.resume(second_editor)
    assert refused(article, second_editor) == str(rules.OWN_REQUEST)


def test_a_revision_that_was_submitted_is_never_overwritten(newsroom: Newsroom) -> None:
    """The editor's autosave writes into the last revision; what a gate has seen must stay."""
    article = newsroom.submitted()
    act(article, newsroom.editor, "approve")
    act(article, newsroom.chief, "reject", "Sửa")
    seen = ArticlePage.objects.get(pk=article.pk).latest_revision
    fresh = seen.as_object()
    fresh.title = "Thay dưới tay"
    saved = fresh.save_revision(user=newsroom.reporter, overwrite_revision=seen)
    assert saved.pk != seen.pk
    seen.refresh_from_db()
    assert seen.as_object().title != "Thay dưới tay"


def test_second_of_two_decisions_is_refused(newsroom: Newsroom) -> None:
    article = newsroom.submitted()
    stale = state_of(article)
    assert stale is not None
    act(article, newsroom.editor, "approve")
    other = make_user((newsroom.department, Role.EDITOR))
    with pytest.raises(rules.GateRefused, match=str(rules.NO_LONGER_HERE)):
        stale.task.specific.on_action(stale, other, "reject", comment="muộn")


def test_approved_for_later_is_scheduled(newsroom: Newsroom) -> None:
    article = newsroom.draft()
    article.go_live_at = timezone.now() + timedelta(hours=5)
    article.save_revision(user=newsroom.reporter)
    newsroom.submit(article)
    act(article, newsroom.editor, "approve")
    act(article, newsroom.chief, "approve")
    waiting = ArticlePage.objects.get(pk=article.pk)
    assert not waiting.live
    assert waiting.approved_schedule


def test_a_site_administrator_has_no_editorial_right(newsroom: Newsroom) -> None:
    administrator = make_user((newsroom.department, Role.SITE_ADMIN))
    article = newsroom.draft()
    perms = article.permissions_for_user(administrator)
    assert not perms.can_edit()
    assert not perms.can_publish()
    assert section_of(newsroom.department).permissions_for_user(administrator).can_publish()


def test_plain_page_rows_answer_by_the_same_rule(newsroom: Newsroom) -> None:
    """Bulk actions and the admin's API hold rows of ``Page``, not of ``ArticlePage``."""
    superuser = User.objects.create_superuser("province", password="x")
    page = Page.objects.get(pk=newsroom.draft().pk)
    assert not page.permissions_for_user(superuser).can_publish()


def test_gates_are_shared_by_all_departments(newsroom: Newsroom, site_b: Department) -> None:
    assert Gate.objects.count() == 2
    assert newsroom.draft().get_workflow() != section_of(site_b).get_workflow()
