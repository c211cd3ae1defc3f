"""Columns and rows → an XLSX that Excel opens as it is meant; memory stays flat. For CSV see portal.lists.sheets."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import Any, Final, TypeVar

import xlsxwriter
from django.conf import settings
from django.utils import timezone

from portal.lists.sheets import Cell, Column

T = TypeVar("T")

BLOCK: Final = 64 * 1024
LONGEST_TEXT: Final = 32_767
"""Characters in one cell of Excel."""
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
