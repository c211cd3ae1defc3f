"""One row of a list of clients → what stands in it, cell by cell. What is in doubt is refused, not guessed."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from migration.kinds.clients.flaws import CellFlaw
from migration.kinds.clients.words import COMPANY, KINDS, YES_NO, meaning
from portal.clients.row import Row
from portal.masking import mask_within
from portal.tax_id import read_tax_id
from portal.text.hidden import hidden_in

NAME_LENGTH: Final = 200
NUMBER_LENGTH: Final = 30
SHOWN: Final = 40

LINE_BREAK: Final = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")

Meant = TypeVar("Meant")


class BadCell(Exception):
    def __init__(self, flaw: StrEnum, **facts: Any) -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.facts = facts


def read_row(cells: Mapping[str, str]) -> tuple[Row, int]:
    """The client, and how many zeros its BSN/FI had lost; BadCell or NoTaxId names what is wrong first."""
    row = {column: printable(column, cell) for column, cell in cells.items()}
    tax_id = read_tax_id(row["tax_id"], is_company=row["kind"].lower() == COMPANY)
    client = Row(
        tax_id=tax_id.number,
        name=filled("name", row["name"], NAME_LENGTH),
        kind=one_of("kind", row["kind"], KINDS),
        former=one_of("former", row["former"], YES_NO),
        client_number=short("client_number", row.get("client_number", ""), NUMBER_LENGTH),
    )
    return client, tax_id.zeros


def printable(column: str, cell: str) -> str:
    value = cell.strip()
    if LINE_BREAK.search(value):
        raise BadCell(CellFlaw.LINE_BREAK, column=column)
    if letter := hidden_in(value):
        raise BadCell(CellFlaw.UNPRINTABLE, column=column, letter=letter)
    return value


def filled(column: str, value: str, length: int) -> str:
    if not value:
        raise BadCell(CellFlaw.MISSING, column=column)
    return short(column, value, length)


def short(column: str, value: str, length: int) -> str:
    if len(value) > length:
        raise BadCell(CellFlaw.TOO_LONG, column=column, limit=length)
    return value


def one_of(column: str, value: str, choices: Mapping[str, Meant]) -> Meant:
    if value.lower() not in choices:
        shown = mask_within(value)[:SHOWN]
        meant = meaning(value, choices)
        raise BadCell(CellFlaw.NOT_ONE_OF, column=column, choices=list(choices), value=shown, meant=meant)
    return choices[value.lower()]
