"""The people screens: who may, whom, and what may not be learnt or lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms.plugins.worker import run_waiting_tasks
from cms.record.models import RecordEntry
from cms.staff import inviting
from cms.staff.models import EndedOffice, Invitation
from cms.users.models import User
from sites.models import Department, Deputyship
from sites.roles import Role, has_role, roles_of
from tests.factories import make_article, make_user, staff_client

PEOPLE = "/admin/people/"
INVITATION = {
    "last_name": "Lò Thị",
    "first_name": "Hoa",
    "email": "hoa@so.example",
    "roles": ["reporter", "editor"],
}


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def roles(user: User, department: Department) -> set[str]:
    return {held.role for held in roles_of(fresh(user)) if held.department_id == department.pk}


def acts(department: Department) -> list[str]:
    return list(RecordEntry.objects.filter(department=department).values_list("action", flat=True))


# Who is let in.


@pytest.mark.parametrize("role", [Role.REPORTER, Role.EDITOR, Role.CHIEF, Role.AUDITOR])
@pytest.mark.parametrize("path", ["", "invite/", "deputies/", "{person}/", "{person}/leave/"])
def test_only_the_site_administrator_is_let_in(
    site_a: Department, admin_a: User, role: Role, path: str
) -> None:
    other = make_user((site_a, role))
    address = PEOPLE + path.format(person=other.pk)
    assert staff_client(other, site_a).get(address).status_code == 404
    assert staff_client(other, site_a).post(address, {"act": "suspend"}).status_code == 404
    assert staff_client(admin_a, site_a).get(address).status_code == 200


@pytest.mark.parametrize("act", ["roles", "suspend", "reinstate"])
def test_people_of_another_department_do_not_exist(
    at_a: Client, site_b: Department, act: str
) -> None:
    foreign = make_user((site_b, Role.EDITOR), first_name="Người Khác")
    for address in (f"{PEOPLE}{foreign.pk}/", f"{PEOPLE}{foreign.pk}/leave/"):
        assert at_a.get(address).status_code == 404
        assert at_a.post(address, {"act": act, "roles": ["chief"]}).status_code == 404
    assert "Người Khác" not in at_a.get(PEOPLE).content.decode()
    assert roles(foreign, site_b) == {"editor"}


def test_the_list_finds_names_without_marks(at_a: Client, site_a: Department) -> None:
    make_user((site_a, Role.EDITOR), first_name="Đức", last_name="Vàng Văn")
    make_user((site_a, Role.EDITOR), first_name="Hải", last_name="Lê")
    page = at_a.get(PEOPLE, {"q": "vang van duc"}).content.decode()
    assert "Vàng Văn Đức" in page
    assert "Lê Hải" not in page


def test_somebody_of_two_departments_shows_only_the_roles_here(
    at_a: Client, site_a: Department, site_b: Department
) -> None:
    both = make_user((site_a, Role.REPORTER), (site_b, Role.CHIEF))
    page = at_a.get(f"{PEOPLE}{both.pk}/")
    assert page.context["member"].roles == ["reporter"]
    at_a.post(f"{PEOPLE}{both.pk}/", {"act": "roles", "roles": ["editor"]})
    assert roles(both, site_a) == {"editor"}
    assert roles(both, site_b) == {"chief"}


# Inviting.


def invite(client: Client, **kwargs: Any) -> Any:
    return client.post(f"{PEOPLE}invite/", {**INVITATION, **kwargs})


def test_a_new_person_is_invited_and_serves_from_the_first_sign_in(
    at_a: Client,
    site_a: Department,
    invited: list[User],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert invite(at_a).status_code == 302
    run_waiting_tasks()
    (user,) = invited
    assert (user.email, user.username) == ("hoa@so.example", "hoa@so.example")
    assert user.get_full_name() == "Lò Thị Hoa"
    assert not user.has_usable_password()
    assert not user.is_superuser
    assert roles(user, site_a) == set()
    Client().force_login(user)
    assert roles(user, site_a) == {"reporter", "editor"}
    assert "sen.people.invite" in acts(site_a)
    assert Invitation.objects.get().accepted_at is not None


def test_an_address_that_another_department_knows_is_answered_as_a_new_one(
    at_a: Client,
    site_a: Department,
    site_b: Department,
    invited: list[User],
    said: Callable[[Any], list[str]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    known = make_user(
        (site_b, Role.CHIEF), email="Biet@so.example", first_name="Thật", username="ten.that"
    )
    invite(at_a, email="lam-nong@so.example")  # content types and the like are read once
    answers = []
    for email in ("moi@so.example", "biet@so.example"):
        with django_capture_on_commit_callbacks() as later:
            answer = invite(at_a, email=email)
        answers.append((answer.status_code, said(answer)[-1], len(later)))
        for callback in later:
            callback()
    assert answers[0] == answers[1]
    run_waiting_tasks()
    page = at_a.get(PEOPLE).content.decode()
    assert "Thật" not in page
    assert "ten.that" not in page
    assert [user.email for user in invited] == ["moi@so.example"]
    assert "Sở A" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == ["Biet@so.example"]
    assert roles(known, site_a) == set()
    Client().force_login(known)
    assert roles(known, site_a) == {"reporter", "editor"}
    assert roles(known, site_b) == {"chief"}
    assert User.objects.filter(email__iexact="biet@so.example").count() == 1


def test_inviting_asks_as_much_of_the_database_for_a_known_address(
    at_a: Client, site_b: Department
) -> None:
    """Whoever counts milliseconds learns nothing: nobody looks for the account."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_user((site_b, Role.CHIEF), email="biet@so.example")
    invite(at_a, email="dau-tien@so.example")
    counts = []
    for email in ("moi@so.example", "biet@so.example"):
        with CaptureQueriesContext(connection) as queries:
            invite(at_a, email=email)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_invitation_makes_nobody_of_the_province_and_no_superuser_an_officer(
    at_a: Client,
    site_a: Department,
    superuser: User,
    invited: list[User],
    django_capture_on_commit_callbacks: Any,
) -> None:
    User.objects.filter(pk=superuser.pk).update(email="tinh@so.example")
    with django_capture_on_commit_callbacks(execute=True):
        invite(at_a, email="tinh@so.example", is_superuser="on", is_staff="on")
    run_waiting_tasks()
    Client().force_login(superuser)
    assert roles(superuser, site_a) == set()
    assert invited == []
    assert len(mail.outbox) == 0


def test_an_account_that_the_province_locked_is_not_opened_by_an_invitation(
    at_a: Client, site_b: Department, invited: list[User], django_capture_on_commit_callbacks: Any
) -> None:
    locked = make_user((site_b, Role.EDITOR), email="khoa@so.example", is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        invite(at_a, email="khoa@so.example")
    run_waiting_tasks()
    assert not fresh(locked).is_active
    assert invited == []


def test_a_wrong_invitation_says_why_and_keeps_what_was_typed(
    at_a: Client, site_a: Department
) -> None:
    make_user((site_a, Role.EDITOR), email="da-co@so.example")
    page = invite(at_a, email="da-co@so.example")
    assert page.context["form"].errors["email"] == [
        "Người có địa chỉ này đã có trong danh sách của đơn vị."
    ]
    assert 'value="Lò Thị"' in page.content.decode()
    assert "roles" in invite(at_a, roles=["superuser"]).context["form"].errors
    assert "roles" in invite(at_a, roles=[]).context["form"].errors
    assert not Invitation.objects.exists()


def test_a_withdrawn_invitation_gives_nothing(
    at_a: Client,
    site_a: Department,
    site_b: Department,
    invited: list[User],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite(at_a)
    run_waiting_tasks()
    address = f"{PEOPLE}invitations/{Invitation.objects.get().pk}/"
    foreign = staff_client(make_user((site_b, Role.SITE_ADMIN)), site_b)
    assert foreign.post(address, {"act": "withdraw"}).status_code == 404
    assert at_a.post(address, {"act": "withdraw"}).status_code == 302
    Client().force_login(invited[0])
    assert roles(invited[0], site_a) == set()


def test_accepting_twice_gives_once(site_a: Department, admin_a: User) -> None:
    user = make_user()
    invitation = inviting.offer(site_a, "x@so.example", "A", "B", ["editor"], by=admin_a)
    inviting.accept(invitation, user)
    user.groups.clear()
    inviting.accept(invitation, user)
    assert roles(user, site_a) == set()


# Suspending, reinstating, the last administrator.


def test_suspending_takes_the_office_here_and_locks_an_account_nobody_else_has(
    at_a: Client, site_a: Department
) -> None:
    editor = make_user((site_a, Role.EDITOR), (site_a, Role.REPORTER))
    theirs = staff_client(editor, site_a)
    assert theirs.get("/admin/").status_code == 200
    at_a.post(f"{PEOPLE}{editor.pk}/", {"act": "suspend"})
    assert roles(editor, site_a) == set()
    assert not fresh(editor).is_active
    assert theirs.get("/admin/").status_code == 302
    at_a.post(f"{PEOPLE}{editor.pk}/", {"act": "reinstate"})
    assert roles(editor, site_a) == {"editor", "reporter"}
    assert fresh(editor).is_active
    assert {"sen.people.suspend", "sen.people.reinstate"} <= set(acts(site_a))


def test_suspending_here_leaves_the_office_in_another_department(
    at_a: Client, site_a: Department, site_b: Department, admin_b: User
) -> None:
    both = make_user((site_a, Role.EDITOR), (site_b, Role.EDITOR))
    at_a.post(f"{PEOPLE}{both.pk}/", {"act": "suspend"})
    assert fresh(both).is_active
    assert roles(both, site_b) == {"editor"}
    staff_client(admin_b, site_b).post(f"{PEOPLE}{both.pk}/", {"act": "suspend"})
    assert not fresh(both).is_active
    at_a.post(f"{PEOPLE}{both.pk}/", {"act": "reinstate"})
    assert fresh(both).is_active
    assert roles(both, site_a) == {"editor"}
    assert roles(both, site_b) == set()


def test_what_the_province_locked_stays_locked(at_a: Client, site_a: Department) -> None:
    editor = make_user((site_a, Role.EDITOR), is_active=False)
    at_a.post(f"{PEOPLE}{editor.pk}/", {"act": "suspend"})
    at_a.post(f"{PEOPLE}{editor.pk}/", {"act": "reinstate"})
    assert not fresh(editor).is_active
    assert roles_of(fresh(editor)) == []


@pytest.mark.parametrize(
    "data", [{"act": "suspend"}, {"act": "roles", "roles": ["editor"]}], ids=["suspend", "demote"]
)
def test_the_last_administrator_stays(
    at_a: Client, admin_a: User, site_a: Department, data: dict[str, Any]
) -> None:
    at_a.post(f"{PEOPLE}{admin_a.pk}/", data)
    assert roles(admin_a, site_a) == {"site_admin"}
    # An account that cannot sign in is no other administrator.
    make_user((site_a, Role.SITE_ADMIN), is_active=False)
    at_a.post(f"{PEOPLE}{admin_a.pk}/", data)
    assert roles(admin_a, site_a) == {"site_admin"}
    make_user((site_a, Role.SITE_ADMIN))
    at_a.post(f"{PEOPLE}{admin_a.pk}/", data)
    assert "site_admin" not in roles(admin_a, site_a)


def test_a_superuser_is_never_touched(at_a: Client, site_a: Department, superuser: User) -> None:
    superuser.groups.add(site_a.role_groups.get(role=Role.CHIEF).group)
    address = f"{PEOPLE}{superuser.pk}/"
    for data in ({"act": "suspend"}, {"act": "roles", "roles": ["reporter"]}):
        at_a.post(address, data)
    assert at_a.post(f"{address}leave/", {"colleague": superuser.pk}).status_code == 404
    assert roles(superuser, site_a) == {"chief"}
    assert fresh(superuser).is_active


# Leaving.


def test_leaving_hands_over_drafts_locks_and_deputyships(
    at_a: Client, site_a: Department, site_b: Department, admin_a: User
) -> None:
    leaver, colleague = make_user((site_a, Role.EDITOR)), make_user((site_a, Role.REPORTER))
    draft = make_article(site_a, "Bài dở dang", live=False, owner=leaver)
    published = make_article(site_a, owner=leaver)
    Page.objects.filter(pk=published.pk).update(has_unpublished_changes=False)
    foreign = make_article(site_b, live=False, owner=leaver)
    held = make_article(site_a)
    now = timezone.now()
    Page.objects.filter(pk=held.pk).update(locked=True, locked_by=leaver, locked_at=now)
    today = timezone.localdate()
    Deputyship.objects.create(
        department=site_a, person=admin_a, deputy=leaver, starts=today, ends=today
    )
    address = f"{PEOPLE}{leaver.pk}/leave/"
    before = at_a.get(address)
    assert [page.title for page in before.context["belongings"].drafts] == ["Bài dở dang"]
    assert before.context["belongings"].emptied == [("Biên tập viên", 0)]
    assert at_a.post(address, {"colleague": colleague.pk}).status_code == 302
    owner_of = dict(Page.objects.values_list("pk", "owner"))
    assert owner_of[draft.pk] == colleague.pk
    assert owner_of[published.pk] == leaver.pk
    assert owner_of[foreign.pk] == leaver.pk
    assert not Page.objects.get(pk=held.pk).locked
    assert not Deputyship.objects.exists()
    assert not fresh(leaver).is_active
    after = at_a.get(f"{PEOPLE}{leaver.pk}/")
    assert "Bài dở dang" in after.content.decode()
    entry = RecordEntry.objects.get(department=site_a, action="sen.people.leave")
    assert "Bài dở dang" in entry.details
    at_a.post(f"{PEOPLE}{leaver.pk}/", {"act": "reinstate"})
    assert Page.objects.get(pk=draft.pk).owner_id == leaver.pk
    assert roles(leaver, site_a) == {"editor"}


def test_nothing_is_handed_to_somebody_who_does_not_serve_here(
    at_a: Client, site_a: Department, site_b: Department
) -> None:
    leaver, foreign = make_user((site_a, Role.EDITOR)), make_user((site_b, Role.EDITOR))
    draft = make_article(site_a, live=False, owner=leaver)
    for colleague in (foreign, leaver):
        page = at_a.post(f"{PEOPLE}{leaver.pk}/leave/", {"colleague": colleague.pk})
        assert "colleague" in page.context["form"].errors
    assert roles(leaver, site_a) == {"editor"}
    assert Page.objects.get(pk=draft.pk).owner_id == leaver.pk
    assert not EndedOffice.objects.exists()


# Deputies.


def test_a_deputy_stands_in_on_the_days_and_on_no_other(at_a: Client, site_a: Department) -> None:
    chief, editor = make_user((site_a, Role.CHIEF)), make_user((site_a, Role.EDITOR))
    today = timezone.localdate()
    day = timedelta(days=1)
    data = {"person": chief.pk, "deputy": editor.pk}
    at_a.post(f"{PEOPLE}deputies/", {**data, "starts": today, "ends": today + day})
    deputyship = Deputyship.objects.get()
    for starts, ends, stands in (
        (today, today, True),
        (today - 2 * day, today - day, False),
        (today + day, today + 2 * day, False),
    ):
        Deputyship.objects.update(starts=starts, ends=ends)
        assert has_role(fresh(editor), site_a, Role.CHIEF) is stands
    Deputyship.objects.update(starts=today, ends=today)
    chief.groups.clear()
    assert not has_role(fresh(editor), site_a, Role.CHIEF)
    chief.groups.add(site_a.role_groups.get(role=Role.CHIEF).group)
    User.objects.filter(pk=chief.pk).update(is_active=False)
    assert not has_role(fresh(editor), site_a, Role.CHIEF)
    User.objects.filter(pk=chief.pk).update(is_active=True)
    assert at_a.post(f"{PEOPLE}deputies/", {"end": deputyship.pk}).status_code == 302
    assert not has_role(fresh(editor), site_a, Role.CHIEF)
    assert {"sen.people.deputy_named", "sen.people.deputy_ended"} <= set(acts(site_a))


def test_a_deputy_gets_gate_roles_only_and_only_where_they_serve(
    site_a: Department, site_b: Department
) -> None:
    both = make_user((site_a, Role.CHIEF), (site_a, Role.SITE_ADMIN))
    here, elsewhere = make_user((site_a, Role.REPORTER)), make_user((site_b, Role.REPORTER))
    today = timezone.localdate()
    for deputy in (here, elsewhere):
        Deputyship.objects.create(
            department=site_a, person=both, deputy=deputy, starts=today, ends=today
        )
    assert roles(here, site_a) == {"reporter", "chief"}
    assert roles(elsewhere, site_a) == set()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends": "01/01/2020", "starts": "01/01/2020"}, "ends"),
        ({"ends": "01/01/2030", "starts": "02/01/2030"}, "ends"),
        ({"deputy": "same"}, "deputy"),
        ({"deputy": "foreign"}, "deputy"),
        ({"starts": "hôm nay"}, "starts"),
    ],
)
def test_a_wrong_deputyship_is_refused(
    at_a: Client, site_a: Department, site_b: Department, change: dict[str, Any], field: str
) -> None:
    chief, editor = make_user((site_a, Role.CHIEF)), make_user((site_a, Role.EDITOR))
    people = {"same": chief.pk, "foreign": make_user((site_b, Role.CHIEF)).pk}
    data = {
        "person": chief.pk,
        "deputy": editor.pk,
        "starts": timezone.localdate(),
        "ends": timezone.localdate(),
        **change,
    }
    data["deputy"] = people.get(data["deputy"], data["deputy"])
    page = at_a.post(f"{PEOPLE}deputies/", data)
    assert field in page.context["form"].errors
    assert not Deputyship.objects.exists()


def test_a_deputyship_of_another_department_cannot_be_ended(
    at_a: Client, site_b: Department
) -> None:
    chief, editor = make_user((site_b, Role.CHIEF)), make_user((site_b, Role.EDITOR))
    today = timezone.localdate()
    foreign = Deputyship.objects.create(
        department=site_b, person=chief, deputy=editor, starts=today, ends=today
    )
    assert at_a.post(f"{PEOPLE}deputies/", {"end": foreign.pk}).status_code == 404
    assert Deputyship.objects.filter(pk=foreign.pk).exists()
