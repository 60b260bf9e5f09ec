"""To which department the code that runs is confined, and the queries that obey it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models.lookups import Lookup
from wagtail.models import Collection

from sites.models import Department

_confined_to: ContextVar[Department | None] = ContextVar("sen_confined_to", default=None)


def confined_to() -> Department | None:
    """The department to which what runs is confined; None for the province, jobs and readers."""
    return _confined_to.get()


@contextmanager
def confine(department: Department | None) -> Iterator[None]:
    """Confine what runs inside the block to ``department``; to none where it is None."""
    token = _confined_to.set(department)
    try:
        yield
    finally:
        _confined_to.reset(token)


def unconfined() -> AbstractContextManager[None]:
    """See every row inside the block: for a uniqueness check, or to say whose something is."""
    return confine(None)


OwnRows = Callable[[Department], models.QuerySet[Any]]


class WithinConfinement(Lookup[Any]):
    """A condition that holds for the rows of the department one is confined to, or for all.

    Who is confined is asked when the SQL is made, not when the queryset is:
    forms and filters keep querysets that were made at import, for everybody.

    Args:
        lhs: the column that is compared.
        rhs: from a department to a queryset of that column's allowed values.
    """

    lookup_name = "within_confinement"
    prepare_rhs = False

    def get_prep_lookup(self) -> OwnRows:
        rows: OwnRows = self.rhs
        return rows

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        department = confined_to()
        if department is None:
            return "1 = 1", ()
        column, params = self.process_lhs(compiler, connection)
        allowed = self.rhs(department).query.get_compiler(connection=connection)
        sql, allowed_params = allowed.as_sql()
        return f"{column} IN ({sql})", (*params, *allowed_params)


class ConfinedManager(models.Manager[Any]):
    """A manager whose rows are the own ones of the department that one is confined to.

    Derive with ``from_queryset``. ``_base_manager`` stays open: foreign keys,
    migrations, jobs and uniqueness see every row.

    Args:
        column: the column by which a row is told to be own.
        own: from a department to a queryset of that column's allowed values.
    """

    def __init__(self, column: str, own: OwnRows) -> None:
        super().__init__()
        self.column = column
        self.own = own

    def get_queryset(self) -> models.QuerySet[Any]:
        rows = super().get_queryset()
        return rows.filter(WithinConfinement(models.F(self.column), self.own))


def own_collections(department: Department) -> models.QuerySet[Any]:
    """The ids of the department's collection and those below it."""
    return Collection.objects.filter(path__startswith=department.collection.path).values("pk")


def own_people(department: Department) -> models.QuerySet[Any]:
    """The ids of those who hold an office in the department."""
    memberships = get_user_model().groups.through._base_manager
    return memberships.filter(group__department_role__department=department).values("user_id")
