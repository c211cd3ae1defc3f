"""Celery, fed by Django's settings. The broker is a doorbell: a message carries a run's id and nothing else."""

import logging
import os
from typing import Any

from celery import Celery, signals
from celery.apps import worker

from portal.environment.rules import or_exit, refuse_nonsense

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
with or_exit():
    refuse_nonsense()

STDERR = 2
"""Celery lends `sys.stderr` to its log; this is the file beneath."""

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_log(loglevel: int | None = None, **kwargs: Any) -> None:
    """Django has set up the log, and Celery adds no handlers to it. Its `--loglevel` is about its own lines."""
    worker.safe_say = say
    if loglevel:
        logging.getLogger("celery").setLevel(loglevel)


def say(words: str, file: object = None) -> None:
    """What Celery tells past every log, as it does when it is told to stop ('worker: Warm shutdown'), is a line too.

    A signal may come in the middle of another line, so this one goes to the file itself, as Celery's own does.
    """
    logger = logging.getLogger("celery.worker")
    if logger.isEnabledFor(logging.INFO):
        record = logger.makeRecord(logger.name, logging.INFO, "", 0, words, (), None)
        for handler in logging.getLogger().handlers:
            os.write(STDERR, f"{handler.format(record)}\n".encode())
