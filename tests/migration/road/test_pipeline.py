"""The road when something goes wrong on it: stops, faults of ours, and documents that stop their process."""

import errno
import io
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, OperationalError

from migration import bulk
from migration.acts import failures
from migration.acts import runs as acts
from migration.kinds.protocol import Entry, Facts, Written
from migration.models import Document, Outcome, Run
from migration.models.chores import from_now
from migration.road import chunks, lease, pipeline
from migration.road.check import check
from migration.road.intake import Order, receive_path
from migration.words import logs as log_words
from migration.words import statuses
from portal.models import Client, User
from portal.running import logs
from sba import problems
from sba.abilities import ABILITIES
from sba.importer import SbaImporter
from sba.models import Sba
from sba.samples import SOMEONE, document
from tests.acting import some
from tests.kinds import registered
from tests.sba.conftest import Files, Import, moved

Receive = Callable[..., Run]


def caused_by(error: Exception, cause: Exception) -> Exception:
    """As `raise error from cause` leaves it."""
    error.__cause__ = cause
    return error


@pytest.fixture(autouse=True)
def _small_chunks(settings: Any) -> None:
    settings.MIGRATION_CHUNK = 3


@pytest.fixture
def received(anna: User, client_of_ours: Client, zipped: Callable[[Files], Path]) -> Receive:
    """A confirmed upload that nobody moved yet."""

    def receive(count: int = 8, importer: str = "sba") -> Run:
        order = Order(importer, "te-beoordelen", confirmed=True)
        return receive_path(zipped([document(year=2012 + n) for n in range(count)]), order, anna)

    return receive


def outcomes(run: Run) -> list[str]:
    return list(run.records.order_by("position").values_list("outcome", flat=True))


def codes(run: Run) -> list[str]:
    return list(run.records.order_by("position").values_list("problem_code", flat=True))


# --- Stopping ---------------------------------------------------------------------------------------------------------


def test_a_worker_that_stops_does_so_at_the_next_chunk_and_gives_the_run_back(received: Receive) -> None:
    run = received()
    pipeline.move(run.pk, should_stop=lambda: True)
    run.refresh_from_db()
    assert (run.state, run.cursor, run.token, run.lease_until) == ("checking", 3, "", None)
    assert run.records.count() == 3


def test_a_run_that_was_stopped_after_every_chunk_comes_to_the_same_end(received: Receive) -> None:
    run = received()
    for _ in range(20):
        pipeline.move(run.pk, should_stop=lambda: True)
    run.refresh_from_db()
    assert run.state == Run.State.FINISHED
    assert outcomes(run) == [Outcome.NEW] * 8
    assert (run.new, run.members, run.sums_up) == (8, 8, True)


def test_large_documents_make_small_chunks(received: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "BYTES_PER_CHUNK", 1000)
    run = received()
    steps = []
    while run.state != Run.State.FINISHED:
        pipeline.move(run.pk, should_stop=lambda: True)
        run.refresh_from_db()
        steps.append((run.state, run.cursor))
    assert [cursor for state, cursor in steps if state == "writing"] == list(range(1, 9))


def test_a_bell_that_rings_twice_does_nothing_twice(received: Receive) -> None:
    run = moved(received())
    again = moved(run)
    assert (again.state, again.new, Sba.objects.count()) == ("finished", 8, 8)
    assert list(run.log_lines.filter(event="finished").values_list("event", flat=True)) == ["finished"]


def test_the_same_file_again_changes_not_one_value(imported: Import, client_of_ours: Client) -> None:
    files = [document(year=year) for year in range(2012, 2020)]
    imported(files)
    before = list(Sba.objects.order_by("pk").values())
    again = imported(files)
    assert (again.unchanged, again.new, again.overwritten) == (8, 0, 0)
    assert list(Sba.objects.order_by("pk").values()) == before


# --- Faults of ours ---------------------------------------------------------------------------------------------------


class Clumsy(SbaImporter):
    """Stumbles over one document: in the reading where it is of 2013, in the writing where it is of 2015."""

    slug = "clumsy"

    def read(self, content: bytes) -> Facts:
        facts = super().read(content)
        if facts.year == 2013:
            raise RuntimeError(f"cannot read {facts.tax_id}")
        return facts

    def write(self, run: Run, entries: Sequence[Entry]) -> Sequence[Written]:
        if run.records.filter(position__in=[entry.position for entry in entries], year=2015).exists():
            raise KeyError("tax_id", SOMEONE)
        return super().write(run, entries)


@pytest.fixture
def clumsy() -> Iterator[str]:
    with registered(Clumsy(), *ABILITIES):
        yield Clumsy.slug


def test_a_fault_of_ours_fails_one_document_and_the_others_go_on(received: Receive, clumsy: str) -> None:
    run = moved(received(importer=clumsy))
    assert codes(run) == ["", "SBA-902", "", "SBA-902", "", "", "", ""]
    assert (run.state, run.new, run.failed, run.sums_up) == ("finished", 6, 2, True)


def test_a_worker_that_stops_need_not_go_through_the_rest_of_a_chunk_one_by_one(received: Receive, clumsy: str) -> None:
    run = received(importer=clumsy)
    steps = []
    for _ in range(6):
        pipeline.move(run.pk, should_stop=lambda: True)
        run.refresh_from_db()
        steps.append((run.state, run.cursor))
    at = steps.index(("writing", 3))
    assert steps[at + 1] == ("writing", 4), "the second chunk stumbles, and stops behind its first document"
    assert outcomes(moved(run)) == ["new", "failed", "new", "failed", "new", "new", "new", "new"]


def test_a_stop_between_the_documents_of_a_chunk_passes_none_over(received: Receive, clumsy: str) -> None:
    """The chunk with the fault goes one by one; who asks to stop there once, and then no more, loses nothing."""
    stops = iter([False] * 4 + [True])  # the three chunks of the check, the first of the write, one document
    run = received(importer=clumsy)
    pipeline.move(run.pk, should_stop=lambda: next(stops, False))
    assert codes(moved(run)) == ["", "SBA-902", "", "SBA-902", "", "", "", ""]
    run.refresh_from_db()
    assert (run.state, run.new, run.unprocessed) == ("finished", 6, 0)


def test_a_fault_of_ours_gets_a_reference_that_stands_in_the_log(
    received: Receive, clumsy: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = moved(received(importer=clumsy))
    for record in run.records.filter(failed=True):
        assert f"Reference {record.problem_facts['reference']}" in caplog.text


def test_the_log_of_a_fault_names_nobody(received: Receive, clumsy: str, caplog: pytest.LogCaptureFixture) -> None:
    moved(received(importer=clumsy))
    assert "RuntimeError" in caplog.text
    assert "KeyError" in caplog.text
    assert SOMEONE not in caplog.text


def test_the_log_of_a_fault_names_its_run_and_its_record(received: Receive, clumsy: str) -> None:
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(logs.AsJson())
    logging.getLogger().addHandler(handler)
    run = moved(received(importer=clumsy))
    logging.getLogger().removeHandler(handler)
    lines = [json.loads(line) for line in told.getvalue().splitlines()]
    assert {line["run"] for line in lines} == {run.reference}
    assert [line["record"] for line in lines if line["message"].startswith("Reference")] == [2, 4]


@pytest.mark.django_db
def test_what_the_database_refuses_is_told_in_the_words_of_django() -> None:
    """COPY goes past Django, which tells a full disk (that passes) from a document that is at fault."""
    row = ("0" * 64, b"", 0)
    with pytest.raises(IntegrityError):
        bulk.insert(Document, ("digest", "body", "size"), [row, row])


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_away_for_a_while_costs_time_and_no_document(received: Receive) -> None:
    run = received()
    stored = Path(storages["uploads"].path(run.stored_as))
    away = stored.rename(stored.with_suffix(".away"))
    moved(run)
    assert (run.token, run.claims) == ("", 0)
    assert lease.claim(run.pk) is None, "it pauses"
    away.rename(stored)
    Run.objects.filter(pk=run.pk).update(lease_until=None)
    assert outcomes(moved(run)) == [Outcome.NEW] * 8


def test_a_file_that_stays_away_for_an_hour_is_lost_and_says_so(received: Receive) -> None:
    run = received()
    Path(storages["uploads"].path(run.stored_as)).unlink()
    Run.objects.filter(pk=run.pk).update(moved_at=from_now(-timedelta(hours=2)))
    moved(run)
    assert (run.state, run.problem_code, run.token) == (Run.State.REFUSED, "MIG-902", "")


# --- What passes ------------------------------------------------------------------------------------------------------


class Hindered(SbaImporter):
    """Finds the database, or the disk, in no state to work with; once."""

    slug = "hindered"

    def __init__(self, error: Exception, at: str) -> None:
        self.errors, self.at = [error], at

    def stumble(self, at: str) -> None:
        if self.errors and at == self.at:
            raise self.errors.pop()

    def read(self, content: bytes) -> Facts:
        self.stumble("read")
        return super().read(content)

    def write(self, run: Run, entries: Sequence[Entry]) -> Sequence[Written]:
        self.stumble("write")
        return super().write(run, entries)


@pytest.fixture
def hindered_by() -> Iterator[Callable[..., str]]:
    with ExitStack() as stack:

        def hinder(error: Exception, at: str = "write") -> str:
            return stack.enter_context(registered(Hindered(error, at), *ABILITIES)).slug

        yield hinder


def pass_the_pause(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(lease_until=from_now(-timedelta(seconds=1)))


@pytest.mark.django_db(transaction=True)  # the run gives its connection up after such a fault
def test_a_database_that_stumbles_while_a_retry_reads_fails_no_document(
    received: Receive, hindered_by: Callable[..., str], anna: User
) -> None:
    run = moved(received())
    run.records.filter(position=2).fail(problems.UNEXPECTED, {})
    run.add({"new": -1, "failed": 1})
    importer = hindered_by(OperationalError("deadlock detected"), at="read")
    Run.objects.filter(pk=run.pk).update(importer_slug=importer)
    assert failures.retry(some(run, run.records.failures()), anna)
    moved(run)
    assert (run.state, codes(run)[1]) == ("retrying", "SBA-902"), "not tried yet"
    pass_the_pause(run)
    moved(run)
    assert (run.state, run.failed, codes(run)[1]) == ("finished", 0, "")


@pytest.mark.django_db(transaction=True)  # the run gives its connection up after such a fault
@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OSError(errno.ENOSPC, "No space left on device"), id="the disk"),
        pytest.param(OSError(errno.EDQUOT, "Disk quota exceeded"), id="a quota"),
        pytest.param(caused_by(OperationalError("full"), psycopg.errors.DiskFull()), id="the disk of PostgreSQL"),
    ],
)
def test_a_run_without_room_says_so_and_goes_on_once_there_is(
    error: Exception, received: Receive, hindered_by: Callable[..., str]
) -> None:
    run = moved(received(importer=hindered_by(error)))
    assert (run.state, run.cursor, run.problem_code) == ("writing", 0, "MIG-903")
    assert statuses.status_of(run).label == "Wacht op schijfruimte"
    pass_the_pause(run)
    moved(run)
    assert (run.state, run.new, run.problem_code) == ("finished", 8, "")


@pytest.mark.django_db(transaction=True)  # the run gives its connection up after such a fault
def test_a_run_that_is_stopped_while_it_waits_for_room_ends_as_stopped(
    received: Receive, hindered_by: Callable[..., str], anna: User
) -> None:
    run = moved(received(importer=hindered_by(OSError(errno.ENOSPC, "No space left on device"))))
    assert acts.stop(run, anna)
    assert (run.state, run.problem_code, run.sums_up) == ("stopped", "", True)


# --- Documents that stop their process --------------------------------------------------------------------------------


def crash(run: Run) -> None:
    """A worker takes the run, and dies before it moves it."""
    ours = lease.claim(run.pk)
    assert ours
    lease.suspect(ours, window=3)
    Run.objects.filter(pk=run.pk).update(lease_until=from_now(-timedelta(seconds=1)), holder="elsewhere:1:1")


def test_a_document_that_stops_the_check_again_and_again_fails_alone(received: Receive) -> None:
    run = received()
    for _ in range(4):
        crash(run)
    moved(run)
    assert codes(run) == ["SBA-903"] + [""] * 7
    assert (run.state, run.new, run.failed, run.sums_up) == ("finished", 7, 1, True)


def test_a_document_that_stops_the_write_again_and_again_fails_alone(
    checked: Import, client_of_ours: Client, anna: User
) -> None:
    run = checked([document(year=2012 + n) for n in range(8)])
    assert acts.confirm(run, anna)
    for _ in range(4):
        crash(run)
    moved(run)
    assert codes(run) == ["SBA-903"] + [""] * 7
    assert (run.state, run.new, run.failed, run.sums_up) == ("finished", 7, 1, True)


def test_a_document_that_stops_the_undo_again_and_again_stays_alone(received: Receive, anna: User) -> None:
    run = moved(received())
    assert acts.undo(run, anna)
    for _ in range(4):
        crash(run)
    moved(run)
    assert outcomes(run) == [Outcome.NEW] + [Outcome.UNDONE] * 7
    assert (run.state, run.undo_removed, run.undo_kept, run.sums_up) == ("undone", 7, 1, True)
    [line] = run.log_lines.filter(event="undo_fatal")
    assert line.position == 1
    assert log_words.level(line) == "fout"


def test_the_window_of_an_undo_reaches_as_far_as_its_chunk(received: Receive, anna: User) -> None:
    """What is to be undone may lie far apart in the file: the document that stops it must still be in the window."""
    run = moved(received())
    run.records.filter(position__lte=5).update(outcome=Outcome.UNDONE)
    assert acts.undo(run, anna)
    assert pipeline.window_of(run) == 8
    Run.objects.filter(pk=run.pk).update(state=Run.State.FINISHED)
    run.refresh_from_db()
    run.records.filter(position__in=(1, 7)).fail(problems.UNEXPECTED, {})
    assert failures.retry(some(run, run.records.failures()), anna)
    assert pipeline.window_of(run) == 7


def test_three_crashes_blame_nobody(received: Receive) -> None:
    run = received()
    for _ in range(3):
        crash(run)
    assert outcomes(moved(run)) == [Outcome.NEW] * 8


# --- The user, meanwhile ----------------------------------------------------------------------------------------------


def test_a_run_that_is_confirmed_just_when_the_check_ends_is_given_back_at_once(
    client_of_ours: Client, anna: User, zipped: Callable[[Files], Path]
) -> None:
    """The check still holds the lease, but its cursor is not that of the writing that just began."""
    run = receive_path(zipped([document()]), Order("sba", "te-beoordelen"), anna)
    ours = lease.claim(run.pk)
    assert ours
    check(run, ours, pipeline.never)
    run.refresh_from_db()
    assert acts.confirm(run, anna)
    pipeline.go_on(run, ours, pipeline.never)
    assert moved(run).state == Run.State.FINISHED


def test_a_run_that_is_stopped_by_its_user_keeps_what_was_imported(received: Receive, anna: User) -> None:
    run = received()
    chunks = iter([False, False, False, True])  # the check's three chunks, and one of the write
    pipeline.move(run.pk, should_stop=lambda: next(chunks, True))
    run.refresh_from_db()
    assert acts.stop(run, anna)
    moved(run)
    assert (run.state, run.new, run.unprocessed, run.sums_up) == ("stopped", 3, 5, True)
    assert Sba.objects.count() == 3
