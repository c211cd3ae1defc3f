"""What a Celery worker does besides its tasks: sweep, and stop in time."""

import gc
import logging
import mmap
import os
import threading
from typing import Any

from celery import Celery, bootsteps, signals
from django.db import connections

from migration.upkeep import sweeper

logger = logging.getLogger(__name__)

_stopping = mmap.mmap(-1, 1)
"""One byte that a worker shares with the processes it forks. No lock: a process that is killed would keep it."""
_sweeping = threading.Lock()


def equip(app: Celery) -> None:
    """Give every worker of this app a sweeper, and let its processes hear that the worker stops."""
    app.steps["worker"].add(SweeperStep)
    signals.worker_shutting_down.connect(tell_to_stop, dispatch_uid="migration.tell_to_stop")
    signals.worker_process_init.connect(settle_in, dispatch_uid="migration.settle_in")


class SweeperStep(bootsteps.StartStopStep):
    """Sweeps as soon as the worker is there, and every 15 seconds from then on."""

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def start(self, worker: Any) -> None:
        worker.timer.call_after(0, sweep_safely)
        self.entry = worker.timer.call_repeatedly(sweeper.EVERY, sweep_safely)

    def stop(self, worker: Any) -> None:
        self.entry.cancel()


def sweep_safely() -> None:
    """A sweep that fails is logged and tried again at the next one; the worker goes on."""
    with _sweeping:
        try:
            sweeper.sweep()
        except Exception as error:  # a database that is away for a moment must not stop the timer
            logger.warning("Sweep failed: %s", type(error).__name__)
        finally:
            connections.close_all()


# The sweep may run in a thread, and the worker forks a new process whenever one died: a process forked in the middle
# of a sweep would inherit the database's locks, held by a thread it does not have. So forks wait for the sweep.
os.register_at_fork(before=_sweeping.acquire, after_in_parent=_sweeping.release, after_in_child=_sweeping.release)


def settle_in(**kwargs: Any) -> None:
    """What is loaded by now stays: the garbage collector need not walk through it during every import."""
    gc.collect()
    gc.freeze()


def tell_to_stop(**kwargs: Any) -> None:
    _stopping[0] = 1


def is_stopping() -> bool:
    """True in every process of a worker that was asked to stop: a run gives its lease back at the next chunk."""
    return bool(_stopping[0])
