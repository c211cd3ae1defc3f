"""A CSV of clients → the clients of an office: every row is right, or nothing is written and every bad row is named."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from portal.masking import mask_within
from portal.models import Client, Office
from portal.tax_id import read_tax_id

REQUIRED: Final = ("tax_id", "name", "kind", "former")
OPTIONAL: Final = ("client_number",)
YES_NO: Final = {"yes": True, "no": False}


class BadList(Exception):
    """What is wrong, one sentence per row; no sentence holds a BSN/FI."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Row:
    """One client as the list has it."""

    tax_id: str
    name: str
    kind: str
    former: bool
    client_number: str

    @property
    def identity(self) -> tuple[str, ...]:
        """By what a client is known again: the office's own number, else BSN/FI and name."""
        return (self.client_number,) if self.client_number else (self.tax_id, self.name)


@dataclass(frozen=True, slots=True)
class Tally:
    """What an import of clients did."""

    rows: int
    new: int
    changed: int
    unchanged: int


def read_clients(lines: Iterable[str]) -> list[Row]:
    """The rows of a CSV with a comma or a semicolon; BadList names every row that is wrong (the header is row 1)."""
    lines = iter(lines)
    header = next(lines, "").lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    delimiter = ";" if ";" in header else ","
    columns = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    check_header(columns)
    rows: dict[tuple[str, ...], tuple[int, Row]] = {}
    wrong: list[str] = []
    for number, cells in numbered(csv.reader(lines, delimiter=delimiter)):
        try:
            row = read_row(columns, cells)
            first, _ = rows.setdefault(row.identity, (number, row))
            if first != number:
                raise ValueError(f"the same client stands in row {first} already")
        except ValueError as error:
            wrong.append(f"Row {number}: {error}.")
    if wrong:
        raise BadList(wrong)
    return [row for _, row in rows.values()]


def check_header(columns: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in REQUIRED + OPTIONAL]
    if missing:
        raise BadList([f"The first row misses the column {name}." for name in missing])
    if unknown or len(set(columns)) < len(columns):
        expected = ",".join(REQUIRED)
        raise BadList([f"The first row must be: {expected}, and client_number if you like, each of them once."])


def numbered(reader: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, with the number a spreadsheet gives them."""
    return ((number, cells) for number, cells in enumerate(reader, start=2) if any(cell.strip() for cell in cells))


def read_row(columns: list[str], cells: list[str]) -> Row:
    if len(cells) != len(columns):
        raise ValueError(f"{len(cells)} columns instead of {len(columns)}")
    row = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    return Row(
        tax_id=read_tax_id(row["tax_id"]),
        name=filled("name", row["name"], 200),
        kind=one_of("kind", row["kind"], Client.Kind.values),
        former=YES_NO[one_of("former", row["former"], YES_NO)],
        client_number=short("client_number", row.get("client_number", ""), 30),
    )


def filled(what: str, value: str, length: int) -> str:
    if not value:
        raise ValueError(f"{what} is missing")
    return short(what, value, length)


def short(what: str, value: str, length: int) -> str:
    if len(value) > length:
        raise ValueError(f"{what} is longer than {length} characters")
    return value


def one_of(what: str, value: str, choices: Iterable[str]) -> str:
    if value.lower() not in choices:
        raise ValueError(f"{what} must be {' or '.join(choices)}, not '{mask_within(value)}'")
    return value.lower()


@transaction.atomic
def import_clients(office: Office, rows: list[Row]) -> Tally:
    """Bring the list into the office, all of it or nothing; the same list twice changes nothing."""
    known = clients_by_identity(office)
    new = [Client(office=office, **fields(row)) for row in rows if row.identity not in known]
    changed = [known[row.identity] for row in rows if row.identity in known and takes_over(known[row.identity], row)]
    Client.objects.bulk_create(new, batch_size=1000)
    Client.objects.bulk_update(changed, REQUIRED, batch_size=500)
    return Tally(len(rows), len(new), len(changed), len(rows) - len(new) - len(changed))


def clients_by_identity(office: Office) -> dict[tuple[str, ...], Client]:
    """By client number, and by BSN/FI with name: there the one without a number comes first."""
    clients = list(office.clients.select_for_update().order_by("id"))
    by_name: dict[tuple[str, ...], Client] = {
        (client.tax_id, client.name): client for client in sorted(clients, key=lambda c: not c.client_number)
    }
    return {**by_name, **{(client.client_number,): client for client in clients if client.client_number}}


def fields(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in REQUIRED + OPTIONAL}


def takes_over(client: Client, row: Row) -> bool:
    """Give the client what the row says; True when that is something else than it had. Its number stays its number."""
    news = {name: getattr(row, name) for name in REQUIRED if getattr(client, name) != getattr(row, name)}
    for name, value in news.items():
        setattr(client, name, value)
    return bool(news)
