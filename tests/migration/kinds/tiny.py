"""A tiny kind of import: the clients of an office, as lines of a CSV. No ZIP, no status, no deadline, no date.

It is what house.md §3 asks for: whatever a kind must do and nothing that it may, in a file that one reads at a sitting.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final
from uuid import NAMESPACE_OID, uuid5

from migration.kinds.protocol import (
    Accepts,
    Column,
    Entry,
    Facts,
    Kept,
    Place,
    Undoing,
    Undone,
    Verdict,
    Words,
    Written,
)
from migration.models import Outcome, Record, RecordQuerySet, Run
from migration.problems import CATALOGUE, Problem, Problems, Rejected
from portal.models import Client

HEADER: Final = b"nummer;naam"


def problem(code: str, title: str, retry_helps: bool = False) -> Problem:
    """Known while a test uses the kind (`known`), and not to anybody else."""
    made = Problem(
        code, title, f"{title}: {{line}}.", ("Verbeter de lijst.",), False, "Zonder die klant.", retry_helps, "Ja."
    )
    return CATALOGUE.pop(code) or made


NO_LIST: Final = problem("TST-101", "Geen klantenlijst")
NO_CLIENT: Final = problem("TST-102", "Geen klant")
FORMER: Final = problem("TST-103", "Voormalige klant", retry_helps=True)
OF_THE_ROAD: Final = Problems(
    unexpected=problem("TST-901", "Onverwachte fout", retry_helps=True),
    fatal=problem("TST-902", "Deze regel laat de import stoppen"),
    twice=problem("TST-903", "Twee keer in de lijst"),
    not_kept=problem("TST-904", "Niet bewaard"),
)
PROBLEMS: Final = (NO_LIST, NO_CLIENT, FORMER, *(getattr(OF_THE_ROAD, name) for name in Problems.__slots__))


@dataclass(frozen=True, slots=True)
class Line:
    position: int
    content: bytes
    is_candidate: bool = True

    @property
    def name(self) -> str:
        return f"regel {self.position}"

    @property
    def size(self) -> int:
        return len(self.content)

    def read(self) -> bytes:
        return self.content

    def deflated(self) -> bytes:
        stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return stream.compress(self.content) + stream.flush()


class Lines:
    def __init__(self, upload: IO[bytes]) -> None:
        header, *lines = upload.read().splitlines() or [b""]
        if header != HEADER:
            raise Rejected(NO_LIST, line="1")
        self.lines = [Line(at, line) for at, line in enumerate(lines, start=1)]

    @property
    def count(self) -> int:
        return len(self.lines)

    def members(self, after: int = 0) -> Iterator[Line]:
        return iter(self.lines[after:])


class TinyKind:
    """Clients out of a CSV with two columns."""

    slug = "tiny"
    words = Words("Klanten", "klant", "de", "klanten", "Maak een lijst van uw klanten.")
    problems = OF_THE_ROAD
    columns = (Column("initial", "Voorletter", lambda record: record.name_in_message[:1], frozenset(Place)),)
    accepts = Accepts(
        extensions=(".csv",),
        media_types=("text/csv",),
        signatures=(),
        file="Klantenlijst",
        the_file="de lijst",
        member="Regel",
        members="regels in de lijst",
        label="Klantenlijst",
        hint="CSV, maximaal {limit} MB.",
        drop="of sleep de lijst hierheen",
        wrong="Het bestand moet een CSV zijn.",
        empty="De lijst is leeg.",
        too_large="Splits de lijst.",
    )

    def open(self, upload: IO[bytes]) -> Lines:
        return Lines(upload)

    def read(self, content: bytes) -> Facts:
        number, _, name = content.decode().partition(";")
        if not number.isdecimal() or not name:
            raise Rejected(NO_CLIENT, line=name)
        return Facts(uuid5(NAMESPACE_OID, number), number, extra={"name": name})

    def match(self, facts: Sequence[tuple[Facts, str]], run: Run) -> Sequence[Verdict]:
        clients = clients_of(run, [one.tax_id for one, _ in facts])
        return [judge(clients.get(one.tax_id), one.extra["name"]) for one, _ in facts]

    def write(self, run: Run, entries: Sequence[Entry]) -> Sequence[Written]:
        names = {record.position: record.name_in_message for record in records_of(run, entries)}
        return [bring_in(run, entry, names[entry.position]) for entry in entries]

    def undo(self, run: Run, entries: Sequence[Entry]) -> Sequence[Undone]:
        return [take_back(record) for record in records_of(run, entries).changing()]

    def foresee_undo(self, run: Run) -> Mapping[Undoing, int]:
        changed = run.records.changing()
        added = changed.filter(outcome=Outcome.NEW).count()
        return {Undoing.REMOVED: added, Undoing.RESTORED: changed.count() - added, Undoing.KEPT: 0}


def clients_of(run: Run, numbers: Sequence[str]) -> dict[str, Client]:
    return {client.tax_id: client for client in Client.objects.filter(office=run.office_id, tax_id__in=numbers)}


def records_of(run: Run, entries: Sequence[Entry]) -> RecordQuerySet:
    return run.records.at([entry.position for entry in entries])


def judge(client: Client | None, name: str) -> Verdict:
    if client is None:
        return Verdict(Outcome.NEW)
    if client.former:
        return Verdict(Outcome.FAILED, problem=FORMER, problem_facts={"line": client.name})
    return Verdict(Outcome.UNCHANGED if client.name == name else Outcome.OVERWRITTEN, client.pk)


def bring_in(run: Run, entry: Entry, name: str) -> Written:
    client = clients_of(run, [entry.tax_id]).get(entry.tax_id)
    verdict = judge(client, name)
    if verdict.problem:
        return Written(entry.position, Outcome.FAILED, problem=verdict.problem, problem_facts=verdict.problem_facts)
    replaced = {"name": client.name} if client and verdict.outcome == Outcome.OVERWRITTEN else None
    Client.objects.update_or_create(office_id=run.office_id, tax_id=entry.tax_id, defaults={"name": name})
    return Written(entry.position, verdict.outcome, replaced=replaced)


def take_back(record: Record) -> Undone:
    client = Client.objects.filter(office=record.run.office_id, tax_id=record.tax_id)
    if not client.exists():
        return Undone(record.position, Undoing.KEPT, why=Kept.GONE)
    if record.outcome == Outcome.NEW:
        client.delete()
        return Undone(record.position, Undoing.REMOVED)
    client.update(name=(record.replaced or {})["name"])
    return Undone(record.position, Undoing.RESTORED)
