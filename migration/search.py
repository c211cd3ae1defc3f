"""Search across the runs of an office. A BSN/FI is matched as a whole number or not at all."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q

from migration import problems
from migration.answers import Answer, answers_about, nothing
from migration.models import Record, RecordQuerySet, Run
from portal.models import Client, User
from portal.tax_id import digits_of

AT_MOST: Final = 50
"""Of each group; who finds more than that asks for something narrower."""
ANSWERED_AT_MOST: Final = 500
"""Records that are looked at to answer; one client has some tens."""
CLIENTS_AT_MOST: Final = 20
REFERENCE: Final = re.compile(r"MIG-[0-9]{4}-([0-9]{1,9})(?:/([0-9]{1,9}))?", re.IGNORECASE)
YEAR_LAST: Final = re.compile(r"(.+?)\s+((?:19|20)[0-9]{2})")
YEAR_FIRST: Final = re.compile(r"((?:19|20)[0-9]{2})\s+(.+)")


@dataclass(frozen=True, slots=True)
class Results:
    """What was found: an answer per assessment, records, and whole migrations."""

    records: list[Record] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.records or self.runs or self.answers)


def with_year(term: str) -> tuple[str, int | None]:
    """'Jansen 2021' → ('Jansen', 2021); a year may stand first too, and alone it is no year but a word."""
    if found := YEAR_LAST.fullmatch(term):
        return found[1], int(found[2])
    if found := YEAR_FIRST.fullmatch(term):
        return found[2], int(found[1])
    return term, None


def by_reference(term: str, user: User) -> Record | Run | None:
    """What an exact reference names: a record ('MIG-2026-0042/0137') or a run."""
    match = REFERENCE.fullmatch(term)
    if not match:
        return None
    pk, position = match.groups()
    if position:
        return Record.objects.visible_to(user).select_related("run").filter(run=int(pk), position=int(position)).first()
    return Run.objects.visible_to(user).filter(pk=int(pk)).first()


def is_number(term: str) -> bool:
    """A BSN/FI, perhaps with a year."""
    return bool(digits_of(term) or digits_of(with_year(term)[0]))


def by_number(term: str, user: User) -> Results:
    """Everything about one BSN/FI, the newest migration first; with a year, of that year."""
    bare, year = (term, None) if digits_of(term) else with_year(term)
    clients = Client.objects.visible_to(user).filter(tax_id=digits_of(bare))
    return about_clients({digits_of(bare)}, list(clients), year, user)


def by_words(term: str, user: User) -> Results:
    """By error code, else by a client's name and by the name of the file."""
    records = Record.objects.visible_to(user)
    if problems.find(term.upper()):
        return Results(newest(records.failures().filter(problem_code=term.upper())))
    name, year = with_year(term)
    runs = list(Run.objects.visible_to(user).filter(file_name__icontains=term).newest_first()[:AT_MOST])
    called = Client.objects.visible_to(user).order_by("name", "pk")
    as_written = list(called.filter(name__icontains=term)[:CLIENTS_AT_MOST])
    if as_written or year is None:
        name, year = term, None
    clients = as_written or list(called.filter(name__icontains=name)[:CLIENTS_AT_MOST])
    found = about_clients({client.tax_id for client in clients}, clients, year, user)
    return Results(found.records, runs, found.answers)


def about_clients(numbers: Collection[str], clients: list[Client], year: int | None, user: User) -> Results:
    if not numbers:
        return Results()
    records = Record.objects.visible_to(user).filter(Q(tax_id__in=numbers), **({"year": year} if year else {}))
    found = newest(records, ANSWERED_AT_MOST)
    answers = answers_about(found, user)
    known = {answer.tax_id for answer in answers}
    missing = [client for client in clients if year and client.tax_id not in known]
    answers += [nothing(f"Aanslagen {year}", client.name, client.tax_id) for client in missing]
    return Results(found[:AT_MOST], [], answers)


def newest(records: RecordQuerySet, at_most: int = AT_MOST) -> list[Record]:
    found = records.select_related("run", "client").defer("replaced", "run__breakdown")
    return list(found.order_by("-run_id", "position")[:at_most])
