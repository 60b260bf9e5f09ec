"""Mark the entries that are there, chain them, and let the database refuse to change them."""

from uuid import uuid4

from django.db import migrations, models

from cms.record.chaining import append, mark, seal_of

BATCH = 500

# An entry is changed once: when it gets its place in the chain. Nothing is said of
# TRUNCATE, which the owner of the table alone may.
GUARD = """
CREATE FUNCTION record_refuses_change() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL AND NEW.sequence IS NOT NULL
        AND to_jsonb(NEW) - ARRAY['sequence', 'previous_hash', 'hash']
          = to_jsonb(OLD) - ARRAY['sequence', 'previous_hash', 'hash']
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the record is not changed (% of row %)', TG_OP, OLD.id;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER record_is_final BEFORE UPDATE OR DELETE ON record_recordentry
    FOR EACH ROW EXECUTE FUNCTION record_refuses_change();
"""
UNGUARD = """
DROP TRIGGER IF EXISTS record_is_final ON record_recordentry;
DROP FUNCTION IF EXISTS record_refuses_change();
"""


def chain_existing(apps, schema_editor):
    entries = apps.get_model("record", "RecordEntry")
    heads = apps.get_model("record", "RecordHead")
    for department_id in (
        entries.objects.order_by("department").values_list("department", flat=True).distinct()
    ):
        head, _new = heads.objects.get_or_create(department_id=department_id)
        last = 0
        while batch := list(
            entries.objects.filter(department=department_id, pk__gt=last).order_by("pk")[:BATCH]
        ):
            for entry in batch:
                entry.nonce = uuid4()
                entry.mark = mark(entry)
            entries.objects.bulk_update(batch, ["nonce", "mark"])
            append(head, batch, entries)
            last = batch[-1].pk
        head.seal = seal_of(head)
        head.save()


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(GUARD.replace("%", "%%"), params=())


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNGUARD)


class Migration(migrations.Migration):
    dependencies = [("record", "0002_chain")]

    operations = [
        migrations.AddField(
            model_name="recordentry",
            name="nonce",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(chain_existing, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="recordentry",
            name="nonce",
            field=models.UUIDField(default=uuid4, editable=False, unique=True),
        ),
        migrations.RunPython(guard, unguard),
    ]
