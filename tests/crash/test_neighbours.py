"""Two offices that bring the same documents at the same moment: the bytes are shared, the dossiers are not."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import ROOT, Site, Window, eventually, site

pytestmark = pytest.mark.crash

BLOCKED = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
INSERT = "INSERT INTO sba_document SELECT * FROM kept WHERE digest = %s"


def test_a_document_that_another_office_keeps_at_this_moment_fails_nothing(tmp_path: Path) -> None:
    """PostgreSQL alone: SQLite lets one write at a time. The neighbour holds one document of a chunk, then another."""
    services.need(services.POSTGRESQL)
    path = export(tmp_path / "klein.zip", 12)
    with site(tmp_path / "site", services.POSTGRESQL, services.EMBEDDED) as made:
        made.ask("go", path)
        calm = made.content()
        first, last = forget_all_but_the_bytes(made)
        with psycopg.connect(made.database_url) as one, psycopg.connect(made.database_url) as two:
            one.execute(INSERT, [first])
            two.execute(INSERT, [last])
            again = begin(made, path)
            for neighbour in (one, two):
                wait_until_blocked(made)
                neighbour.commit()
            assert again.wait(timeout=60) == 0
        content = made.content()
    assert content["records"][1] == calm["records"][0]


def forget_all_but_the_bytes(made: Site) -> tuple[Any, Any]:
    """As if nothing was ever imported; a copy of the documents stays for the neighbour. The first and last digest."""
    with psycopg.connect(made.database_url, autocommit=True) as database:
        database.execute("CREATE TABLE kept AS SELECT * FROM sba_document")
        database.execute("DELETE FROM sba_sba")
        database.execute("DELETE FROM sba_document")
        written = "SELECT digest FROM migration_record WHERE outcome = 'new' ORDER BY position"
        digests = [digest for (digest,) in database.execute(written)]
    return digests[0], digests[-1]


def begin(made: Site, path: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.crash.inside", "go", str(path)]
    return subprocess.Popen(command, env=made.environment(), cwd=ROOT, stdout=subprocess.DEVNULL)


def wait_until_blocked(made: Site) -> None:
    with Window(made) as window:
        eventually(lambda: window.one(BLOCKED)[0], within=30, what="a chunk that waits for the neighbour")
