"""A database that is away for a moment is asked again, every second, for as long as a lease lasts."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, connection

T = TypeVar("T")

EVERY = 1.0
"""Seconds between two tries."""
DATABASE_FAULTS = (DatabaseError, InterfaceError)
"""What a database that is away is told by; some drivers say it in one way, some in another."""


def patiently(attempt: Callable[[], T], seconds: float, should_stop: Callable[[], bool]) -> T:
    """What the attempt returns, as soon as the database answers; its last error where that takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except DATABASE_FAULTS:
            if connection.in_atomic_block or should_stop() or time.monotonic() > deadline:
                raise
        connection.close()
        time.sleep(EVERY)
