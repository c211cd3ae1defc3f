"""Many items in short transactions; one bad item never takes the others with it."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError

from migration.road.lease import Lease, LeaseLost
from portal.running import logs
from portal.running.faults import noted, where

logger = logging.getLogger(__name__)

T = TypeVar("T")
Stop = Callable[[], bool]

SECONDS_PER_CHUNK = 2.0
"""A chunk is committed after this long at the latest, so that progress is seen."""

BYTES_PER_CHUNK = 32 * 1024 * 1024
"""Nor does a transaction grow without end where the documents are large."""

PASSING = (LeaseLost, OperationalError, InterfaceError, OSError)
"""What is no document's fault: the chunk is tried again later, as it is."""


def in_chunks(
    items: Iterable[T],
    ours: Lease,
    attempt: Callable[[list[T]], None],
    give_up: Callable[[T, Mapping[str, str]], None],
    should_stop: Stop,
    size_of: Callable[[T], int] = lambda item: 0,
) -> bool:
    """Attempt every chunk; True when all were done, False when asked to stop before.

    `size_of` tells how many bytes an item brings into the transaction.

    Where a chunk fails for a reason of ours, its items are attempted one by one: only the guilty one is given up.
    """
    for chunk in chunks(items, ours, size_of):
        logs.at(None)  # the reading of it is over
        try:
            attempt(chunk)
        except PASSING:
            raise
        except Exception as error:
            logger.error("A chunk of %s goes one by one: %s", len(chunk), where(error))
            goes_on = one_by_one(chunk, attempt, give_up, should_stop)
        else:
            goes_on = not should_stop()
        if not goes_on:
            return False
    return True


def one_by_one(
    items: Iterable[T],
    attempt: Callable[[list[T]], None],
    give_up: Callable[[T, Mapping[str, str]], None],
    should_stop: Stop,
) -> bool:
    """The same promise for the items of one chunk: asked once after each, so that none is passed over."""
    for item in items:
        logs.at(position_of(item))
        try:
            attempt([item])
        except PASSING:
            raise
        except Exception as error:
            give_up(item, noted(error))
        if should_stop():
            return False
    return True


def position_of(item: object) -> int | None:
    """Of a member or a record, alone or with what was found in it."""
    first = item[0] if isinstance(item, tuple) and not hasattr(item, "position") else item
    return getattr(first, "position", None)


def chunks(items: Iterable[T], ours: Lease, size_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Lists of what may be done in one transaction: by number, size and time, or one by one after crashes."""
    chunk: list[T] = []
    size, deadline = 0, time.monotonic() + SECONDS_PER_CHUNK
    for item in items:
        chunk.append(item)
        size += size_of(item)
        full = len(chunk) >= settings.MIGRATION_CHUNK or size >= BYTES_PER_CHUNK or ours.goes_one_by_one
        if full or time.monotonic() > deadline:
            yield chunk
            chunk, size, deadline = [], 0, time.monotonic() + SECONDS_PER_CHUNK
    if chunk:
        yield chunk
