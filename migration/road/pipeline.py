"""The one road of every import: check (check.py), confirm (the user), write (write.py).

The check reads and judges, and touches no dossier. The write brings what the user confirmed into the dossiers. Both go
chunk by chunk behind a lease (lease.py): what is committed is done once, what is not is done again by the next worker.
"""

import logging
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.db import connection

from migration.models import Run
from migration.road import doorbell, endings, lease
from migration.road.check import check
from migration.road.chunks import Stop
from migration.road.lease import Lease, LeaseLost
from migration.road.retry import retry, to_retry
from migration.road.undo import to_undo, undo
from migration.road.write import write
from portal.running import logs
from portal.running.faults import where
from portal.running.patience import DATABASE_FAULTS, patiently

logger = logging.getLogger(__name__)


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
    except FileNotFoundError as error:
        logger.error("Run %s: %s", run.pk, where(error))
        give_back_after(error, ours, should_stop)
    except Exception as error:
        logger.error("Run %s: %s", run.pk, where(error))
        connection.close()
        give_back_after(error, ours, should_stop)
    else:
        ours.release()
        ring_if_confirmed_meanwhile(run, should_stop)


def give_back_after(error: Exception, ours: Lease, should_stop: Stop) -> None:
    """A fault is tried again after a pause. Where the database is away, that was the fault: as soon as it answers."""
    try:
        endings.wait_or_end(error, ours)
    except DATABASE_FAULTS:
        with suppress(*DATABASE_FAULTS):  # else the lease runs out by itself
            patiently(ours.release, PATIENCE, should_stop)
            if not should_stop():
                doorbell.ring(ours.run.pk)


def drive(run: Run, ours: Lease, should_stop: Stop) -> None:
    if run.state in (Run.State.RECEIVED, Run.State.CHECKING):
        check(run, ours, should_stop)
        run.refresh_from_db()
        ours.faults = run.faults
    phase = PHASES.get(Run.State(run.state))
    if phase:
        phase(run, ours, should_stop)


def ring_if_confirmed_meanwhile(run: Run, should_stop: Stop) -> None:
    """The user may confirm just while the check gives its lease back: then nobody else hears that bell."""
    for waiting in Run.objects.moving().filter(pk=run.pk, lease_until=None):
        if not should_stop():
            doorbell.ring_on_commit(waiting.pk)
