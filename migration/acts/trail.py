"""The audit line of an act."""

from migration.audit_actions import MigrationAction
from migration.models import Run
from portal.models import AuditEvent, User


def note(run: Run, action: MigrationAction, by: User | None = None) -> None:
    """On a run as a whole; without `by` the portal did it by itself."""
    if by:
        AuditEvent.objects.note(by, action, run.reference)
    else:
        AuditEvent.objects.note_by_itself(run.office_id, action, run.reference)
