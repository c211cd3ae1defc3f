"""R6: the web and a worker write to SQLite at once, and none of them is ever told that it is locked."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.harness import ROOT, Site, Window, Worker

pytestmark = pytest.mark.crash

WRITERS = 2
EACH = 2_500


def test_two_writers_and_a_run_never_find_the_database_locked(embedded: Site, exports: list[Path]) -> None:
    runs = [embedded.upload(path) for path in exports]  # before there is a worker: all their work lies ahead
    with Worker(embedded), Window(embedded) as window:
        before = window.wait_for_step(runs[0], 1)
        writers = [tick(embedded) for _ in range(WRITERS)]
        errors = [writer.communicate(timeout=120)[1] for writer in writers]
        meanwhile = sum(window.progress(run).steps for run in runs) - before.steps
        ends = [window.wait_for_end(run).state for run in runs]
        written = window.one("SELECT COUNT(*) FROM portal_auditevent WHERE action = 'test.tick'")
    assert [writer.returncode for writer in writers] == [0] * WRITERS, errors
    assert written == (WRITERS * EACH,)
    assert meanwhile > 1_000, "the run must have been at work while the others wrote"
    assert ends == ["finished"] * len(runs)
    assert "locked" not in embedded.log
    embedded.content()


def tick(made: Site) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.crash.inside", "tick", str(EACH)]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=made.environment(), cwd=ROOT, text=True, **pipes)
