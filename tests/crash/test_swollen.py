"""A file that swells the process which reads it: the names in it stay in the parser's dictionary, and all gets slow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.crash.exports import export, small, write_zip
from tests.crash.harness import Window, Worker, eventually, site

pytestmark = pytest.mark.crash

SITES = [
    pytest.param("sqlite", services.EMBEDDED, id="sqlite-embedded"),
    pytest.param(services.POSTGRESQL, services.RABBITMQ, id="postgresql-rabbitmq"),
]


def names() -> Iterator[tuple[str, bytes]]:
    """One document with half a million names, in between others."""
    many = "".join(f"<n{number:x}/>" for number in range(550_000)).encode()
    yield "voor.xbrl", small(1, amount=1)
    yield "namen.xbrl", small(2, amount=2).replace(b"</xbrli:xbrl>", many + b"</xbrli:xbrl>")
    yield "na.xbrl", small(3, amount=3)


@pytest.mark.parametrize(("database", "broker"), SITES)
def test_a_process_that_a_file_made_large_gives_way_to_a_fresh_one(database: str, broker: str, tmp_path: Path) -> None:
    services.need(database, broker)
    usual, hostile = export(tmp_path / "gewoon.zip", 200), write_zip(tmp_path / "namen.zip", names())
    with site(tmp_path / "site", database, broker) as made, Worker(made) as worker, Window(made) as window:
        window.wait_for_end(made.upload(usual))
        [first] = worker.children()
        window.wait_for_end(made.upload(usual))
        assert worker.children() == [first], "a usual file is no reason"
        assert window.wait_for_end(made.upload(hostile)).state == "finished"
        [second] = eventually(lambda: worker.children() != [first] and worker.children(), 30, "a fresh process")
        assert window.wait_for_end(made.upload(usual)).state == "finished"
        assert worker.children() == [second]
