"""The record's chain: honest ones hold, and each way of tampering with one is found."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cms.record.chaining import ChainBrokenError, hash_of_entry, seal, seal_leftovers
from cms.record.hashing import hash_of, hash_of_content
from cms.record.models import Kind, RecordEntry, RecordFinalError, RecordHead
from cms.record.origins import coming_from
from cms.record.verifying import Finding, compare, departments_with_record, heads, verify
from cms.record.writing import record
from cms.users.models import User
from sites.models import Department
from sites.roles import Role
from tests.factories import make_article, make_site, make_user, staff_client
from tests.records import empty_record, plain, unguarded

ENTRIES = 6


def findings(department: Department | None = None) -> list[Finding]:
    found: list[Finding] = []
    for key, name in departments_with_record(department).items():
        found += verify(key, name)
    return found


def entry_at(department: Department, sequence: int) -> RecordEntry:
    return RecordEntry.objects.get(department=department, sequence=sequence)


def tamper(entry: RecordEntry, **values: Any) -> None:
    with unguarded():
        plain(RecordEntry).filter(pk=entry.pk).update(**values)


def remove(*entries: RecordEntry) -> None:
    with unguarded():
        plain(RecordEntry).filter(pk__in=[entry.pk for entry in entries]).delete()


@pytest.fixture
def chain(site_a: Department, site_b: Department) -> Department:
    """Department A with a few entries in its chain, and B with some too."""
    empty_record()
    chief = make_user((site_a, Role.CHIEF), first_name="Minh", last_name="Lê")
    empty_record()
    revision = make_article(site_a).latest_revision
    empty_record()
    for number in range(ENTRIES):
        record(
            site_a,
            "wagtail.workflow.approve",
            Kind.APPROVAL,
            about=f"Bài {number}",
            details="Duyệt",
            user=chief,
            page_id=7 + number,
            revision=revision,
            why=f"Đạt {number}",
        )
        record(site_b, "wagtail.edit", Kind.PAGE, about=f"Bài của B {number}")
    seal(site_a.pk)
    seal(site_b.pk)
    assert not findings()
    return site_a


def test_an_honest_chain_holds(chain: Department) -> None:
    entries = list(RecordEntry.objects.filter(department=chain).order_by("sequence"))
    assert [entry.sequence for entry in entries] == list(range(1, ENTRIES + 1))
    assert entries[0].previous_hash == ""
    assert [e.previous_hash for e in entries[1:]] == [e.hash for e in entries[:-1]]
    head = RecordHead.objects.get(department=chain)
    assert (head.count, head.hash) == (ENTRIES, entries[-1].hash)
    assert seal(chain.pk) == 0


FIELDS = {
    "timestamp": timezone.now() - timedelta(days=3),
    "user_id": 4711,
    "user_name": "Người khác",
    "by_province": True,
    "kind": Kind.MEDIA,
    "action": "wagtail.edit",
    "about": "Bài khác",
    "page_id": 4711,
    "details": "",
    "why": "Không đạt",
    "origin": "admin 10.0.0.1",
    "revision_id": 4711,
    "content_hash": hash_of("x"),
    "mark": hash_of("x"),
    "previous_hash": hash_of("x"),
    "hash": hash_of("x"),
    "nonce": "00000000-0000-4000-8000-000000000000",
    "sequence": 99,
}


def test_an_altered_entry_is_found(chain: Department) -> None:
    """Whatever is altered of it."""
    columns = {field.attname for field in RecordEntry._meta.concrete_fields}
    assert columns == {*FIELDS, "id", "department_id"}
    for field, value in FIELDS.items():
        with transaction.atomic():
            tamper(entry_at(chain, 3), **{field: value})
            found = findings()
            assert found, field
            assert found[0].sequence == 3, field
            assert all(finding.department == chain.host for finding in found)
            transaction.set_rollback(True)
    assert not findings()


def recompute(department: Department) -> None:
    """What somebody can do who has the database and knows how the hashes are made."""
    previous, rows = "", plain(RecordEntry).filter(department=department)
    with unguarded():
        for number, entry in enumerate(rows.order_by("sequence", "pk"), 1):
            entry.sequence, entry.previous_hash = number, previous
            previous = hash_of_entry(entry)
            rows.filter(pk=entry.pk).update(sequence=number + 1000)
            rows.filter(pk=entry.pk).update(
                previous_hash=entry.previous_hash, hash=previous, sequence=number
            )
        plain(RecordHead).filter(department=department).update(count=len(rows), hash=previous)


def _altered_and_recomputed(department: Department) -> None:
    tamper(entry_at(department, 2), user_name="Người khác")
    recompute(department)


def _removed_and_recomputed(department: Department) -> None:
    remove(entry_at(department, 2))
    recompute(department)


def _swapped(department: Department) -> None:
    """The texts of two entries change places."""
    second, fourth = entry_at(department, 2), entry_at(department, 4)
    tamper(second, about=fourth.about, why=fourth.why, page_id=fourth.page_id)
    tamper(fourth, about=second.about, why=second.why, page_id=second.page_id)


def _reordered(department: Department) -> None:
    """Two entries change places in the chain."""
    second, fourth = entry_at(department, 2), entry_at(department, 4)
    tamper(second, sequence=999)
    tamper(fourth, sequence=2)
    tamper(second, sequence=4)


def _times_swapped(department: Department) -> None:
    second, fourth = entry_at(department, 2), entry_at(department, 4)
    tamper(second, timestamp=fourth.timestamp)
    tamper(fourth, timestamp=second.timestamp)


def _forged(department: Department, **values: Any) -> RecordEntry:
    """An entry that was never written, with a true hash."""
    last = entry_at(department, ENTRIES)
    entry = RecordEntry(
        department=department,
        action="wagtail.workflow.approve",
        kind=Kind.APPROVAL,
        user_name="Lê Minh",
        about="Bài giả",
        mark=last.mark,
        sequence=ENTRIES + 1,
        previous_hash=last.hash,
    )
    for name, value in values.items():
        setattr(entry, name, value)
    plain(RecordEntry).bulk_create([entry])
    if entry.sequence:
        entry.refresh_from_db()
        tamper(entry, hash=hash_of_entry(entry))
        entry.refresh_from_db()
    return entry


def _inserted(department: Department) -> None:
    _forged(department)


def _inserted_with_the_end(department: Department) -> None:
    entry = _forged(department)
    plain(RecordHead).filter(department=department).update(count=entry.sequence, hash=entry.hash)


def _slipped_in(department: Department) -> None:
    """Left to Sen itself to seal."""
    _forged(department, sequence=None, previous_hash="")
    seal_leftovers()


def _copied(department: Department) -> None:
    """A true entry once more: the same approval twice."""
    entry = entry_at(department, 2)
    entry.pk, entry.sequence, entry.previous_hash, entry.hash = None, None, "", ""
    entry._state.adding = True
    entry.nonce = uuid4()
    plain(RecordEntry).bulk_create([entry])
    seal_leftovers()


def _moved(department: Department) -> None:
    """To another department, behind its chain."""
    other = Department.objects.exclude(pk=department.pk).get(site__hostname="so-b.localhost")
    entry = entry_at(department, ENTRIES)
    tamper(entry, department=other, sequence=ENTRIES + 1)
    recompute(other)
    recompute(department)


def _head_altered(department: Department) -> None:
    plain(RecordHead).filter(department=department).update(count=3)


def _cut_and_head_set_back(department: Department) -> None:
    remove(entry_at(department, ENTRIES))
    last = entry_at(department, ENTRIES - 1)
    plain(RecordHead).filter(department=department).update(count=last.sequence, hash=last.hash)


def _cut_and_gone_on(department: Department) -> None:
    """Cut, and left to Sen's next entry to be covered up."""
    _cut_and_head_set_back(department)
    record(department, "wagtail.edit", Kind.PAGE, about="Bài sau")
    seal_leftovers()


def _renumbered(department: Department) -> None:
    """The row's own key: what a link or an export names it by."""
    entry = entry_at(department, 2)
    with unguarded():
        plain(RecordEntry).filter(pk=entry.pk).update(id=entry.pk + 100_000)


def _waited(department: Department) -> None:
    """A true entry that was kept from its place."""
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        record(department, "wagtail.edit", Kind.PAGE, about="Bài giữ lại")


TAMPERINGS: dict[str, Callable[[Department], object]] = {
    "first removed": lambda d: remove(entry_at(d, 1)),
    "middle removed": lambda d: remove(entry_at(d, 3)),
    "several removed": lambda d: remove(entry_at(d, 2), entry_at(d, 3)),
    "tail removed": lambda d: remove(entry_at(d, ENTRIES)),
    "tail removed and head set back": _cut_and_head_set_back,
    "tail removed, head set back, and gone on": _cut_and_gone_on,
    "all removed": lambda d: remove(*RecordEntry.objects.filter(department=d)),
    "swapped": _swapped,
    "reordered": _reordered,
    "times swapped": _times_swapped,
    "inserted": _inserted,
    "inserted with the end": _inserted_with_the_end,
    "slipped in unsealed": _slipped_in,
    "copied": _copied,
    "altered and recomputed": _altered_and_recomputed,
    "removed and recomputed": _removed_and_recomputed,
    "moved to another department": _moved,
    "head altered": _head_altered,
    "head removed": lambda d: plain(RecordHead).filter(department=d).delete(),
    "renumbered": _renumbered,
    "kept from its place": _waited,
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_is_found(chain: Department, how: str) -> None:
    TAMPERINGS[how](chain)
    found = findings(chain)
    if how == "moved to another department":
        found += findings(Department.objects.get(site__hostname="so-b.localhost"))
    assert found
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_record", stdout=out, stderr=io.StringIO())
    assert ended.value.code == 1
    assert all(str(finding) in out.getvalue() for finding in found)


def test_nothing_is_added_behind_a_broken_end(chain: Department) -> None:
    _cut_and_head_set_back(chain)
    record(chain, "wagtail.edit", Kind.PAGE)
    with pytest.raises(ChainBrokenError):
        seal(chain.pk)
    plain(RecordHead).filter(department=chain).delete()
    with pytest.raises(ChainBrokenError):
        seal(chain.pk)


def test_an_older_end_that_was_put_back_is_found_against_one_kept_elsewhere(
    chain: Department, tmp_path: Path
) -> None:
    """The one thing that a key cannot tell: an end that was true once."""
    older = RecordHead.objects.get(department=chain)
    record(chain, "wagtail.workflow.reject", Kind.APPROVAL, about="Bài bị trả lại")
    seal(chain.pk)
    kept = tmp_path / "heads.json"
    call_command("verify_record", heads=str(kept), stderr=io.StringIO())
    assert json.loads(kept.read_text())["heads"]
    record(chain, "wagtail.edit", Kind.PAGE)
    seal(chain.pk)
    call_command("verify_record", against=str(kept), stderr=io.StringIO())

    remove(entry_at(chain, ENTRIES + 1), entry_at(chain, ENTRIES + 2))
    older.save()
    assert not findings(chain)
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_record", against=str(kept), stdout=out, stderr=io.StringIO())
    assert f"entry {ENTRIES + 1}" in out.getvalue()
    # Or something else was written in its place.
    record(chain, "wagtail.edit", Kind.PAGE)
    seal(chain.pk)
    assert not findings(chain)
    names = departments_with_record()
    assert [f.sequence for f in compare(json.loads(kept.read_text())["heads"], names)] == [
        ENTRIES + 1
    ]


def test_the_command_looks_at_one_department(chain: Department, tmp_path: Path) -> None:
    tamper(entry_at(chain, 2), about="Bài khác")
    call_command("verify_record", department="so-b.localhost", stderr=io.StringIO())
    with pytest.raises(SystemExit):
        call_command("verify_record", department=chain.host, stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("verify_record", department="khong-co.localhost")
    bad = tmp_path / "bad.json"
    bad.write_text("[]")
    with pytest.raises(CommandError):
        call_command("verify_record", against=str(bad))


def test_another_key_holds_as_long_as_the_former_one_is_named(
    chain: Department, settings: Any
) -> None:
    former = settings.SECRET_KEY
    settings.SEN_RECORD_KEY = "khóa mới"
    record(chain, "wagtail.edit", Kind.PAGE)
    seal(chain.pk)
    assert not findings()
    settings.SECRET_KEY = "khóa khác"
    assert findings()
    settings.SEN_RECORD_KEY_FALLBACKS = [former]
    assert not findings()


def test_python_changes_nothing(chain: Department) -> None:
    entry = entry_at(chain, 2)
    entry.about = "Bài khác"
    rows = RecordEntry.objects.filter(pk=entry.pk)
    acts: list[Callable[[], object]] = [
        entry.save,
        entry.delete,
        rows.delete,
        lambda: rows.update(about="Bài khác"),
        lambda: RecordEntry.objects.bulk_update([entry], ["about"]),
    ]
    for act in acts:
        with pytest.raises(RecordFinalError):
            act()
    assert not findings()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such guard")
def test_the_database_changes_nothing(chain: Department) -> None:
    entry = entry_at(chain, 2)
    record(chain, "wagtail.edit", Kind.PAGE)
    unsealed = RecordEntry.objects.unsealed().get()
    acts: list[Callable[[], object]] = [
        lambda: plain(RecordEntry).filter(pk=entry.pk).update(about="Bài khác"),
        lambda: plain(RecordEntry).filter(pk=entry.pk).delete(),
        lambda: plain(RecordEntry).filter(pk=unsealed.pk).update(about="Bài khác"),
        lambda: plain(RecordEntry).filter(pk=unsealed.pk).update(about="Bài khác", sequence=7),
        lambda: plain(RecordEntry).filter(pk=unsealed.pk).delete(),
    ]
    for act in acts:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    seal(chain.pk)
    assert not findings()


def test_what_is_given_oddly_is_written_as_it_is_read(site_a: Department) -> None:
    person = make_user((site_a, Role.EDITOR), last_name="Tên dài " * 18, first_name="Dài " * 37)
    page_id: Any = "12"
    record(
        site_a,
        "wagtail.edit",
        Kind.PAGE,
        about=gettext_lazy("Record"),
        details=str(gettext_lazy("Record")),
        user=person,
        page_id=page_id,
        why="Dòng một\r\nDòng hai 😀 ễ",
    )
    seal(site_a.pk)
    assert not findings(site_a)


def test_where_an_act_came_from(site_a: Department, settings: Any) -> None:
    def origin_of(act: Callable[[], object]) -> str:
        empty_record()
        act()
        return RecordEntry.objects.get().origin

    def write() -> RecordEntry:
        return record(site_a, "wagtail.edit", Kind.PAGE)

    assert origin_of(write) == "command"
    with coming_from("scheduler"):
        assert origin_of(write) == "scheduler"
    client = staff_client(make_user((site_a, Role.SITE_ADMIN)), site_a)
    settings.TRUSTED_PROXY_COUNT = 1
    look = {"accent": "#0f766e", "text_size": "normal", "front_layout": "lead"}
    assert origin_of(
        lambda: client.post(
            "/admin/my-site/look/", look, headers={"X-Forwarded-For": "10.9.9.9, 203.0.113.7"}
        )
    ) == ("admin 203.0.113.7")


def test_a_person_and_a_page_may_go(chain: Department, site_a: Department) -> None:
    """What is deleted alters no entry."""
    article = make_article(site_a)
    record(site_a, "wagtail.edit", Kind.PAGE, page_id=article.pk)
    seal(site_a.pk)
    article.delete()
    User.objects.filter(last_name="Lê").delete()
    assert not findings()


def test_a_revision_has_one_hash_before_and_after_it_was_stored(site_a: Department) -> None:
    revision = make_article(site_a).save_revision()
    kept = hash_of_content(revision.content)
    revision.refresh_from_db()
    assert hash_of_content(revision.content) == kept


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_writers_at_once_make_one_chain() -> None:
    """Threads, several departments in one transaction, some of them undone."""
    departments = [make_site("so-a.localhost", name="A"), make_site("so-b.localhost", name="B")]
    before = {d.pk: RecordEntry.objects.filter(department=d).count() for d in departments}
    each, threads, wrong = 12, 6, []

    def write(number: int) -> None:
        try:
            for turn in range(each):
                order = departments if (number + turn) % 2 else departments[::-1]
                with transaction.atomic():
                    for department in order:
                        record(department, "wagtail.edit", Kind.PAGE, about=f"{number}-{turn}")
                    if turn % 4 == 3:
                        transaction.set_rollback(True)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not wrong
    # Everything is in its place already: no leftovers for the scheduler.
    assert not RecordEntry.objects.all().unsealed().exists()
    assert not findings()
    for department in departments:
        head = RecordHead.objects.get(department=department)
        assert head.count == before[department.pk] + threads * each * 3 // 4


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_act_is_done_where_sealing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record of it waits for the scheduler."""
    site = make_site()
    empty_record()

    def fail(head: Any) -> str:
        raise RuntimeError("no seal today")

    with monkeypatch.context() as broken:
        broken.setattr("cms.record.chaining.seal_of", fail)
        record(site, "wagtail.edit", Kind.PAGE)
    assert RecordEntry.objects.all().unsealed().count() == 1
    seal_leftovers()
    assert RecordEntry.objects.get().sequence == 1
    assert heads([site.pk])[0]["count"] == 1
