"""What a user can do with the failures of a run that ended, and which of them that is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.http import Http404

from migration import problems
from migration.filters import position_in
from migration.models import Record, RecordQuerySet, Run
from migration.words import counted
from portal.models import AuditEvent, FormerNumber, FormerNumberQuerySet, User


@dataclass(frozen=True, slots=True)
class Scope:
    """Some failed records of a run: one (`position`), those with one cause (`code`), or all that need action."""

    run: Run
    position: int = 0
    code: str = ""

    @classmethod
    def of(cls, run: Run, query: Mapping[str, str]) -> "Scope":
        """As the form says; one that names something that does not exist is about nothing (404)."""
        code, position = query.get("code", ""), position_in(query, "record")
        if (code and not problems.find(code)) or (query.get("record") and not position):
            raise Http404
        return cls(run, position, code)

    @property
    def records(self) -> RecordQuerySet:
        if self.position:
            return self.run.records.failures().filter(position=self.position)
        open_failures = self.run.records.needing_action()
        return open_failures.filter(problem_code=self.code) if self.code else open_failures

    @property
    def fields(self) -> dict[str, object]:
        """The same as fields of a form."""
        return {name: value for name, value in (("record", self.position), ("code", self.code)) if value}

    def count(self) -> int:
        return self.records.needing_action().count()

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
            AuditEvent.objects.note(by, "record.retry", scope.subject)
            scope.run.ring_on_commit()
    return started


def ignore(scope: Scope, by: User, reason: str) -> int:
    with transaction.atomic():
        count = scope.run.ignore(scope.records, by, reason)
        if count:
            AuditEvent.objects.note(by, "record.ignore", scope.subject)
    return count


def heed(scope: Scope, by: User) -> int:
    ignored = scope.records if scope.position else scope.run.records.filter(ignored=True)
    ignored = ignored.filter(problem_code=scope.code) if scope.code else ignored
    with transaction.atomic():
        count = scope.run.heed(ignored, by)
        if count:
            AuditEvent.objects.note(by, "record.heed", scope.subject)
    return count


def note_former(record: Record, by: User) -> bool:
    """'Dit is een voormalige klant': remembered for later imports; this run's records of them are judged anew."""
    with transaction.atomic():
        FormerNumber.objects.get_or_create(office=record.run.office, tax_id=record.tax_id, defaults={"noted_by": by})
        AuditEvent.objects.note(by, "client.former", record.reference)
        return judge_client_anew(record, by)


def forget_former(record: Record, by: User) -> bool:
    """'Toch geen voormalige klant': the note is taken back, and this run's records of them are judged anew."""
    with transaction.atomic():
        noted_number(record).delete()
        AuditEvent.objects.note(by, "client.not_former", record.reference)
        return judge_client_anew(record, by)


def noted_number(record: Record) -> FormerNumberQuerySet:
    """The note that this record's number is of a former client, if there is one."""
    return FormerNumber.objects.filter(office=record.run.office_id, tax_id=record.tax_id)


def judge_client_anew(record: Record, by: User) -> bool:
    """All failed records of this client in the run; where that cannot start, nothing of it happened."""
    started = record.run.judge_anew(record.run.records.failures().filter(tax_id=record.tax_id), by)
    if started:
        record.run.ring_on_commit()
    else:
        transaction.set_rollback(True)
    return started


def undo(run: Run, by: User) -> bool:
    with transaction.atomic():
        started = run.undo(by)
        if started:
            AuditEvent.objects.note(by, "run.undo", run.reference)
            run.ring_on_commit()
    return started


def resume(run: Run, by: User) -> bool:
    with transaction.atomic():
        started = run.resume(by)
        if started:
            AuditEvent.objects.note(by, "run.resume", run.reference)
            run.ring_on_commit()
    return started
