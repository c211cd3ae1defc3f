"""A worker that is frozen, as a machine that sleeps or that lacks memory does it, and wakes up later.

Frozen for longer than its lease, it wakes up believing that the run is its own: the fence must keep it from writing.
"""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from tests import services
from tests.crash.conftest import VERBS
from tests.crash.harness import (
    POLL,
    Site,
    Window,
    Worker,
    asleep,
    differences,
    eventually,
    locks_of_postgresql_are_free,
    site,
)

pytestmark = pytest.mark.crash

SITES = [
    pytest.param("sqlite", services.EMBEDDED, id="sqlite"),
    pytest.param(services.POSTGRESQL, services.REDIS, id="postgresql"),
]
PHASES = ("checking", "writing", "retrying", "undoing")
LOST: Final = "lease lost, somebody else goes on"
SEED = random.SystemRandom().randrange(1, 10**6)
random.seed(SEED)


@pytest.mark.parametrize(("database", "broker"), SITES)
def test_a_worker_that_wakes_up_after_its_lease_writes_nothing(
    database: str, broker: str, short_exports: list[Path], short_taken_back: dict[str, Any], tmp_path: Path
) -> None:
    """In each part of the road the holder is frozen, the other takes over, the holder wakes up and goes on."""
    services.need(database, broker)
    options = {"settings": "tests.crash.hurried", "chunk": 1}
    with site(tmp_path / "site", database, broker, **options) as made:
        made.ask("go", short_exports[0], MIGRATION_CHUNK="500")
        with two_workers(made) as workers, Window(made) as window:
            for run, phase, members in the_road(made, window, workers, short_exports[1]):
                step = members * (phase == "writing") + random.randint(members // 20, members // 4)
                window.wait_for_step(run, step)
                told = made.log.count(LOST)
                with frozen_while_holding(made, window, run, phase, workers) as token:
                    eventually(partial(taken_over, window, run, phase, token), 90, f"another holder ({phase})")
                eventually(partial(is_told_again, made, told), 60, f"that its lease is lost ({phase}, seed {SEED})")
        assert not differences(made.content(), short_taken_back)[:5], f"seed {SEED}"


@pytest.mark.parametrize(("database", "broker"), SITES)
def test_a_worker_that_wakes_up_before_its_lease_ran_out_goes_on(
    database: str, broker: str, short_exports: list[Path], short_taken_back: dict[str, Any], tmp_path: Path
) -> None:
    """At any moment, in the middle of a transaction too: nobody takes over, and nothing is lost."""
    services.need(database, broker)
    with site(tmp_path / "site", database, broker, chunk=1) as made:
        made.ask("go", short_exports[0], MIGRATION_CHUNK="500")
        with two_workers(made) as workers, Window(made) as window:
            for run, phase, members in the_road(made, window, workers, short_exports[1]):
                step = members * (phase == "writing") + random.randint(members // 20, members // 2)
                window.wait_for_step(run, step)
                for _ in range(3):
                    held_by = holding(window, run, workers)
                    for worker in held_by:
                        worker.freeze()
                    time.sleep(random.uniform(0.2, 1))  # how long it is frozen, no proof
                    for worker in held_by:
                        worker.thaw()
                    time.sleep(random.uniform(0, 0.05))  # that it is not the same moment each time
        assert not differences(made.content(), short_taken_back)[:5], f"seed {SEED}"
        assert LOST not in made.log


def the_road(made: Site, window: Window, workers: list[Worker], path: Path) -> Iterator[tuple[int, str, int]]:
    """A run in each of its parts; whoever asks for the next part waits for its end."""
    run = made.upload(path)
    members = eventually(lambda: window.progress(run).members, within=60, what="the begin of the check")
    yield run, "checking", members
    yield run, "writing", members
    assert window.wait_for_end(run, within=180).state == "finished", made.log
    for verb, phase in zip(VERBS, PHASES[2:], strict=True):
        with asleep(*workers):
            assert made.ask("act", verb, run, "ring")
        yield run, phase, members
        window.wait_for_end(run, within=180)


@contextmanager
def two_workers(made: Site) -> Iterator[list[Worker]]:
    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(made)) for _ in range(2)]
        for worker in workers:
            eventually(worker.children, within=60, what="a worker's child")
        yield workers


# --- Freezing --------------------------------------------------------------------------------------------------------


@contextmanager
def frozen_while_holding(made: Site, window: Window, run: int, phase: str, workers: list[Worker]) -> Iterator[str]:
    """The worker that holds the run, frozen between two transactions: in one, it would make all others wait."""
    attempt = partial(freeze_holder, made, window, run, phase, workers)
    token, holder = eventually(attempt, 60, f"a holder to freeze ({phase}, seed {SEED})", every=POLL)
    try:
        yield token
    finally:
        holder.thaw()


def freeze_holder(made: Site, window: Window, run: int, phase: str, workers: list[Worker]) -> tuple[str, Worker] | None:
    with no_chunk_begins(made):
        held_by = holding(window, run, workers)
        for worker in held_by:
            worker.freeze()
        token, state = window.one(f"SELECT token, state FROM migration_run WHERE id = {run}")
        if held_by and held_by == holding(window, run, workers) and state == phase and is_between(made):
            return token, held_by[0]
        for worker in held_by:
            worker.thaw()
    time.sleep(random.uniform(0, 0.02))
    return None


@contextmanager
def no_chunk_begins(made: Site) -> Iterator[None]:
    """On SQLite, by taking its one lock: a part of the road that is short would be over before a lucky moment comes."""
    if made.database_url.startswith("postgres"):
        yield
        return
    connection = sqlite3.connect(made.database_url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    eventually(partial(is_taken, connection), 20, "the lock", every=0)  # SQLite's own patience sleeps too long
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def is_taken(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def is_between(made: Site) -> bool:
    """Whether the frozen one is in no transaction; where we hold the lock of SQLite, it cannot be in one."""
    return not made.database_url.startswith("postgres") or locks_of_postgresql_are_free(made.database_url)


def holding(window: Window, run: int, workers: list[Worker]) -> list[Worker]:
    """The worker whose child holds the run now, if one does."""
    [name] = window.one(f"SELECT holder FROM migration_run WHERE id = {run}")
    return [worker for worker in workers if any(f":{process.pid}:" in name for process in worker.family())]


def taken_over(window: Window, run: int, phase: str, token: str) -> bool:
    """Another holder has moved it, or was even done with it."""
    now, state, claims = window.one(f"SELECT token, state, claims FROM migration_run WHERE id = {run}")
    return state != phase or (now not in ("", token) and claims == 0)


def is_told_again(made: Site, told: int) -> bool:
    return made.log.count(LOST) > told
