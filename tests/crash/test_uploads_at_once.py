"""Two uploads of one file at one moment, by a double click or by two colleagues, are one run; both are led to it."""

from pathlib import Path

import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import Window, site

pytestmark = pytest.mark.crash

AT_ONCE = 6
DATABASES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param(services.POSTGRESQL, id="postgresql"),
]


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("windows", [1, AT_ONCE])
def test_uploads_of_one_file_at_once_are_one_run(windows: int, database: str, tmp_path: Path) -> None:
    """Of one window (a click after the other), and of as many as there are uploads."""
    services.need(database)
    path = export(tmp_path / "klein.zip", 12)
    with site(tmp_path / "site", database, services.EMBEDDED) as made, Window(made) as window:
        cookies = [made.ask("session") for _ in range(windows)]
        for cookie in cookies:
            made.ask("choose", cookie)
        led_to = made.ask("send_at_once", path, *cookies * (AT_ONCE // windows))
        assert window.one("SELECT COUNT(*) FROM migration_run") == (1,)
        assert window.one("SELECT COUNT(*) FROM portal_auditevent WHERE action = 'run.upload'") == (1,)
        assert set(led_to) == {window.one("SELECT id FROM migration_run")[0]}
        assert len(list((made.folder / "uploads").iterdir())) == 1
