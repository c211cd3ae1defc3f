"""R2: what the one-command start began goes on by itself, whatever is killed; and it leaves nothing behind."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import Site, Window, eventually, kill_all, lives, site
from tests.crash.serving import Serve, left_behind

pytestmark = pytest.mark.crash

RESUMES_WITHIN = 75
RESUMES_AFTER_RESTART_WITHIN = 20
STOPS_WITHIN = 30


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path / "site", "sqlite", services.EMBEDDED, chunk=5) as made:
        yield made


@pytest.fixture(scope="module")
def long_export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tmp_path_factory.mktemp("serve") / "lang.zip", 4000)


def kill(worker: psutil.Process, part: str) -> None:
    """Gone when this returns: nothing that moves afterwards was done by it. The child goes with the worker."""
    children = worker.children()
    kill_all([worker] if part == "worker" else children)
    eventually(lambda: not any(map(lives, children)), within=10, what="the end of the child")


def seconds_until_it_moves(window: Window, run: int, within: float) -> float:
    """The time to the next committed chunk."""
    begin, at = time.monotonic(), window.progress(run)
    assert not at.has_ended
    window.wait_for_step(run, at.steps + 1, within=within)
    return time.monotonic() - begin


def test_a_run_goes_on_by_itself_whatever_part_of_the_one_command_is_killed(office: Site, long_export: Path) -> None:
    figures = {}
    with Serve(office) as serve, Window(office) as window:
        run = office.upload(long_export)
        window.wait_for_step(run, 100)
        for part in ("worker", "child of the worker", "worker", "child of the worker"):
            worker = eventually(serve.worker, within=30, what="a worker with a child")
            kill(worker, part)
            took = seconds_until_it_moves(window, run, within=RESUMES_WITHIN)
            figures[part] = max(took, figures.get(part, 0))
        serve.process.kill()
        serve.process.wait()
        eventually(lambda: not left_behind(office), within=STOPS_WITHIN, what="the end of all that serve began")
        assert not window.progress(run).has_ended
        serve.process = serve.begin()
        figures["serve"] = seconds_until_it_moves(window, run, within=RESUMES_AFTER_RESTART_WITHIN)
        assert window.wait_for_end(run, within=180).state == "finished"
        office.content()
    print("\nseconds until the next chunk:", {part: round(took, 1) for part, took in figures.items()})


def test_a_child_that_is_killed_while_it_waits_for_work_is_replaced(office: Site, tmp_path: Path) -> None:
    path = export(tmp_path / "klein.zip", 50)
    with Serve(office) as serve, Window(office) as window:
        worker = eventually(serve.worker, within=30, what="a worker with a child")
        kill_all(worker.children())
        assert window.wait_for_end(office.upload(path)).state == "finished"


@pytest.mark.parametrize(
    ("number", "times", "in_background"),
    [
        pytest.param(signal.SIGINT, 1, False, id="Ctrl+C"),
        pytest.param(signal.SIGINT, 2, False, id="Ctrl+C twice"),
        pytest.param(signal.SIGINT, 1, True, id="Ctrl+C in the background"),
        pytest.param(signal.SIGTERM, 1, False, id="SIGTERM"),
        pytest.param(signal.SIGTERM, 2, False, id="SIGTERM twice"),
    ],
)
def test_nothing_is_left_behind_when_it_is_stopped(
    number: signal.Signals, times: int, in_background: bool, office: Site, long_export: Path
) -> None:
    with Serve(office, in_background) as serve, Window(office) as window:
        eventually(serve.answers, within=30, what="an answer of the web")
        run = office.upload(long_export)
        window.wait_for_step(run, 100)
        for _ in range(times):
            serve.process.send_signal(number)
            time.sleep(0.1)  # impatience, not proof
        assert serve.process.wait(timeout=STOPS_WITHIN) == 0
        assert not left_behind(office)
        assert window.one(f"SELECT token FROM migration_run WHERE id = {run}") == ("",)
        assert "Traceback" not in office.log
