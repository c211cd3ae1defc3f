"""The threads of the web share a few connections: more visitors than the database has room for wait for their turn."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest

from tests import services
from tests.crash.cluster import Cluster, cluster, free_port
from tests.crash.harness import Site, eventually, site
from tests.crash.test_log import command, running

pytestmark = pytest.mark.crash

ROOM = 24
"""Connections of the server, where the web has 2 × 16 threads."""
VISITORS = 64
PAGES = 4


def status(port: int, cookie: str, path: str = "/klanten/") -> int:
    try:
        return int(urlopen(Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie}), timeout=60).status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def connected(server: Cluster, made: Site) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with psycopg.connect(server.url) as connection:
        return int(connection.execute(query, [made.database_url.rpartition("/")[2]]).fetchone()[0])


def test_more_visitors_than_connections_are_all_answered_also_after_a_fall_of_the_database(tmp_path: Path) -> None:
    with cluster(connections=ROOM) as server, site(tmp_path / "site", server.url, services.EMBEDDED) as made:
        port, cookie = free_port(), made.ask("session")
        with running(made, command("gunicorn", port)), ThreadPoolExecutor(VISITORS) as visitors:
            eventually(lambda: status(port, cookie) == 200, within=30, what="a page")
            answers = [visitors.submit(status, port, cookie) for _ in range(VISITORS * PAGES)]
            most = max(connected(server, made) for answer in answers[::VISITORS] if answer.result())
            assert Counter(answer.result() for answer in answers) == {200: VISITORS * PAGES}
            assert 8 < most <= 16
            with server.away():
                assert status(port, cookie, "/gezond/") == 200
                assert status(port, cookie) == 503
            eventually(lambda: status(port, cookie) == 200, within=30, what="a page of a database that is back")
