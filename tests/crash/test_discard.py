"""Two users at one moment: one forgets an upload while another confirms it. Exactly one of them gets their way."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import ROOT, Site, Window, eventually, site

pytestmark = pytest.mark.crash

WAITS = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def test_an_upload_is_either_forgotten_or_confirmed(tmp_path: Path) -> None:
    """PostgreSQL alone: SQLite lets one write at a time. A line of the log is held, so the forgetting takes long."""
    services.need(services.POSTGRESQL)
    path = export(tmp_path / "klein.zip", 12)
    with site(tmp_path / "site", services.POSTGRESQL, services.EMBEDDED) as made:
        [run] = made.ask("upload", path, CRASH_CONFIRMED="false")["runs"]
        with psycopg.connect(made.database_url) as holder:
            holder.execute("SELECT 1 FROM migration_logline WHERE run_id = %s FOR UPDATE", [run])
            forgetting = begin(made, "discard", run)
            wait_for_waiting(made, 1, forgetting)
            confirming = begin(made, "confirm", run)
            wait_for_waiting(made, 2, confirming)
        assert (answer_of(forgetting), answer_of(confirming)) == ("true", "false")
        with Window(made) as window:
            assert window.one("SELECT COUNT(*) FROM migration_run") == (0,)
        assert not list((made.folder / "uploads").iterdir())


def begin(made: Site, action: str, run: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.crash.inside", action, str(run)]
    return subprocess.Popen(command, env=made.environment(), cwd=ROOT, text=True, stdout=subprocess.PIPE)


def wait_for_waiting(made: Site, count: int, process: "subprocess.Popen[str]") -> None:
    """So many wait for a lock; or the process is done without, which the test then tells."""
    with Window(made) as window:
        look = lambda: window.one(WAITS)[0] >= count or process.poll() is not None  # noqa: E731
        eventually(look, within=60, what=f"{count} that wait for a lock")


def answer_of(process: "subprocess.Popen[str]") -> str:
    return process.communicate(timeout=60)[0].strip()
