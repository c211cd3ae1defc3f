"""What a person decides where no rule can: which of several dossiers is meant, or which of several versions holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.db.models import Count

from migration.acts.remedies import judge_anew
from migration.audit_actions import MigrationAction
from migration.models import Choice, Record, RecordQuerySet
from portal.models import Client, User

AT_MOST: Final = 20
"""Dossiers, or versions, that a page offers: a file made to hurt costs a page no more than that."""


# --- Dossiers --------------------------------------------------------------------------------------------------------


def dossiers(record: Record) -> list[Client]:
    """All that the office has with the number of this record, the active ones first."""
    same_number = Client.objects.filter(office=record.run.office_id, tax_id=record.tax_id)
    return list(same_number.order_by("former", "name", "pk")[:AT_MOST])


def in_doubt(record: Record) -> RecordQuerySet:
    """Every record of this number in the run that waits for somebody to say which dossier is meant."""
    ambiguous = record.run.importer.ambiguous.code
    return record.run.records.failures().filter(tax_id=record.tax_id, problem_code=ambiguous)


def others_by_tax(record: Record) -> dict[str, int]:
    """How many more there are, by tax: the dossiers of one company may be apart just because of that."""
    others = in_doubt(record).exclude(key=record.key).order_by("tax")
    return dict(others.values_list("tax").annotate(Count("pk")))


def choose_dossier(record: Record, by: User, client_id: int, with_others: bool) -> bool:
    """'Kies dossier': for this record, or for all of this number in the run."""
    records = in_doubt(record) if with_others else in_doubt(record).filter(key=record.key)

    def note() -> None:
        keys = {one.key for one in records.only("key") if one.key}
        Choice.objects.note(record.run, keys, client_id=client_id)

    return judge_anew(record, by, MigrationAction.RECORD_DOSSIER, note, records)


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


def same_thing(record: Record) -> RecordQuerySet:
    """The records of the run that are about this, and that were not imported; this one too."""
    return record.run.records.failures().filter(key=record.key).exclude(digest="")


def versions(record: Record) -> list[Version]:
    """In the order of the file."""
    by_content: dict[str, list[Record]] = {}
    for one in same_thing(record).select_related("run", "client")[:AT_MOST]:
        by_content.setdefault(one.digest, []).append(one)
    told = record.run.importer.told
    return [Version(at, same, told(same[0])) for at, same in enumerate(by_content.values(), start=1)]


def choose_version(record: Record, by: User) -> bool:
    """'Kies versie': what has this record's content is imported, the rest is not and says why (SBA-404).

    All of them are tried again, so every one ends by the same road, and is counted by it.
    """

    def note() -> None:
        Choice.objects.note(record.run, [record.key] if record.key else [], digest=record.digest)

    return judge_anew(record, by, MigrationAction.RECORD_VERSION, note, same_thing(record))


# --- Side by side ----------------------------------------------------------------------------------------------------

SAYS_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Line:
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
    different: Sequence[Line]
    same: Sequence[Line]


def side_by_side(versions: Mapping[str, Mapping[str, str]]) -> Comparison:
    """By name of each, in order."""
    labels = dict.fromkeys(chain.from_iterable(versions.values()))
    lines = [Line(label, {name: told.get(label, SAYS_NOTHING) for name, told in versions.items()}) for label in labels]
    return Comparison(list(versions), *parted(lines))


def parted(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    told = list(lines)
    return [line for line in told if line.differs], [line for line in told if not line.differs]
