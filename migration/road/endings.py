"""What comes of a fault: the run waits, or ends since its upload is lost or the fault is ours. What it did stays."""

import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from django.core.files.storage import storages
from django.db import DataError, IntegrityError, NotSupportedError, ProgrammingError, transaction
from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from migration.audit_actions import MigrationAction
from migration.models import Mail, Outcome, Run
from migration.problems import FILE_LOST, GAVE_UP, NO_ROOM
from migration.road import lease, superseding
from migration.road.chunks import PASSING
from migration.road.lease import Lease, LeaseLost
from migration.road.ledger import take_stock
from migration.states import State
from portal.models import AuditEvent
from portal.running import disk
from portal.running.faults import noted, where
from portal.running.patience import DATABASE_FAULTS

logger = logging.getLogger(__name__)

LOST_AFTER: Final = timedelta(hours=1)
"""What has not passed by then does not pass by itself."""
TRIES: Final = 3
"""A fault that comes back this often, while nothing moves, will come back for ever."""
NEVER_PASSES: Final = (IntegrityError, DataError, ProgrammingError, NotSupportedError, FileNotFoundError)
"""What a database tells that is there, and was asked something wrong; and a file that is not the upload."""


def wait_or_end(error: Exception, ours: Lease) -> None:
    """Once more after a pause, or never. Asks the database first: one that is away says so here, and is waited for."""
    run = Run.objects.filter(pk=ours.run.pk).first()  # it may have moved since it was claimed
    if run is None or not run.is_moving:
        ours.release()
    elif misses_upload(error, run):
        wait_for_upload(run, ours)
    elif disk.ran_out(error):
        ours.release(pause=lease.PAUSE_AFTER_FAULT, waits_for=NO_ROOM)
    elif is_ours(error) or stands_still(run):
        try_again_or_give_up(error, ours)
    else:
        ours.release(pause=lease.PAUSE_AFTER_FAULT)


def stands_still(run: Run) -> bool:
    return timezone.now() - run.moved_at > LOST_AFTER


# --- The upload is lost ----------------------------------------------------------------------------------------------


def misses_upload(error: Exception, run: Run) -> bool:
    """Whether that is the file which it did not find: a kind may look for others, and not every phase reads it."""
    reads_upload = isinstance(error, FileNotFoundError) and run.state in ENDS_WITHOUT_UPLOAD
    return reads_upload and not storages["uploads"].exists(run.stored_as)


def wait_for_upload(run: Run, ours: Lease) -> None:
    """The storage may be away for a while; what does not come back for an hour is lost."""
    if stands_still(run):
        lose(run, ours)
    else:
        ours.release(pause=lease.PAUSE_AFTER_FAULT)


ENDS_WITHOUT_UPLOAD: Final = {
    State.RECEIVED: State.REFUSED,
    State.CHECKING: State.REFUSED,
    State.WRITING: State.FINISHED,
}


def lose(run: Run, ours: Lease) -> None:
    """Without its upload a run cannot go on: it ends, and says so. What was imported stays."""
    with suppress(LeaseLost), transaction.atomic():
        held = superseding.hold(run)
        ours.advance(ENDS_WITHOUT_UPLOAD[State(run.state)], ended_at=Now(), problem_code=FILE_LOST.code)
        run.log("refused", code=FILE_LOST.code)
        run.refresh_from_db()
        superseding.settle(run, held)
        Mail.objects.owe(run)
    ours.release()


# --- A fault of ours -------------------------------------------------------------------------------------------------


def is_ours(error: Exception) -> bool:
    """Not what passes by itself: a database or a disk that is away or locked."""
    return isinstance(error, NEVER_PASSES) or not isinstance(error, (*PASSING, *DATABASE_FAULTS))


def try_again_or_give_up(error: Exception, ours: Lease) -> None:
    """Once more after a pause; after a few tries in which nothing moved, the run ends."""
    faults = ours.faults + 1
    if faults < TRIES:
        ours.release(pause=lease.PAUSE_AFTER_FAULT, faults=faults)
    else:
        give_up(error, ours)


def give_up(error: Exception, ours: Lease) -> None:
    """The run ends where it is: it keeps what it has, says why, and can be set in motion again."""
    why = noted(error)
    run = ours.run
    try:
        with transaction.atomic():
            held = superseding.hold(run)
            if not run.hold() or run.token != ours.token:
                raise LeaseLost
            ours.cursor = run.cursor  # what was rolled back may have moved it
            facts = why | {"during": run.state}
            ours.advance(**ending_of(run), problem_code=GAVE_UP.code, problem_facts=facts)
            run.log("gave_up", code=GAVE_UP.code, reference=why["reference"])
            AuditEvent.objects.note_by_itself(run.office_id, MigrationAction.RUN_GAVE_UP, run.reference)
            settle_if_possible(run, held)
            Mail.objects.owe(run)
    except LeaseLost:
        return  # somebody forgot it just now, or moves it
    ours.release()
    count_what_is_there(run)


def ending_of(run: Run) -> Mapping[str, Any]:
    """The state to end in, and with it what makes that state true: the sums are right, and the rest can go on."""
    if run.state in (State.RECEIVED, State.CHECKING):
        return {"target": State.REFUSED, "ended_at": Now(), "members": run.cursor}  # so many are counted
    if run.state == State.WRITING:
        return {"target": State.STOPPED, "ended_at": Now()}
    if run.unprocessed:
        return {"target": State.STOPPED, "cursor": before_the_rest(run)}
    return {"target": State.FINISHED}


def before_the_rest(run: Run) -> int:
    """Where the writing of the rest goes on: a retry and an undo use the cursor for themselves."""
    rest = run.records.filter(outcome=Outcome.UNPROCESSED).aggregate(first=Min("position"))["first"]
    return (rest or run.cursor + 1) - 1


def settle_if_possible(run: Run, held: Collection[int]) -> None:
    """Where that is what goes wrong, the failures ask what they asked before."""
    try:
        with transaction.atomic():
            run.refresh_from_db()
            superseding.settle(run, held)
    except Exception as error:
        if not is_ours(error):
            raise
        logger.error("Run %s: its failures were not settled: %s", run.pk, where(error))


def count_what_is_there(run: Run) -> None:
    """What the pages tell of all records; where that is what goes wrong, they tell what they told before."""
    try:
        with transaction.atomic():
            run.refresh_from_db()
            take_stock(run)
    except Exception as error:
        logger.error("Run %s: no stock was taken: %s", run.pk, where(error))
