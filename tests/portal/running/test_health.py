"""What a probe hears: alive, ready, or why not – in words that say nothing about the machine."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from celery import Celery
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from migration.models import Chore, Run
from portal.models import User
from portal.running import broker, health

ALL_IS_WELL = dict.fromkeys(("database", "storage", "static", "room", "broker", "worker", "waiting", "faults"), "ok")


@pytest.fixture
def worker(db: None) -> None:
    """One has just swept."""
    Chore.done(Chore.SWEEP)


def ready() -> tuple[int, dict[str, Any]]:
    response = Browser().get("/gezond/gereed/")
    return response.status_code, response.json()


def test_alive_answers_without_a_database() -> None:
    """No mark for the database here: a query would fail this test."""
    response = Browser().get("/gezond/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_names_every_check(worker: None) -> None:
    assert ready() == (200, {"status": "ok", "checks": ALL_IS_WELL})


def test_ready_leaves_nothing_behind(worker: None) -> None:
    before = storages["uploads"].listdir("")
    ready()
    assert storages["uploads"].listdir("") == before


@pytest.mark.parametrize("url", ["/gezond/", "/gezond/gereed/"])
def test_only_asking_is_allowed(url: str, db: None) -> None:
    assert Browser().post(url).status_code == 405
    assert Browser().head(url).status_code == 200


@pytest.mark.parametrize("url", ["/gezond/", "/gezond/gereed/"])
def test_a_session_is_neither_read_nor_renewed_nor_begun(
    url: str, sign_in: Callable[[User], Browser], anna: User, worker: None, django_assert_num_queries: Any
) -> None:
    browser = sign_in(anna)
    before = Session.objects.values_list("session_data", "expire_date").get()
    response = browser.get(url)
    assert not response.cookies
    assert Session.objects.values_list("session_data", "expire_date").get() == before
    with django_assert_num_queries(0 if url == "/gezond/" else 4):
        browser.get(url)


@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_probe_inside_needs_no_tls(worker: None) -> None:
    assert Browser().get("/gezond/").status_code == 200
    assert ready()[0] == 200
    assert Browser().get("/inloggen/").status_code == 301


def test_a_name_that_is_not_ours_is_refused_here_too() -> None:
    assert Browser(headers={"host": "elders.example"}).get("/gezond/").status_code == 400


def test_no_cache_keeps_the_answer(worker: None) -> None:
    for url in (reverse("alive"), reverse("ready")):
        assert "no-store" in Browser().get(url)["Cache-Control"]


# --- What can be wrong -----------------------------------------------------------------------------------------------


def test_without_its_database_it_is_down(db: None, monkeypatch: Any, caplog: Any) -> None:
    """The answer says which check, and not a word of what the database said."""
    with connection.cursor() as cursor:
        monkeypatch.setattr(cursor.db, "temporary_connection", refuse)
        code, answer = ready()
    assert (code, answer["status"], answer["checks"]["database"]) == (503, "down", "not ok")
    assert "db.intern.example" not in str(answer)


@contextmanager
def refuse() -> Iterator[None]:
    from django.db import OperationalError

    raise OperationalError("connection to db.intern.example refused")
    yield


def test_where_files_cannot_be_stored_it_is_down(worker: None, settings: Any, tmp_path: Path) -> None:
    in_the_way = tmp_path / "uploads"
    in_the_way.write_text("a file, where a folder should be")
    backend = settings.STORAGES["uploads"]
    uploads = {**backend, "OPTIONS": {**backend["OPTIONS"], "location": str(in_the_way)}}
    settings.STORAGES = {**settings.STORAGES, "uploads": uploads}
    code, answer = ready()
    assert (code, answer["status"], answer["checks"]["storage"]) == (503, "down", "not ok")
    assert str(tmp_path) not in str(answer)


@pytest.fixture
def static_root(tmp_path: Path, settings: Any) -> Path:
    """Where static files should be, and nothing is."""
    settings.STATIC_ROOT = tmp_path
    return tmp_path


def test_without_collected_files_signing_in_fails_so_it_is_down(worker: None, static_root: Path) -> None:
    assert ready() == (503, {"status": "down", "checks": {**ALL_IS_WELL, "static": "not ok"}})
    call_command("collectstatic", interactive=False, verbosity=0)  # asking too soon did no harm
    assert ready() == (200, {"status": "ok", "checks": ALL_IS_WELL})
    assert Browser().get("/inloggen/").status_code == 200


def test_what_is_collected_after_a_page_was_asked_for_needs_a_new_start(
    worker: None, static_root: Path, settings: Any, monkeypatch: Any
) -> None:
    read_too_soon = storages.create_storage(settings.STORAGES["staticfiles"])
    call_command("collectstatic", interactive=False, verbosity=0)
    assert ready()[0] == 200
    monkeypatch.setattr(staticfiles_storage, "_wrapped", read_too_soon)
    with pytest.raises(ValueError, match="manifest"):  # what every page ends in
        staticfiles_storage.url("css/base.css")
    assert ready()[0] == 503


@pytest.mark.parametrize("content", ["{}", "[", '{"version": "1.1", "paths": {"css/portal.css": "css/portal.1.css"}}'])
def test_a_list_of_collected_files_that_is_damaged_or_of_an_older_version_is_down(
    worker: None, static_root: Path, content: str
) -> None:
    (static_root / "staticfiles.json").write_text(content)
    assert ready()[0] == 503


@override_settings(MIN_FREE_MB=10**9)
def test_little_room_is_a_warning(worker: None) -> None:
    assert ready() == (200, {"status": "degraded", "checks": {**ALL_IS_WELL, "room": "not ok"}})


def test_no_worker_for_two_minutes_is_a_warning(worker: None) -> None:
    Chore.objects.update(done_at=timezone.now() - timedelta(seconds=119))
    assert ready()[1]["status"] == "ok"
    Chore.objects.update(done_at=timezone.now() - timedelta(seconds=121))
    assert ready() == (200, {"status": "degraded", "checks": {**ALL_IS_WELL, "worker": "not ok"}})


def test_a_worker_that_never_was_is_a_warning_too(db: None) -> None:
    assert ready()[1]["checks"]["worker"] == "not ok"


@pytest.mark.parametrize(("state", "told"), [("received", "not ok"), ("writing", "not ok"), ("finished", "ok")])
def test_a_run_that_waits_for_five_minutes_is_a_warning(worker: None, anna: User, state: str, told: str) -> None:
    Run.objects.create(office=anna.office, started_by=anna, importer_slug="sba", file_size=1, state=state)
    assert ready()[1]["checks"]["waiting"] == "ok"
    Run.objects.update(moved_at=timezone.now() - timedelta(minutes=6))
    assert ready()[1]["checks"]["waiting"] == told


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
@pytest.mark.parametrize("answers", [False, True], ids=["refuses", "is silent"])
def test_a_broker_that_does_not_answer_is_a_warning_in_time(
    worker: None, monkeypatch: Any, scheme: str, answers: bool, caplog: Any
) -> None:
    """A real port: one where nobody listens, or where somebody does and never says a word."""
    caplog.set_level(logging.CRITICAL)
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        if answers:
            port.listen(8)
        url = f"{scheme}://127.0.0.1:{port.getsockname()[1]}//"
        far = Celery("far", broker=url, set_as_current=False)
        far.conf.broker_transport = broker.transport(url)
        far.conf.broker_transport_options = broker.transport_options(url, Path("/nowhere"))
        monkeypatch.setattr(health, "app", far)
        began = monotonic()
        assert ready() == (200, {"status": "degraded", "checks": {**ALL_IS_WELL, "broker": "not ok"}})
        assert monotonic() - began < 5
