"""Which operations of a migration code of the release before does not survive, and why.

The rules are about code that runs on while the tables change, or that comes back afterwards:
it reads and writes every column that it knows, and none that it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field

#: Types of columns that hold whatever the first one holds.
_WIDER = {
    "BooleanField": (),
    "CharField": ("TextField",),
    "SlugField": ("CharField", "TextField"),
    "URLField": ("CharField", "TextField"),
    "EmailField": ("CharField", "TextField"),
    "PositiveSmallIntegerField": (
        *("SmallIntegerField", "PositiveIntegerField", "IntegerField"),
        *("PositiveBigIntegerField", "BigIntegerField"),
    ),
    "SmallIntegerField": ("IntegerField", "BigIntegerField"),
    "PositiveIntegerField": ("IntegerField", "PositiveBigIntegerField", "BigIntegerField"),
    "IntegerField": ("BigIntegerField",),
    "PositiveBigIntegerField": ("BigIntegerField",),
    "AutoField": ("BigAutoField",),
    "OneToOneField": ("ForeignKey",),
}

_TWO_STEPS = (
    "Take it out of the code in one release, and out of the database in the next"
    " (docs/operators/upgrade.md)."
)
_ADD_AND_COPY = (
    "Add the new one beside it and write both in one release, read the new one in the next,"
    " remove the old one in the third."
)


class Judge:
    """Says of operations that are applied together, in their order, what is wrong with each.

    A table that they make themselves is unknown to old code, so anything may be done to it.

    Args:
        app: the app's label.
    """

    def __init__(self, app: str) -> None:
        self._app = app
        self._made: set[str] = set()

    def judge(self, operation: Operation, before: ProjectState) -> str:
        """Why old code does not survive ``operation``, and what to do; "" where it does.

        Args:
            before: what the models are before it.
        """
        if isinstance(operation, ops.CreateModel):
            self._made.add(operation.name_lower)
            return ""
        if isinstance(operation, ops.SeparateDatabaseAndState):
            found = [self.judge(each, before) for each in operation.database_operations]
            return next((reason for reason in found if reason), "")
        model = getattr(operation, "model_name_lower", getattr(operation, "name_lower", ""))
        if model in self._made and not isinstance(operation, ops.RunPython | ops.RunSQL):
            return ""
        return next(self._reasons(operation, model, before), "")

    def _reasons(self, operation: Operation, model: str, before: ProjectState) -> Iterator[str]:
        rule = _RULES.get(type(operation))
        if rule is None:
            if type(operation).__module__.partition(".")[0] != "django":
                yield "an operation of its own, which nobody but its author can judge."
            return
        state = before.models.get((self._app, model))
        reason = rule(operation, state.fields if state else {})
        if reason:
            yield reason


def _added(operation: Any, fields: dict[str, Field[Any, Any]]) -> str:
    field = operation.field
    if field.many_to_many or field.null or getattr(field, "generated", False):
        return ""
    if field.db_default is not NOT_PROVIDED:
        return ""
    return (
        "old code leaves the new column out, and the database has no default for it"
        " (default= is Python's). Give it db_default= or null=True."
    )


def _altered(operation: Any, fields: dict[str, Field[Any, Any]]) -> str:
    old, new = fields.get(operation.name), operation.field
    if old is None:
        return "the field as it was is not known."
    reason = next((told for told in _narrowed(old, new)), "")
    return f"{reason} {_ADD_AND_COPY}" if reason else ""


def _narrowed(old: Any, new: Any) -> Iterator[str]:
    kinds = old.get_internal_type(), new.get_internal_type()
    if kinds[0] != kinds[1] and kinds[1] not in _WIDER.get(kinds[0], ()):
        yield f"old code writes a {kinds[0]} into what becomes a {kinds[1]}."
    if old.null and not new.null:
        yield "old code may still write NULL."
    if _shorter(old.max_length, new.max_length):
        yield f"old code may still write {old.max_length or 'any number of'} characters."
    for name in ("max_digits", "decimal_places"):
        if _shorter(getattr(old, name, None), getattr(new, name, None)):
            yield "old code may still write more digits."
    if new.unique and not old.unique:
        yield "old code may still write a value twice."
    if old.db_column != new.db_column:
        yield "old code knows the column by its old name."
    if old.db_default is not NOT_PROVIDED and new.db_default is NOT_PROVIDED and not new.null:
        yield "older code may rely on the database's default."
    if _target(old) != _target(new):
        yield "old code writes keys of another table."
    if getattr(new, "db_constraint", False) and not getattr(old, "db_constraint", True):
        yield "old code may still write keys of rows that are not there."


def _shorter(old: int | None, new: int | None) -> bool:
    return new is not None and (old is None or new < old)


def _target(field: Any) -> str:
    related = field.remote_field
    if related is None:
        return ""
    return str(getattr(related.model, "_meta", None) or related.model).lower()


def _removed(operation: Any, fields: Any) -> str:
    return f"old code still reads and writes this column. {_TWO_STEPS}"


def _deleted(operation: Any, fields: Any) -> str:
    return f"old code still reads and writes this table. {_TWO_STEPS}"


def _renamed(operation: Any, fields: Any) -> str:
    return f"old code knows the old name only. {_ADD_AND_COPY}"


def _moved(operation: Any, fields: Any) -> str:
    if isinstance(operation, ops.RenameModel | ops.AlterModelTable):
        return f"old code knows the old table only. {_ADD_AND_COPY}"
    return ""


def _together(operation: Any, fields: Any) -> str:
    if not operation.option_value:
        return ""
    return (
        "old code may still write what is not unique. Release the code that no longer"
        " does so first."
    )


def _constrained(operation: Any, fields: Any) -> str:
    return (
        "old code may still write what the constraint forbids. Release the code that no"
        " longer does so first."
    )


def _statements(operation: Any, fields: Any) -> str:
    return "SQL can be judged by nobody but its author."


def _function(operation: Any, fields: Any) -> str:
    if operation.reverse_code is not None:
        return ""
    return (
        "there is no way back. Give it a reverse function; migrations.RunPython.noop, where"
        " old code can live with what it did."
    )


_RULES: dict[type[Operation], Callable[[Any, Any], str]] = {
    ops.AddField: _added,
    ops.AlterField: _altered,
    ops.RemoveField: _removed,
    ops.DeleteModel: _deleted,
    ops.RenameField: _renamed,
    ops.RenameModel: _moved,
    ops.AlterModelTable: _moved,
    ops.AlterUniqueTogether: _together,
    ops.AlterOrderWithRespectTo: _together,
    ops.AddConstraint: _constrained,
    ops.RunSQL: _statements,
    ops.RunPython: _function,
}
