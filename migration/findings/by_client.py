"""Whose records failed for one reason: a line per client, so that one answer serves all records of that client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from django.db.models import Count, Min, Q, QuerySet

from migration.models import Record, RecordQuerySet, Run

ORDER: Final = ("-count", "first")
"""Who has most first; then as they come in the file. Both stand in an index, and neither tells a number."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A client where a page ends, as an address names it: '8-137' has eight records, the first of them 137."""

    count: int
    first: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        count, _, first = text.partition("-")
        is_one = count.isdecimal() and first.isdecimal() and len(text) < 20
        return cls(int(count), int(first)) if is_one else None

    def __str__(self) -> str:
        return f"{self.count}-{self.first}"

    @property
    def behind(self) -> Q:
        return Q(count__lt=self.count) | Q(count=self.count, first__gt=self.first)

    @property
    def before(self) -> Q:
        return Q(count__gt=self.count) | Q(count=self.count, first__lt=self.first)


@dataclass(frozen=True, slots=True)
class OfClient:
    """One client: the first of its records, which tells who it is, and how many there are."""

    record: Record
    count: int

    @property
    def edge(self) -> Edge:
        return Edge(self.count, self.record.position)


@dataclass(frozen=True, slots=True)
class Clients:
    """One page of them, and how many there are in all; `before` and `after` where there are more."""

    shown: list[OfClient]
    count: int
    records: int
    before: Edge | None = None
    after: Edge | None = None


def failed_for(run: Run, code: str) -> RecordQuerySet:
    """What asks for action, and where nothing does any more, all of it: what was expected, or is ignored."""
    asking = run.records.needing_action().filter(problem_code=code)
    return asking if asking.exists() else run.records.failures().order_by().filter(problem_code=code)


def clients_of(run: Run, code: str, query: Mapping[str, str], size: int) -> Clients:
    """The page behind `na` of an address, or before `voor`. Every page counts all failures of this cause, in an index
    alone: the last costs what the first does, and none reads a record but those that it shows."""
    records = failed_for(run, code)
    grouped = records.values("tax_id").annotate(count=Count("position"), first=Min("position"))
    counted = records.aggregate(clients=Count("tax_id", distinct=True), records=Count("position"))
    clients, every = counted["clients"], counted["records"]
    before, after = Edge.read(query.get("voor", "")), Edge.read(query.get("na", ""))
    if before and (found := some(grouped.filter(before.before), turned=True, size=size)):
        shown = with_records(run, found[:size][::-1])
        return Clients(shown, clients, every, shown[0].edge if len(found) > size else None, shown[-1].edge)
    found = some(grouped.filter(after.behind) if after else grouped, turned=False, size=size)
    shown = with_records(run, found[:size])
    more = shown[-1].edge if len(found) > size else None
    return Clients(shown, clients, every, shown[0].edge if after and shown else None, more)


def some(grouped: QuerySet[Any, Any], turned: bool, size: int) -> list[tuple[int, int]]:
    """(first, count) of each, and one more than a page has."""
    order = ("count", "-first") if turned else ORDER
    return list(grouped.order_by(*order).values_list("first", "count")[: size + 1])


def with_records(run: Run, found: Sequence[tuple[int, int]]) -> list[OfClient]:
    firsts = run.records.filter(position__in=[first for first, _ in found]).select_related("client")
    records = {record.position: record for record in firsts}
    for record in records.values():
        record.run = run
    return [OfClient(records[first], count) for first, count in found]
