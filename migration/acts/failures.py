"""What a user can do with the failures of a run that ended, and which of them that is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.http import Http404

from migration import problems
from migration.audit_actions import MigrationAction
from migration.findings.cautions import take_stock
from migration.models import RecordQuerySet, Run
from migration.words.runs import counted
from portal.lists.keyset import number_in
from portal.models import AuditEvent, User


@dataclass(frozen=True, slots=True)
class Scope:
    """Some failed records of a run: one (`position`), or all of its client (`of_client`); those with one cause
    (`code`); or all that need action."""

    run: Run
    position: int = 0
    code: str = ""
    of_client: bool = False

    @classmethod
    def of(cls, run: Run, query: Mapping[str, str]) -> "Scope":
        """As the form says; one that names something that does not exist is about nothing (404)."""
        code, position = query.get("code", ""), number_in(query, "record")
        if (code and not problems.find(code)) or (query.get("record") and not position):
            raise Http404
        return cls(run, position, code, bool(position) and "klant" in query)

    @property
    def records(self) -> RecordQuerySet:
        if self.position:
            return self._of_client() if self.of_client else self._one()
        open_failures = self.run.records.needing_action()
        return open_failures.filter(problem_code=self.code) if self.code else open_failures

    def _one(self) -> RecordQuerySet:
        return self.run.records.failures().filter(position=self.position)

    def _of_client(self) -> RecordQuerySet:
        number = self._one().exclude(tax_id="").values("tax_id")
        return self.run.records.failures().filter(Q(tax_id__in=number) | Q(position=self.position))

    @property
    def fields(self) -> dict[str, object]:
        """The same as fields of a form."""
        return {name: value for name, value in (("record", self.position), ("code", self.code)) if value}

    def count(self) -> int:
        return self.records.needing_action().count()

    def others_needing_action(self) -> int:
        """How many more records of the same client need action; whether this one does is not asked."""
        if not self.position:
            return 0
        of_client = replace(self, of_client=True).records.needing_action()
        return of_client.exclude(position=self.position).count()

    @property
    def subject(self) -> str:
        """What stands in the audit trail: '… (SBA-202)', '…/0137', or the run alone."""
        if self.position:
            return f"{self.run.reference}/{self.position:04d}"
        return f"{self.run.reference} ({self.code})" if self.code else self.run.reference

    @property
    def words(self) -> str:
        """'record 137', '32 records met SBA-202', '40 records'."""
        if self.position:
            return f"record {self.position}"
        records = counted(self.count(), "record", "records")
        return f"{records} met {self.code}" if self.code else records


def retry(scope: Scope, by: User) -> bool:
    with transaction.atomic():
        started = scope.run.retry(scope.records, by)
        if started:
            AuditEvent.objects.note(by, MigrationAction.RECORD_RETRY, scope.subject)
            scope.run.ring_on_commit()
    return started


def ignore(scope: Scope, by: User, reason: str) -> int:
    with transaction.atomic():
        count = scope.run.ignore(scope.records, by, reason)
        if count:
            AuditEvent.objects.note(by, MigrationAction.RECORD_IGNORE, scope.subject)
    return count


def heed(scope: Scope, by: User) -> int:
    ignored = scope.records if scope.position else scope.run.records.filter(ignored=True)
    ignored = ignored.filter(problem_code=scope.code) if scope.code else ignored
    with transaction.atomic():
        count = scope.run.heed(ignored, by)
        if count:
            AuditEvent.objects.note(by, MigrationAction.RECORD_HEED, scope.subject)
    return count


def confirm(run: Run, by: User, keeps_open: bool | None = None) -> bool:
    """Let the writing start, and write down who did."""
    with transaction.atomic():
        confirmed = run.confirm(by, keeps_open)
        if confirmed:
            AuditEvent.objects.note(by, MigrationAction.RUN_CONFIRM, run.reference)
            run.ring_on_commit()
    return confirmed


def discard(run: Run, by: User | None = None) -> bool:
    """Remove an upload that nobody confirmed, and write down who did: somebody, or the portal by itself."""
    with transaction.atomic():
        discarded = run.discard()
        if discarded and by:
            AuditEvent.objects.note(by, MigrationAction.RUN_DISCARD, run.reference)
        elif discarded:
            AuditEvent.objects.note_by_itself(run.office_id, MigrationAction.RUN_DISCARD, run.reference)
    return discarded


def stop(run: Run, by: User) -> bool:
    with transaction.atomic():
        stopped = run.stop(by)
        if stopped:
            take_stock(run)
            AuditEvent.objects.note(by, MigrationAction.RUN_STOP, run.reference)
    return stopped


def undo(run: Run, by: User) -> bool:
    return set_off(run, run.undo, by, MigrationAction.RUN_UNDO)


def resume(run: Run, by: User) -> bool:
    return set_off(run, run.resume, by, MigrationAction.RUN_RESUME)


def set_off(run: Run, start: Callable[[User], bool], by: User, action: MigrationAction) -> bool:
    """Set a run that rests in motion again, and write down who did."""
    with transaction.atomic():
        started = start(by)
        if started:
            AuditEvent.objects.note(by, action, run.reference)
            run.ring_on_commit()
    return started
