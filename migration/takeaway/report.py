"""The 'Migratierapport': on paper, for the file of the office, what came of a migration and what still runs."""

from dataclasses import dataclass
from typing import Final

from django.db.models import F

from migration.kinds import deadlines
from migration.models import Record, RecordQuerySet, Run

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
    """What has a deadline that runs today; an unknown one counts as running."""
    return first_to_end(deadlines.with_running(run), run.running_terms)


def failing_terms_of(run: Run) -> Rows:
    """The same of what failed and should not have."""
    return first_to_end(deadlines.failing_with_running(run), run.failing_terms)


def first_to_end(records: RecordQuerySet, total: int) -> Rows:
    """The first to end on top; `total` was counted when the run came to rest."""
    ordered = records.select_related("client").defer("replaced").order_by(F("until").asc(nulls_first=True), "position")
    return Rows(list(ordered[:MOST]) if total else [], total)
