"""Hits get a key and a moment; what waits in the old ledger is counted before it goes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def count_what_waits(apps: Any, schema_editor: Any) -> None:
    hit, daily_count = apps.get_model("traffic", "Hit"), apps.get_model("traffic", "DailyCount")
    views: Counter[tuple[Any, ...]] = Counter()
    visits: Counter[tuple[Any, ...]] = Counter()
    for site, page, day, is_visit in hit.objects.values_list("site_id", "page", "day", "is_visit"):
        for counted in {0, page}:
            views[site, counted, day] += 1
        visits[site, 0, day] += is_visit
    for (site, page, day), number in views.items():
        row, _new = daily_count.objects.get_or_create(site_id=site, page=page, day=day)
        row.views += number
        row.visits += visits[site, page, day]
        row.save()
    # Digests are of one site from now on: who is here begins a visit anew.
    apps.get_model("traffic", "Presence").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("traffic", "0001_initial")]

    operations = [
        migrations.AddField("dailycount", "visitors", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("dailycount", "bots", models.PositiveBigIntegerField(default=0)),
        migrations.RunPython(count_what_waits, migrations.RunPython.noop),
        migrations.RemoveConstraint("presence", "one_presence_a_visitor"),
        migrations.AlterField("presence", "digest", models.CharField(max_length=32, unique=True)),
        migrations.DeleteModel("Hit"),
        migrations.CreateModel(
            "Hit",
            [
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("page", models.PositiveBigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("visitor", models.CharField(max_length=32)),
                ("is_bot", models.BooleanField(default=False)),
                ("is_counted", models.BooleanField(default=False)),
                (
                    "site",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.site",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_counted", False)),
                        fields=["site", "page"],
                        name="hit_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "RollUp",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(null=True)),
            ],
        ),
    ]
