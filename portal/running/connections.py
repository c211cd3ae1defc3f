"""How many connections to PostgreSQL a process keeps.

The threads of a gunicorn worker share a few, so that a busy hour never takes up all that the server has. Anything else
has one of its own: a Celery worker forks while it runs, and what is shared does not survive that.
"""

from typing import Any, Final

DEFAULT: Final = 8
PATIENCE: Final = 5
"""Seconds that a page waits for one to come free, and for a database that is away."""

_shared = False


def share() -> None:
    """Said by the web, before it reads its settings."""
    global _shared
    _shared = True


def kept(most: int) -> dict[str, Any]:
    """What Django's DATABASES says of it."""
    if _shared:
        pool = {"min_size": 1, "max_size": most, "timeout": PATIENCE}
        return {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": {"pool": pool}}
    return {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
