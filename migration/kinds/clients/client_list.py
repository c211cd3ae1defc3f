"""A CSV of clients → its clients, one at a time. It writes none: `portal.clients.client_list` does. No Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from typing import Final

from migration.files.csv import table
from migration.files.csv.flaws import BadRow
from migration.kinds.clients.cells import BadCell, read_row
from migration.kinds.clients.flaws import CellFlaw
from migration.kinds.clients.words import check_header
from portal.clients.row import Row
from portal.tax_id import NoTaxId

NAMED: Final = 20
"""Bad rows of one list that are named; of the others, how many there are."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A client and the row it stands in. `zeros`: how many its BSN/FI had lost."""

    number: int
    row: Row
    zeros: int


class BadList(Exception):
    """Rows that are wrong: the first of them, and how many there are in all."""

    def __init__(self, rows: list[BadRow], count: int) -> None:
        super().__init__(count)
        self.rows = rows
        self.count = count


def read(stream: BufferedReader, limits: table.Limits | None = None) -> Iterator[Listed | BadRow]:
    """Every row of the list, good or bad, in order; BadFile where it is no list of clients at all.

    Bounded memory: besides the row at hand it keeps by what each client is known, to find one that comes twice.
    """
    rows = table.Table(stream, limits)
    columns = [name.strip().lower() for name in rows.header]
    check_header(columns)
    first_in: dict[tuple[str, ...], int] = {}
    for row in rows.rows():
        listed = row if isinstance(row, BadRow) else judged(row, columns)
        if isinstance(listed, Listed):
            first = first_in.setdefault(listed.row.identity, listed.number)
            if first != listed.number:
                listed = BadRow(listed.number, CellFlaw.TWICE, {"first": first})
        yield listed


def judged(row: table.Row, columns: list[str]) -> Listed | BadRow:
    try:
        return Listed(row.number, *read_row(dict(zip(columns, row.cells, strict=True))))
    except BadCell as error:
        return BadRow(row.number, error.flaw, error.facts)
    except NoTaxId as error:
        return BadRow(row.number, error.flaw)


def read_all(stream: BufferedReader) -> list[Listed]:
    """The whole list; BadList where one row is wrong."""
    good: list[Listed] = []
    bad: list[BadRow] = []
    count = 0
    for row in read(stream):
        if isinstance(row, Listed):
            good.append(row)
        else:
            count += 1
            bad += [row][: NAMED - len(bad)]
    if count:
        raise BadList(bad, count)
    return good
