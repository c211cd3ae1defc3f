"""A CSV → its header and its rows, one at a time, however large the file is. No Django; no words for users."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Final

from migration.files.csv.decoding import lines_of
from migration.files.csv.flaws import BadFile, BadRow, FileFlaw, RowFlaw
from migration.files.csv.splitting import Unreadable, split

SEPARATORS: Final = ";,\t"
"""The first one that the header holds."""
HINT: Final = re.compile(r'"?sep=([^\r\n"]?)\1*"?[\r\n]*', re.IGNORECASE)
"""A line that Excel reads and does not show: which separator follows."""
BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of us. `cell` and `row` in characters; `lines` of one row, that its quotes keep together."""

    rows: int = 250_000
    columns: int = 200
    cell: int = 1_000
    row: int = 100_000
    lines: int = 20


@dataclass(frozen=True, slots=True)
class Row:
    """As many cells as the header has, as they stand; `number` is the one that a spreadsheet gives the row."""

    number: int
    cells: list[str]


class Table:
    """One CSV: `header`, then `rows`. BadFile where nothing of it can be used, a BadRow where one row cannot.

    The stream is read once, in order, and only as far as asked for; `io.BufferedReader` makes one of any stream.
    """

    def __init__(self, stream: BufferedReader, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lines = lines_of(stream, self.limits.row + 1)
        self._put_back: list[str] = []  # the last of them is the next line
        first = self._line(1).lstrip(BOM)
        hint = HINT.fullmatch(first)
        if hint:
            first = self._line(1)
        self.separator = hint[1] if hint else next((mark for mark in SEPARATORS if mark in first), ",")
        self.header: list[str] = []
        self.header = self._header(first)

    def rows(self) -> Iterator[Row | BadRow]:
        """Those that hold something, a blank one counts in the numbers only."""
        number, held = 1, 0
        while line := self._line(number + 1):
            number += 1
            if row := self._row(line, number):
                held += 1
                if held > self.limits.rows:
                    raise BadFile(FileFlaw.TOO_MANY_ROWS, limit=self.limits.rows)
                yield row

    def _header(self, first: str) -> list[str]:
        if not self.separator or self.separator not in SEPARATORS:
            raise BadFile(FileFlaw.SEPARATOR)
        if not first:
            raise BadFile(FileFlaw.EMPTY)
        if "\0" in first:  # UTF-16 without its mark
            raise BadFile(FileFlaw.ENCODING)
        try:
            header = self._cells(first, 1)
        except Unreadable:
            raise BadFile(FileFlaw.HEADER) from None
        if len(header) > self.limits.columns:
            raise BadFile(FileFlaw.TOO_MANY_COLUMNS, limit=self.limits.columns)
        return header

    def _row(self, line: str, number: int) -> Row | BadRow | None:
        try:
            cells = self._cells(line, number)
        except Unreadable as error:
            return BadRow(number, error.flaw)
        if not any(cell.strip() for cell in cells):
            return None
        if len(cells) != len(self.header):
            return BadRow(number, RowFlaw.CELLS, {"found": len(cells), "expected": len(self.header)})
        if any(len(cell) > self.limits.cell for cell in cells):
            return BadRow(number, RowFlaw.LONG_CELL, {"limit": self.limits.cell})
        return Row(number, cells)

    def _cells(self, line: str, number: int) -> list[str]:
        """Of this line, and of those behind it that a quote takes along, within the limits.

        Where it is not closed well the row is bad, and the lines behind it are rows of their own again: none is lost.
        """
        cells = split(line, self.separator)
        done, taken = cells.done, list[str]()
        while cells.open:
            try:
                taken.append(self._more(done, cells.open, taken, number))
                cells = split(cells.open + taken[-1], self.separator)
            except Unreadable:
                self._put_back += reversed(taken)
                raise Unreadable(RowFlaw.OPEN_QUOTE) from None
            done += cells.done
        return done

    def _more(self, done: list[str], open_cell: str, taken: list[str], number: int) -> str:
        """The next line, where the row may have one more."""
        columns, limits = len(self.header) or self.limits.columns, self.limits
        may_be_more = len(done) < columns and len(open_cell) <= limits.cell and len(taken) < limits.lines
        if may_be_more and (line := self._line(number)):
            return line
        raise Unreadable(RowFlaw.OPEN_QUOTE)

    def _line(self, number: int) -> str:
        """The next line, empty at the end. It belongs to the row of this number."""
        line = self._put_back.pop() if self._put_back else next(self._lines, "")
        if len(line) > self.limits.row:
            raise BadFile(FileFlaw.ROW_TOO_LONG, row=number, limit=self.limits.row)
        return line
