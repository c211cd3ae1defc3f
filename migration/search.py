"""Search across the runs of an office. A BSN/FI is matched as a whole number or not at all."""

import re
from dataclasses import dataclass
from typing import Final

from migration import problems
from migration.models import Record, RecordQuerySet, Run
from portal.models import Client, User
from portal.tax_id import digits_of

AT_MOST: Final = 50
"""Of each group; who finds more than that asks for something narrower."""
CLIENTS_AT_MOST: Final = 20
REFERENCE: Final = re.compile(r"MIG-[0-9]{4}-([0-9]{1,9})(?:/([0-9]{1,9}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Results:
    """What was found: records, and whole migrations."""

    records: list[Record]
    runs: list[Run]

    def __bool__(self) -> bool:
        return bool(self.records or self.runs)


def by_reference(term: str, user: User) -> Record | Run | None:
    """What an exact reference names: a record ('MIG-2026-0042/0137') or a run."""
    match = REFERENCE.fullmatch(term)
    if not match:
        return None
    pk, position = match.groups()
    if position:
        return Record.objects.visible_to(user).select_related("run").filter(run=int(pk), position=int(position)).first()
    return Run.objects.visible_to(user).filter(pk=int(pk)).first()


def by_number(term: str, user: User) -> Results:
    """Everything about one BSN/FI, the newest migration first."""
    return Results(newest(Record.objects.visible_to(user).filter(tax_id=digits_of(term))), [])


def by_words(term: str, user: User) -> Results:
    """By error code, else by a client's name and by the name of the file."""
    records = Record.objects.visible_to(user)
    if problems.find(term.upper()):
        return Results(newest(records.failures().filter(problem_code=term.upper())), [])
    clients = Client.objects.visible_to(user).filter(name__icontains=term).order_by("name", "pk")[:CLIENTS_AT_MOST]
    numbers = {client.tax_id for client in clients}
    runs = Run.objects.visible_to(user).filter(file_name__icontains=term).newest_first()
    return Results(newest(records.filter(tax_id__in=numbers)) if numbers else [], list(runs[:AT_MOST]))


def newest(records: RecordQuerySet) -> list[Record]:
    found = records.select_related("run", "client").defer("replaced", "run__breakdown")
    return list(found.order_by("-run_id", "position")[:AT_MOST])
