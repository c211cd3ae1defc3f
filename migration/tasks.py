"""What Celery runs: one task, which the doorbell asks for by name."""

import logging

from celery import shared_task

from migration.road import pipeline
from migration.upkeep import mail, worker
from portal.running.patience import DATABASE_FAULTS

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def move_run(run_id: int) -> None:
    """Move a run, and tell whoever waits for it what came of that: what cannot be told now, the sweeper tells."""
    pipeline.move(run_id, should_stop=worker.is_stopping)
    try:
        mail.send_about(run_id)
    except DATABASE_FAULTS as error:
        logger.warning("Run %s: its mail waits (%s)", run_id, type(error).__name__)
