"""A failure asks once: what another run came to since, asks nothing any more (`Record.superseded_by`).

That is so where a later run brought the same into a dossier, or failed at it again; or where an earlier one brought it
after all, by a retry or a write that went on. An undo brings the question back. Looked at wherever a run comes to
rest, in the transaction that ends that part, and by whole sets: of this run's records, found by run, and of what
failed, which the partial indexes find. Other runs are held before the fence and in one order, as a run comes before
its records and its office.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Concat

from migration import bulk
from migration.models import WRITABLE, Outcome, Record, RecordQuerySet, Run, RunQuerySet
from migration.road.ledger import lock_office, recount_failing
from migration.states import State

ASKS = Q(state__in=(State.FINISHED, State.STOPPED, State.RETRYING)) | Q(state=State.WRITING, ended_at__isnull=False)
"""Its write has ended, be it that somebody set it in motion again; and what it failed at stands."""
ANSWERS = ASKS | Q(state=State.UNDOING)
"""What it still has, and what it failed at, stands for what it is about."""


def hold(run: Run) -> list[int]:
    """Nobody else changes the failures of these until the end of the transaction: this run, and who may be answered.

    One that moves may be about to fail at something, and is waited for; what is being undone is left alone, for its own
    end looks again.
    """
    may_be_answered = Q(ASKS, failed__gt=0) | Q(state__in=(State.WRITING, State.RETRYING))
    found = runs_beside(run).filter(Q(pk=run.pk) | may_be_answered).order_by("pk")
    return list(found.select_for_update(no_key=True).values_list("pk", flat=True))


def settle(run: Run, held: Collection[int]) -> None:
    """Which failures this run answers, and which of its own are answered, now that it has come to rest.

    The run is fresh, and `held` before it was changed. One of these at a time in an office: so each sees the others.
    """
    if run.state == State.REFUSED:
        return
    lock_office(run)
    beside = runs_beside(run)
    asking = Asking(run, list(beside.filter(ASKS, pk__in=held, failed__gt=0).exclude(pk=run.pk)))
    with bulk.joined_by_hash():
        for later in beside.filter(ANSWERS).order_by("pk"):
            answer(later, asking.of(later))
    asking.recount()


def runs_beside(run: Run) -> RunQuerySet:
    """Those that can be about the same, this one too."""
    return Run.objects.filter(office=run.office_id, importer_slug=run.importer_slug, records_removed_at=None)


@dataclass
class Asking:
    """Of which runs the failures are looked at again: of others by what this run has now, of some by all that is there.

    What this run answered before is asked again first, and so is all that it failed at itself. What a run answers of
    which the records are not kept any more stays answered.
    """

    run: Run
    others: list[Run]
    anew: set[int] = field(default_factory=set)
    before: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.before = marks(self.others)
        answered = failures_of(self.others).filter(superseded_by=self.run)
        self.anew = set(answered.order_by().values_list("run_id", flat=True).distinct())
        answered.update(superseded_by=None)
        kept = runs_beside(self.run).values("pk")
        own = self.run.records.filter(failed=True).exclude(superseded_by=None)
        (own if self.run.state == State.UNDONE else own.filter(superseded_by__in=kept)).update(superseded_by=None)

    def of(self, later: Run) -> list[Run]:
        """Whom this one may answer."""
        if later == self.run:
            return self.others
        own = [self.run] if self.run.failed and self.run.state != State.UNDONE else []
        return [*own, *(other for other in self.others if other.pk in self.anew)]

    def recount(self) -> None:
        """Of every run in which anything changed: how many are superseded, and which of its deadlines are watched."""
        after = marks(self.others)
        changed = [one for one in self.others if one.pk in self.anew or after[one.pk] != self.before[one.pk]]
        counts = by_run(Record.objects.superseded().filter(run__in=[self.run, *changed]))
        for one in (self.run, *changed):
            one.superseded = counts[one.pk]
            Run.objects.filter(pk=one.pk).update(superseded=one.superseded)
        for one in changed:
            recount_failing(one)


def failures_of(runs: Iterable[Run]) -> RecordQuerySet:
    return Record.objects.filter(run__in=[run.pk for run in runs], failed=True)


def marks(runs: Collection[Run]) -> Counter[int]:
    return by_run(failures_of(runs).exclude(superseded_by=None)) if runs else Counter()


def by_run(records: RecordQuerySet) -> Counter[int]:
    return Counter(dict(records.order_by().values_list("run_id").annotate(Count("position"))))


def answer(later: Run, asking: Iterable[Run]) -> None:
    """What this run came to, of what others failed at: what came before it, and what it brought after that after all.

    Called for one run after the other, the newest last.
    """
    earlier = [run for run in asking if run.pk < later.pk]
    mark(earlier, later, later.records.filter(outcome__in=(*WRITABLE, Outcome.FAILED)))
    for run in asking:
        if run.pk > later.pk and later.moved_at > run.created_at:
            mark([run], later, brought_since(later, run.created_at))


def brought_since(run: Run, moment: datetime) -> RecordQuerySet:
    """By a retry, or by a write that began, or went on, after that."""
    lines = run.log_lines.filter(at__gt=moment)
    since = Q(position__in=lines.filter(event="attempt").values("position"))
    if began := lines.filter(event__in=("write_began", "resumed"), facts__has_key="cursor").first():
        since |= Q(position__gt=int(began.facts["cursor"]))
    return run.records.filter(since, outcome__in=WRITABLE)


def mark(runs: Collection[Run], later: Run, answers: RecordQuerySet) -> None:
    """Of two records that are about the same, the key is the same, or at least the content.

    Of what could not be read the content need not tell what it is about: any number of files can be empty, or say
    'not found'. There the name is the same too, or each run has it once.
    """
    if not runs:
        return
    older_mark = Q(superseded_by=None) | Q(superseded_by__lt=later.pk)
    asking, read, unread = failures_of(runs), answers.exclude(key=None), answers.filter(key=None)
    for same in (
        Q(key__in=read.values("key")),
        Q(digest__in=read.exclude(digest="").values("digest")),
        Q(named__in=unread.exclude(digest="").values(named=NAMED)),
        Q(pk__in=lone(asking).filter(digest__in=lone(unread).values("digest")).values("only")),
    ):
        asking.annotate(named=NAMED).filter(older_mark, same).update(superseded_by=later)


NAMED: Final = Concat("digest", "name")


def lone(records: RecordQuerySet) -> QuerySet[Any, Any]:
    """What could not be read, and is there once in its run; an empty file is no content."""
    unread = records.filter(key=None, size__gt=0).exclude(digest="").order_by()
    return unread.values("run", "digest").annotate(count=Count("pk"), only=Min("pk")).filter(count=1)
