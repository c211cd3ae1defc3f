"""The portal's own settings, with a queue of its own: these tests share a broker with whoever else is at work."""

import os

from portal.settings import *  # noqa: F403

CELERY_TASK_DEFAULT_QUEUE = os.environ["CRASH_QUEUE"]
