"""The undo of a run: what it brought leaves the dossiers again, but for what somebody changed since."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from migration.kinds.protocol import Entry, Undoing, Undone
from migration.kinds.registry import kind_of
from migration.models import WRITABLE, LogLine, Mail, Outcome, Record, RecordQuerySet, Run
from migration.road import superseding
from migration.road.chunks import Stop, in_chunks
from migration.road.lease import Lease
from migration.road.ledger import check_sums, lock_office, take_stock
from portal.lists.keyset import one_after_the_other


def undo(run: Run, ours: Lease, should_stop: Stop) -> None:
    """Take back what is behind the cursor; at the end the run is UNDONE."""

    def attempt(chunk: Sequence[Record]) -> None:
        leave(run, ours, chunk[0], "undo_fatal") if ours.blames_next else undo_chunk(run, ours, chunk)

    def give_up(record: Record, facts: Mapping[str, str]) -> None:
        leave(run, ours, record, "undo_failed", facts)

    behind = to_undo(run).filter(position__gt=ours.cursor)
    if in_chunks(one_after_the_other(behind), ours, attempt, give_up, should_stop):
        finish(run, ours)


def to_undo(run: Run) -> RecordQuerySet:
    return run.records.filter(outcome__in=WRITABLE).order_by("position")


def leave(run: Run, ours: Lease, record: Record, why: str, facts: Mapping[str, str] | None = None) -> None:
    """A fault of ours, or one that stops its process: what the record brought stays, and the log says so."""
    with ours.chunk(hi=record.position):
        tell(run, [LogLine(run=run, position=record.position, event=why, facts={**(facts or {})})])
        if record.changed_something:
            count(run, [Undone(record.position, Undoing.KEPT)])


def undo_chunk(run: Run, ours: Lease, records: Sequence[Record]) -> None:
    with ours.chunk(hi=records[-1].position):
        lock_office(run)
        entries = [Entry(*(getattr(record, name) for name in Entry._fields)) for record in records]
        undone = kind_of(run).undo(run, entries)
        count(run, [one for one in undone if one.run_id is None])
        count_late(run, [one for one in undone if one.run_id is not None])


def count(run: Run, undone: Sequence[Undone]) -> None:
    """The outcome of each record that was taken back, the three buckets of the run, and why some were left alone."""
    back = {one.position for one in undone if one.how != Undoing.KEPT}
    buckets = Counter(f"undo_{one.how}" for one in undone)
    run.add({**taken_back(run, back), **buckets})
    lines = [
        LogLine(run=run, position=one.position, event=one.why, facts={"by": one.by} if one.by else {})
        for one in undone
        if one.why
    ]
    if lines:
        tell(run, lines)


def tell(run: Run, lines: Sequence[LogLine]) -> None:
    """Why these were left alone. Where an undo before this one gave up, the log may say the very same already."""
    positions = [line.position for line in lines if line.position is not None]
    near = run.log_lines.filter(position__range=(min(positions), max(positions)))
    told = {what_it_tells(line) for line in near.filter(event__in={line.event for line in lines})}
    LogLine.objects.bulk_create(line for line in lines if what_it_tells(line) not in told)


def what_it_tells(line: LogLine) -> tuple[Any, ...]:
    return line.position, line.event, *line.facts.items()


def count_late(run: Run, undone: Sequence[Undone]) -> None:
    """The same for records of runs that were undone before: theirs had to stay then, and do no longer."""
    for other in Run.objects.filter(pk__in={one.run_id for one in undone}).order_by("pk"):
        late = {one.position: one.how for one in undone if one.run_id == other.pk}
        buckets = Counter(f"undo_{how}" for how in late.values())
        other.add({**taken_back(other, late), **buckets, "undo_kept": -len(late)})
        facts = {"by": run.reference}
        lines = [LogLine(run=other, position=position, event="undone_late", facts=facts) for position in late]
        LogLine.objects.bulk_create(lines)


def taken_back(run: Run, positions: Collection[int]) -> dict[str, int]:
    """Their outcome, in the rows; what that changes in the counters."""
    records = run.records.at(positions)
    before = Counter(records.values_list("outcome", flat=True))
    records.update(outcome=Outcome.UNDONE)
    return {**{outcome: -number for outcome, number in before.items()}, "undone": len(positions)}


def finish(run: Run, ours: Lease) -> None:
    with transaction.atomic():
        held = superseding.hold(run)
        ours.advance(Run.State.UNDONE)
        run.refresh_from_db()
        superseding.settle(run, held)
        run.log("undone", removed=run.undo_removed, restored=run.undo_restored, kept=run.undo_kept)
        take_stock(run)
        check_sums(run, ours)
        Mail.objects.owe(run)
