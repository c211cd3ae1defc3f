"""Why records of a run failed, grouped: one cause, one line on the page."""

from dataclasses import dataclass

from django.db.models import Count, Q

from migration import problems
from migration.models import Run
from migration.problems import Problem


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, and how many records failed for it."""

    code: str
    expected: bool
    count: int
    open: int  # of these, how many still need action

    @property
    def problem(self) -> Problem | None:
        return problems.find(self.code)


def causes_of(run: Run) -> list[Cause]:
    """What asks for action first, then by number; in one query, and none where nothing failed."""
    if not run.failed or not run.has_ended:
        return []
    failures = run.records.filter(failed=True).values_list("problem_code", "expected")
    needing = Count("pk", filter=Q(expected=False, ignored=False))
    counted = failures.annotate(count=Count("pk"), open=needing).order_by("expected", "-count", "problem_code")
    return [Cause(*values) for values in counted]
