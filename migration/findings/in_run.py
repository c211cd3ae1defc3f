"""Somebody's records within one run: sought by name, file or number, and in the order of clients; and how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from migration import problems
from migration.models import Alias, Record, RecordQuerySet, Run
from migration.words.numbers import number, records
from portal.lists.keyset import Edge, Window, beyond, number_in, turned
from portal.models import Client
from portal.models.shown import seen_in
from portal.tax_id import digits_of

BY_CLIENT: Final = ("who", "tax_id", "position")
"""All of one client together; served by an index that holds the names of files too."""
OF_THE_ROAD: Final = ("replaced", "problem_facts", "key", "digest")
"""What a list does not show, and need not read."""


# --- Seeking ---------------------------------------------------------------------------------------------------------


def found_in(run: Run, sought: str) -> RecordQuerySet:
    """Records of whom the office or a document calls so, and files that are called so."""
    called = Client.objects.filter(office=run.office_id).called(sought).values("tax_id")
    told = Alias.objects.filter(office=run.office_id).named(sought).order_by().values("tax_id")
    return run.records.filter(Q(tax_id__in=called) | Q(tax_id__in=told) | seen_in("name", sought))


def of_client(run: Run, position: int) -> RecordQuerySet:
    """All with the number of this record; of one without a number itself alone."""
    tax_id = run.records.filter(position=position).values_list("tax_id", flat=True).first()
    return run.records.filter(tax_id=tax_id) if tax_id else run.records.filter(position=position)


def place_of(run: Run, sought: str) -> dict[str, str | int]:
    """Where what was typed leads, as a part of an address; nothing where that would tell a number that is not here.

    A number is told by the position of its first record, and so is a file's name that holds one: by the whole name, or
    whoever knows one number in it would ask for the next one digit by digit.
    """
    if problems.find(sought.upper()):
        return {"code": sought.upper()}
    tax_id = digits_of(sought)
    same = run.records.filter(tax_id=tax_id) if tax_id else run.records.filter(name__iexact=sought)
    first = same.order_by("position").values_list("position", flat=True).first()
    return {"klant": first} if first else {}


# --- The order of clients --------------------------------------------------------------------------------------------


def window_by_client(
    rows: RecordQuerySet, run: Run, query: Mapping[str, str], size: int, ahead: int = 0
) -> Window[Record]:
    """As `portal.lists.keyset.window_of`, by client. Where a page ends is told by a position, which never goes; and
    the rows themselves are read only once it is known which they are, so that the rest is answered by the index.

    The first page looks so many positions `ahead`: who counts them need not seek them all once more.
    """
    before, after = edge_at(run, number_in(query, "voor")), edge_at(run, number_in(query, "na"))
    if before and (found := positions(rows, [turned(field) for field in BY_CLIENT], before, size + 1)):
        page = found[:size][::-1]
        return Window(at(run, page), page[0] if len(found) > size else None, page[-1])
    found = positions(rows, BY_CLIENT, after, max(size, 0 if after else ahead) + 1)
    page = found[:size]
    seen = len(found) if ahead and not after else None
    return Window(at(run, page), page[0] if after and page else None, page[-1] if len(found) > size else None, seen)


def edge_at(run: Run, position: int) -> Edge | None:
    return run.records.filter(position=position).values(*BY_CLIENT).first() if position else None


def positions(rows: RecordQuerySet, by: Sequence[str], edge: Edge | None, at_most: int) -> list[int]:
    behind = rows.filter(beyond(by, edge)) if edge else rows
    return list(behind.order_by(*by).values_list("position", flat=True)[:at_most])


def at(run: Run, positions: Sequence[int]) -> list[Record]:
    """The records at these positions, in this order; their clients by a look of its own, which needs no join."""
    rows = (
        run.records.defer(*OF_THE_ROAD).filter(position__in=positions).prefetch_related("client") if positions else ()
    )
    found = {record.position: record for record in rows}
    return [found[position] for position in positions if position in found]


# --- How many --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """How many a list shows: exactly, or as far as it was counted."""

    count: int
    is_cut: bool = False

    def __str__(self) -> str:
        return f"meer dan {number(self.count)} records" if self.is_cut else records(self.count)


def counted(rows: RecordQuerySet, at_most: int) -> Counted:
    count = rows.order_by().values("position")[: at_most + 1].count()
    return Counted(min(count, at_most), count > at_most)
