"""Takes the SBA's of a run out of the dossiers again, or puts back what they replaced.

What somebody changed since is left alone: another import overwrote it, or a colleague gave it another status. Where
that other import is undone later, what it replaced is not put back if its own run was undone before: runs that are all
undone leave nothing behind, in whatever order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from migration import bulk
from migration.kinds.protocol import Entry, Kept, Undoing, Undone
from migration.models import Outcome, Record, RecordQuerySet, Run
from sba.dossiers.writing import REPLACEABLE
from sba.models import Sba


def undo(run: Run, entries: Sequence[Entry]) -> list[Undone]:
    """One answer per entry that changed a dossier; the others had nothing to take back.

    And one for each record of a run undone before whose version was taken back only now.
    """
    records = list(changes_of(run).filter(pk__in=[entry.pk for entry in entries]))
    ways = ways_back(run, records)
    taken_back = {way.record.pk for way in ways}
    left_alone = why_kept(run, [record for record in records if record.pk not in taken_back])
    Sba.objects.filter(pk__in=[way.sba.pk for way in ways if not way.version]).delete()
    put_back([way for way in ways if way.version])
    own = [Undone(way.record.position, way.how) for way in ways]
    late = [Undone(one.position, how_undone(one), one.run_id) for way in ways for one in way.passed]
    return own + left_alone + late


def foresee(run: Run) -> dict[Undoing, int]:
    """The same in numbers, by three counts; nothing is changed."""
    changed = changes_of(run).count()
    mine = Sba.objects.filter(record__run=run, document_id=F("record__digest"))
    as_left = mine.filter(status=F("record__status"))
    removed = as_left.filter(record__outcome=Outcome.NEW).count()
    restored = as_left.filter(record__outcome=Outcome.OVERWRITTEN).count() + only_restatused(run).count()
    later = removed_after_all(run)
    return {
        Undoing.REMOVED: removed + later,
        Undoing.RESTORED: restored - later,
        Undoing.KEPT: changed - removed - restored,
    }


def removed_after_all(run: Run) -> int:
    """How many replaced something that an undo took back already, as far as it could: nothing is put back there."""
    if not has_left_behind(run):
        return 0
    records = list(changes_of(run).filter(key__in=left_behind(run).values("key")))
    return sum(not way.version and way.record.outcome != Outcome.NEW for way in ways_back(run, records))


def changes_of(run: Run) -> RecordQuerySet:
    """The records of a run that changed a dossier: what is new, and what replaced something."""
    return run.records.changing()


def only_restatused(run: Run) -> QuerySet[Sba]:
    """SBA's of which this run changed nothing but the status, and that still have it."""
    if not run.overwrite_status:
        return Sba.objects.none()
    as_left = {"key": OuterRef("key"), "status": OuterRef("status")}
    says_so = Q(digest=OuterRef("document_id")) | Q(same_as=OuterRef("document_id"))
    same = run.records.filter(says_so, **as_left, outcome=Outcome.UNCHANGED)
    return Sba.objects.filter(Exists(same.filter(replaced__isnull=False)), office=run.office_id)


def how_undone(record: Record) -> Undoing:
    return Undoing.REMOVED if record.outcome == Outcome.NEW else Undoing.RESTORED


# --- The way back of one SBA -----------------------------------------------------------------------------------------

Version = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """From what a record left of an SBA, past what was undone before, to the version to put back (None: to nothing)."""

    record: Record
    sba: Sba
    passed: tuple[Record, ...]
    version: Version | None

    @classmethod
    def back(cls, record: Record, sba: Sba, undone: Iterable[Record]) -> Self:
        """`undone` are the records that would have been taken back before, had this one not stood in their place."""
        left, passed, version = list(undone), [], before(record)
        while version and (earlier := next((one for one in left if is_left_by(one, version)), None)):
            left.remove(earlier)
            passed.append(earlier)
            version = before(earlier)
        return cls(record, sba, tuple(passed), version)

    @property
    def how(self) -> Undoing:
        return Undoing.RESTORED if self.version else Undoing.REMOVED


def ways_back(run: Run, records: Sequence[Record]) -> list[Way]:
    """For each of these whose SBA still stands as the record left it."""
    keys = [record.key for record in records if record.key]
    sbas = {sba.key: sba for sba in Sba.objects.filter(bulk.among("key", keys), office=run.office_id)}
    undone = undone_before(run, records)
    found = [(record, sbas[record.key]) for record in records if record.key and record.key in sbas]
    return [
        Way.back(record, sba, undone.get(sba.key, ())) for record, sba in found if is_left_by(record, as_it_is(sba))
    ]


def before(record: Record) -> Version | None:
    return None if record.outcome == Outcome.NEW else record.replaced


def as_it_is(sba: Sba) -> Version:
    return {"record_id": sba.record_id, "document_id": sba.document_id, "status": sba.status}


def is_left_by(record: Record, version: Version) -> bool:
    """Is this what the record left?"""
    is_same = version["document_id"] in (record.digest, record.same_as) and version["status"] == record.status
    return is_same and is_source(record, version)


def is_source(record: Record, version: Version) -> bool:
    """One that changed the status alone did not become the source, and need not be it."""
    return version["record_id"] == record.pk or record.outcome == Outcome.UNCHANGED


def put_back(ways: Sequence[Way]) -> None:
    """The values of before. A record that is no longer kept cannot be named as their source."""
    sources = [way.version["record_id"] for way in ways if way.version]
    kept = set(Record.objects.filter(pk__in=[pk for pk in sources if pk]).values_list("pk", flat=True))
    for way in ways:
        values = {**(way.version or {})}
        values["until"] = values["until"] and date.fromisoformat(values["until"])
        values["record_id"] = values["record_id"] if values["record_id"] in kept else None
        for name in REPLACEABLE:
            setattr(way.sba, name, values[name])
    bulk.overwrite(Sba, ("office", "key"), REPLACEABLE, [way.sba for way in ways])


# --- What stays ------------------------------------------------------------------------------------------------------


def why_kept(run: Run, records: Sequence[Record]) -> list[Undone]:
    """Of each that does not stand as the record left it: what was changed since, and by which run."""
    if not records:
        return []
    keys = [record.key for record in records if record.key]
    found = Sba.objects.filter(bulk.among("key", keys), office=run.office_id).select_related("record__run")
    sbas, restatused = {sba.key: sba for sba in found}, restatused_since(run, records)
    told = []
    for record in records:
        sba, later = (sbas.get(record.key), restatused.get(record.key)) if record.key else (None, None)
        told.append(Undone(record.position, Undoing.KEPT, None, *change_of(record, sba, later)))
    return told


def change_of(record: Record, sba: Sba | None, later: Record | None) -> tuple[Kept, str]:
    if sba is None:
        return Kept.GONE, ""
    if not is_source(record, as_it_is(sba)) or sba.document_id not in (record.digest, record.same_as):
        return Kept.OVERWRITTEN, sba.record.run.reference if sba.record else ""
    if later and later.pk > record.pk and later.status == sba.status:
        return Kept.RESTATUSED, later.run.reference
    return Kept.CHANGED, ""


def restatused_since(run: Run, records: Sequence[Record]) -> dict[UUID, Record]:
    """The last record of another run that changed nothing but the status, by key; found by their number."""
    same = Record.objects.filter(bulk.among("tax_id", {record.tax_id for record in records}), run__office=run.office_id)
    same = same.filter(bulk.among("key", [record.key for record in records if record.key]))
    changed = same.filter(outcome=Outcome.UNCHANGED, replaced__isnull=False).exclude(run=run)
    return {record.key: record for record in changed.select_related("run").order_by("pk") if record.key}


# --- Runs that were undone before ------------------------------------------------------------------------------------


def has_left_behind(run: Run) -> bool:
    return undone_runs(run).filter(undo_kept__gt=0).exists()


def undone_runs(run: Run) -> QuerySet[Run]:
    others = Run.objects.filter(office=run.office_id).exclude(pk=run.pk)
    return others.filter(state__in=(Run.State.UNDOING, Run.State.UNDONE))


def left_behind(run: Run) -> RecordQuerySet:
    """Changes of other runs whose undo came by, and left them: a later import, or a colleague, had changed them."""
    return Record.objects.filter(run__in=undone_runs(run), position__lte=F("run__cursor")).changing()


def undone_before(run: Run, records: Sequence[Record]) -> dict[UUID, list[Record]]:
    """Of the same SBA's, by key; found by their number, which has an index."""
    found: dict[UUID, list[Record]] = {}
    if has_left_behind(run):
        same = left_behind(run).filter(bulk.among("tax_id", {record.tax_id for record in records}))
        for record in same.filter(bulk.among("key", [record.key for record in records if record.key])).order_by("-pk"):
            if record.key:
                found.setdefault(record.key, []).append(record)
    return found
