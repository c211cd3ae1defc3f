"""R4: a database that falls over in the middle of an import costs time, and nothing else."""

import random
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPMessage
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests import services
from tests.crash.cluster import Cluster, cluster
from tests.crash.conftest import VERBS
from tests.crash.exports import export
from tests.crash.harness import POLL, Site, Window, Worker, asleep, differences, eventually, site
from tests.crash.serving import Serve, left_behind

pytestmark = pytest.mark.crash

GOES_ON_WITHIN = 75
AT_THE_GATE = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
SEED = random.SystemRandom().randrange(1, 10**6)


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


def test_a_database_that_falls_over_five_times_costs_no_document(
    server: Cluster, short_exports: list[Path], short_taken_back: dict[str, Any], tmp_path: Path
) -> None:
    """Twice in the check, once in the write, in the retry and in the undo: each time in the middle of a transaction."""
    took: dict[str, float] = {}
    with site(tmp_path / "site", server.url, services.EMBEDDED, chunk=5) as made:
        made.ask("go", short_exports[0], MIGRATION_CHUNK="500")
        with Worker(made) as worker, Window(made) as window:
            pid = worker.process.pid
            with asleep(worker):
                run = made.upload(short_exports[1])
            for phase in ("received", "checking", "writing"):
                took |= falls(server, made, window, run, phase)
            assert window.wait_for_end(run).state == "finished", made.log
            for verb, phase in zip(VERBS, ("retrying", "undoing"), strict=True):
                with asleep(worker):
                    assert made.ask("act", verb, run, "ring")
                took |= falls(server, made, window, run, phase)
                window.wait_for_end(run)
            assert (worker.process.pid, worker.process.poll()) == (pid, None), "the worker must survive"
        assert not differences(made.content(), short_taken_back)[:5], f"seed {SEED}"
    print("\nseconds from the database's return to the next chunk:", {at: round(s, 1) for at, s in took.items()})
    assert len(took) == 5


def falls(server: Cluster, made: Site, window: Window, run: int, phase: str) -> dict[str, float]:
    """Let it fall over in this part of the road, somewhere; the seconds until something moves again."""
    eventually(lambda: window.progress(run).state == phase, within=60, what=f"the part {phase}", every=POLL)
    chunks = random.Random(f"{SEED} {phase}").randint(0, 6)
    with closing(psycopg.connect(made.database_url)) as gate:
        for _ in range(chunks + 1):
            gate.rollback()
            gate.execute("LOCK TABLE migration_record IN SHARE MODE")
            eventually(lambda: window.one(AT_THE_GATE)[0], within=60, what=f"a chunk that waits ({phase})")
        with server.away():
            pass
    window.reopen()
    at = window.progress(run)
    began = time.monotonic()
    window.wait_for_step(run, at.steps + 1, within=GOES_ON_WITHIN)
    return {f"{at.state} {at.cursor}": time.monotonic() - began}


# --- What a user sees ------------------------------------------------------------------------------------------------


def test_pages_say_that_the_database_is_away_and_come_back_with_it(server: Cluster, tmp_path: Path) -> None:
    with site(tmp_path / "site", server.url, services.EMBEDDED) as made:
        run = int(made.ask("go", export(tmp_path / "klein.zip", 60)))
        cookie = made.ask("session")
        with Serve(made) as serve:
            eventually(serve.answers, within=60, what="an answer of the web")
            browser = Browser(serve.port, cookie)
            pages = [f"/instellingen/migratie/{run}/", "/instellingen/migratie/", "/inloggen/", "/klanten/"]
            assert [browser.get(page)[0] for page in pages] == [200] * len(pages)
            before = running(made)
            with server.away():
                for page in pages:
                    assert_calm(*browser.get(page), asks_again=True)
                assert_calm(*browser.get(pages[0], {"HX-Request": "true", "HX-Target": "progress"}), asks_again=True)
            assert [browser.get(page)[0] for page in pages] == [200] * len(pages)
            assert running(made) >= before, "web and worker must survive"
            assert "Traceback" not in made.log


def test_a_run_that_nobody_rang_for_is_done_after_the_database_came_back(server: Cluster, tmp_path: Path) -> None:
    """A worker that starts while the database is away waits for it."""
    with site(tmp_path / "site", server.url, services.EMBEDDED) as made:
        run = made.upload(export(tmp_path / "klein.zip", 60))
        with ExitStack() as stack:
            with server.away():
                worker = stack.enter_context(Worker(made))
                eventually(lambda: "Sweep failed" in made.log, within=60, what="a sweep that finds no database")
            with Window(made) as window:
                assert window.wait_for_end(run, within=120).state == "finished", made.log
            assert worker.process.poll() is None
        made.content()


class Browser:
    """One that is signed in already."""

    def __init__(self, port: int, cookie: str) -> None:
        self.address, self.cookie = f"http://127.0.0.1:{port}", cookie

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str, HTTPMessage]:
        request = urllib.request.Request(self.address + path, headers={"Cookie": self.cookie, **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers


def assert_calm(status: int, text: str, headers: HTTPMessage, asks_again: bool) -> None:
    assert status == 503
    assert "<h1>Even geduld</h1>" in text
    assert "referentie" in text
    assert ('http-equiv="refresh"' in text) == asks_again
    assert int(headers["Retry-After"]) > 0
    assert headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert not [word for word in ("Traceback", "psycopg", "OperationalError", "127.0.0.1") if word in text]


def running(made: Site) -> set[int]:
    """The processes of a site that are no one's child but the start's: web and worker."""
    mine = {process.pid for process in left_behind(made)}
    return {process.pid for process in map(psutil.Process, mine) if process.ppid() in mine} - children_of_workers(mine)


def children_of_workers(pids: set[int]) -> set[int]:
    """A worker's child may be replaced; so may it here."""
    grandchildren = [psutil.Process(pid) for pid in pids if psutil.Process(pid).ppid() in pids]
    return {process.pid for process in grandchildren if psutil.Process(process.ppid()).ppid() in pids}
