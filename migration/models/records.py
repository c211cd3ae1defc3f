"""The records of a run, and the lines of its log."""

from collections.abc import Collection, Mapping
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse

from migration import bulk, problems
from migration.models.outcomes import WRITABLE, Outcome
from migration.models.run import Run
from migration.problems import Problem
from portal.models import Client, User
from portal.models.clients import ByBytes
from portal.models.shown import Shown

CONTENT: Final = Case(When(~Q(same_as=""), then=F("same_as")), default=F("digest"))
"""The property `content_digest`, for the database."""


NAMELESS: Final = "\u9fa0"
"""Stands behind every name: of records that name nobody."""


def nameless(tax_id: str) -> str:
    """Those of one number stand together, by the digits that people see: in order of the whole number they would tell,
    among thousands of them, how it begins."""
    return NAMELESS + tax_id[-4:]


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(run__office_id=user.office_id)

    def failures(self) -> Self:
        """Failed records, in the order of the file; served by the partial index."""
        return self.filter(failed=True).order_by("position")

    def beside(self, position: int) -> Self:
        """Failures of one run, without what another one came to since; but for the one that somebody looks at."""
        stands = Q(superseded_by=None) | Q(expected=True) | Q(ignored=True) | Q(position=position)
        return self.failures().filter(stands)

    def changing(self) -> Self:
        """Those that changed a dossier: what is new there, and what replaced something."""
        imported = self.filter(outcome__in=WRITABLE)
        return imported.exclude(outcome=Outcome.UNCHANGED, replaced__isnull=True)

    def carrying_warnings(self) -> Self:
        """Those with warnings that are stored; mostly few."""
        return self.exclude(warnings=[])

    def fail(self, problem: Problem, facts: Mapping[str, str]) -> int:
        """Let these records end as failed, for this reason; how many."""
        return self.update(
            verdict=Outcome.FAILED,
            outcome=Outcome.FAILED,
            failed=True,
            expected=problem.expected,
            problem_code=problem.code,
            problem_facts=dict(facts),
        )

    def needing_action(self) -> Self:
        return self.filter(failed=True, expected=False, ignored=False, superseded_by=None)

    def superseded(self) -> Self:
        """What would need action, had another run not come to the same since."""
        return self.filter(failed=True, expected=False, ignored=False).exclude(superseded_by=None)

    def at(self, positions: Collection[int]) -> Self:
        """Those at these positions, each named once.

        Their range is named too: by the list alone PostgreSQL walks through all records of the run, chunk after chunk.
        """
        if not positions:
            return self.none()
        first, last = min(positions), max(positions)
        between = self.filter(position__range=(first, last))
        has_gaps = len(positions) <= last - first
        return between.filter(bulk.among("position", positions)) if has_gaps else between


class Record(models.Model):
    """One file of the upload: written once by the check (verdict), updated once by the write (outcome)."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="records", db_index=False)
    position = models.IntegerField()
    name = models.CharField(max_length=255)
    shown_name = Shown()
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    stood = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="digest of what stood in its place, and says something else",
    )
    same_as = models.CharField(
        max_length=64, blank=True, help_text="digest of an earlier document that says the same in other bytes"
    )

    key = models.UUIDField(null=True)
    tax_id = models.CharField(max_length=9, blank=True)
    tax = models.CharField(max_length=3, blank=True)
    year = models.SmallIntegerField(null=True)
    kind = models.CharField(max_length=20, blank=True)
    number = models.CharField(max_length=23, blank=True)
    dated_on = models.DateField(null=True)
    until = models.DateField(null=True)
    term_ran = models.BooleanField(default=False, help_text="when it was read: a term that runs now ran then, too")
    facts = models.JSONField(default=dict, blank=True)
    who = ByBytes(
        max_length=60, default=NAMELESS, db_default=NAMELESS, help_text="whom it is about, as records are sorted by it"
    )
    client = models.ForeignKey(Client, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    verdict = models.CharField(max_length=11, choices=Outcome)
    outcome = models.CharField(max_length=11, choices=Outcome)
    failed = models.BooleanField(default=False)
    expected = models.BooleanField(default=False)
    ignored = models.BooleanField(default=False)
    ignored_in = models.ForeignKey(
        "LogLine",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,  # the lines of a run go after its records, thousands at a time
        db_index=False,
        related_name="+",
        help_text="the line that tells who ignored it, and why",
    )
    superseded_by = models.ForeignKey(
        Run,
        null=True,
        on_delete=models.DO_NOTHING,  # a run that anything is superseded by is never deleted
        related_name="+",
        db_index=False,
        db_constraint=False,  # to check it the database would lock that run, behind the office: out of order
        help_text="of what failed: the newest run that brought the same, or failed at it again, since",
    )
    waits = models.BooleanField(default=False, help_text="for a retry that was asked for")
    problem_code = models.CharField(max_length=10, blank=True)
    problem_facts = models.JSONField(default=dict, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=30, blank=True, help_text="what this run left in the dossier")
    replaced = models.JSONField(null=True)

    objects: ClassVar[RecordQuerySet] = RecordQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "position"], name="record_once_per_position"),)
        indexes = (
            models.Index(fields=["run", "position"], name="record_failed", condition=Q(failed=True)),
            models.Index(fields=["run", "position"], name="record_waits", condition=Q(waits=True)),
            # Every filter of the record list ends in the position: a page of it costs the same, however deep.
            models.Index(
                fields=["run", "position"],
                name="record_open",
                condition=Q(failed=True, expected=False, ignored=False, superseded_by=None),
            ),
            models.Index(  # by its last three, the causes of a run are counted in the index alone
                fields=["run", "problem_code", "position", "expected", "ignored", "superseded_by"],
                name="record_by_code",
                condition=Q(failed=True),
            ),
            models.Index(fields=["run", "outcome", "position"], name="record_by_outcome"),
            models.Index(fields=["run", "tax", "position"], name="record_by_tax"),
            models.Index(fields=["run", "year", "position"], name="record_by_year"),
            # What few records have is found among those few.
            models.Index(fields=["run", "position"], name="record_term_ran", condition=Q(term_ran=True)),
            models.Index(fields=["run", "position"], name="record_warned", condition=~Q(warnings=[])),
            models.Index(fields=["tax_id"], name="record_by_tax_id"),
            # By client: whose failures have one cause, and all of a run, whose names are sought in the index alone.
            models.Index(
                fields=["run", "problem_code", "tax_id", "position", "expected", "ignored", "superseded_by"],
                name="record_by_client",
                condition=Q(failed=True),
            ),
            models.Index(fields=["run", "who", "tax_id", "position", "name", "shown_name"], name="record_by_who"),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("migration:record_log", args=[self.run_id, self.position])

    @property
    def reference(self) -> str:
        return f"{self.run.reference}/{self.position:04d}"

    @property
    def client_name(self) -> str:
        """Who it is about: the client, else the name in the message, else ""."""
        return self.client.name if self.client else self.name_in_message

    @property
    def name_in_message(self) -> str:
        return str(self.facts.get("name") or "")

    @property
    def content_digest(self) -> str:
        """What it says, by the digest of the first document that says it."""
        return self.same_as or self.digest

    @property
    def problem(self) -> Problem | None:
        return problems.find(self.problem_code)

    @property
    def explanation(self) -> str:
        return self.problem.explain(self.problem_facts) if self.problem else ""

    @property
    def changed_something(self) -> bool:
        """The same as `changing` asks of the database."""
        changed = self.outcome != Outcome.UNCHANGED or self.replaced is not None
        return self.outcome in WRITABLE and changed

    @property
    def is_superseded(self) -> bool:
        """Another run came to the same since, and nothing else says why it asks nothing."""
        return self.failed and not (self.expected or self.ignored) and self.superseded_by_id is not None

    @property
    def needs_action(self) -> bool:
        """Somebody has to look at it: not where it is only foreseen to fail, nor where its whole run was undone."""
        asks = self.failed and not (self.expected or self.ignored or self.superseded_by_id)
        return asks and not (self.run.is_forecast or self.run.state == Run.State.UNDONE)


class LogLine(models.Model):
    """One thing that happened to a run, or to one record of it. Holds facts; the page makes the sentence."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="log_lines", db_index=False)
    position = models.IntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=30)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["run", "id"], name="log_line_in_order"),)

    def __str__(self) -> str:
        return f"{self.event} {self.run_id}"
