"""Why records of a run failed, grouped: one cause, one line on the page, and what a second attempt would bring now."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Count, Q

from migration import problems
from migration.kinds.protocol import FACT_FIELDS, Facts
from migration.kinds.registry import kind_of
from migration.models import WRITABLE, Record, Run
from migration.problems import Problem
from migration.words.numbers import number, records

FORESEEN_AT_MOST: Final = 100
"""Failures that are judged to foresee a retry: a page costs the same, however many there are."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, and how many records failed for it."""

    code: str
    expected: bool
    count: int
    open: int  # of these, how many still need action
    ignored: int = 0  # of these, how many somebody ignored, where they were not expected
    helped: int | None = None  # of these, how many a retry would import now; None where only trying tells

    @property
    def problem(self) -> Problem | None:
        return problems.find(self.code)

    @property
    def superseded(self) -> int:
        """How many ask nothing since another run came to the same."""
        return 0 if self.expected else self.count - self.open - self.ignored

    @property
    def can_be_retried(self) -> bool:
        """Also where it would bring nothing now: the page may be older than the client who was just made."""
        return bool(self.open and self.problem and self.problem.retry_helps)

    @property
    def may_be_helped(self) -> bool:
        """A retry would bring something now, as far as anybody can tell before."""
        return self.can_be_retried and self.helped != 0

    @property
    def retrying(self) -> str:
        """What a second attempt would bring, said before anybody asks for one."""
        if not self.problem or not self.open:
            return ""
        why = self.problem.retry_why
        if not self.problem.retry_helps:
            return f"Opnieuw proberen heeft geen zin: {why[0].lower()}{why[1:]}"
        if self.helped is None:
            return why
        if not self.helped:
            return f"Opnieuw proberen heeft nu nog geen zin. {why}"
        will = "wordt" if self.helped == 1 else "worden"
        return f"Opnieuw proberen: {number(self.helped)} van {records(self.open)} {will} dan geïmporteerd."


def causes_of(run: Run) -> list[Cause]:
    """What asks for action first, then by number; in one query, and none where nothing failed."""
    if not run.failed or not run.has_ended:
        return []
    failures = run.records.filter(failed=True).values_list("problem_code", "expected")
    asks, ignored = Q(expected=False, ignored=False, superseded_by=None), Q(expected=False, ignored=True)
    counts = {"open": Count("position", filter=asks), "by_hand": Count("position", filter=ignored)}
    # Not of the pk: the index answers these alone.
    counted = failures.annotate(count=Count("position"), **counts).order_by("expected", "-count", "problem_code")
    return [Cause(*values) for values in counted]


def foreseen(run: Run, causes: list[Cause]) -> list[Cause]:
    """The same causes, with what a retry would bring: judged by today's clients, of what could be read."""
    codes = {
        cause.code
        for cause in causes
        if 0 < cause.open <= FORESEEN_AT_MOST and cause.problem and cause.problem.retry_helps
    }
    records = readable(run, codes) if codes else []
    if not records:
        return causes
    verdicts = kind_of(run).match([(facts_of(record), record.digest) for record in records], run)
    judged = Counter(record.problem_code for record in records)
    helped = Counter(
        record.problem_code
        for record, verdict in zip(records, verdicts, strict=True)
        if verdict.outcome in WRITABLE
    )  # fmt: skip
    return [replace(c, helped=helped[c.code]) if 0 < c.open == judged[c.code] else c for c in causes]


def readable(run: Run, codes: set[str]) -> list[Record]:
    """Failures that were read, and failed for what stands around them."""
    failures = run.records.needing_action().filter(problem_code__in=codes).exclude(key=None).order_by("position")
    return list(failures.only("run", *FACT_FIELDS, "facts", "digest", "problem_code")[:FORESEEN_AT_MOST])


def facts_of(record: Record) -> Facts:
    return Facts(**{name: getattr(record, name) for name in FACT_FIELDS}, extra=record.facts)
