"""The 'Migratierapport': on paper, for the file of the office, what came of a migration and what still runs.

However large the migration, each list has its first rows only, and says where all of them are: paper is read, not
searched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from django.db.models import Count, F, Max, Min

from migration import problems
from migration.kinds import deadlines
from migration.models import LogLine, Record, RecordQuerySet, Run
from migration.problems import Problem

MOST: Final = 200
"""Rows of one list on paper; the CSV has all of them."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The first rows of a list, and how many there are in all."""

    records: list[Record]
    total: int

    @property
    def left_out(self) -> int:
        return self.total - len(self.records)


def first_of(records: RecordQuerySet, total: int) -> Rows:
    """Of a run of which `total` is a counter: where that is nothing, nothing is looked for."""
    return Rows(list(records.select_related("client").defer("replaced")[:MOST]) if total else [], total)


# --- What failed -----------------------------------------------------------------------------------------------------


def open_failures_of(run: Run) -> Rows:
    """What somebody has to look at; of a migration that was undone, what had failed in it."""
    asking = run.records.needing_action().order_by("position")
    return first_of(asking, run.needs_action)


@dataclass(frozen=True, slots=True)
class OfClient:
    """Failures of one client for one cause, which was expected."""

    first: Record  # it tells who that is
    count: int
    from_year: int | None
    to_year: int | None
    problem: Problem | None

    @property
    def years(self) -> str:
        """'2012–2018', or the only one."""
        return "–".join(dict.fromkeys(str(year) for year in (self.from_year, self.to_year) if year))


@dataclass(frozen=True, slots=True)
class Clients:
    """The first of these, those with most records on top; and how many records there are in all."""

    rows: list[OfClient] = field(default_factory=list)
    total: int = 0

    @property
    def left_out(self) -> int:
        """Records."""
        return self.total - sum(row.count for row in self.rows)


def expected_of(run: Run) -> Clients:
    """By client: one line for each, and not one for each of their records."""
    if not run.expected:
        return Clients()
    expected = run.records.filter(failed=True, expected=True).order_by()
    groups = list(
        expected.values("tax_id", "problem_code")
        .annotate(count=Count("pk"), position=Min("position"), from_year=Min("year"), to_year=Max("year"))
        .order_by("-count", "position")[:MOST]
    )
    found = run.records.filter(position__in=[group["position"] for group in groups]).select_related("client")
    firsts = {record.position: record for record in found}
    return Clients([of_client(group, firsts) for group in groups], run.expected)


def of_client(group: Mapping[str, Any], firsts: Mapping[int, Record]) -> OfClient:
    problem = problems.find(group["problem_code"])
    return OfClient(firsts[group["position"]], group["count"], group["from_year"], group["to_year"], problem)


# --- What somebody ignored -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ignored:
    """What somebody ignored in one go: who and why, by the log of the run; None where it tells of none.

    `records` are the first of them, `count` is all that still are.
    """

    line: LogLine | None
    count: int
    records: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Acts:
    """The first of these, and how many records there are in all."""

    acts: list[Ignored] = field(default_factory=list)
    total: int = 0

    @property
    def left_out(self) -> int:
        """Records."""
        return self.total - sum(len(act.records) for act in self.acts)


def ignored_of(run: Run) -> Acts:
    """Each act with its records, the oldest first."""
    if not run.ignored:
        return Acts()
    ignored = run.records.filter(failed=True, ignored=True)
    in_order = F("ignored_in").asc(nulls_last=True)
    counted = ignored.order_by(in_order).values_list("ignored_in").annotate(Count("pk"))
    shown = ignored.select_related("client").defer("replaced").order_by(in_order, "position")[:MOST]
    of_act = {line: list(some) for line, some in groupby(shown, key=lambda record: record.ignored_in_id)}
    counts = dict(counted[:MOST])
    lines = run.log_lines.in_bulk([line for line in counts if line])
    return Acts([Ignored(lines.get(line), count, of_act.get(line, ())) for line, count in counts.items()], run.ignored)


# --- What another migration came to since ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Later:
    """A run that came to the same since, and how many of these failures that is about."""

    run: Run
    count: int


def superseded_of(run: Run) -> list[Later]:
    """In order; the numbers alone, for the report of that migration has its records."""
    if not run.superseded:
        return []
    counts = dict(run.records.superseded().order_by().values_list("superseded_by").annotate(Count("pk")))
    later = Run.objects.filter(office=run.office_id, pk__in=counts).order_by("pk")
    return [Later(one, counts[one.pk]) for one in later]


# --- What has a last day ---------------------------------------------------------------------------------------------


def open_terms_of(run: Run) -> Rows:
    """What has a deadline that runs today; an unknown one counts as running."""
    return first_to_end(deadlines.with_running(run), run.running_terms)


def failing_terms_of(run: Run) -> Rows:
    """The same of what failed and should not have."""
    return first_to_end(deadlines.failing_with_running(run), run.failing_terms)


def first_to_end(records: RecordQuerySet, total: int) -> Rows:
    """The first to end on top; `total` was counted when the run came to rest."""
    return first_of(records.order_by(F("until").asc(nulls_first=True), "position"), total)
