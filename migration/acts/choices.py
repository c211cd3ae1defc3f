"""What a person decides where no rule can: which of several dossiers is meant, or which of several versions holds."""

from migration.acts.remedies import judge_anew
from migration.audit_actions import MigrationAction
from migration.findings.versions import in_doubt, same_thing
from migration.models import Choice, Record
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
        Choice.objects.note(record.run, [record.key] if record.key else [], digest=record.digest)

    return judge_anew(record, by, MigrationAction.RECORD_VERSION, note, same_thing(record))
