"""Every damage that is made here on purpose, by raw SQL or to a file, is found under its own code."""

import json
import os
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection

from migration.acts import runs as acts
from migration.models import Document, Run
from migration.upkeep import purge
from migration.upkeep.integrity import damages
from portal.models import Office, User
from sba.models import Sba
from sba.samples import document
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(imported: Import, client_of_ours: object) -> Run:
    """3 new, 1 unreadable, 1 other file."""
    years = {f"{year}.xbrl": document(year=year) for year in (2015, 2016, 2017)}
    return imported({**years, "kapot.xbrl": b"<kapot", "leesmij.txt": b"hallo"})


def sql(statement: str, *values: object) -> None:
    """Past every rule that the database itself would hold."""
    with without_rules(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount, statement


@contextmanager
def without_rules() -> Iterator[None]:
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica" if on_postgresql else "PRAGMA foreign_keys = OFF")
        yield
        cursor.execute("SET session_replication_role = DEFAULT" if on_postgresql else "PRAGMA foreign_keys = ON")


@pytest.fixture(autouse=True)
def _empty_by_hand() -> Iterator[None]:
    """What no longer fits together would stop the emptying of the tables."""
    yield
    with without_rules(), connection.cursor() as cursor:
        for table in ("sba_sba", "sba_document", "migration_record"):
            cursor.execute(f"DELETE FROM {table}")


def codes() -> set[str]:
    return {damage.code for damage in damages()}


def path_of(run: Run) -> Path:
    return Path(storages["uploads"].path(run.stored_as))


def test_what_nobody_damaged_is_right(run: Run, imported: Import, checked: Import, anna: User) -> None:
    again = imported([document(year=2015, amount=7), document(year=2020)])
    checked([document(year=2021)])
    checked({"foto.pdf": b"%PDF-1.4"})
    assert list(damages()) == []
    assert acts.undo(again, anna)
    moved(again)
    assert list(damages()) == []


def test_what_was_purged_is_right(run: Run) -> None:
    Run.objects.update(created_at="2020-01-01 00:00:00+00:00", ended_at="2020-01-01 00:00:00+00:00")
    assert purge.purge().counts["records"] == 5
    assert list(damages()) == []


OF_RUN = "UPDATE migration_run SET {}"
OF_RECORD = "UPDATE migration_record SET {} WHERE position = 1"


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("run-state", OF_RUN.format("state = 'zomaar'")),
        ("run-state", OF_RUN.format("ended_at = NULL")),
        ("run-state", OF_RUN.format("state = 'ready'")),
        ("run-state", OF_RUN.format("confirmed_at = NULL")),
        ("run-state", OF_RUN.format("cursor = 6")),
        ("run-state", OF_RUN.format("cursor = -1")),
        ("run-state", OF_RUN.format("state = 'writing', records_removed_at = ended_at")),
        ("run-sums", OF_RUN.format('"new" = 4')),
        ("run-sums", OF_RUN.format('"new" = 4, unchanged = -1')),
        ("run-sums", OF_RUN.format("ignored = 2")),
        ("run-counters", OF_RUN.format('"new" = 2, unchanged = 1')),
        ("run-counters", OF_RUN.format("expected = 1")),
        ("run-members", OF_RUN.format('members = 6, "new" = 4')),
        ("run-members", "DELETE FROM migration_record WHERE position = 5"),
        ("run-members", "UPDATE migration_record SET position = 9 WHERE position = 5"),
        ("run-counters", OF_RECORD.format("outcome = 'unprocessed'")),
        ("record-outcome", OF_RECORD.format("failed = TRUE")),
        ("document-missing", "DELETE FROM sba_document WHERE digest = (SELECT document_id FROM sba_sba LIMIT 1)"),
        ("sba-document", "DELETE FROM sba_document WHERE digest = (SELECT document_id FROM sba_sba LIMIT 1)"),
        ("sba-missing", "DELETE FROM sba_sba WHERE year = 2016"),
        ("sba-record", "UPDATE sba_sba SET record_id = (SELECT MAX(record_id) FROM sba_sba) WHERE year = 2015"),
        ("document-content", "UPDATE sba_document SET size = size + 1"),
        ("document-unused", "INSERT INTO sba_document SELECT 'f00d', body, size FROM sba_document LIMIT 1"),
    ],
)  # fmt: skip
def test_a_damaged_row_is_found(run: Run, code: str, statement: str) -> None:
    sql(statement)
    assert code in codes()


def test_what_is_missing_is_found_among_many_records(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sba.dossiers.integrity.AT_ONCE", 1)  # of three: each is looked at in a list of its own
    sql("DELETE FROM sba_sba WHERE year IN (2015, 2017)")
    missing = [damage.subject for damage in damages() if damage.code == "sba-missing"]
    assert missing == [f"{run.reference}/0001", f"{run.reference}/0003"]


def test_a_body_that_was_damaged_is_found(run: Run) -> None:
    kept = Document.objects.first()
    assert kept
    sql("UPDATE sba_document SET body = %s WHERE digest = %s", bytes(kept.body)[:-3], kept.pk)
    assert codes() == {"document-content"}


def test_another_office_is_found(run: Run, other_office: Office) -> None:
    sql("UPDATE sba_sba SET office_id = %s WHERE year = 2015", other_office.pk)
    assert [damage.code for damage in damages()] == ["sba-office", "sba-office", "sba-missing"]


def test_a_zip_that_is_not_there_is_found(run: Run) -> None:
    path_of(run).unlink()
    assert codes() == {"file-missing"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 something else"])
def test_a_zip_that_is_another_is_found(run: Run, content: bytes) -> None:
    path_of(run).write_bytes(content)
    assert codes() == {"file-digest"}


def test_a_zip_that_should_be_gone_is_found(run: Run) -> None:
    sql(OF_RUN.format("file_removed_at = ended_at"))
    assert codes() == {"file-extra"}


def test_a_file_that_no_run_knows_is_found_once_it_is_old(run: Run) -> None:
    name = storages["uploads"].save("stray.zip", ContentFile(b"PK"))
    assert codes() == set()
    os.utime(storages["uploads"].path(name), (time.time() - 2 * 86400,) * 2)
    assert codes() == {"file-extra"}
    storages["uploads"].delete(name)


def test_what_is_still_moving_is_left_alone(run: Run) -> None:
    sql(OF_RUN.format("state = 'writing', \"new\" = 1"))
    assert codes() == set()


# --- The command -----------------------------------------------------------------------------------------------------


def said(capsys: Any, *arguments: str) -> tuple[int, str]:
    try:
        call_command("check_integrity", *arguments)
    except SystemExit as end:
        return int(end.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_the_command_says_that_everything_is_right(run: Run, capsys: Any) -> None:
    assert said(capsys) == (0, "everything is right\n")


def test_the_command_names_every_damage_and_fails(run: Run, capsys: Any) -> None:
    path_of(run).unlink()
    assert said(capsys) == (1, f"file-missing {run.reference}: the ZIP is not there\n1 damages\n")
    code, out = said(capsys, "--json")
    damage = {"code": "file-missing", "subject": run.reference, "found": "the ZIP is not there"}
    assert (code, json.loads(out)) == (1, damage)


def test_the_command_looks_at_one_office_alone(run: Run, other_office: Office, capsys: Any) -> None:
    path_of(run).unlink()
    assert said(capsys, "--office", other_office.slug)[0] == 0
    assert said(capsys, "--office", run.office.slug)[0] == 1


def test_an_office_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(CommandError) as wrong:
        call_command("check_integrity", "--office", "nergens")
    assert wrong.value.returncode == 2


def test_memory_stays_flat(run: Run, peak_of: Callable[[int], int]) -> None:
    """Ten times as many rows, about as much memory."""
    few, many = peak_of(500), peak_of(5000)
    assert many < few + 2_000_000


@pytest.fixture
def peak_of(run: Run) -> Callable[[int], int]:
    def measure(count: int) -> int:
        body = bytes(Document.objects.filter(size__gt=1000).first().body)  # type: ignore[union-attr]
        begin = Document.objects.count()
        Document.objects.bulk_create(
            [Document(digest=f"{n:064}", body=body, size=1) for n in range(begin, begin + count)], batch_size=500
        )
        tracemalloc.start()
        found = sum(1 for _ in damages())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found >= 2 * count
        return peak

    return measure


def test_nothing_is_changed(run: Run) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in (Run, Sba, Document)]
    list(damages())
    assert [list(model.objects.order_by("pk").values()) for model in (Run, Sba, Document)] == before
