"""Celery, fed by Django's settings. The broker is a doorbell: a message carries a run's id and nothing else."""

import logging
import os
from typing import Any

from celery import Celery, signals

from portal.environment.rules import or_exit, refuse_nonsense

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
with or_exit():
    refuse_nonsense()

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_log(loglevel: int | None = None, **kwargs: Any) -> None:
    """Django has set up the log, and Celery adds no handlers to it. Its `--loglevel` is about its own lines."""
    if loglevel:
        logging.getLogger("celery").setLevel(loglevel)
