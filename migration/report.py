"""The 'Migratierapport': on paper, for the file of the office, what came of a migration and what still runs."""

from dataclasses import dataclass
from typing import Final

from django.db.models import F

from migration.models import WRITABLE, Record, Run

MOST: Final = 500
"""Rows of one list on paper; the CSV has all of them."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The first rows of a list, and how many there are in all."""

    records: list[Record]
    total: int

    @property
    def left_out(self) -> int:
        return self.total - len(self.records)


def failures_of(run: Run) -> Rows:
    return Rows(list(run.records.failures().select_related("client").defer("replaced")[:MOST]), run.failed)


def open_terms_of(run: Run) -> Rows:
    """What one can still object to today, the first to end on top; an unknown term counts as running."""
    imported = run.records.filter(run.importer.open_terms(), outcome__in=WRITABLE)
    ordered = imported.select_related("client").defer("replaced").order_by(F("until").asc(nulls_first=True), "position")
    return Rows(list(ordered[:MOST]), imported.count())
