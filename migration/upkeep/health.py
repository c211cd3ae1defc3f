"""Is anybody at work here? A worker that sweeps says so in the database; the broker might not know."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from health_check.exceptions import ServiceWarning

from migration.models import Chore, Run
from migration.problems import GAVE_UP
from portal.running import health

SWEPT_WITHIN: Final = timedelta(minutes=2)
"""Every worker sweeps four times a minute."""
WAITS_AT_MOST: Final = timedelta(minutes=5)
TOLD_FOR: Final = timedelta(hours=24)
"""How long a run that ended by a fault of ours is a reason to look; shorter, where it is set in motion again."""


class WorkerSweeps(health.Check):
    name = "worker"

    def look(self) -> None:
        if not worker_is_there():
            raise ServiceWarning("no worker has swept lately")


class NoRunWaits(health.Check):
    """A run that should move does so every few seconds."""

    name = "waiting"

    def look(self) -> None:
        if Run.objects.moving().filter(moved_at__lt=timezone.now() - WAITS_AT_MOST).exists():
            raise ServiceWarning("a run waits for too long")


class NoRunGaveUp(health.Check):
    """A fault of ours that came back each time ended a run: somebody should look in the log for its reference."""

    name = "faults"

    def look(self) -> None:
        gave_up = Run.objects.filter(problem_code=GAVE_UP.code, moved_at__gt=timezone.now() - TOLD_FOR)
        if gave_up.exists():
            raise ServiceWarning("a fault of ours ended a run")


def worker_is_there() -> bool:
    swept = Chore.last_done(Chore.SWEEP)
    return swept is not None and timezone.now() - swept < SWEPT_WITHIN


def processing_is_off() -> bool:
    """Told before an upload. It refuses nobody: an upload that can be stored waits, and nothing of it is lost."""
    return not worker_is_there() or not health.has_room()
