"""R7: a disk that is full costs time, says so, and leaves nothing half behind; what was asked for is done once there is
room.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import Site, Window, Worker, differences, eventually, site
from tests.crash.small_disk import BLOCK, SmallDisk, small_disk

pytestmark = pytest.mark.crash

WAITS = "Wacht op schijfruimte"
REFUSES = "Importeren kan nu niet: het bestand wordt niet bewaard. Probeer het later opnieuw."
FULL = "De schijf is vol. Zodra er ruimte is, werkt alles vanzelf weer."
ROOM = 2**20
"""Bytes; far less than the check of an export, or its write, needs."""
REFUSALS = [(422, REFUSES), (503, FULL)]
"""On the page itself; or, where not even the session can be kept (SQLite on the same disk), on one of its own."""
DATABASES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param(services.POSTGRESQL, id="postgresql"),
]


@contextmanager
def site_on_a_small_disk(folder: Path, database: str, size: str = "64m", **options: Any) -> Iterator[Any]:
    """All files of the site, and the database where it is SQLite; the log of the worker too."""
    with (
        small_disk(folder / "disk", size) as disk,
        site(disk.folder / "site", database, services.EMBEDDED, **options) as made,
    ):
        yield made, disk


# --- While it imports ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "state"), [("check", "checking"), ("write", "writing")])
def test_an_import_without_room_waits_says_so_and_goes_on_by_itself(
    part: str, state: str, exports: list[Path], after_each: list[dict[str, Any]], tmp_path: Path
) -> None:
    """SQLite, whose disk has room for the begin of what this part brings. (Nobody is too late to fill it: a machine
    that is busy lets a test sleep until the run is done.)"""
    with site_on_a_small_disk(tmp_path, "sqlite") as (made, disk), Window(made) as window:
        cookie = made.ask("session")
        [run] = made.ask("upload", exports[0], CRASH_CONFIRMED=str(part == "check").lower())["runs"]
        if part == "write":
            with Worker(made):
                eventually(lambda: window.progress(run).state == "ready", within=120, what="the end of the check")
        disk.fill(but=ROOM)
        if part == "write":
            assert made.ask("confirm", run)
        with Worker(made) as worker:
            window.wait_for_step(run, 1)
            page = f"/instellingen/migratie/{run}/"
            eventually(lambda: WAITS in made.ask("look", page, cookie)["text"], within=120, what="that it waits")
            at = window.progress(run)
            assert at.state == state
            assert at.steps == window.progress(run).steps
            disk.make_room()
            assert window.wait_for_end(run, within=180).state == "finished", made.log
            assert worker.process.poll() is None
            assert WAITS not in made.ask("look", page, cookie)["text"]
        content = made.content()
    assert not differences(content["runs"][0], after_each[0]["runs"][0])
    assert not differences(content["records"][0], after_each[0]["records"][0])[:5]


# --- While it is uploaded --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("room", ["none at all", "for the file alone"])
def test_an_upload_without_room_is_refused_in_words_and_leaves_nothing_behind(
    room: str, database: str, tmp_path: Path
) -> None:
    services.need(database)
    path = export(tmp_path / "export.zip", 200)
    needed = path.stat().st_size // BLOCK * BLOCK + 2 * BLOCK
    with site_on_a_small_disk(tmp_path, database) as (made, disk), Window(made) as window:
        cookie = made.ask("session")
        made.ask("choose", cookie)
        fits = room == "for the file alone" and database != "sqlite"
        disk.fill(but=needed if room == "for the file alone" else 0)
        answer = made.ask("send", path, cookie)
        if fits:
            assert answer["status"] == 302, answer["text"]
        else:
            assert (answer["status"], told(answer["text"])) in REFUSALS, answer["text"]
            assert left_over(made) == []
        disk.make_room()
        if not fits:
            assert window.one("SELECT COUNT(*) FROM migration_run") == (0,)
            assert made.ask("send", path, cookie)["status"] == 302
        with Worker(made):
            assert window.wait_for_end(1).state == "finished", made.log
        made.content()


def told(text: str) -> str:
    return next((words for words in (REFUSES, FULL) if words in text), "")


def left_over(made: Site) -> list[Path]:
    return [path for name in ("uploads", "uploading") for path in (made.folder / name).glob("*")]


# --- The embedded broker ---------------------------------------------------------------------------------------------


def test_a_doorbell_without_room_costs_time_and_no_run(
    exports: list[Path], after_each: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The folder of the broker is full while the database has room: before a worker starts, and while it runs."""
    with (
        small_disk(tmp_path / "site" / "broker", "256k") as disk,
        site(tmp_path / "site", "sqlite", services.EMBEDDED) as made,
        Window(made) as window,
    ):
        disk.fill()
        first = made.upload(exports[0])
        assert files_of(disk) == []
        assert window.one(f"SELECT rung_at FROM migration_run WHERE id = {first}") == (None,)
        disk.make_room()
        with Worker(made) as worker:
            assert window.wait_for_end(first).state == "finished", made.log
            disk.fill()
            second = made.upload(exports[1])
            assert files_of(disk) == []
            eventually(lambda: f"Run {second} waits" in made.log, within=60, what="a sweep that cannot ring")
            disk.make_room()
            assert window.wait_for_end(second).state == "finished", made.log
            assert worker.process.poll() is None
        content = made.content()
    assert not differences(content["records"], after_each[1]["records"])[:5]


def files_of(disk: SmallDisk) -> list[str]:
    """What lies in the queue: no message, and no part of one."""
    return [path.name for path in (disk.folder / "queue").iterdir()]
