"""A run: one upload on its way from the file to an outcome per record. What it is, and who sees it."""

from datetime import datetime
from typing import IO, Any, ClassVar, Final, Self

from django.core.files.storage import storages
from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThan
from django.urls import reverse
from django.utils import timezone

from migration import problems, retention, states
from migration.models.condition import Condition
from migration.states import State
from portal.models import Office, User
from portal.models.shown import Shown, seen_in

NAME_LENGTH: Final = 100


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def moving(self) -> Self:
        """Runs that a worker should be busy with."""
        return self.filter(state__in=Run.MOVING)

    def resting(self) -> Self:
        """Runs that ended, and that nobody set in motion again."""
        return self.filter(state__in=Run.RESTING)

    def unconfirmed(self) -> Self:
        """Uploads that can still be changed, confirmed or forgotten."""
        return self.filter(state__in=Run.UNCONFIRMED, confirmed_at=None)

    def called(self, sought: str) -> Self:
        """Those with this in the name that people gave them, or in that of the file."""
        return self.filter(Q(name__icontains=sought) | seen_in("file_name", sought))

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def open_actions(self) -> int:
        """How many failed records wait for somebody: of runs at rest, for in one that moves nobody can act."""
        acted_on = self.filter(state__in=Run.ACTED_ON)
        return int(acted_on.aggregate(open=Sum(Run.OPEN_ACTIONS))["open"] or 0)


class Run(Condition):
    """One upload on its way through one importer."""

    # The property of that name for the database; what failed, as the list of runs counts it; and the runs for which
    # somebody has to do something now.
    OPEN_ACTIONS: ClassVar = Case(
        When(Q(state__in=(*states.FORESEEN, State.UNDONE)) | Q(records_removed_at__isnull=False), then=0),
        default=F("failed") - F("expected") - F("ignored") - F("superseded"),
        output_field=models.IntegerField(),
    )
    FAILURES: ClassVar = Case(When(state__in=states.FORESEEN, then=0), default=F("failed"))
    WAITS_FOR_SOMEBODY: ClassVar = Q(GreaterThan(OPEN_ACTIONS, 0), state__in=states.ACTED_ON) | Q(state=State.READY)

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="runs")
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    importer_slug = models.CharField(max_length=20)
    target = models.CharField(max_length=30)
    overwrite_status = models.BooleanField(default=False)
    keeps_open = models.BooleanField(
        null=True, help_text="whether a closing status spares what one can still object to; null: nobody said"
    )
    remark = models.CharField(max_length=500, blank=True)
    name = models.CharField(
        max_length=NAME_LENGTH, blank=True, default="", db_default=""
    )  # by which people know it, if given

    file_name = models.CharField(max_length=255)
    shown_file_name = Shown()
    file_size = models.BigIntegerField()
    file_digest = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=100)

    # Who gets an e-mail about it (mails.py): whoever started it, where they asked for one, and others of the office.
    mails = models.BooleanField(default=True, help_text="whoever started it asked for an e-mail at its end")
    also_mailed = models.ManyToManyField(User, related_name="+")

    # Who may move this run now (lease.py), how far it is, and how often that went wrong.
    cursor = models.IntegerField(default=0)
    holder = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True)
    claims = models.IntegerField(default=0)
    suspect_until = models.IntegerField(default=0)
    faults = models.SmallIntegerField(
        default=0, db_default=0, help_text="of ours, one after the other, since anything moved"
    )
    rung_at = models.DateTimeField(null=True)
    worked_ms = models.BigIntegerField(
        default=0, db_default=0, help_text="how long its check and its write took, without what they waited for"
    )

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
            models.Index(fields=["moved_at"], name="run_gave_up", condition=Q(problem_code=problems.GAVE_UP.code)),
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
    def file_kept_until(self) -> datetime:
        """Until when nobody has to ask for it; what nobody confirmed is not kept as long (upkeep/sweeper.py)."""
        if self.state in (State.READY, State.REFUSED) and not self.was_confirmed:
            return (self.ended_at or self.checked_at or self.created_at) + retention.UNCONFIRMED
        return self.created_at + retention.of_file()

    @property
    def was_confirmed(self) -> bool:
        """Somebody pressed the last 'Volgende', even if it asked a question since."""
        return self.confirmed_at is not None or self.log_lines.filter(event="confirmed").exists()

    # --- Changing it: what a user does stands in acts/, what happens by itself in road/ -----------------------------

    def hold(self) -> bool:
        """See it as it is now, and let nobody else change it until the end of the transaction; False where it is gone.

        The run comes before its records and its office, for everybody: so nobody waits for each other.
        """
        try:
            self.refresh_from_db(from_queryset=Run.objects.select_for_update())
        except Run.DoesNotExist:
            return False
        return True

    def advance(self, target: State, **changes: Any) -> bool:
        """Move on to another state; True for the one caller that made it happen. Forbidden where no way leads there."""
        source = State(self.state)
        states.demand(source, target)
        moved = Run.objects.filter(pk=self.pk, state=source).update(state=target, moved_at=Now(), **changes)
        self.refresh_from_db()
        return bool(moved)

    def log(self, event: str, position: int | None = None, **facts: object) -> models.Model:
        told = {name: str(value) for name, value in facts.items()}
        return self.log_lines.create(position=position, event=event, facts=told)

    def open_upload(self) -> IO[bytes]:
        return storages["uploads"].open(self.stored_as, "rb")
