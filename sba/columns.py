"""What is told of SBA's beside what is told of every record: in lists, sheets, the log and the report."""

from typing import Final

from migration.kinds.protocol import Column, Place
from migration.models import Record
from portal.lists.sheets import Cell
from sba.models import no_term

SEEN: Final = frozenset({Place.TABLE, Place.FOUND, Place.PAPER, Place.DEADLINES})
LISTED: Final = frozenset({Place.TABLE, Place.DEADLINES, Place.LOG})
EXPORTED: Final = frozenset({Place.SHEET, Place.JSON})


def tax_and_kind(record: Record) -> str | None:
    """'IB definitief'."""
    return f"{record.tax} {record.kind}" if record.kind else None


def number(record: Record) -> str:
    return record.number


def amount(record: Record) -> Cell:
    return whole(record.facts.get("amount"))


def balance(record: Record) -> Cell:
    return whole(record.facts.get("balance"))


def whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def until_or_why(record: Record) -> Cell:
    """A date, or why there is none: never an empty cell that may be read as 'no term'."""
    return record.until or why_none(record)


def why_none(record: Record) -> str:
    return no_term(record.kind) if record.kind else ""


COLUMNS: Final = (
    Column("tax", "Belasting", lambda record: record.tax, EXPORTED | {Place.LOG}, 10),
    Column("kind", "Soort aanslag", lambda record: record.kind, EXPORTED | {Place.LOG}),
    Column("tax_and_kind", "Aanslag", tax_and_kind, SEEN),
    Column("year", "Jaar", lambda record: record.year, SEEN | EXPORTED | {Place.LOG}, 8),
    Column("dated_on", "Dagtekening", lambda record: record.dated_on, LISTED),
    Column("assessment_number", "Aanslagnummer", number, EXPORTED | {Place.LOG}, 18),
    Column("dated_on", "Dagtekening", lambda record: record.dated_on, EXPORTED),
    Column("objection_until", "Bezwaar mogelijk t/m", lambda record: record.until, LISTED, remark=why_none),
    Column("objection_until", "Bezwaar mogelijk t/m", until_or_why, frozenset({Place.SHEET}), 20),
    Column("objection_until", "Bezwaar mogelijk t/m", lambda record: record.until, frozenset({Place.JSON})),
    Column("amount", "Bedrag", amount, EXPORTED),
    Column("balance", "Saldo", balance, EXPORTED),
)
