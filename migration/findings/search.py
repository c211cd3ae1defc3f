"""Search across the runs of an office. A BSN/FI is matched as a whole number or not at all."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from django.db.models import Q

from migration import problems
from migration.kinds.abilities import Dossiers
from migration.kinds.registry import abilities
from migration.models import Alias, Record, RecordQuerySet, Run
from migration.words.answers import Answer, answers_about, nothing
from portal.lists.search_field import as_sought
from portal.masking import mask_within
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

    @property
    def of_clients(self) -> "list[OfClient[Record]]":
        """The records by client, each with its newest migration first."""
        return by_client(self.records)

    @property
    def answers_of_clients(self) -> "list[OfClient[Answer]]":
        return by_client(self.answers)


F = TypeVar("F", Record, Answer)


@dataclass(frozen=True, slots=True)
class OfClient(Generic[F]):
    """What is found about one client; of what names no number all together, and last."""

    name: str
    tax_id: str
    found: list[F]


def by_client(found: Iterable[F]) -> list[OfClient[F]]:
    """By name, as people see it; under one number everything is of one client, however it is spelled."""
    same: dict[str, list[F]] = {}
    for one in found:
        same.setdefault(one.tax_id, []).append(one)
    clients = [OfClient(some[0].client_name, tax_id, some) for tax_id, some in same.items()]
    return sorted(
        clients, key=lambda client: (not client.tax_id, as_sought(mask_within(client.name)), client.tax_id[-4:])
    )


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


def by_file_name(sought: str, user: User) -> Results:
    """Migrations of a file that is called exactly so. All of it or nothing: else whoever knows one number in a name
    asks for the next one digit by digit."""
    runs = list(Run.objects.visible_to(user).filter(file_name__iexact=sought).newest_first()[: AT_MOST + 1])
    return Results(runs=runs[:AT_MOST], is_cut=len(runs) > AT_MOST)


def by_words(sought: str, user: User) -> Results:
    """By error code, else by a client's name and by the name of the file."""
    records = Record.objects.visible_to(user)
    if problems.find(sought.upper()):
        failed = newest(records.failures().filter(problem_code=sought.upper()), AT_MOST + 1)
        return Results(failed[:AT_MOST], is_cut=len(failed) > AT_MOST)
    runs = list(Run.objects.visible_to(user).called(sought).newest_first()[: AT_MOST + 1])
    name, year = sought, None
    people = People.named(sought, user)
    if not people.numbers and with_year(sought)[1]:
        name, year = with_year(sought)
        people = People.named(name, user)
    found = about_clients(people.numbers[:CLIENTS_AT_MOST], people.clients, year, user)
    is_cut = found.is_cut or len(runs) > AT_MOST or len(people.numbers) > CLIENTS_AT_MOST
    return replace(found, runs=runs[:AT_MOST], is_cut=is_cut)


@dataclass(frozen=True, slots=True)
class People:
    """Whose name was sought: as the office calls them, or as records do; one more number than is shown at most."""

    numbers: list[str]
    clients: list[Client]

    @classmethod
    def named(cls, sought: str, user: User) -> "People":
        at_most = CLIENTS_AT_MOST + 1
        called = Client.objects.visible_to(user).called(sought).by_surname()
        clients = list(called[:at_most])
        told = Alias.objects.visible_to(user).named(sought).values_list("tax_id", flat=True)[:at_most]
        numbers = list(dict.fromkeys([*(client.tax_id for client in clients), *told]))
        return cls(numbers[:at_most], clients[:CLIENTS_AT_MOST])


def about_clients(numbers: Collection[str], clients: list[Client], year: int | None, user: User) -> Results:
    if not numbers:
        return Results()
    of_them = Record.objects.visible_to(user).filter(Q(tax_id__in=numbers))
    found = newest(of_them.filter(year=year) if year else of_them, ANSWERED_AT_MOST + 1)
    answers = answers_about(found[:ANSWERED_AT_MOST], user)
    missing = set(numbers) - {answer.tax_id for answer in answers} if year else set()
    things = " of ".join(one.nothing_of for one in abilities(Dossiers))
    answers += [nothing(f"{things} {year}", name, number) for number, name in names_of(missing, clients, of_them)]
    is_cut = max(len(found), len(answers)) > AT_MOST
    return Results(found[:AT_MOST], [], answers[:AT_MOST], is_cut)


def names_of(numbers: Collection[str], clients: list[Client], records: RecordQuerySet) -> list[tuple[str, str]]:
    """What whoever has one of these numbers is called: as a client, else as the newest record says."""
    names = {client.tax_id: client.name for client in reversed(clients)}
    unknown = set(numbers) - names.keys()
    for record in newest(records.filter(tax_id__in=unknown), ANSWERED_AT_MOST) if unknown else ():
        names.setdefault(record.tax_id, record.client_name)
    return sorted((number, names[number]) for number in numbers if number in names)


def newest(records: RecordQuerySet, at_most: int) -> list[Record]:
    found = records.select_related("run", "client").defer("replaced", "run__breakdown")
    return list(found.order_by("-run_id", "position")[:at_most])
