"""What a person decides where no rule can: which of several dossiers is meant, or which of several versions holds."""

from django.db import transaction
from django.db.models import Expression, Max, Value

from migration import bulk
from migration.acts.failures import try_again
from migration.acts.remedies import judge_anew
from migration.acts.trail import note as note_act
from migration.audit_actions import MigrationAction
from migration.findings.versions import in_doubt, same_thing, undecided
from migration.models import CONTENT, Choice, Record, RecordQuerySet, Run
from portal.models import User


def choose_dossier(record: Record, by: User, client_id: int, with_others: bool) -> bool:
    """'Kies dossier': for this record, or for all of this number in the run."""
    records = in_doubt(record) if with_others else in_doubt(record).filter(key=record.key)

    def note() -> None:
        keys = {one.key for one in records.only("key") if one.key}
        Choice.objects.note(record.run, keys, client_id=client_id)

    return judge_anew(record, by, MigrationAction.RECORD_DOSSIER, note, records)


def choose_version(record: Record, by: User) -> bool:
    """'Kies versie': what has this record's content is imported, the rest is not and says why.

    All of them are tried again, so every one ends by the same road, and is counted by it.
    """

    def note() -> None:
        Choice.objects.note(record.run, [record.key] if record.key else [], digest=record.content_digest)

    return judge_anew(record, by, MigrationAction.RECORD_VERSION, note, same_thing(record))


def choose_last_versions(run: Run, by: User) -> int:
    """'Kies voor alle … de laatste in het bestand': of everything that stands there in several versions; of how many.

    A few statements, however many there are; each choice is kept as one that somebody made for it alone.
    """
    with transaction.atomic():
        if not run.hold() or not run.can_be_retried:
            return 0
        records = undecided(run)
        chosen = note_last(run, records)
        if not chosen or not try_again(run, records, by):
            transaction.set_rollback(True)
            return 0
        run.log("last_chosen", actor=by.name, count=chosen)
        note_act(run, MigrationAction.RUN_LAST_VERSIONS, by)
    return chosen


def note_last(run: Run, records: RecordQuerySet) -> int:
    """Of each thing that these records are about the last one holds."""
    positions = records.order_by().values("key").annotate(last=Max("position")).values("last")
    last = run.records.filter(position__in=positions)
    sources: dict[str, str | Expression] = {"run_id": Value(run.pk), "key": "key", "digest": CONTENT}
    return bulk.insert_from(Choice, sources, last, key=("run_id", "key"), overwrites=("digest",))
