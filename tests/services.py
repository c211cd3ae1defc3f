"""The services some tests need. One that is missing skips them, by name; in CI, where all must run, it fails them."""

import os
from collections.abc import Callable
from typing import Final

import psycopg
import pytest
from kombu import Connection

POSTGRESQL: Final = os.environ.get("TEST_POSTGRESQL_URL", "postgres://root@127.0.0.1/test")
REDIS: Final = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
RABBITMQ: Final = os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")
EMBEDDED: Final = "filesystem://localhost"
IN_CI: Final = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def need(*urls: str) -> None:
    """Go on only where all of these answer."""
    for url in urls:
        if not answers(url):
            miss(f"{url.partition('://')[0]} is not reachable at {url.rpartition('@')[2].rpartition('://')[2]}")


def miss(reason: str) -> None:
    (pytest.fail if IN_CI else pytest.skip)(reason)


def answers(url: str) -> bool:
    scheme = url.partition("://")[0]
    return {"postgres": database_answers, "sqlite": always, "filesystem": always}.get(scheme, broker_answers)(url)


def always(url: str) -> bool:
    return True


def database_answers(url: str) -> bool:
    return succeeds(lambda: psycopg.connect(url, connect_timeout=3).close(), psycopg.Error)


def broker_answers(url: str) -> bool:
    with Connection(url, connect_timeout=3) as connection:
        return succeeds(lambda: connection.ensure_connection(max_retries=1, timeout=3), Exception)


def succeeds(attempt: Callable[[], object], error: type[Exception]) -> bool:
    try:
        attempt()
    except error:
        return False
    return True
