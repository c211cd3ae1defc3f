"""A disk that is full: told apart from other faults, and from a process that does not answer."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator

import psycopg
from django.conf import settings

SCARCE = 16 * 1024 * 1024
"""Bytes; with less there may not be room for what comes next."""


def ran_out(error: BaseException) -> bool:
    """Whether it happened for want of room: a full disk or a quota, of the files or of either database."""
    return any(is_about_room(one) for one in causes(error))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Django wraps what a database says; the cause knows more."""
    while error:
        yield error
        error = error.__cause__


def is_about_room(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, psycopg.errors.DiskFull)


def is_scarce() -> bool:
    """As it is now: where nothing can be written, nothing can be noted."""
    return free_space() < SCARCE


def free_space() -> int:
    """Bytes on the disk with the portal's own data."""
    return shutil.disk_usage(settings.DATA_DIR).free
