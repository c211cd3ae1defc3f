"""Columns and rows → a CSV or an XLSX that Excel opens as it is meant; memory stays flat, however many rows."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, Final, Generic, TypeVar

import xlsxwriter
from django.conf import settings
from django.utils import timezone

T = TypeVar("T")
Cell = str | int | date | datetime | None

ROWS_AT_ONCE: Final = 500
BLOCK: Final = 64 * 1024
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula at the begin of a text (OWASP, CSV Injection)."""
LONGEST_TEXT: Final = 32_767
"""Characters in one cell of Excel."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A heading, what stands below it, and how wide that is in XLSX (characters)."""

    name: str
    cell: Callable[[T], Cell]
    width: int = 12


# --- CSV -------------------------------------------------------------------------------------------------------------


def csv_of(columns: Sequence[Column[T]], rows: Iterable[T]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark and semicolons: Dutch Excel opens it by a double click."""
    yield ("\ufeff" + as_lines([[column.name for column in columns]])).encode()
    cells = ([in_csv(column.cell(row)) for column in columns] for row in rows)
    while some := list(islice(cells, ROWS_AT_ONCE)):
        yield as_lines(some).encode()


def as_lines(rows: Iterable[Sequence[str]]) -> str:
    lines = StringIO()
    csv.writer(lines, delimiter=";", lineterminator="\r\n").writerows(rows)
    return lines.getvalue()


def in_csv(cell: Cell) -> str:
    """Numbers stay numbers; a text can neither become a formula nor a line of its own."""
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%d-%m-%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, str):
        text = " ".join(cell.split())
        return f"'{text}" if text.startswith(FORMULA) else text
    return "" if cell is None else str(cell)


# --- XLSX ------------------------------------------------------------------------------------------------------------

OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "dd-mm-yyyy",
}


def xlsx_of(title: str, columns: Sequence[Column[T]], rows: Iterable[T]) -> Iterator[bytes]:
    """A workbook of one sheet: dates are dates, texts are texts, the heading stays in sight.

    Its parts wait in temporary files until the last row is there: only then a workbook can begin.
    """
    folder = str(settings.FILE_UPLOAD_TEMP_DIR)
    with TemporaryFile(dir=folder) as file:
        with xlsxwriter.Workbook(file, {**OPTIONS, "tmpdir": folder}) as book:
            fill(book, title, columns, rows)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def fill(book: xlsxwriter.Workbook, title: str, columns: Sequence[Column[T]], rows: Iterable[T]) -> None:
    sheet, bold = book.add_worksheet(title), book.add_format({"bold": True, "bottom": 1})
    moment = book.add_format({"num_format": "dd-mm-yyyy hh:mm"})
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [column.name for column in columns], bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            write(sheet, last, at, column.cell(row), moment)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def write(sheet: Any, row: int, at: int, cell: Cell, moment: object) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(row, at, timezone.localtime(cell).replace(tzinfo=None), moment)
    elif isinstance(cell, date):
        sheet.write_datetime(row, at, cell)
    elif isinstance(cell, str):
        sheet.write_string(row, at, cell[:LONGEST_TEXT])
    elif cell is not None:
        sheet.write_number(row, at, cell)
