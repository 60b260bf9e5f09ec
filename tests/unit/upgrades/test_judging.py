"""What code of the release before survives, operation by operation."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import migrations as m
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from cms.upgrades.judging import Judge


def before() -> ProjectState:
    """One model, ``shop.item``."""
    state = ProjectState()
    state.add_model(
        ModelState(
            "shop",
            "Item",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("name", models.CharField(max_length=100)),
                ("note", models.TextField(null=True)),
                ("number", models.IntegerField(default=0, db_default=0)),
                ("price", models.DecimalField(max_digits=8, decimal_places=2)),
                ("owner", models.ForeignKey("users.User", models.CASCADE)),
                ("loose", models.ForeignKey("users.User", models.CASCADE, db_constraint=False)),
            ],
        )
    )
    return state


def nothing(apps: Any, schema_editor: Any) -> None:
    """A migration's function."""


class Odd(m.operations.base.Operation):
    """An operation of somebody's own."""


UNIQUE = models.UniqueConstraint(fields=["name"], name="one_name")

SURVIVES = [
    m.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    m.AddField("item", "more", models.TextField(null=True)),
    m.AddField("item", "more", models.IntegerField(default=1, db_default=1)),
    m.AddField("item", "more", models.ManyToManyField("users.User")),
    m.AlterField("item", "name", models.CharField("the name", max_length=200)),
    m.AlterField("item", "name", models.TextField()),
    m.AlterField("item", "number", models.BigIntegerField(default=0, db_default=0)),
    m.AlterField("item", "number", models.IntegerField(null=True)),
    m.AlterField(
        "item", "loose", models.ForeignKey("users.User", models.PROTECT, db_constraint=False)
    ),
    m.AddIndex("item", models.Index(fields=["name"], name="item_name")),
    m.RemoveIndex("item", "item_name"),
    m.RemoveConstraint("item", "one_name"),
    m.AlterModelOptions("item", {"ordering": ["name"]}),
    m.AlterUniqueTogether("item", set()),
    m.RunPython(nothing, m.RunPython.noop),
    m.SeparateDatabaseAndState(state_operations=[m.RemoveField("item", "note")]),
]

FALLS = [
    (m.AddField("item", "more", models.TextField(default="")), "Give it db_default="),
    (m.AddField("item", "more", models.ForeignKey("users.User", models.CASCADE)), "db_default"),
    (m.RemoveField("item", "note"), "reads and writes this column. Take it out of the code"),
    (m.DeleteModel("Item"), "this table. Take it out of the code in one release"),
    (m.RenameField("item", "note", "remark"), "old name only. Add the new one beside it"),
    (m.RenameModel("Item", "Thing"), "the old table only"),
    (m.AlterModelTable("item", "things"), "the old table only"),
    (m.AlterField("item", "note", models.TextField(default="")), "write NULL"),
    (m.AlterField("item", "name", models.CharField(max_length=50)), "100 characters"),
    (m.AlterField("item", "note", models.CharField(max_length=50, null=True)), "a CharField"),
    (m.AlterField("item", "name", models.CharField(max_length=100, unique=True)), "twice"),
    (m.AlterField("item", "name", models.CharField(max_length=100, db_column="n")), "old name"),
    (m.AlterField("item", "number", models.IntegerField(default=0)), "database's default"),
    (m.AlterField("item", "number", models.SmallIntegerField(db_default=0)), "SmallIntegerField"),
    (m.AlterField("item", "price", models.DecimalField(max_digits=6, decimal_places=2)), "digits"),
    (
        m.AlterField("item", "owner", models.ForeignKey("shop.Item", models.CASCADE)),
        "another table",
    ),
    (m.AlterField("item", "loose", models.ForeignKey("users.User", models.CASCADE)), "not there"),
    (m.AlterField("item", "gone", models.TextField()), "not known"),
    (m.AlterUniqueTogether("item", {("name", "number")}), "not unique"),
    (m.AddConstraint("item", UNIQUE), "what the constraint forbids"),
    (m.RunSQL("SELECT 1", "SELECT 1"), "judged by nobody"),
    (m.RunPython(nothing), "no way back"),
    (Odd(), "of its own"),
    (m.SeparateDatabaseAndState([m.RemoveField("item", "note")]), "reads and writes"),
]


@pytest.mark.parametrize("operation", SURVIVES, ids=lambda each: each.describe()[:40])
def test_old_code_survives(operation: Any) -> None:
    assert Judge("shop").judge(operation, before()) == ""


@pytest.mark.parametrize(
    ("operation", "told"), FALLS, ids=lambda each: getattr(each, "describe", lambda: "")()[:40]
)
def test_old_code_does_not_survive(operation: Any, told: str) -> None:
    assert told in Judge("shop").judge(operation, before())


def test_what_is_made_in_the_same_run_is_unknown_to_old_code() -> None:
    judge = Judge("shop")
    made = m.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))])
    later = m.AddField("other", "name", models.TextField(default=""))
    assert judge.judge(later, before()) != ""
    assert judge.judge(made, before()) == ""
    assert judge.judge(later, before()) == ""
