"""Takes the SBA's of a run out of the dossiers again, or puts back what they replaced.

What somebody changed since is left alone: another import overwrote it, or a colleague gave it another status.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from migration import bulk
from migration.importers import Entry, Undoing, Undone
from migration.models import Outcome, Record, RecordQuerySet, Run
from sba.dossiers import REPLACEABLE
from sba.models import Sba


def undo(run: Run, entries: Sequence[Entry]) -> list[Undone]:
    """One answer per entry that changed a dossier; the others had nothing to take back."""
    records = list(changes_of(run).filter(pk__in=[entry.pk for entry in entries]))
    sbas = {sba.key: sba for sba in Sba.objects.filter(office=run.office_id, key__in=[entry.key for entry in entries])}
    found = [(record, sbas[record.key]) for record in records if record.key and record.key in sbas]
    pairs = [(record, sba) for record, sba in found if is_as_left(record, sba)]
    Sba.objects.filter(pk__in=[sba.pk for record, sba in pairs if record.outcome == Outcome.NEW]).delete()
    restored = [put_back(sba, record) for record, sba in pairs if record.outcome != Outcome.NEW]
    bulk.overwrite(Sba, ("office", "key"), REPLACEABLE, restored)
    undone = {record.pk: how_undone(record) for record, _ in pairs}
    return [Undone(record.position, undone.get(record.pk, Undoing.KEPT)) for record in records]


def foresee(run: Run) -> dict[Undoing, int]:
    """The same in numbers, by three counts; nothing is changed."""
    changed = changes_of(run).count()
    mine = Sba.objects.filter(record__run=run, document_id=F("record__digest"))
    as_left = mine.filter(status=F("record__status"))
    removed = as_left.filter(record__outcome=Outcome.NEW).count()
    restored = as_left.filter(record__outcome=Outcome.OVERWRITTEN).count() + only_restatused(run).count()
    return {Undoing.REMOVED: removed, Undoing.RESTORED: restored, Undoing.KEPT: changed - removed - restored}


def changes_of(run: Run) -> RecordQuerySet:
    """The records of a run that changed a dossier: what is new, and what replaced something."""
    imported = run.records.filter(outcome__in=(Outcome.NEW, Outcome.OVERWRITTEN, Outcome.UNCHANGED))
    return imported.exclude(outcome=Outcome.UNCHANGED, replaced__isnull=True)


def only_restatused(run: Run) -> QuerySet[Sba]:
    """SBA's of which this run changed nothing but the status, and that still have it."""
    if not run.overwrite_status:
        return Sba.objects.none()
    same = run.records.filter(key=OuterRef("key"), status=OuterRef("status"), outcome=Outcome.UNCHANGED)
    return Sba.objects.filter(Exists(same.filter(replaced__isnull=False)), office=run.office_id)


def is_as_left(record: Record, sba: Sba) -> bool:
    """Does the SBA still stand as this record left it?"""
    is_source = sba.record_id == record.pk or record.outcome == Outcome.UNCHANGED
    return is_source and sba.document_id == record.digest and sba.status == record.status


def how_undone(record: Record) -> Undoing:
    return Undoing.REMOVED if record.outcome == Outcome.NEW else Undoing.RESTORED


def put_back(sba: Sba, record: Record) -> Sba:
    """The SBA with the values that it had before this record."""
    replaced: dict[str, Any] = record.replaced or {}
    before = {**replaced, "until": replaced["until"] and date.fromisoformat(replaced["until"])}
    for name in REPLACEABLE:
        setattr(sba, name, before[name])
    return sba
