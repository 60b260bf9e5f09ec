"""Every table with texts of departments: which there are, whose their rows are, page by page.

Nothing is listed by name: a plugin's table is found like our own. A table belongs to
departments by what its columns say (a department, a page, a collection, a site) or by what it
is a part of (``ParentalKey``). What keeps texts for the record, or tells staff something, is
no part of a site and says so: :data:`NOT_SHOWN`, or ``searched_for_links = False``.
"""

from __future__ import annotations

import json
from collections.abc import Collection as Keys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast
from modelcluster.fields import ParentalKey
from wagtail.contrib.redirects.models import Redirect
from wagtail.fields import StreamField
from wagtail.models import Collection, CollectionMember, Page, Site

from sites.models import Department, HostAlias

from .texts import Text, texts_in

#: By labels, for what stands above this package is not imported.
NOT_SHOWN = frozenset(
    (
        # Written down for the record, sealed, or told to staff.
        "record.recordentry", "workflow.takedown", "inbox.notice", "sites.siteoperation",
        "wagtailcore.comment", "wagtailcore.revision",
        # The watch itself, and what is made of texts that are judged where they stand.
        "outbound.allowedhost", "outbound.finding", "search.entry", "plugins.pluginfailure",
        "wagtailcore.collection", "sites.formeraddress", "sites.hostalias",
    )
)  # fmt: skip
#: Columns that hold no text of anybody's.
_NO_TEXTS = frozenset(
    ("path", "url_path", "slug", "content_hash", "file_hash", "file", "hash", "digest", "secret",
     "key", "draft_title", "widget_id", "plugin_id", "hostname", "translation_key", "alias_of")
)  # fmt: skip
_DEEPEST = 4


@dataclass(frozen=True)
class Row:
    """A row of a source.

    Attributes:
        department_id: whose it is; None for the province.
        parent: the model and key of what it is a part of, which is what is edited.
        page_id: the page that it is, or is a part of.
        is_live: whether it is public; rows that are no pages and have no drafts are.
        has_draft: whether a draft of it may say something else.
        values: from a column to what it holds.
    """

    pk: int
    department_id: int | None
    parent: int | None
    page_id: int | None
    is_live: bool
    has_draft: bool
    live_revision_id: int | None
    latest_revision_id: int | None
    model: type[models.Model]
    values: dict[str, Any] = field(repr=False)

    @property
    def texts(self) -> Iterator[Text]:
        """Its texts, with the short ones beside each address."""
        yield from texts_of(self.values, self.model)


def texts_of(values: dict[str, Any], model: type[models.Model]) -> Iterator[Text]:
    """The texts of a row, an object or a form of ``model``: from a column to its value."""
    short = [
        value
        for value in values.values()
        if isinstance(value, str) and 0 < len(value) <= 300 and "://" not in value
    ]
    beside = " ".join(short)[:300]
    for name, value in values.items():
        if isinstance(value, str | list | dict):
            yield from texts_in(value, place_of(model, name), beside)


def place_of(model: type[models.Model], name: str) -> str:
    """What people call a column, or the rows that are part of it."""
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    if isinstance(found, models.Field):
        return str(found.verbose_name)
    related = found.related_model
    return str(related._meta.verbose_name_plural) if isinstance(related, type) else name


class Owners:
    """From what a row says of its owner to the department: read once a scan."""

    @cached_property
    def _roots(self) -> dict[str, int]:
        return dict(Department.objects.values_list("site__root_page__path", "pk"))

    @cached_property
    def _collections(self) -> dict[str, int]:
        return dict(Department.objects.values_list("collection__path", "pk"))

    @cached_property
    def _sites(self) -> dict[int, int]:
        return dict(Department.objects.values_list("site", "pk"))

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The portal's own hosts."""
        return frozenset(Site.objects.values_list("hostname", flat=True)) | frozenset(
            HostAlias.objects.values_list("hostname", flat=True)
        )

    def department(self, kind: str, value: Any) -> int | None:
        """The department that ``value`` names; None for none."""
        if kind == "page":
            return self._roots.get((value or "")[: 2 * Page.steplen])
        if kind == "collection":
            return self._collections.get((value or "")[: 2 * Collection.steplen])
        if kind == "site":
            return self._sites.get(value)
        return value


@dataclass(frozen=True)
class Source:
    """A table.

    Attributes:
        owner: what says whose a row is: how, and by which lookup.
        parent: the lookup of what a row is a part of; empty where it stands alone.
        page: the lookup of the page that it is, or is a part of; empty for none.
    """

    model: type[models.Model]
    owner: tuple[str, str]
    parent: str
    parent_model: type[models.Model]
    page: str
    fields: tuple[models.Field[Any, Any], ...]

    @property
    def label(self) -> str:
        """Its name in findings."""
        return self.model._meta.label_lower

    @property
    def is_page(self) -> bool:
        """Whether its rows are pages."""
        return issubclass(self.model, Page)

    @property
    def _has_drafts(self) -> bool:
        names = {each.name for each in self.model._meta.concrete_fields}
        return {"live", "latest_revision"} <= names

    def batch(
        self, after: int, size: int, only: Q | None = None, keys: Keys[int] | None = None
    ) -> list[Row]:
        """``size`` rows after the key ``after``, in the order of keys.

        Args:
            only: a condition on them.
            keys: these rows only.
        """
        rows = self.model._base_manager.filter(pk__gt=after).order_by("pk")
        if self.is_page:
            # A shared article is a row of the articles' table as well.
            rows = rows.filter(content_type=ContentType.objects.get_for_model(self.model))
        if only is not None:
            rows = rows.filter(only)
        if keys is not None:
            rows = rows.filter(pk__in=keys)
        casts = {
            f"text_{n}": Cast(F(each.name), TextField()) if _is_json(each) else F(each.name)
            for n, each in enumerate(self.fields)
        }
        more = ["live", "latest_revision_id", "live_revision_id"] if self._has_drafts else []
        head = ["pk", self.owner[1] or "pk", self.parent or "pk", self.page or "pk"]
        found = rows.annotate(**casts).values_list(*head, *more, *casts)[:size]
        return [self._row(line, len(more)) for line in found]

    def _row(self, line: tuple[Any, ...], more: int) -> Row:
        live, latest, public = line[4:7] if more else (True, None, None)
        values = {
            each.name: _read(each, value)
            for each, value in zip(self.fields, line[4 + more :], strict=True)
            if value
        }
        return Row(
            pk=line[0],
            department_id=line[1] if self.owner[1] else None,
            parent=line[2] if self.parent else None,
            page_id=line[3] if self.page else None,
            is_live=bool(live),
            has_draft=latest is not None and latest != public,
            live_revision_id=public,
            latest_revision_id=latest,
            model=self.model,
            values=values,
        )


def sources() -> list[Source]:
    """Every table with texts of departments, in the order of their labels."""
    found = [source for model in apps.get_models() if (source := source_of(model)) is not None]
    return sorted(found, key=lambda source: source.label)


def source_of(model: type[models.Model]) -> Source | None:
    """How to read ``model``; None where it has no texts of departments."""
    meta = model._meta
    if (
        meta.proxy
        or meta.swapped
        or model is Page
        or meta.label_lower in NOT_SHOWN
        or not getattr(model, "searched_for_links", True)
    ):
        return None
    owner = _owner(model, 0)
    fields = text_fields(model)
    if owner is None or not fields:
        return None
    kind, lookup, parent, parent_model = owner
    return Source(model, (kind, lookup), parent, parent_model or model, _page(model, 0), fields)


def text_fields(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """The columns of ``model`` that hold texts."""
    return tuple(
        each
        for each in model._meta.concrete_fields
        if (isinstance(each, models.CharField | models.TextField) or _is_json(each))
        and not each.choices
        and not isinstance(each, models.UUIDField)
        and each.name not in _NO_TEXTS
    )


def _owner(
    model: type[models.Model], depth: int
) -> tuple[str, str, str, type[models.Model] | None] | None:
    """How, by which lookup; and what a row is a part of."""
    if model is Department:
        return "department", "pk", "", None
    if issubclass(model, Page):
        return "page", "path", "", None
    if issubclass(model, CollectionMember):
        return "collection", "collection__path", "", None
    if model is Redirect:
        return "site", "site_id", "", None
    names: dict[str, Any] = {each.name: each for each in model._meta.concrete_fields}
    parental = next((each for each in names.values() if isinstance(each, ParentalKey)), None)
    if "department" in names and names["department"].related_model is Department:
        parent = parental.attname if parental is not None else ""
        return "department", "department_id", parent, parental and parental.related_model
    if parental is not None and depth < _DEEPEST:
        above = _owner(parental.related_model, depth + 1)
        if above is not None:
            kind, lookup = above[:2]
            parent_model = above[3] if above[2] else parental.related_model
            parent = f"{parental.name}__{above[2]}" if above[2] else parental.attname
            return kind, f"{parental.name}__{lookup}", parent, parent_model
    return None


def _page(model: type[models.Model], depth: int) -> str:
    if issubclass(model, Page):
        return "pk"
    # Only what a row is a part of: what readers write about a page, or a sidebar that hangs on
    # it, is no text of the page and takes it off no site.
    for each in model._meta.concrete_fields:
        if not isinstance(each, ParentalKey):
            continue
        if issubclass(each.related_model, Page):
            return each.attname
        if depth < _DEEPEST:
            above = _page(each.related_model, depth + 1)
            if above:
                return f"{each.name}__{above}"
    return ""


def _is_json(each: models.Field[Any, Any]) -> bool:
    return isinstance(each, models.JSONField | StreamField)


def _read(each: models.Field[Any, Any], value: Any) -> Any:
    if _is_json(each) and isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
