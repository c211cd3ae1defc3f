"""The undo of a run: what it brought leaves the dossiers again, but for what somebody changed since."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction

from migration.chunks import Stop, in_chunks
from migration.importers import Entry, Undoing, Undone
from migration.keyset import one_after_the_other
from migration.lease import Lease
from migration.models import WRITABLE, Outcome, Record, Run
from migration.write import check_sums, lock_office


def undo(run: Run, ours: Lease, should_stop: Stop) -> None:
    """Take back what is behind the cursor; at the end the run is UNDONE."""

    def attempt(chunk: Sequence[Record]) -> None:
        undo_chunk(run, ours, chunk)

    def give_up(record: Record, facts: Mapping[str, str]) -> None:
        """A fault of ours: the SBA stays, and the log says so."""
        with ours.chunk(hi=record.position):
            run.log("undo_failed", record.position, **facts)
            count(run, [Undone(record.position, Undoing.KEPT)])

    imported = run.records.filter(outcome__in=WRITABLE, position__gt=ours.cursor).order_by("position")
    if in_chunks(one_after_the_other(imported), ours, attempt, give_up, should_stop):
        finish(run, ours)


def undo_chunk(run: Run, ours: Lease, records: Sequence[Record]) -> None:
    with ours.chunk(hi=records[-1].position):
        lock_office(run)
        entries = [Entry(*(getattr(record, name) for name in Entry._fields)) for record in records]
        count(run, run.importer.undo(run, entries))


def count(run: Run, undone: Sequence[Undone]) -> None:
    """The outcome of each record that was taken back, and the three buckets of the run."""
    back = {one.position for one in undone if one.how != Undoing.KEPT}
    records = run.records.at(back)
    before = Counter(records.values_list("outcome", flat=True))
    records.update(outcome=Outcome.UNDONE)
    buckets = Counter(f"undo_{one.how}" for one in undone)
    run.add({**{outcome: -number for outcome, number in before.items()}, "undone": len(back), **buckets})


def finish(run: Run, ours: Lease) -> None:
    with transaction.atomic():
        ours.fence(state=Run.State.UNDONE)
        run.refresh_from_db()
        run.log("undone", removed=run.undo_removed, restored=run.undo_restored, kept=run.undo_kept)
        check_sums(run, ours)
        run.owe_mail()
