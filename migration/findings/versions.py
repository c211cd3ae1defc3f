"""What there is to choose where no rule can: which of several dossiers is meant, which of several versions holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.db.models import Count, F, Q, Window
from django.db.models.functions import FirstValue

from migration.kinds.abilities import Comparable, Doubts
from migration.kinds.registry import ability_of, kind_of
from migration.models import CONTENT, Record, RecordQuerySet, Run
from migration.words.numbers import number
from portal.models import Client

AT_MOST: Final = 20
"""Dossiers, or versions, that a page offers: a file made to hurt costs a page no more than that."""


# --- Dossiers --------------------------------------------------------------------------------------------------------


def dossiers(record: Record) -> list[Client]:
    """All that the office has with the number of this record, the active ones first."""
    same_number = Client.objects.filter(office=record.run.office_id, tax_id=record.tax_id)
    return list(same_number.order_by("former", "name", "pk")[:AT_MOST])


def in_doubt(record: Record) -> RecordQuerySet:
    """Every record of this number in the run that waits for somebody to say which dossier is meant."""
    doubts = ability_of(record.run, Doubts)
    failures = record.run.records.beside(record.position)
    return failures.filter(tax_id=record.tax_id, problem_code=doubts.ambiguous.code) if doubts else failures.none()


def others_by_tax(record: Record) -> dict[str, int]:
    """How many more there are, by tax: the dossiers of one company may be apart just because of that."""
    others = in_doubt(record).exclude(key=record.key).order_by("tax")
    return dict(others.values_list("tax").annotate(Count("pk")))


# --- Versions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """One content of what stands in the upload more than once, with the records that have it."""

    number: int
    records: Sequence[Record]
    told: Mapping[str, str]

    @property
    def position(self) -> int:
        """By which it is chosen."""
        return self.records[0].position

    @property
    def label(self) -> str:
        return f"Versie {self.number}"

    @property
    def files(self) -> str:
        """'2020/a.xbrl (record 3), 2021/a.xbrl (record 9)'."""
        return ", ".join(f"{record.name} (record {number(record.position)})" for record in self.records)


def same_thing(record: Record) -> RecordQuerySet:
    """The records of the run that are about this, and that were not imported; this one too."""
    return record.run.records.failures().filter(key=record.key).exclude(digest="")


def versions(record: Record) -> list[Version]:
    """In the order of the file."""
    by_content: dict[str, list[Record]] = {}
    for one in same_thing(record).select_related("run", "client")[:AT_MOST]:
        by_content.setdefault(one.content_digest, []).append(one)
    contents = list(by_content.values())
    told = told_of([same[0] for same in contents])
    return [Version(at, same, words) for at, (same, words) in enumerate(zip(contents, told, strict=True), start=1)]


def told_of(records: Sequence[Record]) -> Sequence[Mapping[str, str]]:
    """What each of these says, in words; nothing where their kind lays none side by side."""
    comparable = ability_of(records[0].run, Comparable) if records else None
    return comparable.told(records) if comparable else [{} for _ in records]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Of how many things nobody said which version holds, and how many records are about them.

    `outvoted` are those that say something else than the last one about the same thing.
    """

    things: int
    records: int
    outvoted: int

    @property
    def repeated(self) -> int:
        """Those that say what the last one says, beside that one itself."""
        return self.records - self.outvoted - self.things


def undecided(run: Run) -> RecordQuerySet:
    """All records of the run that are about a thing of which somebody has to say which version holds."""
    return run.records.failures().filter(key__in=asking(run).values("key")).exclude(digest="")


def asking(run: Run) -> RecordQuerySet:
    """Those that failed for that."""
    open_failures = run.records.needing_action()
    doubts = ability_of(run, Doubts)
    return open_failures.filter(problem_code=kind_of(run).problems.twice.code) if doubts else open_failures.none()


def count_things(run: Run) -> int:
    """What they are about; it costs a third of what `count_undecided` does, which compares all of them."""
    return int(asking(run).aggregate(things=Count("key", distinct=True))["things"])


def is_undecided(run: Run, code: str) -> bool:
    """Whether it is for this cause that somebody has to say which version holds, and still can."""
    is_twice = code == kind_of(run).problems.twice.code and ability_of(run, Doubts) is not None
    return is_twice and run.can_be_retried


def count_undecided(run: Run) -> Undecided:
    """In one query."""
    last = Window(FirstValue(CONTENT), partition_by=["key"], order_by="-position")
    counted = undecided(run).order_by().annotate(content=CONTENT, last=last)
    return Undecided(
        **counted.aggregate(
            things=Count("key", distinct=True),
            records=Count("pk"),
            outvoted=Count("pk", filter=~Q(content=F("last"))),
        )
    )


# --- Side by side ----------------------------------------------------------------------------------------------------

SAYS_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that versions tell: the words of each, by its name."""

    label: str
    told: Mapping[str, str]

    @property
    def differs(self) -> bool:
        return len(set(self.told.values())) > 1

    @property
    def words(self) -> str:
        """Where all say the same."""
        return next(iter(self.told.values()))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Versions beside each other: what differs, and what does not. `names` says which is which."""

    names: Sequence[str]
    different: Sequence[Saying]
    same: Sequence[Saying]


def side_by_side(versions: Mapping[str, Mapping[str, str]]) -> Comparison:
    """By name of each, in order."""
    labels = dict.fromkeys(chain.from_iterable(versions.values()))
    lines = [
        Saying(label, {name: told.get(label, SAYS_NOTHING) for name, told in versions.items()}) for label in labels
    ]
    return Comparison(list(versions), *parted(lines))


def parted(lines: Iterable[Saying]) -> tuple[list[Saying], list[Saying]]:
    told = list(lines)
    return [line for line in told if line.differs], [line for line in told if not line.differs]
