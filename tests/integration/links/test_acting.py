"""What is done about findings: by the province's rule, by the department, and the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from cms.links import acting
from cms.links.acting import RefusedError, allow_host, dismiss, forget_host, put_back
from cms.links.models import AllowedHost, Finding, LinkRules
from cms.news.models import ArticlePage, BylineEntry, HomePage, StandardPage
from cms.notices.models import Notice
from cms.record.models import RecordEntry
from cms.widgets.overriding import override
from plugins.satisfaction.models import Comment
from sites.models import Department
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import home_of, make_article, make_user

from .defacing import FAR, deface, findings, link, scan, stream

State = Finding.State
REASON = "Bài của công an, đã kiểm tra."


@pytest.fixture
def rule(db: Any) -> None:
    LinkRules.load()
    LinkRules.objects.update(unpublishes=True)


def bad_article(department: Department, **kwargs: Any) -> ArticlePage:
    return make_article(department, "Tin xấu", body=[("paragraph", link())], **kwargs)


def fresh(article: ArticlePage) -> ArticlePage:
    return ArticlePage.objects.get(pk=article.pk)


def test_without_the_rule_the_page_stays(site_a: Department) -> None:
    article = bad_article(site_a)
    scan()
    assert fresh(article).live


def test_the_rule_takes_a_page_off_at_once(
    rule: None, site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    chief = make_user((site_a, Role.CHIEF))
    article = bad_article(site_a)
    assert browse(site_a, article.local_url).status_code == 200
    assert "Tin xấu" in browse(site_a).text
    with django_capture_on_commit_callbacks(execute=True):
        report = scan()
    assert report.unpublished == [f"Tin xấu ({article.pk})"]
    assert not fresh(article).live
    assert browse(site_a, article.local_url).status_code == 404
    assert "Tin xấu" not in browse(site_a).text
    (entry,) = RecordEntry.objects.filter(action="sen.links.unpublished")
    assert (entry.page_id, entry.revision_id) == (article.pk, article.live_revision_id)
    assert "bk8.com" in entry.why
    subjects = Notice.of_all_departments.filter(recipient=chief).values_list("subject", flat=True)
    assert any("Tin xấu" in subject for subject in subjects)


def test_the_chief_editor_puts_it_back_in_one_act(
    rule: None, site_a: Department, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    chief = make_user((site_a, Role.CHIEF))
    article = bad_article(site_a)
    scan()
    (found,) = findings()
    with django_capture_on_commit_callbacks(execute=True):
        put_back(found, chief, REASON)
    assert browse(site_a, article.local_url).status_code == 200
    assert article.published_at is not None
    # Revisions hold no parts of a thousandth of a second.
    kept = fresh(article).published_at
    assert kept is not None
    assert abs(kept - article.published_at) < timedelta(seconds=1)
    (found,) = findings()
    assert (found.state, found.reason) == (State.DISMISSED, REASON)
    scan(full=True)
    assert fresh(article).live, "what somebody has decided is not undone"
    with pytest.raises(RefusedError):
        put_back(found, chief, REASON)


def test_a_page_that_is_mended_after_it_was_taken_off_is_a_draft_like_any_other(
    rule: None, site_a: Department
) -> None:
    article = bad_article(site_a)
    scan()
    page = fresh(article)
    page.body = stream("<p>Sạch</p>")
    page.save_revision()
    scan()
    assert [found.state for found in findings()] == [State.MENDED]


def test_an_unknown_host_takes_nothing_off(rule: None, site_a: Department) -> None:
    article = make_article(site_a, body=[("paragraph", link(FAR))])
    scan()
    assert fresh(article).live


def test_a_hidden_link_takes_it_off(rule: None, site_a: Department) -> None:
    article = make_article(site_a)
    deface(article, f'<p style="font-size:0"><a href="{FAR}">tin</a></p>')
    scan()
    assert not fresh(article).live


def test_home_pages_and_pages_with_others_below_stay(rule: None, site_a: Department) -> None:
    home = home_of(site_a)
    HomePage.objects.filter(pk=home.pk).update(seo_title="BK8 link vào uy tín")
    above = StandardPage(title="Casino online uy tín", slug="a", live=True)
    home.add_child(instance=above)
    above.add_child(instance=StandardPage(title="Dưới", slug="b", live=True))
    report = scan()
    assert len(report.left) == 2
    assert report.unpublished == []
    assert HomePage.objects.get(pk=home.pk).live
    assert StandardPage.objects.get(pk=above.pk).live


def test_a_page_that_was_mended_meanwhile_stays(site_a: Department) -> None:
    article = bad_article(site_a)
    scan()
    deface(article, "<p>Sạch</p>")
    assert not acting.unpublish(article, findings())
    assert fresh(article).live


def test_what_readers_write_and_what_stands_beside_takes_nothing_off(
    rule: None, site_a: Department
) -> None:
    article = make_article(site_a)
    with acting_for(site_a):
        Comment.objects.create(page=article, grade=1, text="Casino online uy tín")
        area = override(article, "sidebar")
        area.widgets = [{"type": "free_text", "value": {"title": "x", "text": link()}, "id": "a-b"}]
        area.live = True
        area.save()
    scan()
    assert [found.model for found in findings()] == ["widgets.widgetarea"]
    assert fresh(article).live


def test_a_part_of_a_page_takes_it_off(rule: None, site_a: Department) -> None:
    article = make_article(site_a)
    BylineEntry.objects.create(article=article, name="BK8 link vào")
    scan()
    assert not fresh(article).live


def test_a_draft_takes_nothing_off(rule: None, site_a: Department) -> None:
    article = make_article(site_a)
    article.body = stream(link())
    article.save_revision()
    scan()
    assert fresh(article).live


def test_a_host_that_is_allowed_closes_its_findings(site_a: Department, site_b: Department) -> None:
    for department in (site_a, site_a, site_b):
        make_article(department, body=[("paragraph", link(FAR))])
    scan()
    person = make_user((site_a, Role.SITE_ADMIN))
    allow_host(site_a, "bao.example.net", person)
    assert {found.state for found in findings(department=site_a)} == {State.ALLOWED}
    assert {found.state for found in findings(department=site_b)} == {State.OPEN}
    assert RecordEntry.objects.filter(department=site_a, action="sen.links.host_allowed").exists()
    scan(full=True)
    assert {found.state for found in findings(department=site_b)} == {State.OPEN}
    allow_host(None, "*.example.net", make_user(is_superuser=True))
    assert {found.state for found in findings(department=site_b)} == {State.ALLOWED}


def test_a_host_that_is_forgotten_opens_them_again(site_a: Department) -> None:
    make_article(site_a, body=[("paragraph", link(FAR))])
    scan()
    person = make_user((site_a, Role.SITE_ADMIN))
    row = allow_host(site_a, "bao.example.net", person)
    scan(full=True)
    assert [found.state for found in findings()] == [State.MENDED]
    forget_host(row, person)
    scan()
    assert [found.state for found in findings()] == [State.OPEN]


@pytest.mark.parametrize("pattern", ["bk8.com", "*.nhacai.example", "chinhphu.vn/", "a b"])
def test_what_no_department_may_allow(pattern: str, site_a: Department) -> None:
    LinkRules.load()
    AllowedHost.of_all_departments.create(department=site_a, pattern="chinhphu.vn")
    with pytest.raises(ValidationError), transaction.atomic():
        allow_host(site_a, pattern, make_user((site_a, Role.SITE_ADMIN)))


def test_the_province_may_name_a_host_that_only_looks_like_one(site_a: Department) -> None:
    allow_host(None, "casino-museum.example", make_user(is_superuser=True))
    make_article(site_a, body=[("paragraph", link("https://casino-museum.example/"))])
    scan()
    assert findings() == []


def test_what_is_dismissed_stays_so(site_a: Department) -> None:
    bad_article(site_a)
    scan()
    (found,) = findings()
    person = make_user((site_a, Role.SITE_ADMIN))
    with pytest.raises(RefusedError):
        dismiss(found, person, "ngắn")
    dismiss(found, person, REASON)
    scan(full=True)
    (found,) = findings()
    assert (found.state, found.reason) == (State.DISMISSED, REASON)
    entry = RecordEntry.objects.get(action="sen.links.dismissed")
    assert (entry.why, entry.user_id) == (REASON, person.pk)
    with pytest.raises(RefusedError):
        dismiss(found, person, REASON)


def test_nobody_is_told_who_has_no_office(site_a: Department, site_b: Department) -> None:
    make_user((site_b, Role.SITE_ADMIN))
    make_user((site_a, Role.AUDITOR))
    assert acting.people_of(site_a) == set()
