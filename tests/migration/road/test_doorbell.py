"""The doorbell: a message with a run's id and nothing else, and no harm where it cannot ring."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from migration.models import Run
from migration.road import doorbell
from migration.road.intake import Order, receive_path
from portal.models import User
from sba import samples
from tests.sba.conftest import Files

QUEUE = Path(settings.DATA_DIR, "broker", "queue")


@pytest.fixture
def run(anna: User, zipped: Callable[[Files], Path]) -> Run:
    for path in QUEUE.glob("*.msg"):
        path.unlink()
    return receive_path(zipped([samples.document()]), Order("sba", "te-beoordelen"), anna)


@pytest.fixture
def no_broker() -> Iterator[None]:
    """The folder of the queue is gone: what every broker that is down has in common is that sending fails."""
    away = QUEUE.rename(QUEUE.with_name("away"))
    yield
    away.rename(QUEUE)


def the_message() -> dict[str, Any]:
    [path] = QUEUE.glob("*.msg")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_the_message_carries_the_runs_id_and_nothing_else(run: Run) -> None:
    doorbell.ring(run.pk)
    message = the_message()
    arguments, named, _ = json.loads(b64decode(message["body"]))
    assert (message["headers"]["task"], arguments, named) == ("migration.tasks.move_run", [run.pk], {})


def test_the_message_tells_nothing_of_the_upload(run: Run) -> None:
    doorbell.ring(run.pk)
    text = json.dumps(the_message()) + b64decode(the_message()["body"]).decode()
    assert not [word for word in (run.file_name, run.started_by.email, samples.SOMEONE) if word in text]


def test_a_message_appears_whole(run: Run) -> None:
    doorbell.ring(run.pk)
    assert [path.suffix for path in QUEUE.iterdir()] == [".msg"]


def test_it_is_written_down_when_the_bell_was_rung(run: Run) -> None:
    doorbell.ring(run.pk)
    run.refresh_from_db()
    assert run.rung_at is not None


@pytest.mark.usefixtures("no_broker")
def test_a_broker_that_is_down_is_no_fault_of_the_page(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    doorbell.ring(run.pk)
    run.refresh_from_db()
    assert run.rung_at is None
    assert f"Run {run.pk} waits" in caplog.text


@pytest.mark.usefixtures("no_broker")
def test_after_a_broker_was_down_the_next_bell_rings(run: Run, request: pytest.FixtureRequest) -> None:
    doorbell.ring(run.pk)
    away = QUEUE.with_name("away")
    away.rename(QUEUE)
    doorbell.ring(run.pk)
    run.refresh_from_db()
    assert run.rung_at is not None
    QUEUE.rename(away)
