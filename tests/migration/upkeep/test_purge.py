"""What is removed after its term, what stays, and that a purge that was cut off is simply done again."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from migration import retention
from migration.acts import failures
from migration.acts import runs as acts
from migration.models import Chore, Document, LogLine, Record, Run
from migration.upkeep import purge, sweeper
from portal.models import AuditEvent, User
from sba.models import Sba
from sba.samples import document
from tests.acting import some
from tests.migration.ageing import DAYS_31, YEARS_3, aged, audit, is_stored
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db(transaction=True)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


# --- The ZIP ---------------------------------------------------------------------------------------------------------


def test_the_zip_goes_after_thirty_days_and_the_run_knows_when(partly: Run) -> None:
    aged(partly, DAYS_31)
    assert purge.purge().counts == {"ZIP files": 1}
    partly.refresh_from_db()
    assert partly.file_removed_at
    assert not is_stored(partly)
    assert partly.records.count() == 5
    assert audit() == [("run.file_removed", partly.reference, None)]


def test_a_young_zip_stays(partly: Run) -> None:
    aged(partly, timedelta(days=29))
    assert purge.purge().counts.total() == 0
    assert is_stored(partly)


@pytest.mark.parametrize("state", ["writing", "checking", "retrying", "undoing", "ready"])
def test_the_zip_of_a_run_that_does_not_rest_stays(ready: Run, state: str) -> None:
    Run.objects.filter(pk=ready.pk).update(state=state)
    aged(ready, DAYS_31)
    purge.purge()
    assert is_stored(ready)


def test_a_second_purge_does_nothing_and_says_nothing(partly: Run) -> None:
    aged(partly, YEARS_3)
    purge.purge()
    before = audit()
    assert purge.purge().counts.total() == 0
    assert audit() == before


def test_a_purge_that_died_before_it_removed_the_file_is_done_again(partly: Run) -> None:
    """The row says it is gone; so the file is one that no run knows."""
    Run.objects.filter(pk=partly.pk).update(file_removed_at=timezone.now())
    make_old(storages["uploads"].path(partly.stored_as))
    purge.purge()
    assert not is_stored(partly)


# --- The records -----------------------------------------------------------------------------------------------------


def test_records_and_their_log_go_after_two_years_and_the_counters_stay(partly: Run) -> None:
    aged(partly, YEARS_3)
    counted = purge.purge().counts
    assert (counted["records"], counted["lines of logs"] > 3) == (5, True)
    partly.refresh_from_db()
    assert not Record.objects.exists()
    assert not LogLine.objects.exists()
    assert (partly.members, partly.new, partly.failed, partly.sums_up) == (5, 1, 3, True)
    assert [action for action, *_ in audit()] == ["run.file_removed", "run.records_removed"]


def test_the_sba_stays_in_the_dossier_with_its_document(partly: Run) -> None:
    aged(partly, YEARS_3)
    purge.purge()
    sba = Sba.objects.get()
    assert sba.record is None
    assert sba.document.content() == document(year=2019)


def test_documents_that_nothing_refers_to_go(partly: Run) -> None:
    assert Document.objects.count() == 4
    aged(partly, YEARS_3)
    assert purge.purge().counts["documents"] == 3
    assert Document.objects.get() == Sba.objects.get().document


def test_a_document_of_another_run_stays(partly: Run, imported: Import, files: dict[str, bytes]) -> None:
    again = imported(files)
    aged(partly, YEARS_3)
    purge.purge()
    assert Document.objects.count() == 4
    assert again.records.count() == 5


def test_an_undo_after_a_purge_puts_the_older_version_back(
    imported: Import, client_of_ours: object, anna: User
) -> None:
    """The record that brought it is gone; its document was kept, because the newer record remembers it."""
    first = imported([document(amount=100)])
    second = imported([document(amount=200)])
    assert second.overwritten == 1
    aged(first, YEARS_3)
    purge.purge()
    assert acts.undo(second, anna)
    moved(second)
    sba = Sba.objects.get()
    assert (sba.amount, sba.record) == (100, None)
    assert sba.document.content() == document(amount=100)


def test_what_was_removed_in_part_is_removed_wholly_next_time(fifty_three: Run, monkeypatch: Any) -> None:
    monkeypatch.setattr(purge, "BATCH", 10)
    aged(fifty_three, YEARS_3)
    assert not purge.purge(seconds=0).is_done
    assert not purge.purge(seconds=0).is_done
    assert Record.objects.count() == 43
    while not purge.purge(seconds=0).is_done:
        pass
    assert not Record.objects.exists()
    assert [action for action, *_ in audit()] == ["run.file_removed", "run.records_removed"]


def test_a_chunk_of_the_purge_is_one_short_transaction(fifty_three: Run, monkeypatch: Any) -> None:
    monkeypatch.setattr(purge, "BATCH", 10)
    aged(fifty_three, YEARS_3)
    counts = [count for what, count in purge.pieces() if what == "records"]
    assert counts == [10, 10, 10, 10, 10, 3]


def test_a_number_in_the_name_of_the_file_is_masked_for_good(partly: Run) -> None:
    Run.objects.filter(pk=partly.pk).update(file_name="export-123456782.zip")
    partly.refresh_from_db()
    aged(partly, YEARS_3)
    purge.purge()
    partly.refresh_from_db()
    assert partly.file_name == "export-•••••6782.zip"


def test_a_purged_run_asks_for_no_action_and_cannot_be_set_in_motion(partly: Run, anna: User) -> None:
    assert Run.objects.visible_to(anna).open_actions() == 2
    aged(partly, YEARS_3)
    purge.purge()
    partly.refresh_from_db()
    assert Run.objects.visible_to(anna).open_actions() == 0
    assert not failures.retry(some(partly, partly.records.failures()), anna)
    assert not acts.undo(partly, anna)


# --- The other things ------------------------------------------------------------------------------------------------


def make_old(path: str) -> None:
    os.utime(path, (time.time() - 2 * 86400,) * 2)


def test_files_that_no_run_knows_go_when_they_are_older_than_a_day(partly: Run, settings: Any) -> None:
    old, young = (storages["uploads"].save(f"{name}.zip", ContentFile(b"PK")) for name in ("old", "young"))
    cut_off = Path(settings.FILE_UPLOAD_TEMP_DIR, "half.upload")
    cut_off.write_bytes(b"PK")
    make_old(storages["uploads"].path(old))
    make_old(storages["uploads"].path(partly.stored_as))
    make_old(str(cut_off))
    assert purge.purge().counts == {"stray files": 2}
    assert (storages["uploads"].exists(old), storages["uploads"].exists(young)) == (False, True)
    assert is_stored(partly)
    assert not cut_off.exists()
    storages["uploads"].delete(young)


def test_expired_sessions_go(db: None) -> None:
    for seconds in (-10, 1000):
        session = SessionStore()
        session.set_expiry(seconds)
        session.save()
    purge.purge()
    assert Session.objects.count() == 1


def test_rows_of_the_cache_that_ran_out_go(no_tries: None) -> None:
    with connection.cursor() as cursor:
        values = "('old', 'x', '2020-01-01 00:00:00'), ('new', 'x', '2999-01-01 00:00:00')"
        cursor.execute(f"INSERT INTO cache (cache_key, value, expires) VALUES {values}")
        purge.purge()
        cursor.execute("SELECT cache_key FROM cache")
        assert cursor.fetchall() == [("new",)]
        cursor.execute("DELETE FROM cache")


def test_the_command_says_what_would_go_and_removes_nothing(partly: Run, capsys: Any) -> None:
    aged(partly, YEARS_3)
    call_command("purge", "--dry-run")
    assert capsys.readouterr().out.startswith("would be removed: 1 ZIP files, 5 records, ")
    assert Record.objects.count() == 5
    assert is_stored(partly)
    call_command("purge")
    assert "5 records" in capsys.readouterr().out
    assert not Record.objects.exists()


def test_the_log_of_the_portal_gets_the_counts(partly: Run, caplog: Any) -> None:
    aged(partly, DAYS_31)
    with caplog.at_level("INFO", "migration.upkeep.purge"):
        purge.purge()
    assert caplog.messages == ["Purged: 1 ZIP files"]


# --- When ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "now", "due"),
    [
        ("2026-03-01 02:10", "2026-03-02 01:59", False),
        ("2026-03-01 02:10", "2026-03-02 02:01", True),
        ("2026-03-02 02:02", "2026-03-02 02:20", False),
        ("2026-03-01 02:10", "2026-03-02 05:00", False),
        ("2026-03-01 02:10", "2026-03-02 14:09", False),
        ("2026-03-01 02:10", "2026-03-02 14:11", True),
    ],
)
def test_it_is_due_once_a_night_and_at_once_when_every_night_was_missed(done: str, now: str, due: bool) -> None:
    moments = (datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM) for text in (done, now))
    assert purge.is_due(*moments) is due


def test_of_many_workers_one_does_it(db: None) -> None:
    chores = [Chore.named(Chore.PURGE) for _ in range(3)]
    assert [chore.hold() for chore in chores] == [True, False, False]


def test_a_worker_that_died_over_it_is_waited_for_a_minute_only(db: None) -> None:
    chore = Chore.named(Chore.PURGE)
    assert chore.hold()
    Chore.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert chore.hold()


def test_the_sweeper_purges_when_it_is_due(partly: Run) -> None:
    aged(partly, YEARS_3)
    sweeper.sweep()
    assert Record.objects.exists()
    Chore.objects.filter(pk=Chore.PURGE).update(done_at=timezone.now() - timedelta(hours=37))
    sweeper.sweep()
    assert not Record.objects.exists()
    assert timezone.now() - Chore.objects.get(pk=Chore.PURGE).done_at < timedelta(minutes=1)


def test_what_nobody_confirmed_leaves_a_line_in_the_audit_trail(ready: Run) -> None:
    Run.objects.filter(pk=ready.pk).update(checked_at=timezone.now() - timedelta(hours=25))
    sweeper.forget_unconfirmed()
    assert AuditEvent.objects.filter(action="run.discard", actor=None, subject=ready.reference).count() == 1


def test_what_waits_for_an_answer_goes_when_no_file_would_be_kept_so_long(ready: Run) -> None:
    ready.log("confirmed", actor="Anna")
    for days, count in ((29, 1), (31, 0)):
        Run.objects.filter(pk=ready.pk).update(checked_at=timezone.now() - timedelta(days=days))
        sweeper.forget_unconfirmed()
        assert Run.objects.count() == count


def test_months_are_those_of_the_calendar() -> None:
    assert retention.months_after(datetime(2026, 8, 21, 14, 5), 24) == datetime(2028, 8, 21, 14, 5)
    assert retention.months_after(datetime(2026, 12, 31), 2) == datetime(2027, 2, 28)
    assert retention.months_after(datetime(2026, 1, 15), -24) == datetime(2024, 1, 15)
    assert retention.months_after(datetime(2026, 12, 1), 12) == datetime(2027, 12, 1)
