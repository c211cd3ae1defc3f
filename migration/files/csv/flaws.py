"""What can be wrong with a CSV, by name and with facts: whoever reads one finds its own words or codes for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FileFlaw(StrEnum):
    """Of the file as a whole; the facts that come with it stand behind."""

    EMPTY = "empty"
    NOT_A_CSV = "not a CSV"  # a workbook or a ZIP
    ENCODING = "encoding"
    SEPARATOR = "separator"
    HEADER = "header"  # a quote of the first row
    TOO_MANY_COLUMNS = "too many columns"  # limit
    TOO_MANY_ROWS = "too many rows"  # limit
    ROW_TOO_LONG = "row too long"  # row, limit


class RowFlaw(StrEnum):
    """Of one row, while the others are well."""

    OPEN_QUOTE = "open quote"
    BEHIND_QUOTE = "behind quote"
    CELLS = "cells"  # found, expected
    LONG_CELL = "long cell"  # limit


class BadFile(Exception):
    """Nothing of this file can be used."""

    def __init__(self, flaw: StrEnum, **facts: Any) -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.facts = facts


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be used. `number` is the one that a spreadsheet gives it: the header is row 1."""

    number: int
    flaw: StrEnum
    facts: Mapping[str, Any] = field(default_factory=dict)
