"""R8 and the edges of R1: a worker that is asked to stop, and a process that is killed while it has nothing to do."""

from pathlib import Path
from typing import Any

import pytest

from tests import services
from tests.crash.harness import Site, Window, Worker, eventually, site

pytestmark = pytest.mark.crash

SITES = [
    pytest.param("sqlite", services.EMBEDDED, id="sqlite-embedded"),
    pytest.param(services.POSTGRESQL, services.REDIS, id="postgresql-redis"),
    pytest.param(services.POSTGRESQL, services.RABBITMQ, id="postgresql-rabbitmq"),
]
STOPS_WITHIN = 10


@pytest.mark.parametrize(("database", "broker"), SITES)
def test_a_worker_that_is_asked_to_stop_gives_its_run_back_and_the_next_goes_on(
    database: str, broker: str, exports: list[Path], after_each: list[dict[str, Any]], tmp_path: Path
) -> None:
    services.need(database, broker)
    with site(tmp_path / "site", database, broker) as made, Window(made) as window:
        run = made.upload(exports[0])
        members = after_each[0]["runs"][0]["members"]
        took = [
            stop_at(made, window, run, 200),
            stop_at(made, window, run, members // 2, after_a_kill=True),
            stop_at(made, window, run, members + 400),
        ]
        with Worker(made):
            assert window.wait_for_end(run).state == "finished", made.log
        assert_as_undisturbed(made.content(), after_each[0])
    print(f"\nstopped within {max(took):.1f} s")


def stop_at(made: Site, window: Window, run: int, step: int, after_a_kill: bool = False) -> float:
    """Let a worker come so far, stop it, and see that nobody holds the run; the seconds it took."""
    with Worker(made) as worker:
        there = window.wait_for_step(run, step)
        if after_a_kill:  # a child that took another's place must hear it too
            worker.kill_child()
            there = window.wait_for_step(run, there.steps + 100)
        assert not there.has_ended
        seconds = worker.stop(within=STOPS_WITHIN)
    token, lease = window.one(f"SELECT token, lease_until FROM migration_run WHERE id = {run}")
    assert (token, lease) == ("", None), "the lease was not given back"
    assert not window.progress(run).has_ended
    return seconds


def assert_as_undisturbed(content: dict[str, Any], undisturbed: dict[str, Any]) -> None:
    assert content["runs"][0] == undisturbed["runs"][0]
    assert content["records"][0] == undisturbed["records"][0]


@pytest.mark.parametrize(("database", "broker"), SITES)
def test_a_process_that_is_killed_while_it_waits_for_work_is_replaced(
    database: str, broker: str, exports: list[Path], tmp_path: Path
) -> None:
    """An idle process may hold what the next one needs: with a pipe shared by all of them it held its lock for ever."""
    services.need(database, broker)
    with site(tmp_path / "site", database, broker) as made, Worker(made) as worker, Window(made) as window:
        first = made.upload(exports[0])
        assert window.wait_for_end(first).state == "finished"
        for _ in range(3):
            kill_idle_child(worker)
        assert window.wait_for_end(made.upload(exports[1])).state == "finished", made.log


def kill_idle_child(worker: Worker) -> None:
    before = eventually(worker.children, within=30, what="a child")
    worker.kill_child()
    pids = {child.pid for child in before}
    eventually(lambda: {child.pid for child in worker.children()} - pids, within=30, what="another child")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("queue/0_half.{queue}.msg", '{"body": "W1sx', id="half a message"),
        pytest.param("queue/0_none.{queue}.msg", "", id="an empty message"),
        pytest.param("control/{queue}.exchange", "", id="an empty table of queues"),
        pytest.param("control/{queue}.exchange", '[["cra', id="half a table of queues"),
    ],
)
def test_what_a_killed_process_left_half_written_for_the_broker_stops_no_worker(
    name: str, content: str, embedded: Site, exports: list[Path]
) -> None:
    path = embedded.folder / "broker" / name.format(queue=embedded.queue)
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with Worker(embedded) as worker, Window(embedded) as window:
        assert window.wait_for_end(embedded.upload(exports[0])).state == "finished", embedded.log
        assert worker.process.poll() is None
        assert not list(path.parent.glob("0_*"))
