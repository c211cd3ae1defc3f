"""What an office would go without if it ignored failures that may not be: told before somebody does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q

from migration import problems
from migration.kinds.deadlines import that_run
from migration.models import RecordQuerySet, Run
from migration.problems import Problem


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some of them may not be ignored; None for a code of a later version."""

    code: str
    problem: Problem | None
    count: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What comes into no dossier: for which reasons, of how many clients, and of how many the term runs.

    `unread` could not be read, so nobody knows whose they are, nor whether a term runs.
    """

    reasons: Sequence[Reason] = field(default_factory=list)
    clients: int = 0
    unread: int = 0
    running: int = 0
    first_to_end: date | None = None

    @property
    def count(self) -> int:
        return sum(reason.count for reason in self.reasons)

    @property
    def can_be_read(self) -> bool:
        """Of any of them something is known."""
        return self.unread < self.count

    def __bool__(self) -> bool:
        return bool(self.reasons)


def loss_of(records: RecordQuerySet, run: Run) -> Loss:
    """Of those that need action still; in three queries, and one where they may all be ignored."""
    asking = records.needing_action().order_by("problem_code")
    counted = asking.values_list("problem_code").annotate(Count("pk"))
    reasons = [Reason(code, problems.find(code), count) for code, count in counted]
    serious = [reason for reason in reasons if not (reason.problem and reason.problem.can_ignore)]
    if not serious:
        return Loss()
    lost = asking.filter(problem_code__in=[reason.code for reason in serious]).order_by()
    known = lost.aggregate(
        clients=Count("tax_id", distinct=True, filter=~Q(tax_id="")), unread=Count("pk", filter=Q(key=None))
    )
    terms: dict[str, Any] = that_run(lost, run).aggregate(running=Count("pk"), first_to_end=Min("until"))
    return Loss(serious, **known, **terms)
