"""Finds the runs that nobody moves, and rings again. Runs in every worker, and as `manage.py sweep`."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from migration import retention
from migration.acts import runs
from migration.models import Chore, Run, RunQuerySet
from migration.models.chores import from_now
from migration.problems import GAVE_UP
from migration.road import lease
from migration.road.doorbell import ring
from migration.upkeep import mail, purge

logger = logging.getLogger(__name__)

EVERY = 15.0
"""Seconds between two sweeps."""
UNHEARD = timedelta(seconds=60)
"""A doorbell that nobody answered for this long is rung again."""


def sweep() -> int:
    """One round: take back leases of the dead, ring for whoever waits, forget and mail what is due; how many rung."""
    lease.release_the_dead()
    waiting = list(waiting_runs())
    for run_id in waiting:
        ring(run_id)
    Chore.done(Chore.SWEEP)  # before what may take long: health.py reads it to know that somebody works here
    forget_unconfirmed()
    mail.note_silence()
    mail.send_due()
    purge.purge_nightly()
    return len(waiting)


def waiting_runs() -> list[int]:
    """Runs that should move, hold no lease, and whose doorbell was never rung or not heard."""
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    unheard = Q(rung_at=None) | Q(rung_at__lt=from_now(-UNHEARD))
    return list(Run.objects.moving().filter(free & unheard).order_by("pk").values_list("pk", flat=True))


def forget_unconfirmed() -> None:
    """A file that nobody confirmed is removed after a day: it holds personal data, and the office has it still.

    One that was confirmed, and only waits for an answer, was wanted: it waits as long as a file is kept. One that was
    refused stays as a run, with its log; only where a fault of ours ended the check it could still go on.
    """
    for run in unconfirmed_for(retention.UNCONFIRMED).exclude(log_lines__event="confirmed"):
        runs.discard(run)
    for run in unconfirmed_for(retention.of_file()):
        runs.discard(run)
    for run in refused_for(retention.UNCONFIRMED):
        runs.remove_file(run)


def refused_for(age: timedelta) -> RunQuerySet:
    """Uploads of no use, whose file is kept all the same."""
    refused = Run.objects.filter(state=Run.State.REFUSED, confirmed_at=None, file_removed_at=None)
    return refused.exclude(problem_code=GAVE_UP.code).filter(ended_at__lt=from_now(-age))


def unconfirmed_for(age: timedelta) -> RunQuerySet:
    """Since its check was done, or gave up."""
    then = from_now(-age)
    checked = Q(state=Run.State.READY, checked_at__lt=then)
    gave_up = Q(state=Run.State.REFUSED, problem_code=GAVE_UP.code, ended_at__lt=then)
    return Run.objects.filter(checked | gave_up, confirmed_at=None)
