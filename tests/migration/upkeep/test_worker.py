"""How the processes of a worker hear that it stops."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from migration.upkeep import worker

forking = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def _goes_on_afterwards() -> Iterator[None]:
    yield
    worker._stopping[0] = 0


def in_a_child(action: Callable[[], object]) -> int:
    """The exit code of a forked process that does this."""
    child = forking.Process(target=action)
    child.start()
    child.join(timeout=30)
    assert child.exitcode is not None
    return child.exitcode


def exit_by_answer() -> None:
    os._exit(10 if worker.is_stopping() else 20)


def test_a_process_hears_that_its_worker_stops() -> None:
    assert in_a_child(exit_by_answer) == 20
    worker.tell_to_stop()
    assert in_a_child(exit_by_answer) == 10


def test_a_process_that_runs_already_hears_it_too() -> None:
    ready, told = forking.Event(), forking.Event()

    def wait_and_answer() -> None:
        ready.set()
        told.wait(30)
        exit_by_answer()

    child = forking.Process(target=wait_and_answer)
    child.start()
    assert ready.wait(30)
    worker.tell_to_stop()
    told.set()
    child.join(timeout=30)
    assert child.exitcode == 10


def test_a_process_that_is_killed_while_it_asks_leaves_the_others_able_to_ask() -> None:
    def ask_for_ever() -> None:
        while True:
            worker.is_stopping()

    for _ in range(20):
        child = forking.Process(target=ask_for_ever)
        child.start()
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join(timeout=30)
    told = threading.Thread(target=worker.tell_to_stop, daemon=True)
    told.start()
    told.join(timeout=10)
    assert not told.is_alive(), "a lock that a killed process kept"
    assert in_a_child(exit_by_answer) == 10


def test_no_process_is_forked_in_the_middle_of_a_sweep() -> None:
    """It would inherit the locks of a database, held by a thread that it does not have."""
    forked = threading.Event()

    def fork() -> None:
        in_a_child(lambda: os._exit(0))
        forked.set()

    forker = threading.Thread(target=fork, daemon=True)
    with worker._sweeping:
        forker.start()
        assert not forked.wait(0.3)
    assert forked.wait(30)
    forker.join()
