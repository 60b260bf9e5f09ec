"""Entries from before there was a chain get their place in one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cms.record.models import Kind, RecordEntry
from cms.record.verifying import departments_with_record, verify
from cms.record.writing import record
from tests.factories import make_site

BEFORE, AFTER = [("record", "0002_chain")], [("record", "0003_seal")]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_there_is_chained() -> None:
    site, other = make_site("so-a.localhost", name="A"), make_site("so-b.localhost", name="B")
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    try:
        old = executor.loader.project_state(BEFORE).apps.get_model("record", "RecordEntry")
        heads = executor.loader.project_state(BEFORE).apps.get_model("record", "RecordHead")
        heads.objects.all().delete()
        old.objects.all().delete()
        for number in range(7):
            department = (site, other)[number % 2]
            old.objects.create(
                department_id=department.pk, action="wagtail.edit", kind="page", about=str(number)
            )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(AFTER)
    record(site, "wagtail.edit", Kind.PAGE, about="sau")
    rows = RecordEntry.objects.filter(department=site).order_by("sequence")
    assert [entry.about for entry in rows] == ["0", "2", "4", "6", "sau"]
    assert [entry.sequence for entry in rows] == [1, 2, 3, 4, 5]
    for key, name in departments_with_record().items():
        assert not list(verify(key, name))
