"""An upgrade from each version that was released, as docs/operation.md has it: with data, of which nothing changes."""

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from django.db import connection

from tests import services
from tests.crash.harness import ROOT, new_database
from tests.crash.test_backup import run_it, tool
from tests.upgrade.inside import NEW
from tests.upgrade.make import DATABASE, DIGESTS, digest_of, environment_of

HERE: Final = Path(__file__).parent
VERSIONS: Final = sorted(path.name for path in HERE.iterdir() if (path / "sqlite.zip").exists())
OF_DJANGO: Final = ("django_", "auth_", "sqlite_", "cache")
"""Tables that hold no data of an office."""
TABLES: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}
Table = dict[str, list[Any]]  # column → its values, in the order of the key


class Installation:
    """One that was kept, in a place of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.environment = folder, url, environment_of(folder, url)

    def run(self, *command: str, **changes: str) -> str:
        environment = {**self.environment, **changes}
        ran = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def ask(self, action: str) -> Any:
        return json.loads(self.run("-m", "tests.upgrade.inside", action).splitlines()[-1])

    def tables(self) -> dict[str, Table]:
        """Every value of every row that is of an office."""
        with closing(self.connect()) as database:
            names = [name for (name,) in database.execute(TABLES[connection.vendor]).fetchall()]
            return {name: table_of(database, name) for name in names if not name.startswith(OF_DJANGO)}

    def connect(self) -> Any:
        is_sqlite = self.url.startswith("sqlite")
        return sqlite3.connect(self.folder / "portal.sqlite3") if is_sqlite else psycopg.connect(self.url)


def table_of(database: Any, name: str) -> Table:
    found = database.execute(f"SELECT * FROM {name} ORDER BY 1")
    columns = [column[0] for column in found.description]
    rows = found.fetchall()
    return {column: [row[at] for row in rows] for at, column in enumerate(columns)}


@pytest.fixture(params=VERSIONS)
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """As that version left it, on the database of this test run."""
    vendor = connection.vendor
    url = os.environ.get("DATABASE_URL", services.POSTGRESQL) if vendor == "postgresql" else "sqlite"
    with zipfile.ZipFile(HERE / request.param / f"{vendor}.zip") as archive:
        archive.extractall(tmp_path)
    with new_database(tmp_path, url) as made:
        if vendor == "postgresql":
            run_it(
                tool("psql"),
                "--quiet",
                "--output=/dev/null",
                "--set=ON_ERROR_STOP=1",
                f"--file={tmp_path / DATABASE[vendor]}",
                made,
            )
        yield Installation(tmp_path, made)


def test_an_upgrade_loses_and_changes_nothing_and_the_office_goes_on(installation: Installation) -> None:
    before = installation.tables()
    assert sum(len(next(iter(table.values()))) for table in before.values()) > 200
    installation.run("manage.py", "migrate", "--verbosity=0")
    assert changed(before, installation.tables()) == {}
    assert installation.run("manage.py", "check_integrity") == "everything is right\n"
    answers = installation.ask("look")
    assert {page for page, status in answers.items() if status != 200} == set()
    went_on = installation.ask("go_on")
    assert set(went_on["waited"]) == {"ready"}
    held, then = went_on["held"]
    assert (held > 0, then) == (True, held + NEW)
    assert installation.run("manage.py", "check_integrity") == "everything is right\n"


def test_a_demo_folder_goes_on(installation: Installation) -> None:
    """`make demo` on a folder of then: what it held stays, and what the demo lacks comes."""
    before = installation.tables()
    told = installation.run("manage.py", "demo", "--prepare-only", DEMO="true", SECRET_KEY="")
    assert "Sign in as" in told
    after = installation.tables()
    assert len(after["portal_office"]["id"]) == len(before["portal_office"]["id"]) + 2
    assert changed(before, {name: cut(table, before.get(name, {})) for name, table in after.items()}) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_migration_that_was_released_stays_as_it_is(version: str) -> None:
    """An installation that ran it would never hear of what it became; a new migration says it to everybody."""
    digests = [line.split() for line in (HERE / version / DIGESTS).read_text().splitlines()]
    assert len(digests) > 20
    assert [path for digest, path in digests if not (ROOT / path).exists() or digest_of(ROOT / path) != digest] == []


def changed(before: Mapping[str, Table], after: Mapping[str, Table]) -> dict[str, Any]:
    """Columns of then whose values are others now, or that are gone."""
    return {
        f"{name}.{column}": (values, after.get(name, {}).get(column))
        for name, table in before.items()
        for column, values in table.items()
        if after.get(name, {}).get(column) != values
    }


def cut(table: Table, before: Table) -> Table:
    """The rows that were there then."""
    keys = set(next(iter(before.values()), []))
    kept = [at for at, key in enumerate(next(iter(table.values()), [])) if key in keys]
    return {column: [values[at] for at in kept] for column, values in table.items()}
