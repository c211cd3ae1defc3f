"""What Celery runs: one task, which the doorbell asks for by name."""

from celery import shared_task

from migration.road import pipeline
from migration.upkeep import worker


@shared_task(ignore_result=True)
def move_run(run_id: int) -> None:
    pipeline.move(run_id, should_stop=worker.is_stopping)
