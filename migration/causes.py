"""Why records of a run failed, grouped: one cause, one line on the page."""

from dataclasses import dataclass

from django.db.models import Count

from migration import problems
from migration.models import Run
from migration.problems import Problem


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, and how many records failed for it."""

    code: str
    expected: bool
    count: int

    @property
    def problem(self) -> Problem | None:
        return problems.find(self.code)


def causes_of(run: Run) -> list[Cause]:
    """What asks for action first, then by number; in one query, and none where nothing failed."""
    if not run.failed or not run.has_ended:
        return []
    failures = run.records.filter(failed=True).values_list("problem_code", "expected")
    counted = failures.annotate(count=Count("pk")).order_by("expected", "-count", "problem_code")
    return [Cause(code, expected, count) for code, expected, count in counted]
