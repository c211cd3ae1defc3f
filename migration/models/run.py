"""A run: one upload on its way from the file to an outcome per record."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import IO, TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils import timezone

from migration import problems, retention
from migration.models.chores import from_now
from migration.models.counters import Counters
from migration.problems import Problem
from portal.models import Office, User
from portal.running import disk

if TYPE_CHECKING:
    from migration.models.records import LogLine, RecordQuerySet

STANDSTILL = timedelta(seconds=10)
"""Longer than a chunk takes; a run that waits for room has not moved since."""
SILENCE = timedelta(seconds=60)
"""A run that should move and has not for this long gets 'Geen antwoord'."""


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def moving(self) -> Self:
        """Runs that a worker should be busy with."""
        return self.filter(state__in=Run.MOVING)

    def resting(self) -> Self:
        """Runs that ended, and that nobody set in motion again."""
        return self.filter(state__in=Run.RESTING)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def open_actions(self) -> int:
        """How many failed records wait for somebody: of runs at rest, for in one that moves nobody can act."""
        acted_on = self.filter(state__in=Run.ACTED_ON)
        return int(acted_on.aggregate(open=Sum(Run.OPEN_ACTIONS))["open"] or 0)


class Run(Counters):
    """One upload on its way through one importer."""

    class State(models.TextChoices):
        RECEIVED = "received", "Geüpload"
        CHECKING = "checking", "Controleren"
        READY = "ready", "Wacht op uw keuze"
        WRITING = "writing", "Importeren"
        FINISHED = "finished", "Afgerond"
        REFUSED = "refused", "Geweigerd"
        STOPPED = "stopped", "Gestopt"
        RETRYING = "retrying", "Opnieuw proberen"
        UNDOING = "undoing", "Terugdraaien"
        UNDONE = "undone", "Teruggedraaid"

    MOVING: ClassVar = (State.RECEIVED, State.CHECKING, State.WRITING, State.RETRYING, State.UNDOING)
    RESTING: ClassVar = (State.FINISHED, State.REFUSED, State.STOPPED, State.UNDONE)
    UNCONFIRMED: ClassVar = (State.RECEIVED, State.CHECKING, State.READY)
    ACTED_ON: ClassVar = (State.FINISHED, State.STOPPED)  # what came of it stands: it can be ignored, or undone

    # The property of that name for the database; and the runs for which somebody has to do something now.
    OPEN_ACTIONS: ClassVar = Case(
        When(Q(state=State.UNDONE) | Q(records_removed_at__isnull=False), then=0),
        default=F("failed") - F("expected") - F("ignored"),
        output_field=models.IntegerField(),
    )
    WAITS_FOR_SOMEBODY: ClassVar = Q(GreaterThan(OPEN_ACTIONS, 0), state__in=ACTED_ON) | Q(state=State.READY)

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="runs")
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    importer_slug = models.CharField(max_length=20)
    target = models.CharField(max_length=30)
    overwrite_status = models.BooleanField(default=False)
    keeps_open = models.BooleanField(
        null=True, help_text="whether a closing status spares what one can still object to; null: nobody said"
    )
    remark = models.CharField(max_length=500, blank=True)

    file_name = models.CharField(max_length=255)
    file_size = models.BigIntegerField()
    file_digest = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=100)
    file_removed_at = models.DateTimeField(null=True)
    records_removed_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    problem_code = models.CharField(max_length=10, blank=True)
    problem_facts = models.JSONField(default=dict, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    # Who gets an e-mail about it (mails.py): whoever started it, where they asked for one, and others of the office.
    mails = models.BooleanField(default=True, help_text="whoever started it asked for an e-mail at its end")
    also_mailed = models.ManyToManyField(User, related_name="+")

    # Who may move this run now (lease.py), and how far it is.
    cursor = models.IntegerField(default=0)
    token = models.CharField(max_length=32, blank=True)
    holder = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True)
    claims = models.IntegerField(default=0)
    suspect_until = models.IntegerField(default=0)
    moved_at = models.DateTimeField(auto_now_add=True)
    rung_at = models.DateTimeField(null=True)

    objects: ClassVar[RunQuerySet] = RunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = (
            models.Index(fields=["office", "-id"], name="run_newest_first"),
            models.Index(fields=["office", "file_digest"], name="run_by_file"),
            models.Index(
                fields=["state"],
                name="run_moving",
                condition=Q(state__in=["received", "checking", "ready", "writing", "retrying", "undoing"]),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("migration:run", args=[self.pk])

    @property
    def reference(self) -> str:
        """What people quote to support instead of a BSN."""
        return f"MIG-{self.year}-{self.pk:04d}"

    @property
    def year(self) -> int:
        """In which it was uploaded; a part of its reference."""
        return timezone.localtime(self.created_at).year

    @property
    def problem(self) -> Problem | None:
        return problems.find(self.problem_code)

    @property
    def explanation(self) -> str:
        return self.problem.explain(self.problem_facts) if self.problem else ""

    # --- States -----------------------------------------------------------------------------------------------------

    @property
    def is_moving(self) -> bool:
        return self.state in self.MOVING

    @property
    def is_silent(self) -> bool:
        """It should move and does not."""
        waits_for_worker = self.state == self.State.RECEIVED and not self.token
        return self.is_moving and not waits_for_worker and timezone.now() - self.moved_at > SILENCE

    @property
    def waits_for_room(self) -> bool:
        """It stands still because the disk is full; also where that could not even be noted."""
        stands_still = timezone.now() - self.moved_at > STANDSTILL
        return self.is_moving and (self.problem_code == problems.NO_ROOM.code or (stands_still and disk.is_scarce()))

    @property
    def has_ended(self) -> bool:
        return self.state in self.RESTING

    @property
    def open_actions(self) -> int:
        """How many records somebody has to look at: none where they were undone, or are not kept any more."""
        is_over = self.state == self.State.UNDONE or self.records_removed_at is not None
        return 0 if is_over else self.needs_action

    @property
    def can_be_undone(self) -> bool:
        """It brought something, it rests, and that is not too long ago."""
        rests = self.state in self.ACTED_ON and bool(self.imported)
        return rests and timezone.now() < self.undo_until

    @property
    def can_be_resumed(self) -> bool:
        """The rest of the file can still be imported."""
        return self.state == self.State.STOPPED and not self.file_removed_at

    @property
    def can_be_repeated(self) -> bool:
        """Its file was of use, and is still kept."""
        return self.state in self.RESTING and self.state != self.State.REFUSED and not self.file_removed_at

    @property
    def file_can_be_removed(self) -> bool:
        """Nobody needs it to go on."""
        return self.state in self.RESTING and not self.file_removed_at

    @property
    def undo_until(self) -> datetime:
        return (self.ended_at or timezone.now()) + retention.UNDO

    @property
    def file_kept_until(self) -> datetime:
        return self.created_at + retention.of_file()

    @property
    def records_kept_until(self) -> datetime | None:
        """None as long as it has not ended."""
        return self.ended_at and retention.months_after(self.ended_at, settings.LOGS_KEPT_MONTHS)

    def advance(self, source: "Run.State", target: "Run.State", **changes: Any) -> bool:
        """Move to another state; True for the one caller that made it happen."""
        moved = Run.objects.filter(pk=self.pk, state=source).update(state=target, moved_at=Now(), **changes)
        self.refresh_from_db()
        return bool(moved)

    def confirm(self, by: User, keeps_open: bool | None = None) -> bool:
        """Let the writing start as soon as the check is done; True for the call that made it so.

        `keeps_open` answers what happens with SBA's to which one can still object; whoever confirms a finished check
        without an answer gets the safe one.
        """
        unconfirmed = Run.objects.filter(pk=self.pk, state__in=self.UNCONFIRMED, confirmed_at=None)
        with transaction.atomic():
            confirmed = unconfirmed.update(confirmed_by=by, confirmed_at=Now())
            if confirmed:
                self._answer(keeps_open)
                self.log("confirmed", actor=by.name)
                self.advance(self.State.READY, self.State.WRITING, cursor=0, rung_at=None)
        return bool(confirmed)

    def _answer(self, keeps_open: bool | None) -> None:
        if keeps_open is None:
            Run.objects.filter(pk=self.pk, state=self.State.READY, keeps_open=None).update(keeps_open=True)
        else:
            Run.objects.filter(pk=self.pk).update(keeps_open=keeps_open)

    def reconsider(self, **choices: Any) -> bool:
        """Other choices for an upload that nobody confirmed yet: the file need not be sent again."""
        unconfirmed = Run.objects.filter(pk=self.pk, state__in=self.UNCONFIRMED, confirmed_at=None)
        return bool(unconfirmed.update(**choices))

    def stop(self, by: User) -> bool:
        """Stop at the next chunk: what is imported stays, the rest is not processed."""
        with transaction.atomic():
            given_back = {"token": "", "lease_until": None, "problem_code": ""}
            stopped = self.advance(self.State.WRITING, self.State.STOPPED, ended_at=Now(), **given_back)
            if stopped:
                self.log("stopped", actor=by.name)
                self.owe_mail()
        return stopped

    def resume(self, by: User) -> bool:
        """Go on where the run was stopped: 'Rest alsnog importeren'; not without its file."""
        return self._set_off(self.State.STOPPED, self.State.WRITING, "resumed", by)

    def retry(self, records: "RecordQuerySet", by: User) -> bool:
        """Try these failed records of a finished run once more, if that can help; True where something will happen."""
        return self.judge_anew(records.filter(problem_code__in=problems.helped_by_retry()), by)

    def judge_anew(self, records: "RecordQuerySet", by: User) -> bool:
        """The same, whatever they failed for: what is known of their client has changed."""
        with transaction.atomic():
            # The run before its records, as everybody does: so nobody waits for each other.
            Run.objects.select_for_update().get(pk=self.pk)
            count = records.filter(run=self, failed=True).exclude(digest="").update(waits=True)
            started = count and self._set_off(
                self.State.FINISHED, self.State.RETRYING, "retry_began", by, count=str(count)
            )
            if not started:
                transaction.set_rollback(True)
        return bool(started)

    def undo(self, by: User) -> bool:
        """Take back what this run brought, but for what somebody changed since."""
        self.refresh_from_db()
        if not self.can_be_undone:
            return False
        return self._set_off(self.State(self.state), self.State.UNDOING, "undo_began", by)

    def _set_off(self, source: "Run.State", target: "Run.State", event: str, by: User, **facts: str) -> bool:
        """Set a run that rests in motion again; True for the one caller that made it happen."""
        changes = {} if target == self.State.WRITING else {"cursor": 0}
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Run.objects.select_for_update())
            if self.records_removed_at or (target == self.State.WRITING and self.file_removed_at):
                return False
            moved = self.advance(source, target, claims=0, suspect_until=0, rung_at=None, **changes)
            if moved:
                self.log(event, None, actor=by.name, **facts)
        return moved

    def ignore(self, records: "RecordQuerySet", by: User, reason: str) -> int:
        """These failures need no action, for this reason; how many that were new."""
        failures = records.filter(run=self, failed=True, expected=False, ignored=False)
        return self._set_ignored(failures, True, by, "ignored", reason=reason)

    def heed(self, records: "RecordQuerySet", by: User) -> int:
        """Take an ignoring back; how many."""
        return self._set_ignored(records.filter(run=self, ignored=True), False, by, "heeded")

    def _set_ignored(self, records: "RecordQuerySet", ignored: bool, by: User, event: str, **facts: str) -> int:
        resting = Run.objects.filter(pk=self.pk, state__in=self.ACTED_ON)
        with transaction.atomic():
            if not resting.select_for_update().exists():
                return 0
            positions = list(records.values_list("position", flat=True)[:2])
            facts["codes"] = ", ".join(sorted(set(records.values_list("problem_code", flat=True))))
            changed = records.update(ignored=ignored)
            if changed:
                self.add({"ignored": changed if ignored else -changed})
                self.log(event, positions[0] if changed == 1 else None, actor=by.name, count=changed, **facts)
        self.refresh_from_db()
        return changed

    def discard(self) -> bool:
        """Forget an upload that nobody confirmed, file and all; False once it was confirmed."""
        with transaction.atomic():
            unconfirmed = Run.objects.filter(pk=self.pk, state__in=self.UNCONFIRMED, confirmed_at=None)
            # Locked first: a confirmation in between would have its run deleted under its hands.
            discarded = unconfirmed.select_for_update().first()
            if discarded:
                discarded.delete()
                transaction.on_commit(partial(storages["uploads"].delete, self.stored_as))
        return bool(discarded)

    def ring_on_commit(self) -> None:
        """Tell a worker, once the database knows. A broker that is down costs time, never a run (sweeper.py)."""
        from migration.road import doorbell  # it needs this model

        transaction.on_commit(partial(doorbell.ring, self.pk))

    def open_upload(self) -> IO[bytes]:
        return storages["uploads"].open(self.stored_as, "rb")

    def log(self, event: str, position: int | None = None, **facts: object) -> "LogLine":
        told = {name: str(value) for name, value in facts.items()}
        return self.log_lines.create(position=position, event=event, facts=told)

    def refuse(self, problem: Problem, facts: Mapping[str, str]) -> None:
        """The upload as a whole is of no use: say why; nothing was imported."""
        self.log("refused", code=problem.code)
        why = {"problem_code": problem.code, "problem_facts": dict(facts)}
        if self.advance(self.State.CHECKING, self.State.REFUSED, ended_at=Now(), members=0, **why):
            self.owe_mail()

    def owe_mail(self, about: str = "ended", after: timedelta = timedelta()) -> None:
        """In the transaction in which it happened: e-mails are due, and whoever gets to one first sends it (mail.py).

        About one moment of the run everybody gets one, however often this is called.
        """
        self.refresh_from_db(fields=["moved_at", "mails"])
        owed = [
            self.outbox.model(run=self, recipient_id=pk, about=about, happened_at=self.moved_at, due=from_now(after))
            for pk in self.readers_of_mail()
        ]
        self.outbox.bulk_create(owed, ignore_conflicts=True)

    def readers_of_mail(self) -> set[int]:
        others = self.also_mailed.filter(office=self.office_id).values_list("pk", flat=True)
        return {*others, *([self.started_by_id] if self.mails else [])}
