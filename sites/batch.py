"""Many sites at once, from a table: every line is checked before anything is opened."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Site

from .models import Department, DepartmentKind, HostAlias
from .opening import OpenedSite, open_site, validate_hostname

REQUIRED = ("host", "name", "kind")
DETAILS = (
    "short_name",
    "tagline",
    "accent",
    "address",
    "phone",
    "email",
    "responsible_person",
    "responsible_title",
)
COLUMNS = (*REQUIRED, "parent", *DETAILS)
#: A table of more lines is a mistake: a province has two hundred sites.
MOST_LINES = 1000

Opened = Callable[["Line", OpenedSite], None]


class UnreadableTableError(ValueError):
    """The table cannot be read at all; the message says why and what to do."""


@dataclass
class Line:
    """A line of the table: its number as a spreadsheet shows it, and what is wrong with it.

    ``exists`` tells that the host has a site already: such a line completes it.
    """

    number: int
    values: dict[str, str]
    problems: list[str] = field(default_factory=list)
    exists: bool = False

    @property
    def host(self) -> str:
        """The host name, lower case."""
        return self.values.get("host", "").lower()


def read_table(data: bytes) -> list[Line]:
    """The lines of a CSV file in UTF-8, comma or semicolon, its first line the names of columns.

    Text is brought into NFC; lines without any text are passed over.

    Raises:
        UnreadableTableError: not UTF-8, a column missing, unknown or twice, too many lines, none.
    """
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableTableError(
            _("The file is not in UTF-8. Save it as “CSV UTF-8” in your spreadsheet.")
        ) from error
    if "\0" in text:
        raise UnreadableTableError(
            _("This is no text. Save it as “CSV UTF-8” in your spreadsheet.")
        )
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    columns: list[str] | None = None
    begun = 1
    try:
        for row in reader:
            number, begun = begun, reader.line_num + 1
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if columns is None:
                columns = _columns(cells)
                continue
            line = Line(number, dict(zip(columns, cells, strict=False)))
            if any(cells[len(columns) :]) or len(cells) < len(columns):
                line.problems.append(
                    _(
                        "It has %(found)d cells instead of %(wanted)d;"
                        " put quotes around a text with “%(mark)s” in it."
                    )
                    % {"found": len(cells), "wanted": len(columns), "mark": delimiter}
                )
            lines.append(line)
    except csv.Error as error:
        raise UnreadableTableError(
            _("Line %(number)d cannot be read (%(reason)s): look at its quotation marks.")
            % {"number": reader.line_num, "reason": error}
        ) from error
    if not lines:
        raise UnreadableTableError(
            _("There is no line below the names of the columns. Write one line for each site.")
        )
    if len(lines) > MOST_LINES:
        raise UnreadableTableError(
            _("More than %(most)d lines: split the table.") % {"most": MOST_LINES}
        )
    return lines


def _columns(cells: list[str]) -> list[str]:
    columns = [cell.lower().replace(" ", "_") for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in COLUMNS]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    for names, message in (
        (missing, _("These columns are missing: %(names)s.")),
        (unknown, _("These columns are not known: %(names)s.")),
        (twice, _("These columns are there twice: %(names)s.")),
    ):
        if names:
            known = _("Known columns: %(names)s.") % {"names": ", ".join(COLUMNS)}
            raise UnreadableTableError(f"{message % {'names': ', '.join(names)}} {known}")
    return columns


def check(lines: list[Line]) -> None:
    """Write what is wrong into each line; changes nothing in the database."""
    kinds = {kind.code: kind for kind in DepartmentKind.objects.all()}
    sites = set(Site.objects.values_list("hostname", flat=True))
    bodies = set(Department.objects.values_list("site__hostname", flat=True))
    aliases = set(HostAlias.objects.values_list("hostname", flat=True))
    above: set[str] = set(bodies)
    first: dict[str, int] = {}
    for line in lines:
        line.exists = line.host in bodies
        problems = list(_problems(line, kinds, first))
        if line.host in sites - bodies or line.host in aliases:
            problems.append(
                _("%(host)s leads to another site already. Choose another host name.")
                % {"host": line.host}
            )
        parent = line.values.get("parent", "").lower()
        if parent and parent not in above:
            problems.append(
                _(
                    "No site %(host)s is open or stands above this line."
                    " Write its line before this one."
                )
                % {"host": parent}
            )
        line.problems += problems
        if not line.problems:
            above.add(line.host)


def _problems(line: Line, kinds: dict[str, DepartmentKind], first: dict[str, int]) -> Iterator[str]:
    """What is wrong with the line by itself, and with its host among the lines above it."""
    for name in REQUIRED:
        if not line.values.get(name):
            yield _("“%(column)s” is empty. Fill it in.") % {"column": name}
    if line.host:
        try:
            validate_hostname(line.host)
        except ValidationError as error:
            yield f"{line.host}: {error.messages[0]}"
        if line.host in first:
            yield _("The host %(host)s is in line %(number)d already. Remove one of them.") % {
                "host": line.host,
                "number": first[line.host],
            }
        first.setdefault(line.host, line.number)
    kind = line.values.get("kind", "")
    if kind and kind not in kinds:
        yield _("There is no kind “%(kind)s”. Write one of: %(known)s.") % {
            "kind": kind,
            "known": ", ".join(kinds),
        }
    body = Department(name=line.values.get("name", ""), **_details(line))
    try:
        body.clean_fields(exclude={"site", "kind", "parent", "collection", "logo", "state"})
    except ValidationError as error:
        for column, messages in error.message_dict.items():
            if line.values.get(column):
                yield f"{column} “{line.values[column]}”: {' '.join(messages)}"


def _details(line: Line) -> dict[str, str]:
    return {name: line.values[name] for name in DETAILS if line.values.get(name)}


def open_lines(lines: list[Line], *, port: int = 80, after: Opened | None = None) -> int:
    """Open the sites of those lines that hold, in one transaction; returns how many are new.

    Args:
        port: the port in the addresses of new sites.
        after: told of each line when its site is open.

    Raises:
        ValidationError: a line that held when it was checked does not any more.
    """
    new = 0
    with transaction.atomic():
        for line in lines:
            if line.problems:
                continue
            above = line.values.get("parent", "").lower()
            opened = open_site(
                line.host,
                name=line.values["name"],
                kind=line.values["kind"],
                port=port,
                publish=False,
                parent=Department.objects.get(site__hostname=above) if above else None,
                **_details(line),
            )
            new += opened.created
            if after is not None:
                after(line, opened)
    return new
