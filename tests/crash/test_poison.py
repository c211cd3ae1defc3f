"""R5: a document that stops its process fails alone; and so does one that runs into a fault of ours."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from sba import samples
from tests import services
from tests.crash import poison
from tests.crash.exports import ACTIVE, CLIENTS, UNKNOWN, members, small, write_zip
from tests.crash.harness import Site, Window, Worker, site

pytestmark = pytest.mark.crash

SITES = [
    pytest.param("sqlite", services.EMBEDDED, id="sqlite-embedded"),
    pytest.param(services.POSTGRESQL, services.REDIS, id="postgresql-redis"),
    pytest.param(services.POSTGRESQL, services.RABBITMQ, id="postgresql-rabbitmq"),
]
GOOD = 200


def document_of(tax_id: str, mark: bytes) -> bytes:
    return samples.document(tax_id=tax_id, year=2011) + mark


ILL = {
    "leest-dood.xbrl": small(3001, 1, poison.KILLS_READING),
    "schrijft-dood.xbrl": small(3002, 1, poison.KILLS_WRITING),
    "fout.xbrl": small(3003, 1, poison.FAULTS),
}


def poisoned_export(path: Path) -> Path:
    """The ill ones in the middle, where others come before and after them in one chunk."""
    files = list(members(GOOD, 0))
    for place, ill in zip((57, 90, 133), ILL.items(), strict=True):
        files.insert(place, ill)
    return write_zip(path, iter(files))


@pytest.mark.parametrize(("database", "broker"), SITES)
def test_a_document_that_stops_its_process_fails_and_all_others_are_imported(
    database: str, broker: str, tmp_path: Path
) -> None:
    services.need(database, broker)
    with site(tmp_path / "site", database, broker, settings="tests.crash.poisoned") as made:
        began = time.monotonic()
        run = import_beside_a_worker(made, poisoned_export(tmp_path / "gif.zip"))
        print(f"\ndone after {time.monotonic() - began:.0f} s")
        content = made.content()
    records = {record["name"]: record for record in content["records"][run - 1]}
    assert {name: records[name]["problem_code"] for name in ILL} == {
        "leest-dood.xbrl": "SBA-903", "schrijft-dood.xbrl": "SBA-903", "fout.xbrl": "SBA-902",
    }  # fmt: skip
    assert all(records[name]["outcome"] == "failed" for name in ILL)
    assert outcomes(records) == expected_outcomes(tmp_path)


def test_a_fault_of_ours_leaves_a_reference_in_the_log_and_no_personal_data(tmp_path: Path) -> None:
    with site(tmp_path / "site", "sqlite", services.EMBEDDED, settings="tests.crash.poisoned") as made:
        run = import_beside_a_worker(made, poisoned_export(tmp_path / "gif.zip"))
        with Window(made) as window:
            query = f"SELECT problem_facts FROM migration_record WHERE run_id = {run} AND problem_code = 'SBA-902'"
            facts = json.loads(window.one(query)[0])
        assert facts["reference"] in made.log
        assert "RuntimeError" in made.log
        assert not [tax_id for tax_id in CLIENTS if tax_id in made.log]


# --- After the end ---------------------------------------------------------------------------------------------------

WITHIN = 120
"""Seconds that one such document may cost (R5)."""
ILL_LATER = {
    "herhaalt-dood.xbrl": document_of(UNKNOWN[0], poison.KILLS_RETRYING),
    "neemt-terug-dood.xbrl": document_of(ACTIVE[0], poison.KILLS_UNDOING),
}
"""The one fails at first, as its client is unknown; the other is imported."""


@pytest.mark.parametrize(("database", "broker"), SITES)
def test_a_document_that_stops_a_retry_or_an_undo_stays_as_it_was_and_all_others_go_on(
    database: str, broker: str, tmp_path: Path
) -> None:
    services.need(database, broker)
    files = list(members(GOOD, 0))
    for place, ill in zip((57, 90), ILL_LATER.items(), strict=True):
        files.insert(place, ill)
    with site(tmp_path / "site", database, broker, settings="tests.crash.poisoned") as made:
        run = made.ask("go", write_zip(tmp_path / "gif.zip", iter(files)))
        retried, first = act_beside_a_worker(made, "retry", run), time.monotonic()
        assert retried["herhaalt-dood.xbrl"]["problem_code"] == "SBA-903"
        others = [one for one in retried.values() if one["tax_id"] in UNKNOWN and one["name"] not in ILL_LATER]
        assert {one["outcome"] for one in others} == {"new", "unchanged"}, "the latter stood twice in the file"
        undone, second = act_beside_a_worker(made, "undo", run), time.monotonic()
        assert {name for name, one in undone.items() if one["outcome"] == "new"} == {"neemt-terug-dood.xbrl"}
        with Window(made) as window:
            query = (
                f"SELECT COUNT(*), MIN(position) FROM migration_logline WHERE run_id = {run} AND event = 'undo_fatal'"
            )
            position = undone["neemt-terug-dood.xbrl"]["position"]
            assert window.one(query) == (1, position), "the reason stands in the log of that record alone"
            assert window.one(f"SELECT undo_kept FROM migration_run WHERE id = {run}") == (1,)
    print(f"\nan undo with such a document took {second - first:.0f} s")


def act_beside_a_worker(made: Site, verb: str, run: int) -> dict[str, Any]:
    with Worker(made), Window(made) as window:
        assert made.ask("act", verb, run, "ring")
        window.wait_for_end(run, within=WITHIN)
    return {record["name"]: record for record in made.content()["records"][run - 1]}


# --- What they share -------------------------------------------------------------------------------------------------


def import_beside_a_worker(made: Site, path: Path) -> int:
    with Worker(made), Window(made) as window:
        run = made.upload(path)
        assert window.wait_for_end(run, within=120).state == "finished", made.log
    return run


def outcomes(records: dict[str, Any]) -> dict[str, str]:
    return {name: record["outcome"] for name, record in records.items() if name not in ILL}


def expected_outcomes(folder: Path) -> dict[str, str]:
    """What the others lead to without the ill ones."""
    with site(folder / "calm", "sqlite", services.EMBEDDED) as calm:
        calm.ask("go", write_zip(folder / "goed.zip", members(GOOD, 0)))
        return outcomes({record["name"]: record for record in calm.content()["records"][0]})
