"""How fast is an import, next to what the work costs at the very least? Both come from one interleaved run.

The strict bound: inflate every member (zlib alone), parse it (lxml alone) and COPY digest, name, size and deflated
bytes into a table with a primary key, one after the other. What the portal does beyond that (a preflight, hashing,
reading facts, matching, records, SBA's, counters, leases) is the difference.

    python -m tests.bench.check_and_write [--documents 20000] [--rounds 5]

Runs in a test database of its own beside the one that DATABASE_URL names; on SQLite the bound inserts by executemany.
"""

from tests.bench.setting import arguments, own_database  # isort: skip  (first: it sets Django up)

import statistics
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from django.db import connection, transaction
from lxml import etree

from migration import bulk
from migration.models import Run
from migration.road import pipeline
from migration.road.intake import Order, receive_path
from migration.upkeep.worker import settle_in
from portal.models import Client, Office, User
from sba import samples

BLOB = "bytea" if bulk.is_postgresql() else "blob"
Row = tuple[str, str, int, bytes]


def main() -> None:
    options = arguments(documents=20_000, rounds=5)
    settle_in()  # as each process of a worker does
    with own_database(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        user = an_office(samples.export(path, options.documents, seed=1))
        rounds = [(seconds(lambda: bound(path)), seconds(lambda: imported(path, user))) for _ in range(options.rounds)]
    report(rounds, options.documents)


def an_office(rows: Sequence[samples.ClientRow]) -> User:
    office = Office.objects.create(slug="bench", name="Bench")
    Client.objects.bulk_create(Client(office=office, tax_id=row.tax_id, name=row.name) for row in rows)
    return User.objects.create_user("bench@kantoor.example", name="Bench", office=office, role=User.Role.MANAGER)


def seconds(work: Callable[[], Callable[[], None]]) -> float:
    """How long the work took; it gives back what cleans up after it, which is not counted."""
    began = time.perf_counter()
    clean_up = work()
    took = time.perf_counter() - began
    clean_up()
    return took


# --- The portal ------------------------------------------------------------------------------------------------------


def imported(path: Path, user: User) -> Callable[[], None]:
    run = receive_path(path, Order("sba", "te-beoordelen", confirmed=True), user)
    pipeline.move(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.FINISHED, run.state
    assert run.imported == run.record_count, "the bench imports everything"
    return empty_dossiers


def empty_dossiers() -> None:
    with connection.cursor() as cursor:
        for table in (
            "sba_sba",
            "sba_document",
            *(f"migration_{name}" for name in ("record", "logline", "mail", "run")),
        ):
            cursor.execute(f"DELETE FROM {table}")


# --- The bound -------------------------------------------------------------------------------------------------------


def bound(path: Path) -> Callable[[], None]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bound (digest varchar(64) PRIMARY KEY, name text, size integer, body {BLOB})")
        if bulk.is_postgresql():  # as the portal's own table: nothing is gained by compressing it again
            cursor.execute("ALTER TABLE bound ALTER COLUMN body SET STORAGE EXTERNAL")
    with transaction.atomic():
        insert(list(parsed(path)))
    return drop_bound


def parsed(path: Path) -> Iterator[Row]:
    """Every member, inflated and parsed, and nothing done with it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    for name, body in deflated_members(path):
        content = zlib.decompress(body, -15)
        etree.fromstring(content, parser)
        yield sha256(content).hexdigest(), name, len(content), body


def deflated_members(path: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for info in archive.infolist():
            if info.filename.endswith((".xbrl", ".xml")):
                file.seek(info.header_offset + 26)
                name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
                file.seek(name + extra, 1)
                yield info.filename, file.read(info.compress_size)


def insert(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        if not bulk.is_postgresql():
            cursor.executemany("INSERT INTO bound VALUES (%s, %s, %s, %s)", rows)
            return
        with cursor.copy("COPY bound FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def drop_bound() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bound")


# --- The figures -----------------------------------------------------------------------------------------------------


def report(rounds: list[tuple[float, float]], documents: int) -> None:
    least, ours = (statistics.median(side) for side in zip(*rounds, strict=True))
    ratio = statistics.median(a / b for a, b in rounds)
    print(f"check + write, {documents} documents, {connection.vendor}, median of {len(rounds)} rounds")
    print(f"  strict bound   {least:7.2f} s  {documents / least:8.0f} documents/s")
    print(f"  the portal     {ours:7.2f} s  {documents / ours:8.0f} documents/s")
    print(f"  portal ÷ bound {ratio:7.2f}    (goal ≥ 0.65)")


if __name__ == "__main__":
    main()
