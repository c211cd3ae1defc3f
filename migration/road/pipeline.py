"""The one road of every import: check (check.py), confirm (the user), write (write.py).

The check reads and judges, and touches no dossier. The write brings what the user confirmed into the dossiers. Both go
chunk by chunk behind a lease (lease.py): what is committed is done once, what is not is done again by the next worker.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from migration.models import Run
from migration.problems import FILE_LOST, NO_ROOM
from migration.road import doorbell, lease
from migration.road.check import check
from migration.road.chunks import Stop
from migration.road.lease import Lease, LeaseLost
from migration.road.patience import DATABASE_FAULTS, patiently
from migration.road.retry import retry, to_retry
from migration.road.undo import to_undo, undo
from migration.road.write import write
from migration.upkeep import mail
from portal.running import disk, logs
from portal.running.faults import where

logger = logging.getLogger(__name__)


LOST_AFTER = timedelta(hours=1)
PATIENCE = lease.DURATION.total_seconds()
PHASES = {Run.State.WRITING: write, Run.State.RETRYING: retry, Run.State.UNDOING: undo}


def never() -> bool:
    return False


def move(run_id: int, should_stop: Stop = never) -> None:
    """Move a run as far as it can go, if nobody else does. Safe to call twice, at any time, from anywhere."""
    ours = patiently(partial(claim, run_id), PATIENCE, should_stop)
    if ours:
        with logs.about(ours.run.reference):
            go_on(ours.run, ours, should_stop)


def claim(run_id: int) -> Lease | None:
    ours = lease.claim(run_id)
    if ours:
        lease.suspect(ours, window=window_of(ours.run))
    return ours


def window_of(run: Run) -> int:
    """How many positions one chunk spans at most; what a retry or an undo is about may lie far apart."""
    far_apart = {Run.State.RETRYING: to_retry, Run.State.UNDOING: to_undo}.get(Run.State(run.state))
    if not far_apart:
        return settings.MIGRATION_CHUNK
    behind = far_apart(run).filter(position__gt=run.cursor).values_list("position", flat=True)
    return max(behind[: settings.MIGRATION_CHUNK], default=run.cursor) - run.cursor


def go_on(run: Run, ours: Lease, should_stop: Stop) -> None:
    """Move a run that is ours, and give it back, whatever happens."""
    try:
        drive(run, ours, should_stop)
    except LeaseLost:
        logger.info("Run %s: lease lost, somebody else goes on", run.pk)
        ours.release()  # nothing, where it is lost; but a user who confirmed in between moved our cursor only
        ring_if_confirmed_meanwhile(run, should_stop)
    except FileNotFoundError:
        wait_for_upload(ours)
    except Exception as error:
        logger.error("Run %s: %s", run.pk, where(error))
        connection.close()
        give_back_after(error, ours, should_stop)
    else:
        ours.release()
        ring_if_confirmed_meanwhile(run, should_stop)
        mail.send_about(run.pk)


def give_back_after(error: Exception, ours: Lease, should_stop: Stop) -> None:
    """A fault is tried again after a pause. Where the database is away, that was the fault: as soon as it answers."""
    try:
        ours.release(pause=lease.PAUSE_AFTER_FAULT, waits_for=NO_ROOM if disk.ran_out(error) else None)
    except DATABASE_FAULTS:
        with suppress(*DATABASE_FAULTS):  # else the lease runs out by itself
            patiently(ours.release, PATIENCE, should_stop)
            if not should_stop():
                doorbell.ring(ours.run.pk)


def wait_for_upload(ours: Lease) -> None:
    """The storage may be away for a while; what does not come back for an hour is lost."""
    run = Run.objects.get(pk=ours.run.pk)  # it may have moved since it was claimed
    logger.error("Run %s: its upload is not there", run.pk)
    if timezone.now() - run.moved_at > LOST_AFTER:
        give_up(run, ours)
    else:
        ours.release(pause=lease.PAUSE_AFTER_FAULT)


def give_up(run: Run, ours: Lease) -> None:
    """Without its upload a run cannot go on: it ends, and says so. What was imported stays."""
    ended = Run.State.FINISHED if run.state == Run.State.WRITING else Run.State.REFUSED
    with suppress(LeaseLost), transaction.atomic():
        ours.fence(state=ended, ended_at=Now(), problem_code=FILE_LOST.code)
        run.log("refused", code=FILE_LOST.code)
        run.owe_mail()
    ours.release()


def drive(run: Run, ours: Lease, should_stop: Stop) -> None:
    if run.state in (Run.State.RECEIVED, Run.State.CHECKING):
        check(run, ours, should_stop)
        run.refresh_from_db()
    phase = PHASES.get(Run.State(run.state))
    if phase:
        phase(run, ours, should_stop)


def ring_if_confirmed_meanwhile(run: Run, should_stop: Stop) -> None:
    """The user may confirm just while the check gives its lease back: then nobody else hears that bell."""
    for waiting in Run.objects.moving().filter(pk=run.pk, lease_until=None):
        if not should_stop():
            waiting.ring_on_commit()
