"""The one road of every import: check (check.py), confirm (the user), write (write.py).

The check reads and judges, and touches no dossier. The write brings what the user confirmed into the dossiers. Both go
chunk by chunk behind a lease (lease.py): what is committed is done once, what is not is done again by the next worker.
"""

import logging
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from migration import lease, mail
from migration.check import check
from migration.chunks import Stop
from migration.faults import where
from migration.lease import Lease, LeaseLost
from migration.models import Run
from migration.problems import FILE_LOST
from migration.retry import retry
from migration.undo import undo
from migration.write import write

logger = logging.getLogger(__name__)


LOST_AFTER = timedelta(hours=1)
PHASES = {Run.State.WRITING: write, Run.State.RETRYING: retry, Run.State.UNDOING: undo}


def never() -> bool:
    return False


def move(run_id: int, should_stop: Stop = never) -> None:
    """Move a run as far as it can go, if nobody else does. Safe to call twice, at any time, from anywhere."""
    ours = lease.claim(run_id)
    if ours:
        lease.suspect(ours, window=settings.MIGRATION_CHUNK)
        go_on(run_id, ours, should_stop)


def go_on(run_id: int, ours: Lease, should_stop: Stop) -> None:
    """Move a run that is ours, and give it back, whatever happens."""
    try:
        drive(Run.objects.get(pk=run_id), ours, should_stop)
    except LeaseLost:
        logger.info("Run %s: lease lost, somebody else goes on", run_id)
        ours.release()  # nothing, where it is lost; but a user who confirmed in between moved our cursor only
        ring_if_confirmed_meanwhile(run_id, should_stop)
    except FileNotFoundError:
        wait_for_upload(Run.objects.get(pk=run_id), ours)
    except Exception as error:
        logger.error("Run %s: %s", run_id, where(error))
        connection.close()
        with suppress(DatabaseError):  # the database may be what failed; then the lease runs out by itself
            ours.release(pause=lease.PAUSE_AFTER_FAULT)
    else:
        ours.release()
        ring_if_confirmed_meanwhile(run_id, should_stop)
        mail.send(run_id)


def wait_for_upload(run: Run, ours: Lease) -> None:
    """The storage may be away for a while; what does not come back for an hour is lost."""
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


def ring_if_confirmed_meanwhile(run_id: int, should_stop: Stop) -> None:
    """The user may confirm just while the check gives its lease back: then nobody else hears that bell."""
    for run in Run.objects.moving().filter(pk=run_id, lease_until=None):
        if not should_stop():
            run.ring_on_commit()
