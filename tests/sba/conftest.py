"""Real ZIPs on the real road: `checked` stops before the user confirms, `imported` goes to the end."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from migration.acts import runs as acts
from migration.models import Run
from migration.road.intake import Order, receive_path
from migration.tasks import move_run
from portal.models import Client, Office, User
from sba import samples
from tests.factories import ClientFactory

Files = dict[str, bytes] | list[bytes]
Import = Callable[..., Run]


@pytest.fixture
def client_of_ours(office: Office) -> Client:
    """The client whom an SBA is of, unless the test says otherwise."""
    return ClientFactory(office=office, tax_id=samples.SOMEONE)


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[[Files], Path]:
    def make(files: Files) -> Path:
        named = files if isinstance(files, dict) else {f"{n}.xbrl": content for n, content in enumerate(files, start=1)}
        path = tmp_path / f"export-{len(list(tmp_path.iterdir()))}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in named.items():
                archive.writestr(name, content)
        return path

    return make


@pytest.fixture
def checked(anna: User, zipped: Callable[[Files], Path]) -> Import:
    def check(files: Files, *, target: str = "te-beoordelen", user: User = anna, **order: bool) -> Run:
        return moved(receive_path(zipped(files), Order("sba", target, **order), user))

    return check


@pytest.fixture
def imported(checked: Import, anna: User) -> Import:
    def bring_in(files: Files, **order: object) -> Run:
        run = checked(files, confirmed=True, **order)
        if acts.confirm(run, anna):  # the check paused
            moved(run)
        return run

    return bring_in


def moved(run: Run) -> Run:
    """As far as a worker gets."""
    move_run(run.pk)
    run.refresh_from_db()
    return run
