"""The entries of the public search."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cms.search.fields


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_index_on_title_and_body"),
        ("sites", "0007_secretary"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("repeats", models.BooleanField(default=False)),
                ("title", cms.search.fields.WordsField()),
                ("text", cms.search.fields.WordsField()),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="sites.department",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "search entry",
                "verbose_name_plural": "search entries",
                "indexes": [
                    models.Index(
                        fields=["department", "-at", "-id"], name="search_entry_site_time"
                    ),
                    models.Index(
                        fields=["section", "-at", "-id"], name="search_entry_section_time"
                    ),
                    models.Index(
                        condition=models.Q(("repeats", False)),
                        fields=["-at", "-id"],
                        name="search_entry_time",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="search_entry_once")
                ],
            },
        ),
    ]
