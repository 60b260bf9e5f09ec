"""Written once, shown on many sites: offered, accepted through the own gates, followed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.news.contributors import Contributor
from cms.news.models import ArticlePage, BylineEntry, Correction
from cms.record.models import RecordEntry
from cms.sharing import following, offering
from cms.sharing.models import (
    AutomaticAcceptance,
    Placement,
    Receipt,
    SharedArticlePage,
)
from cms.traffic.models import DailyCount
from cms.workflow import rules, takedown
from sites.models import Department
from sites.roles import Role
from sites.tenancy import acting_for
from tests.factories import (
    home_of,
    make_article,
    make_site,
    make_user,
    publish,
    section_of,
    staff_client,
    titles,
)
from tests.integration.workflow.newsroom import Newsroom, act, fresh

State = Placement.State


@pytest.fixture
def source(site_a: Department) -> Newsroom:
    return Newsroom(site_a)


@pytest.fixture
def receiver(site_b: Department) -> Newsroom:
    return Newsroom(site_b)


def offered(source: Newsroom, *receivers: Newsroom, **kwargs: Any) -> list[Placement]:
    article = source.published(**kwargs)
    made = offering.offer(article, source.editor, [one.department for one in receivers])
    return list(Placement.of_all_departments.filter(offer=made).order_by("pk"))


def placed(source: Newsroom, receiver: Newsroom, **kwargs: Any) -> tuple[Placement, Any]:
    """An article of ``source`` that passed the gates of ``receiver``."""
    [placement] = offered(source, receiver, **kwargs)
    page = offering.accept(placement, receiver.editor, section_of(receiver.department))
    second = make_user((receiver.department, Role.EDITOR))
    act(page, second, "approve")
    act(page, receiver.chief, "approve")
    placement = Placement.of_all_departments.get(pk=placement.pk)
    assert placement.page is not None
    return placement, placement.page


def test_accepted_through_the_own_gates(source: Newsroom, receiver: Newsroom, browse: Any) -> None:
    [placement] = offered(source, receiver, title="Tin chia sẻ", lead="Sapo của nguồn.")
    page = offering.accept(placement, receiver.editor, section_of(receiver.department))
    assert not fresh(page).live
    # Nobody approves what they accepted themselves.
    with pytest.raises(rules.GateRefused):
        act(page, receiver.editor, "approve")
    act(page, make_user((receiver.department, Role.EDITOR)), "approve")
    act(page, receiver.chief, "approve")
    placement.refresh_from_db()
    assert placement.state == State.PUBLIC
    page = fresh(page)
    assert (page.title, page.section_id) == ("Tin chia sẻ", section_of(receiver.department).pk)
    shown = browse(receiver.department, page.local_url).text
    assert "Nội dung bài viết." in shown
    assert "Sapo của nguồn." in shown
    assert "Sở A" in shown
    original = ArticlePage.objects.get(pk=placement.offer.article_id)
    assert f'<link rel="canonical" href="{original.full_url}">' in shown
    for address in ("/", "/kho-tin/", "/rss/", page.section.local_url, page.print_url):
        assert "Tin chia sẻ" in browse(receiver.department, address).text
    # No copy: the row holds no text.
    assert not page.body


def test_the_people_of_the_source_are_named_and_lead_nowhere(
    source: Newsroom, receiver: Newsroom, browse: Any
) -> None:
    with acting_for(source.department):
        Contributor.objects.create(full_name="Lê Lan", has_page=True)
    byline = [BylineEntry(name="Lê Lan", role="compiled")]
    placement, page = placed(source, receiver, byline=byline)
    original = placement.offer.article
    assert 'href="/tac-gia/le-lan/"' in browse(source.department, original.local_url).text
    shown = browse(receiver.department, page.local_url).text
    assert "Lê Lan (tổng hợp)" in shown
    assert "/tac-gia/" not in shown
    published = RecordEntry.objects.get(page_id=page.pk, action="wagtail.publish")
    assert "Lê Lan (tổng hợp)" in published.details


def test_drafts_of_the_source_stay_unseen(
    source: Newsroom, receiver: Newsroom, browse: Any
) -> None:
    placement, page = placed(source, receiver, title="Bản công khai")
    text = fresh(placement.offer.article).get_latest_revision().as_object()
    text.title, text.body = "Bản nháp mật", [("paragraph", "<p>Chưa công bố.</p>")]
    text.save_revision(user=source.reporter)
    for address in (page.local_url, "/"):
        shown = browse(receiver.department, address).text
        assert "mật" not in shown
        assert "Chưa công bố" not in shown
    with pytest.raises(offering.SharingRefused):
        offering.offer(source.draft(), source.editor, [receiver.department])
    private = source.published()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    with pytest.raises(offering.SharingRefused):
        offering.offer(private, source.editor, [receiver.department])


def test_a_correction_reaches_every_place(
    source: Newsroom, receiver: Newsroom, browse: Any, django_capture_on_commit_callbacks: Any
) -> None:
    placement, page = placed(source, receiver, title="Tên cũ")
    browse(receiver.department, page.local_url)

    def correct(text: ArticlePage) -> None:
        text.title = "Tên đúng"
        text.corrections.add(Correction(what="Tên đúng là thế này.", why="Nhầm tên."))

    with django_capture_on_commit_callbacks(execute=True):
        source.update(placement.offer.article, correct)
    shown = browse(receiver.department, page.local_url).text
    assert "Tên đúng là thế này." in shown
    assert "Tên cũ" not in shown
    assert "Tên đúng" in browse(receiver.department, "/").text
    assert "Tên đúng là thế này." in browse(receiver.department, "/rss/").text
    assert [receipt.act for receipt in placement.receipts.all()] == [Receipt.Act.CORRECTED]
    source.update(placement.offer.article, lambda text: setattr(text, "lead", "Sapo mới."))
    assert placement.receipts.last().act == Receipt.Act.CHANGED
    following.tell_receivers.call([placement.pk], Receipt.Act.CORRECTED)
    assert RecordEntry.objects.filter(
        department=receiver.department, action="sen.sharing.followed"
    ).exists()


def test_a_takedown_reaches_every_place_and_so_does_the_return(
    source: Newsroom, receiver: Newsroom, browse: Any
) -> None:
    placement, page = placed(source, receiver)
    waiting_in = Newsroom(make_site("so-c.localhost"))
    made = Placement.of_all_departments.create(
        offer=placement.offer, department=waiting_in.department
    )
    waiting = offering.accept(made, waiting_in.editor, section_of(waiting_in.department))
    takedown.take_down(
        placement.offer.article, source.chief, "Thông tin sai lệch.", "Gỡ để kiểm tra lại."
    )
    answer = browse(receiver.department, page.local_url)
    assert answer.status_code == 410
    assert "Gỡ để kiểm tra lại." in answer.text
    assert fresh(waiting).current_workflow_state is None
    placement.refresh_from_db()
    assert placement.state == State.ENDED
    assert placement.receipts.get().act == Receipt.Act.ENDED
    takedown.republish(fresh(placement.offer.article), source.chief, "Đã kiểm tra, thông tin đúng.")
    assert browse(receiver.department, page.local_url).status_code == 200
    placement.refresh_from_db()
    assert placement.state == State.PUBLIC


def test_dropped_declined_and_taken_up_again(
    source: Newsroom, receiver: Newsroom, browse: Any
) -> None:
    placement, page = placed(source, receiver)
    with pytest.raises(offering.SharingRefused):
        offering.drop(placement, receiver.chief, " ")
    with pytest.raises(offering.SharingRefused):
        offering.drop(placement, source.chief, "Không phải của mình.")
    offering.drop(placement, receiver.chief, "Không còn phù hợp.")
    assert browse(receiver.department, page.local_url).status_code == 404
    assert fresh(placement.offer.article).live
    again = offering.accept(placement, receiver.editor, section_of(receiver.department, 1))
    assert again.pk == page.pk
    assert again.section_id == section_of(receiver.department, 1).pk
    assert again.current_workflow_state is not None
    [other] = offered(source, receiver)
    offering.decline(other, receiver.editor, "Đã đăng bài tương tự.")
    other.refresh_from_db()
    assert (other.state, other.reason) == (State.DECLINED, "Đã đăng bài tương tự.")


def test_a_standing_approval_lets_a_source_in_at_once(source: Newsroom, receiver: Newsroom) -> None:
    own = section_of(receiver.department)
    with acting_for(receiver.department):
        AutomaticAcceptance.objects.create(
            source=source.department,
            source_section=section_of(source.department, 0),
            section=own,
            reason="Tin chỉ đạo điều hành.",
            switched_on_by=receiver.chief,
            switched_on_by_name="Trưởng ban",
        )
    [placement] = offered(source, receiver, title="Tin tự động")
    offering.after_offer.call(placement.offer_id)
    placement.refresh_from_db()
    assert placement.state == State.PUBLIC
    assert "Tin tự động" in titles(
        ArticlePage.objects.filter(live=True, site_root=home_of(receiver.department))
    )
    entry = RecordEntry.objects.get(action="sen.sharing.automatic")
    assert entry.department_id == receiver.department.pk
    elsewhere = source.draft()
    elsewhere.move(section_of(source.department, 1), pos="last-child")
    publish(fresh(elsewhere))
    made = offering.offer(fresh(elsewhere), source.editor, [receiver.department])
    offering.after_offer.call(made.pk)
    assert Placement.of_all_departments.get(offer=made).state == State.OFFERED


def test_withdrawing_ends_it_everywhere(source: Newsroom, receiver: Newsroom) -> None:
    placement, page = placed(source, receiver)
    following.withdraw(placement.offer, source.chief)
    assert not fresh(page).live
    placement.refresh_from_db()
    assert placement.state == State.ENDED


def test_privacy_and_deletion_at_the_source_end_it_too(
    source: Newsroom, receiver: Newsroom
) -> None:
    _placement, page = placed(source, receiver)
    private = PageViewRestriction.objects.create(
        page=section_of(source.department), restriction_type=PageViewRestriction.LOGIN
    )
    assert not fresh(page).live
    private.delete()
    other, other_page = placed(source, receiver)
    ArticlePage.objects.filter(pk=other.offer.article_id).update(live=True)
    ArticlePage.objects.get(pk=other.offer.article_id).delete()
    assert not fresh(other_page).live
    assert fresh(other_page).original_id is None


def test_views_are_counted_for_each_site(source: Newsroom, receiver: Newsroom) -> None:
    from cms.sharing.reading import where_it_runs

    placement, page = placed(source, receiver)
    article = placement.offer.article
    for site, key, views in (
        (source.department.site, article.pk, 5),
        (receiver.department.site, page.pk, 7),
    ):
        DailyCount.objects.create(site=site, page=key, day="2026-11-01", views=views)
    runs = where_it_runs(article)
    assert (runs.own_views, runs.total) == (5, 12)
    assert [(row.placement.pk, row.views) for row in runs.places] == [(placement.pk, 7)]


def test_two_hundred_places_are_followed_in_as_many_statements_as_two(
    source: Newsroom, db: Any
) -> None:
    article = source.published(title="Tin toàn tỉnh")
    made = offering.offer(
        article, source.editor, [make_site(f"so-{n}.localhost") for n in range(2)]
    )

    everywhere = Placement.of_all_departments.filter(offer=made)

    def spread() -> None:
        for placement in everywhere.filter(page=None).select_related("department"):
            page = offering._place(placement, section_of(placement.department), None, None)
            ArticlePage.objects.filter(pk=page.pk).update(live=True)
            Placement.of_all_departments.filter(pk=placement.pk).update(
                page=page.pk, state=State.PUBLIC
            )

    def correct(number: int) -> int:
        text = fresh(article).get_latest_revision().as_object()
        text.title = f"Tin toàn tỉnh, bản {number}"
        text.save_revision(user=source.reporter)
        with CaptureQueriesContext(connection) as context:
            publish(fresh(article))
        return len(context)

    spread()
    correct(0)
    few = correct(1)
    for number in range(2, 40):
        department = make_site(f"so-{number}.localhost")
        Placement.of_all_departments.create(offer=made, department=department)
    spread()
    assert correct(2) <= few
    assert set(titles(SharedArticlePage.objects.all())) == {"Tin toàn tỉnh, bản 2"}


def test_a_list_asks_no_more_for_shared_articles(source: Newsroom, receiver: Newsroom) -> None:
    from cms.news.reading import SiteNews

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            for article in SiteNews(home_of(receiver.department)).latest(10):
                assert article.local_url
                assert article.section is not None
        return len(context)

    placed(source, receiver)
    one = queries()
    for _time in range(3):
        placed(source, receiver)
    assert queries() == one


def test_the_chiefs_standing_approval_on_screen(source: Newsroom, receiver: Newsroom) -> None:
    url = reverse("sharing_automatic")
    chief = staff_client(receiver.chief, receiver.department)
    section = section_of(source.department)
    data = {
        "source": source.department.pk,
        "source_address": section.full_url,
        "section": section_of(receiver.department).pk,
        "reason": "Tin chỉ đạo, điều hành.",
    }
    wrong = {**data, "source_address": f"http://{source.department.host}/khong-co/"}
    assert "Nguồn không có chuyên mục công khai" in chief.post(url, wrong).text
    assert "Tin chỉ đạo, điều hành." in chief.post(url, data, follow=True).text
    standing = AutomaticAcceptance.of_all_departments.get()
    assert standing.source_section == section
    chief.post(url, {"end": standing.pk})
    standing.refresh_from_db()
    assert standing.ended_at is not None
    assert staff_client(receiver.editor, receiver.department).get(url).status_code == 404


def test_offering_and_accepting_on_screen(source: Newsroom, receiver: Newsroom) -> None:
    article = source.published(title="Bài trên màn hình")
    editor = staff_client(source.editor, source.department)
    url = reverse("sharing_offer", args=[article.pk])
    assert url in editor.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).text
    assert "ít nhất một đơn vị" in editor.post(url, {"to": "chosen"}).text
    data = {"to": "chosen", "receivers": [receiver.department.pk], "note": "Mời đăng lại."}
    assert "Sở B" in editor.post(url, data, follow=True).text
    [placement] = Placement.of_all_departments.all()
    desk = staff_client(receiver.editor, receiver.department)
    assert "Bài trên màn hình" in desk.get(reverse("sharing_offers")).text
    assert "1 bài chờ bạn quyết định" in desk.get("/admin/").text
    url = reverse("sharing_placement", args=[placement.pk])
    assert "Nội dung bài viết." in desk.get(url).text
    desk.post(url, {"act": "accept", "section": section_of(source.department).pk})
    placement.refresh_from_db()
    assert placement.state == State.OFFERED
    desk.post(url, {"act": "accept", "section": section_of(receiver.department).pk})
    placement.refresh_from_db()
    assert placement.state == State.ACCEPTED
    page = placement.page
    assert page is not None
    shown = desk.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text
    assert "Nội dung này của đơn vị khác (Sở A)" in shown
    assert "byline_in_one_line" not in shown
    auditor = staff_client(make_user((receiver.department, Role.AUDITOR)), receiver.department)
    assert auditor.get(url).status_code == 200
    auditor.post(url, {"act": "drop", "reason": "Không được."})
    placement.refresh_from_db()
    assert placement.state == State.ACCEPTED
    assert editor.get(url).status_code == 404
    ours = editor.get(reverse("sharing_article", args=[article.pk])).text
    assert "Đang duyệt" in ours


def test_a_place_on_the_front_page(source: Newsroom, receiver: Newsroom, browse: Any) -> None:
    [placement] = offered(source, receiver, title="Bài được đưa lên đầu")
    reporter = staff_client(receiver.reporter, receiver.department)
    url = reverse("sharing_placement", args=[placement.pk])
    data = {"act": "accept", "section": section_of(receiver.department).pk}
    over = reporter.post(url, {**data, "leading_until": "01/01/2020 00:00"}).text
    assert "Thời điểm này đã qua" in over
    reporter.post(url, {"act": "decline", "reason": "Không."})
    until = timezone.localtime() + timedelta(days=2)
    reporter.post(url, {**data, "leading_until": f"{until:%d/%m/%Y %H:%M}"})
    placement.refresh_from_db()
    page = placement.page
    assert page is not None
    # The department's only editor can approve, for the reporter accepted it.
    act(page, receiver.editor, "approve")
    act(page, receiver.chief, "approve")
    for number in range(6):
        make_article(receiver.department, f"Bài mới hơn {number}", published_at=timezone.now())
    front = browse(receiver.department, "/").text
    assert front.index("Bài được đưa lên đầu") < front.index("Bài mới hơn 5")
