"""Search across the runs of an office. A BSN/FI is matched as a whole number or not at all."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final

from django.db.models import Q

from migration import problems
from migration.kinds.abilities import Dossiers
from migration.kinds.registry import abilities
from migration.models import Record, RecordQuerySet, Run
from migration.words.answers import Answer, answers_about, nothing
from portal.models import Client, User
from portal.tax_id import digits_of

AT_MOST: Final = 50
"""Of each group; who finds more than that asks for something narrower."""
ANSWERED_AT_MOST: Final = 500
"""Records that are looked at to answer; one client has some tens."""
CLIENTS_AT_MOST: Final = 20
REFERENCE: Final = re.compile(r"MIG-([0-9]{4})-([0-9]{1,9})(?:/([0-9]{1,9}))?", re.IGNORECASE)
YEAR_LAST: Final = re.compile(r"(.+?)\s+((?:19|20)[0-9]{2})")
YEAR_FIRST: Final = re.compile(r"((?:19|20)[0-9]{2})\s+(.+)")


@dataclass(frozen=True, slots=True)
class Results:
    """What was found: an answer per thing, records, and whole migrations; `is_cut` where there is more."""

    records: list[Record] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.records or self.runs or self.answers)


def with_year(sought: str) -> tuple[str, int | None]:
    """'Jansen 2021' → ('Jansen', 2021); a year may stand first too, and alone it is no year but a word."""
    if found := YEAR_LAST.fullmatch(sought):
        return found[1], int(found[2])
    if found := YEAR_FIRST.fullmatch(sought):
        return found[2], int(found[1])
    return sought, None


def by_reference(sought: str, user: User) -> Record | Run | None:
    """What an exact reference names: a record ('MIG-2026-0042/0137') or a run."""
    match = REFERENCE.fullmatch(sought)
    if not match:
        return None
    year, pk, position = match.groups()
    run = Run.objects.visible_to(user).filter(pk=int(pk)).first()
    if run is None or run.year != int(year):
        return None
    return run.records.select_related("run").filter(position=int(position)).first() if position else run


def is_number(sought: str) -> bool:
    """A BSN/FI, perhaps with a year."""
    return bool(digits_of(sought) or digits_of(with_year(sought)[0]))


def by_number(sought: str, user: User) -> Results:
    """Everything about one BSN/FI, the newest migration first; with a year, of that year."""
    bare, year = (sought, None) if digits_of(sought) else with_year(sought)
    clients = Client.objects.visible_to(user).filter(tax_id=digits_of(bare))
    return about_clients({digits_of(bare)}, list(clients), year, user)


def by_words(sought: str, user: User) -> Results:
    """By error code, else by a client's name and by the name of the file."""
    records = Record.objects.visible_to(user)
    if problems.find(sought.upper()):
        failed = newest(records.failures().filter(problem_code=sought.upper()), AT_MOST + 1)
        return Results(failed[:AT_MOST], is_cut=len(failed) > AT_MOST)
    name, year = with_year(sought)
    runs = list(Run.objects.visible_to(user).called(sought).newest_first()[: AT_MOST + 1])
    called = Client.objects.visible_to(user).by_surname()
    as_written = list(called.filter(name__icontains=sought)[: CLIENTS_AT_MOST + 1])
    if as_written or year is None:
        name, year = sought, None
    clients = as_written or list(called.filter(name__icontains=name)[: CLIENTS_AT_MOST + 1])
    shown = clients[:CLIENTS_AT_MOST]
    found = about_clients({client.tax_id for client in shown}, shown, year, user)
    is_cut = found.is_cut or len(runs) > AT_MOST or len(clients) > CLIENTS_AT_MOST
    return replace(found, runs=runs[:AT_MOST], is_cut=is_cut)


def about_clients(numbers: Collection[str], clients: list[Client], year: int | None, user: User) -> Results:
    if not numbers:
        return Results()
    records = Record.objects.visible_to(user).filter(Q(tax_id__in=numbers), **({"year": year} if year else {}))
    found = newest(records, ANSWERED_AT_MOST + 1)
    answers = answers_about(found[:ANSWERED_AT_MOST], user)
    known = {answer.tax_id for answer in answers}
    missing = [client for client in clients if year and client.tax_id not in known]
    things = " of ".join(one.nothing_of for one in abilities(Dossiers))
    answers += [nothing(f"{things} {year}", client.name, client.tax_id) for client in missing]
    is_cut = max(len(found), len(answers)) > AT_MOST
    return Results(found[:AT_MOST], [], answers[:AT_MOST], is_cut)


def newest(records: RecordQuerySet, at_most: int) -> list[Record]:
    found = records.select_related("run", "client").defer("replaced", "run__breakdown")
    return list(found.order_by("-run_id", "position")[:at_most])
