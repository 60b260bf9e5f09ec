"""The scan: what it finds, where, by whom; incremental, broken off, mended by itself."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from sen_dummy.models import Note

from cms.links import scanning
from cms.links.models import AllowedHost, Finding, LinkRules, Scan
from cms.links.rules import GRADES, Grade
from cms.links.scanning import Scanner, ScanRunningError
from cms.links.settling import PLACES
from cms.links.sources import sources
from cms.media.models import SenDocument
from cms.news.models import ArticlePage
from cms.notices.models import Notice
from cms.record.models import RecordEntry
from cms.widgets.overriding import override
from plugins.poll.models import Poll, PollOption
from sites.models import Department, MenuItem
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import home_of, make_article, make_user

from .defacing import BAD, BODY, FAR, deface, findings, link, scan, stream

State = Finding.State


def test_every_table_with_texts_is_found() -> None:
    labels = {source.label for source in sources()}
    assert labels >= {
        *("news.articlepage", "news.standardpage", "news.sectionpage", "sharing.sharedarticlepage"),
        *("sites.department", "sites.menuitem", "widgets.widgetarea", "media.sendocument"),
        *("plugins.pluginconfiguration", "poll.poll", "poll.polloption", "notices.notice"),
        *("documents.legaldocument", "wagtailredirects.redirect", "widgets.widgetsnapshot"),
        *("news.attachment", "news.correction", "news.bylineentry"),
    }
    assert not labels & {
        "record.recordentry",
        "workflow.takedown",
        "inbox.notice",
        "satisfaction.comment",
    }


def test_a_public_page_with_a_gambling_link(site_a: Department) -> None:
    reporter = make_user((site_a, Role.REPORTER), last_name="Trần", first_name="Bình")
    admin = make_user((site_a, Role.SITE_ADMIN))
    article = make_article(site_a, "Tin xấu", body=[("paragraph", link())], owner=reporter)
    report = scan()
    (found,) = findings()
    assert (found.department, found.page_id, found.title) == (site_a, article.pk, "Tin xấu")
    assert (found.grade, found.state) == (Grade.GAMBLING, State.OPEN)
    assert (found.host, found.address) == ("bk8.com", BAD)
    assert found.place == BODY
    assert (found.in_live, found.in_draft) == (True, False)
    assert found.brought_by == reporter
    assert found.brought_at == article.latest_revision.created_at
    assert found.edit_address.endswith(f"/pages/{article.pk}/edit/")
    assert report.new == [f"{GRADES[Grade.GAMBLING]}: Tin xấu [{BODY}] {BAD}"]
    assert RecordEntry.objects.filter(
        department=site_a, action="sen.links.found", page_id=article.pk
    ).exists()
    (notice,) = Notice.of_all_departments.filter(recipient=admin)
    assert "bk8.com" in notice.text
    scan(full=True)
    assert len(findings()) == 1
    assert Notice.of_all_departments.filter(recipient=admin).count() == 1


def test_the_earliest_revision_that_has_it_names_who_brought_it(site_a: Department) -> None:
    writer, culprit, last = (make_user((site_a, Role.REPORTER)) for _n in range(3))
    article = make_article(site_a, owner=writer)
    article.body = stream(link())
    guilty = article.save_revision(user=culprit)
    article.title = "Tiêu đề khác"
    article.save_revision(user=last)
    scan()
    (found,) = findings()
    assert (found.brought_by, found.brought_at) == (culprit, guilty.created_at)
    assert (found.in_live, found.in_draft) == (False, True)


def test_a_text_that_came_by_the_database_was_brought_by_nobody_of_the_revisions(
    site_a: Department,
) -> None:
    article = make_article(site_a, owner=make_user((site_a, Role.REPORTER)))
    deface(article, f'<div style="display:none"><a href="{FAR}">tin</a></div>')
    scan()
    (found,) = findings()
    assert (found.grade, found.hidden, found.in_live) == (Grade.HIDDEN, "display", True)
    assert (found.brought_by, found.brought_at) == (None, None)


def test_what_only_history_holds_is_noted_as_mended(site_a: Department) -> None:
    article = make_article(site_a)
    article.body = stream(link())
    article.save_revision(user=make_user((site_a, Role.REPORTER), last_name="Lê"))
    article.body = stream("<p>Sạch</p>")
    article.save_revision()
    scan()
    (found,) = findings()
    assert (found.state, found.in_live, found.in_draft) == (State.MENDED, False, False)
    assert found.brought_by_name


def test_what_is_removed_mends_itself_and_comes_back(site_a: Department) -> None:
    article = make_article(site_a)
    deface(article, link())
    scan()
    deface(article, "<p>Sạch</p>")
    scan()
    assert [found.state for found in findings()] == [State.MENDED]
    deface(article, link())
    scan(full=True)
    assert [found.state for found in findings()] == [State.OPEN]


def test_what_is_deleted_mends_itself(site_a: Department) -> None:
    article = make_article(site_a, body=[("paragraph", link())])
    scan()
    article.delete()
    scan()
    (found,) = findings()
    assert (found.state, found.page_id) == (State.MENDED, None)


def test_a_draft_that_was_mended_mends_the_finding(site_a: Department) -> None:
    article = make_article(site_a)
    article.body = stream(link())
    article.save_revision()
    scan()
    article.body = stream("<p>Sạch</p>")
    article.save_revision()
    scan()
    assert [found.state for found in findings()] == [State.MENDED]


def test_only_what_has_changed_is_looked_at_again(site_a: Department) -> None:
    old = make_article(site_a)
    scan()
    long_ago = timezone.now() - timedelta(days=3)
    ArticlePage.objects.update(latest_revision_created_at=long_ago, last_published_at=long_ago)
    deface(old, link())
    first = scan()
    assert findings() == []
    new = make_article(site_a, body=[("paragraph", link())])
    scan()
    assert [found.page_id for found in findings()] == [new.pk]
    full = scan(full=True)
    assert {found.page_id for found in findings()} == {old.pk, new.pk}
    assert full.rows > first.rows


def test_a_host_that_is_taken_off_the_list_brings_a_full_scan(site_a: Department) -> None:
    LinkRules.load()
    row = AllowedHost.of_all_departments.create(department=site_a, pattern="bao.example.net")
    article = make_article(site_a, body=[("paragraph", link(FAR))])
    scan()
    assert findings() == []
    long_ago = timezone.now() - timedelta(days=3)
    ArticlePage.objects.update(latest_revision_created_at=long_ago, last_published_at=long_ago)
    from cms.links.acting import forget_host

    forget_host(row, make_user((site_a, Role.SITE_ADMIN)))
    scan()
    assert [(found.page_id, found.grade) for found in findings()] == [(article.pk, Grade.UNKNOWN)]
    assert not LinkRules.load().is_full_due


def test_a_scan_that_is_broken_off_goes_on(
    site_a: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [make_article(site_a, body=[("paragraph", link())]) for _n in range(6)]
    judged: list[int] = []
    real = scanning.Scanner._settle

    def settle(self: Any, label: str, model: Any, face: str, seen: Any, **kwargs: Any) -> None:
        judged.extend(each.pk for each in seen if label == "news.articlepage")
        if len(judged) == 5:
            raise KeyboardInterrupt
        real(self, label, model, face, seen, **kwargs)

    monkeypatch.setattr(scanning.Scanner, "_settle", settle)
    with pytest.raises(KeyboardInterrupt):
        scan(batch=1)
    broken = Scan.objects.get()
    assert (broken.stage, broken.cursor) == ("news.articlepage", articles[3].pk)
    assert len(findings()) == 4
    judged.clear()
    scan(batch=2)
    assert judged == [articles[4].pk, articles[5].pk]
    assert {found.page_id for found in findings()} == {each.pk for each in articles}
    assert Scan.objects.filter(finished_at=None).count() == 0


def test_two_scans_do_not_run_at_once(site_a: Department) -> None:
    Scan.objects.create(is_full=True, stage="news.articlepage", cursor=3)
    with pytest.raises(ScanRunningError):
        Scanner()
    Scan.objects.update(beat_at=timezone.now() - timedelta(hours=1))
    assert Scanner().scan.cursor == 3


def test_a_dry_run_changes_nothing(site_a: Department) -> None:
    LinkRules.load()
    LinkRules.objects.update(unpublishes=True)
    article = make_article(site_a, "Tin xấu", body=[("paragraph", link())])
    report = scan(dry=True)
    assert report.unpublished == [f"Tin xấu ({article.pk})"]
    assert len(report.new) == 1
    assert findings() == []
    assert not Scan.objects.exists()
    article.refresh_from_db()
    assert article.live
    assert not RecordEntry.objects.filter(action="sen.links.found").exists()


def test_widgets_menus_plugins_and_settings_are_looked_at(site_a: Department) -> None:
    with acting_for(site_a):
        area = override(home_of(site_a), "sidebar")
        area.widgets = [{"type": "free_text", "value": {"title": "x", "text": link()}, "id": "a-b"}]
        area.live = True
        area.save()
        MenuItem.objects.create(department=site_a, title="Nổ hũ uy tín", url="https://a.example/")
        poll = Poll(question="Bạn chơi nhà cái uy tín nào?")
        poll.options = [PollOption(text="BK8 link vào", sort_order=0), PollOption(text="Không")]
        poll.save()
        Note.objects.create(text=f"Xem {BAD}")
    site_a.tagline = "Casino online uy tín"
    site_a.save()
    scan()
    found = {(each.model, each.department_id) for each in findings(grade=Grade.GAMBLING)}
    assert found == {
        (label, site_a.pk)
        for label in (
            "widgets.widgetarea", "sites.menuitem", "poll.poll", "poll.polloption",
            "dummy.note", "sites.department",
        )
    }  # fmt: skip
    (option,) = findings(model="poll.polloption")
    assert option.title == poll.question


def _docx(target: str) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<w:p><w:r><w:t>Tin</w:t></w:r></w:p>")
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationship Type="hyperlink" Target="{target}" TargetMode="External"/>',
        )
    return content.getvalue()


FILES = {
    "bang.csv": b"ten,dia chi\nA,https://bk8.com/\n",
    "van-ban.docx": _docx("https://bk8.com/dang-ky"),
    "to-khai.pdf": b"%PDF-1.4\n<< /A << /S /URI /URI (https://bk8.com/) >> >>\n",
    "tai-xiu-online-uy-tin.txt": b"Tin",
}


@pytest.mark.parametrize("name", FILES)
def test_an_uploaded_file_is_read(name: str, site_a: Department) -> None:
    person = make_user((site_a, Role.REPORTER))
    document = SenDocument(title="Tệp", collection=site_a.collection, uploaded_by_user=person)
    document.file.save(name, ContentFile(FILES[name]), save=False)
    document._set_document_file_metadata()
    document.save()
    scan()
    (found,) = findings()
    assert (found.model, found.department) == ("media.sendocument:content", site_a)
    assert found.brought_by == person
    again = scan()
    assert again.new == []
    document.file.save("sach.txt", ContentFile(b"x"), save=False)
    document._set_document_file_metadata()
    document.save()
    scan()
    assert [each.state for each in findings()] == [State.MENDED]


def test_a_broken_file_is_counted_and_passed_over(site_a: Department) -> None:
    document = SenDocument(title="Tệp", collection=site_a.collection)
    document.file.save("hong.docx", ContentFile(b"PK no archive"), save=False)
    document.save()
    assert scan().unreadable == 1


def test_unknown_hosts_are_kept_a_few_times(site_a: Department, site_b: Department) -> None:
    for _n in range(PLACES + 5):
        make_article(site_a, body=[("paragraph", link(FAR))])
    make_article(site_b, body=[("paragraph", link(FAR))])
    scan()
    assert len(findings(department=site_a)) == PLACES
    assert len(findings(department=site_b)) == 1
    assert {found.grade for found in findings()} == {Grade.UNKNOWN}


def test_a_page_that_moves_to_another_site_takes_its_findings_along(
    site_a: Department, site_b: Department
) -> None:
    article = make_article(site_a, body=[("paragraph", link())])
    scan()
    from tests.factories import section_of

    article.move(section_of(site_b), pos="last-child")
    scan(full=True)
    assert [found.department for found in findings()] == [site_b]


def test_the_questions_do_not_grow_with_the_articles(site_a: Department) -> None:
    for _n in range(3):
        make_article(site_a)
    scan()
    with CaptureQueriesContext(connection) as few:
        scan(full=True)
    for _n in range(20):
        make_article(site_a)
    with CaptureQueriesContext(connection) as many:
        scan(full=True)
    assert len(many) <= len(few) + 2
