"""A backup that is made while an import runs, as docs/operation.md says: brought back in another place, it goes on.

The database comes first, the files after it: a file that no run knows does no harm, a run without its file does.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import services
from tests.crash.harness import ROOT, Site, Window, Worker, new_database, site

pytestmark = pytest.mark.crash

COPY = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM INTO ?', sys.argv[2:])"
CLIENTS_OF_POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@pytest.mark.parametrize("part", [0.25, 1.25], ids=["while it is checked", "while it is written"])
@pytest.mark.parametrize(
    ("database", "broker"),
    [
        pytest.param("sqlite", services.EMBEDDED, id="sqlite"),
        pytest.param(services.POSTGRESQL, services.REDIS, id="postgresql"),
    ],
)
def test_a_backup_made_during_an_import_is_whole_and_goes_on_elsewhere(
    database: str, broker: str, part: float, exports: list[Path], undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """Soon in its part, and by small steps: on a machine that is busy the program that copies is slow to begin."""
    services.need(database, broker)
    with site(tmp_path / "site", database, broker, chunk=3) as made:
        made.ask("go", exports[0], MIGRATION_CHUNK="500")
        run = begin(made, exports[1], int(part * undisturbed["runs"][1]["members"]), tmp_path / "backup")
        with restored(tmp_path / "elsewhere", tmp_path / "backup", database, services.EMBEDDED) as elsewhere:
            assert integrity(elsewhere) == (0, "everything is right\n")
            go_on(elsewhere, run, expected="checking" if part < 1 else "writing")
            assert integrity(elsewhere) == (0, "everything is right\n")
            assert elsewhere.content() == made.content()


def begin(made: Site, export: Path, step: int, target: Path) -> int:
    """Import, back up as soon as it has come so far, and let it end; the run."""
    with Worker(made) as worker, Window(made) as window:
        run = made.upload(export)
        assert not window.wait_for_step(run, step).has_ended
        back_up(made, target)
        assert window.wait_for_end(run).state == "finished", made.log
        worker.stop(within=10)
    return run


def go_on(elsewhere: Site, run: int, expected: str) -> None:
    with Window(elsewhere) as window:
        before = window.progress(run)
        assert (before.state, 0 < before.cursor < before.members) == (expected, True), "the backup was not made in time"
        with Worker(elsewhere):
            assert window.wait_for_end(run).state == "finished", elsewhere.log


def integrity(made: Site) -> tuple[int, str]:
    command = [sys.executable, "manage.py", "check_integrity"]
    checked = subprocess.run(command, env=made.environment(), cwd=ROOT, capture_output=True, text=True, timeout=300)
    return checked.returncode, checked.stdout + checked.stderr


# --- As docs/operation.md has it -------------------------------------------------------------------------------------


def back_up(made: Site, target: Path) -> None:
    target.mkdir()
    if made.database_url.startswith("postgres"):
        run_it(tool("pg_dump"), "--format=custom", f"--file={target}/portal.dump", made.database_url)
    else:
        run_it(sys.executable, "-c", COPY, made.folder / "portal.sqlite3", target / "portal.sqlite3")
    shutil.copytree(made.folder / "uploads", target / "uploads")


@contextmanager
def restored(folder: Path, backup: Path, database: str, broker: str) -> Iterator[Site]:
    folder.mkdir()
    with new_database(folder, database) as url:
        if url.startswith("postgres"):
            run_it(tool("pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={url}", backup / "portal.dump")
        else:
            shutil.copy(backup / "portal.sqlite3", folder)
        shutil.copytree(backup / "uploads", folder / "uploads")
        yield Site(folder, url, broker)


def run_it(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, timeout=120)


def tool(name: str) -> str:
    """A program of PostgreSQL; Debian keeps those of each version apart."""
    found = shutil.which(name, path=os.pathsep.join([os.environ["PATH"], *map(str, CLIENTS_OF_POSTGRESQL)]))
    if not found:
        services.miss(f"{name} is not installed")
    assert found
    return found


# --- Why in this order -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        pytest.param(["database", "upload", "files"], "everything is right\n", id="database first"),
        pytest.param(["files", "upload", "database"], "file-missing", id="files first"),
    ],
)
def test_an_upload_that_comes_in_between_needs_the_database_first(
    embedded: Site, exports: list[Path], tmp_path: Path, parts: list[str], told: str
) -> None:
    embedded.ask("go", exports[0])
    target = tmp_path / "backup"
    target.mkdir()
    steps: dict[str, Callable[[], object]] = {
        "database": lambda: run_it(
            sys.executable, "-c", COPY, embedded.folder / "portal.sqlite3", target / "portal.sqlite3"
        ),
        "files": lambda: shutil.copytree(embedded.folder / "uploads", target / "uploads"),
        "upload": lambda: embedded.upload(exports[1]),
    }
    for part in parts:
        steps[part]()
    with restored(tmp_path / "elsewhere", target, "sqlite", services.EMBEDDED) as elsewhere:
        assert told in integrity(elsewhere)[1]
