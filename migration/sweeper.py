"""Finds the runs that nobody moves, and rings again. Runs in every worker, and as `manage.py sweep`."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from migration import lease, mail
from migration.doorbell import ring
from migration.models import Run

logger = logging.getLogger(__name__)

EVERY = 15.0
"""Seconds between two sweeps."""
UNHEARD = timedelta(seconds=60)
"""A doorbell that nobody answered for this long is rung again."""
UNCONFIRMED_FOR = timedelta(hours=24)


def sweep() -> int:
    """One round: take back leases of the dead, ring for whoever waits, forget and mail what is due; how many rung."""
    lease.release_the_dead()
    waiting = list(waiting_runs())
    for run_id in waiting:
        ring(run_id)
    forget_unconfirmed()
    mail.send_due()
    return len(waiting)


def waiting_runs() -> list[int]:
    """Runs that should move, hold no lease, and whose doorbell was never rung or not heard."""
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    unheard = Q(rung_at=None) | Q(rung_at__lt=lease.from_now(-UNHEARD))
    return list(Run.objects.moving().filter(free & unheard).order_by("pk").values_list("pk", flat=True))


def forget_unconfirmed() -> None:
    """A file that nobody confirmed is removed after a day: it holds personal data, and the office has it still."""
    forgotten = Run.objects.filter(
        state=Run.State.READY, confirmed_at=None, checked_at__lt=lease.from_now(-UNCONFIRMED_FOR)
    ).exclude(log_lines__event="confirmed")  # one that only waits for an answer about terms was wanted
    for run in forgotten:
        run.discard()
