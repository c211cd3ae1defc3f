"""What a user can do with the failures of a run that ended, and which of them that is about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.http import Http404

from migration import problems
from migration.acts.runs import set_off
from migration.audit_actions import MigrationAction
from migration.models import Record, RecordQuerySet, Run
from migration.states import State
from migration.words.numbers import counted
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
        of_client = Q(tax_id__in=number) | Q(position=self.position)
        return self.run.records.beside(self.position).filter(of_client)

    @property
    def fields(self) -> dict[str, object]:
        """The same as fields of a form."""
        return {name: value for name, value in (("record", self.position), ("code", self.code)) if value}

    def count(self) -> int:
        return self.records.needing_action().count()

    @property
    def others(self) -> RecordQuerySet:
        """The other records of the same client that need action; whether this one does is not asked."""
        if not self.position:
            return self.run.records.none()
        of_client = replace(self, of_client=True).records.needing_action()
        return of_client.exclude(position=self.position)

    @property
    def record(self) -> Record | None:
        """Where it is about one."""
        return self._one().select_related("run", "client").first()

    @property
    def subject(self) -> str:
        """What stands in the audit trail: '… (a code)', '…/0137', or the run alone."""
        if self.position:
            return f"{self.run.reference}/{self.position:04d}"
        return f"{self.run.reference} ({self.code})" if self.code else self.run.reference

    @property
    def words(self) -> str:
        """'record 137', '32 records met' a code, '40 records'."""
        if self.position:
            return f"record {self.position}"
        records = counted(self.count(), "record", "records")
        return f"{records} met {self.code}" if self.code else records


def retry(scope: Scope, by: User) -> bool:
    """Try these once more, as far as that can help; True where something will happen."""
    with transaction.atomic():
        started = try_again(scope.run, scope.records.filter(problem_code__in=problems.helped_by_retry()), by)
        if started:
            AuditEvent.objects.note(by, MigrationAction.RECORD_RETRY, scope.subject)
    return started


def try_again(run: Run, records: RecordQuerySet, by: User) -> bool:
    """The same, whatever they failed for: a part of an act, which writes the audit line in one transaction with it."""
    if not run.hold() or not run.can_be_retried:
        return False
    count = records.filter(run=run, failed=True).exclude(digest="").update(waits=True)
    if count:
        set_off(run, State.RETRYING, cursor=0)
        run.log("retry_began", actor=by.name, count=count)
    return bool(count)


def ignore(scope: Scope, by: User, reason: str) -> int:
    """These failures need no action, for this reason; how many that were new."""
    with transaction.atomic():
        count = set_ignored(scope.run, scope.records.needing_action(), True, "ignored", actor=by.name, reason=reason)
        if count:
            AuditEvent.objects.note(by, MigrationAction.RECORD_IGNORE, scope.subject)
    return count


def heed(scope: Scope, by: User) -> int:
    """Take an ignoring back; how many."""
    records = scope.records if scope.position else scope.run.records.all()
    with transaction.atomic():
        ignored = records.filter(ignored=True, **({"problem_code": scope.code} if scope.code else {}))
        count = set_ignored(scope.run, ignored, False, "heeded", actor=by.name)
        if count:
            AuditEvent.objects.note(by, MigrationAction.RECORD_HEED, scope.subject)
    return count


def set_ignored(run: Run, records: RecordQuerySet, ignored: bool, event: str, **facts: str) -> int:
    if not run.hold() or not run.can_be_ignored:
        return 0
    positions = list(records.values_list("position", flat=True)[:2])
    if not positions:
        return 0
    changed = records.count()  # of a run that is held
    superseded = records.exclude(superseded_by=None).count()
    facts["codes"] = ", ".join(sorted(set(records.values_list("problem_code", flat=True))))
    line = run.log(event, positions[0] if changed == 1 else None, count=changed, **facts)
    records.update(ignored=ignored, ignored_in=line if ignored else None)
    run.add({"ignored": changed} if ignored else {"ignored": -changed, "superseded": superseded})
    run.refresh_from_db()
    return changed
