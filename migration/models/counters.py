"""What a run counts while it goes: pages read these numbers, and never count rows."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.db.models import F
from django.utils import timezone

PAST: Final = "past"
UNKNOWN: Final = "unknown"


class Counters(models.Model):
    """The numbers of a run. members = others + records, and records = the sum of the outcomes."""

    members = models.IntegerField(null=True)
    others = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    overwritten = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    expected = models.IntegerField(default=0)
    ignored = models.IntegerField(default=0)
    superseded = models.IntegerField(
        default=0, db_default=0, help_text="neither expected nor ignored, and another run came to the same since"
    )
    unprocessed = models.IntegerField(default=0)
    undone = models.IntegerField(default=0)
    undo_removed = models.IntegerField(default=0)
    undo_restored = models.IntegerField(default=0)
    undo_kept = models.IntegerField(default=0)

    # What the check foresees.
    forecast_new = models.IntegerField(default=0)
    forecast_overwritten = models.IntegerField(default=0)
    forecast_unchanged = models.IntegerField(default=0)
    open_terms = models.IntegerField(default=0)
    kept_open = models.IntegerField(default=0, help_text="what keeps_open did: this many got the open status")
    doubles = models.IntegerField(default=0, help_text="clients who have more than one dossier")
    breakdown = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    @property
    def running_terms(self) -> int:
        """Of how many that were imported, or may still be, one can object today."""
        return running(self.breakdown.get("terms", {}))

    @property
    def new_terms(self) -> int:
        """Of these, how many the check found in no dossier."""
        return running(self.breakdown.get("new_terms", {}))

    @property
    def failing_terms(self) -> int:
        """The same of what fails and should not."""
        return running(self.breakdown.get("failing_terms", {}))

    @property
    def record_count(self) -> int:
        """The documents that this import is about; the rest of the members are other files."""
        return (self.members or 0) - self.others

    @property
    def imported(self) -> int:
        return self.new + self.overwritten + self.unchanged

    @property
    def brought(self) -> int:
        """What changed a dossier, of all that was imported; the rest of it stood there already."""
        return self.new + self.overwritten

    @property
    def needs_action(self) -> int:
        return self.failed - self.expected - self.ignored - self.superseded

    @property
    def to_do(self) -> int:
        """What is neither imported nor failed: still to be done, or not processed when the run has ended."""
        return self.record_count - self.imported - self.failed - self.undone

    @property
    def accounted_for(self) -> int:
        return self.imported + self.failed + self.unprocessed + self.undone

    @property
    def sums_up(self) -> bool:
        """Nothing lost, nothing twice: every member ended in exactly one outcome."""
        return self.record_count == self.accounted_for

    def add(self, counts: Mapping[str, int]) -> None:
        """Add to the counters, in the database: two writers never lose each other's counts."""
        changes = {name: F(name) + count for name, count in counts.items() if count}
        if changes:
            type(self)._default_manager.filter(pk=self.pk).update(**changes)


def running(terms: Mapping[str, int]) -> int:
    """Of terms that were counted by their last day: how many run today. An unknown one counts as running."""
    today = timezone.localdate().isoformat()
    return sum(count for day, count in terms.items() if day == UNKNOWN or (day != PAST and day >= today))
