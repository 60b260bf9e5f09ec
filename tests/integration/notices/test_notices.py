"""Notices: who is told, in the admin and by mail; what fails is tried again and then given up."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from email.header import decode_header, make_header
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from cms.notices import mailing, tell
from cms.notices.models import Notice
from cms.plugins.worker import run_waiting_tasks
from cms.users.models import User
from sites.life.merging import merge_sites
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_user, section_of, staff_client

INBOX = "/admin/inbox/"
# The menu is JSON in the page.
IN_MENU = json.dumps("Thông báo của tôi (1)")[1:-1]


@pytest.fixture
def editor(site_a: Department) -> User:
    return make_user(
        (site_a, Role.EDITOR), email="bt@so.example", last_name="Trần", first_name="Bình"
    )


def rows(**kwargs: Any) -> list[Notice]:
    return list(Notice.of_all_departments.filter(**kwargs).order_by("pk"))


class BrokenBackend(EmailBackend):
    """A mail server that is not there."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("no route to the mail server")


BROKEN = f"{__name__}.BrokenBackend"


def test_each_is_told_once(site_a: Department, site_b: Department, editor: User) -> None:
    chief = make_user((site_a, Role.CHIEF), (site_a, Role.EDITOR))
    province = make_user(is_superuser=True)
    others = [
        make_user((site_a, Role.EDITOR), is_active=False),
        make_user((site_b, Role.CHIEF)),
        make_user(),
    ]
    told = tell([editor, editor, chief, province, None, *others], site_a, "Có bài", "Xem nhé")
    assert [notice.recipient for notice in told] == [editor, chief, province]
    assert len(rows()) == 3


def test_what_is_undone_was_told_to_nobody(site_a: Department, editor: User) -> None:
    with transaction.atomic():
        tell([editor], site_a, "Có bài", "")
        transaction.set_rollback(True)
    assert not rows()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_mail_follows_in_the_background(
    site_a: Department, editor: User, settings: Any
) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://quantri.tinh.example"
    settings.DEFAULT_FROM_EMAIL = "Cổng <sen@tinh.example>"
    Department.objects.filter(pk=site_a.pk).update(short_name="Sở TTTT", email="lh@so.example")
    site_a.refresh_from_db()
    tell(
        [editor],
        site_a,
        "Bài bị trả lại:\n“A & B”",
        "Lý do: sai <tên>",
        link="/admin/pages/5/edit/",
    )
    assert not mail.outbox
    run_waiting_tasks()
    (message,) = mail.outbox
    assert message.to == ["bt@so.example"]
    assert message.subject == "[Sở TTTT] Bài bị trả lại: “A & B”"
    sent = message.message()
    assert str(make_header(decode_header(sent["From"]))) == "Sở TTTT <sen@tinh.example>"
    assert sent["Reply-To"] == "lh@so.example"
    assert "Kính gửi Trần Bình" in message.body
    assert "Lý do: sai <tên>" in message.body
    assert "https://quantri.tinh.example/admin/pages/5/edit/" in message.body
    (html,) = [part.content for part in message.alternatives]
    assert "sai &lt;tên&gt;" in html
    assert 'href="https://quantri.tinh.example/admin/pages/5/edit/"' in html
    (notice,) = rows()
    assert notice.mailed_at
    assert notice.next_attempt is None
    # Neither the queue nor the scheduler sends it again.
    mailing.deliver.call([notice.pk])
    mailing.mail_due()
    assert len(mail.outbox) == 1


def test_a_mail_that_fails_is_tried_again(site_a: Department, editor: User, settings: Any) -> None:
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, BROKEN
    tell([editor], site_a, "Có bài", "")
    assert mailing.mail_due() == 1
    (notice,) = rows()
    assert (notice.attempts, notice.mailed_at) == (1, None)
    assert "no route" in notice.last_error
    assert mailing.mail_due() == 0
    settings.EMAIL_BACKEND = working
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert mailing.mail_due() == 1
    assert len(mail.outbox) == 1
    assert rows(mailed_at=None) == []


def test_it_is_given_up_in_the_end_and_says_so(
    site_a: Department, editor: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = BROKEN
    (notice,) = tell([editor], site_a, "Có bài", "")
    now, waits = timezone.now(), []
    with caplog.at_level(logging.WARNING, logger="cms.notices.mailing"):
        while notice.next_attempt is not None:
            waits.append(notice.next_attempt - now)
            now = notice.next_attempt
            with time_machine.travel(now + timedelta(seconds=1)):
                mailing.mail_due()
            notice.refresh_from_db()
    assert notice.attempts == len(mailing.DELAYS) + 1
    assert waits[1:] == sorted(waits[1:])
    assert notice.given_up
    assert [r.levelname for r in caplog.records] == ["WARNING"] * len(mailing.DELAYS) + ["ERROR"]
    province = staff_client(make_user(is_superuser=True), site_a)
    assert "không gửi được" in province.get(INBOX).content.decode()
    assert "không gửi được" not in staff_client(editor, site_a).get(INBOX).content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_mailing_raises_nothing_into_the_act(site_a: Department, editor: User) -> None:
    with patch.object(type(mailing.deliver), "enqueue", side_effect=RuntimeError("queue is gone")):
        tell([editor], site_a, "Có bài", "")
    assert len(rows()) == 1
    mailing.mail_due()
    assert len(mail.outbox) == 1


def test_who_is_gone_or_has_no_address_is_not_mailed(site_a: Department, editor: User) -> None:
    silent = make_user((site_a, Role.EDITOR))
    tell([editor, silent], site_a, "Có bài", "")
    User.objects.filter(pk=editor.pk).update(is_active=False)
    mailing.mail_due()
    assert not mail.outbox
    assert all(notice.given_up and notice.last_error for notice in rows())


def test_two_workers_send_one_mail(site_a: Department, editor: User) -> None:
    (notice,) = tell([editor], site_a, "Có bài", "")
    send = mailing.message_of

    def meanwhile(found: Notice) -> Any:
        assert not mailing.mail(notice.pk)
        return send(found)

    with patch.object(mailing, "message_of", meanwhile):
        assert mailing.mail(notice.pk)
    assert len(mail.outbox) == 1


def test_each_sees_and_reads_their_own(site_a: Department, editor: User) -> None:
    other = make_user((site_a, Role.CHIEF))
    page = make_article(section_of(site_a), live=False)
    link = f"/admin/pages/{page.pk}/edit/"
    (mine,) = tell([editor], site_a, "Việc của biên tập", "", link=link)
    (theirs,) = tell([other], site_a, "Việc của trưởng ban", "")
    client = staff_client(editor, site_a)
    text = client.get(INBOX).content.decode()
    assert "Việc của biên tập" in text
    assert "Việc của trưởng ban" not in text
    assert IN_MENU in text
    dashboard = client.get("/admin/").content.decode()
    assert "Việc của biên tập" in dashboard
    assert "Việc của trưởng ban" not in dashboard
    for address in (f"{INBOX}{theirs.pk}/open/", f"{INBOX}{theirs.pk}/read/"):
        assert client.post(address).status_code == 404
    assert client.get(f"{INBOX}{mine.pk}/open/").url == link
    mine.refresh_from_db()
    assert mine.read_at
    assert IN_MENU not in client.get(INBOX).content.decode()
    client.post(f"{INBOX}read/")
    assert rows(pk=theirs.pk)[0].read_at is None
    client.force_login(other)
    assert client.get(f"{INBOX}read/").status_code == 405
    client.post(f"{INBOX}read/")
    assert rows(pk=theirs.pk)[0].read_at


def test_who_has_left_sees_no_more(site_a: Department, site_b: Department, editor: User) -> None:
    tell([editor], site_a, "Việc của A", "")
    editor.groups.set([site_b.role_groups.get(role=Role.EDITOR).group])
    assert "Việc của A" not in staff_client(editor, site_b).get(INBOX).content.decode()


def test_older_ones_follow(site_a: Department, editor: User) -> None:
    for number in range(53):
        tell([editor], site_a, f"tin-{number}.", "")
    client = staff_client(editor, site_a)
    first = client.get(INBOX)
    assert len(first.context["notices"]) == 50
    rest = client.get(INBOX, {"before": first.context["older"]})
    assert [notice.subject for notice in rest.context["notices"]] == ["tin-2.", "tin-1.", "tin-0."]
    assert client.get(INBOX, {"before": "x"}).status_code == 200


def test_old_ones_are_forgotten(site_a: Department, editor: User) -> None:
    tell([editor], site_a, "Cũ", "")
    Notice.of_all_departments.update(created=timezone.now() - timedelta(days=400))
    tell([editor], site_a, "Mới", "")
    mailing.forget_old()
    assert [notice.subject for notice in rows()] == ["Mới"]


def test_a_merger_takes_notices_along(site_a: Department, site_b: Department, editor: User) -> None:
    tell([editor], site_a, "Việc của A", "")
    merge_sites([site_a], site_b)
    assert rows()[0].department == site_b
    assert "Việc của A" in staff_client(editor, site_b).get(INBOX).content.decode()
