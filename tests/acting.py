"""What a user does with records that a test picks by a query; the pages pick them by what their form says."""

from dataclasses import dataclass

from migration.acts.failures import Scope
from migration.models import RecordQuerySet, Run


@dataclass(frozen=True)
class Picked(Scope):
    picked: RecordQuerySet | None = None

    @property
    def records(self) -> RecordQuerySet:
        assert self.picked is not None
        return self.picked


def some(run: Run, records: RecordQuerySet) -> Scope:
    return Picked(run, picked=records)
