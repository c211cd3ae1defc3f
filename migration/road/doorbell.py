"""Rings for a worker. The message carries a run's id and nothing else; it may come twice, late or never."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models.functions import Now

from migration.models import Run

logger = logging.getLogger(__name__)


def ring(run_id: int) -> None:
    """Ask for a worker. Where the broker is down, the page goes on and the sweeper rings later."""
    try:
        current_app.send_task("migration.tasks.move_run", args=[run_id], retry=False)
    except Exception as error:  # whatever a broker and its client can throw: none of it may reach the user's page
        logger.warning("Run %s waits: the broker did not take the message (%s)", run_id, type(error).__name__)
    else:
        Run.objects.filter(pk=run_id).update(rung_at=Now())


def ring_on_commit(run_id: int) -> None:
    """Tell a worker, once the database knows. A broker that is down costs time, never a run (sweeper.py)."""
    transaction.on_commit(partial(ring, run_id))
