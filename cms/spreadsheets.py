"""Tables that somebody opens in a spreadsheet: CSV and Excel, of which nothing is computed.

Whoever writes a text that others export could otherwise have their spreadsheet run it
(OWASP, "CSV injection"). So files are made here only, and every text in them is harmless,
whether its writer thought of it or not.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

from django.utils.encoding import force_str
from openpyxl import Workbook
from wagtail.admin.views.mixins import SpreadsheetExportMixin, list_to_str

Row = Sequence[str | int]

#: The wide ones are what East Asian keyboards write; spreadsheets read them as the others.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# What spreadsheets pass over before they look: spaces of every width, marks nobody sees.
_PASSED_OVER = " \u00a0\u200b\u200c\u200d\u2060\u3000\ufeff\x00"


def harmless(cell: str) -> str:
    """``cell`` as text that no spreadsheet takes for a formula; the same where it is already."""
    return f"'{cell}" if cell.lstrip(_PASSED_OVER).startswith(FORMULA_STARTS) else cell


def csv_file(rows: Iterable[Row]) -> bytes:
    """CSV with a byte order mark, by which Excel knows the Vietnamese letters."""
    text = StringIO()
    csv.writer(text).writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(sheets: Iterable[tuple[str, Iterable[Row]]]) -> bytes:
    """An Excel file of named tables."""
    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_written(cell) for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def disarm_exports() -> None:
    """Have the texts of every list that Wagtail exports, of plugins too, made harmless.

    Wagtail sees to cells of Excel only, and a file is soon saved as CSV.
    """
    last = {"csv": _exported, "xlsx": _exported}
    kinds = SpreadsheetExportMixin.custom_value_preprocess
    # A list is joined by Wagtail first; what it looks at last takes all the rest.
    kinds[list] = {name: lambda value: harmless(list_to_str(value)) for name in last}
    kinds[object] = last


def _exported(value: Any) -> Any:
    """A value that Wagtail exports, as text where it is neither number nor date."""
    shown = force_str(value, strings_only=True)
    return harmless(shown) if isinstance(shown, str) else shown


def _written(cell: str | int) -> str | int:
    if not isinstance(cell, str):
        return cell
    # Control characters make a file that Excel refuses.
    return harmless("".join(sign for sign in cell if sign >= " " or sign == "\n"))
