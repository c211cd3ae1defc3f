"""R2: what the one-command start began goes on by itself, whatever is killed; and it leaves nothing behind."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

import psutil
import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import ROOT, Site, Window, eventually, family_of, kill_all, lives, site

pytestmark = pytest.mark.crash

RESUMES_WITHIN = 75
RESUMES_AFTER_RESTART_WITHIN = 20
STOPS_WITHIN = 30


class Serve:
    """`manage.py serve`: the web, a worker, and its child."""

    def __init__(self, made: Site) -> None:
        self.site = made
        self.port = free_port()
        self.log: IO[bytes] = (made.folder / "worker.log").open("ab")
        self.process = self.begin()

    def begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        return subprocess.Popen(
            command, env=self.site.environment(), cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        kill_all(self.family())
        kill_all(left_behind(self.site))
        self.process.wait()
        self.log.close()

    def family(self) -> list[psutil.Process]:
        return family_of(self.process.pid)

    def worker(self) -> psutil.Process | None:
        """The worker's main process, once it has a child."""
        mains = [process for process in self.family()[1:] if is_worker(process)]
        return mains[0] if mains and mains[0].children() else None

    def answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def is_worker(process: psutil.Process) -> bool:
    try:
        return "celery" in process.cmdline() and bool(process.children())
    except psutil.Error:
        return False


def left_behind(made: Site) -> list[psutil.Process]:
    """Every process of this site, by the one thing that they all inherit."""

    def is_of(process: psutil.Process) -> bool:
        with suppress(psutil.Error):
            return lives(process) and process.environ().get("CRASH_QUEUE") == made.queue
        return False

    return [process for process in psutil.process_iter() if is_of(process)]


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "SIGTERM"])
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_nothing_is_left_behind_when_it_is_stopped(
    number: signal.Signals, times: int, office: Site, long_export: Path
) -> None:
    with Serve(office) as serve, Window(office) as window:
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
