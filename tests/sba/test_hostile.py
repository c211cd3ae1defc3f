"""Hostile and odd files never hurt: each one ends as its case says, on the whole road and in the reader alone.

Whatever happens to one document, its neighbour is imported; a file that is refused leaves nothing but its run.
"""

import socket
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Final

import pytest
from django.db import connection

from migration.files.zip.archive import Archive
from migration.models import Document, Run
from migration.road.intake import Order, receive_path
from portal.models import Client, User
from sba.models import Sba
from sba.reading import notice
from sba.reading.export import EXPORT
from sba.samples import SOMEONE
from tests.migration.files.builders import attempt
from tests.sba.conftest import moved
from tests.sba.hostile import CASES, Case
from tests.sba.hostile.documents import Door
from tests.sba.hostile.measure import Cost, cost_of

pytestmark = pytest.mark.django_db

SAYS = {
    "tax_id": SOMEONE, "tax": "IB", "year": 2019, "kind": "definitief", "dated_on": date(2021, 3, 12), "amount": 4321,
    "balance": -250,
}  # fmt: skip
READABLE = ("new", "unchanged", "SBA-202", "SBA-403")


@pytest.fixture(autouse=True)
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where hostile messages send their reader; nobody may have come at the end of the test."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setattr(Door, "address", f"127.0.0.1:{listening.getsockname()[1]}")
        yield
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.fixture
def imported(anna: User, client_of_ours: Client, tmp_path: Path) -> Callable[[bytes], Run]:
    def bring_in(content: bytes) -> Run:
        path = tmp_path / "export.zip"
        path.write_bytes(content)
        return moved(receive_path(path, Order("sba", "te-beoordelen", confirmed=True, keeps_open=False), anna))

    return bring_in


def ending(run: Run) -> str | tuple[str, ...]:
    """How a run ended: the code of its refusal, or for each of its files the code of its problem or the outcome."""
    if run.state == Run.State.REFUSED:
        return run.problem_code
    rows = run.records.order_by("position").values_list("problem_code", "outcome")
    return tuple(code or outcome for code, outcome in rows)


def on_this_database() -> list[Case]:
    """All of them on SQLite; on PostgreSQL one of each, since no database has a part in how a file is read."""
    if connection.vendor == "sqlite":
        return list(CASES.values())
    light_ones_last = sorted(CASES.values(), key=lambda case: not case.is_heavy)
    return list({what_is_written(case): case for case in light_ones_last}.values())


def what_is_written(case: Case) -> object:
    """Cases that are one to a database: a family, and how its first file ends, or that all of it is refused.

    Of names each is its own: it is written much as it came, and PostgreSQL takes no NUL and no half of a character.
    """
    return case.name if case.family == "name" else (case.family, case.ends[:1])


@pytest.mark.parametrize("case", on_this_database(), ids=lambda case: case.name)
def test_a_hostile_file_ends_as_it_should(case: Case, imported: Callable[[bytes], Run]) -> None:
    content = case.build()
    assert case.is_heavy or read_alone(content) == foreseen(case)
    run = imported(content)
    assert ending(run) == case.ends
    assert run.sums_up
    if isinstance(case.ends, str):
        assert (run.records.count(), Document.objects.count(), Sba.objects.count()) == (0, 0, 0)
    else:
        assert Sba.objects.count() == case.ends.count("new")
        assert_told_plainly(run)
    if case.ends[0] == "new":
        assert_says(Sba.objects.get(record__position=1), case)


def assert_told_plainly(run: Run) -> None:
    for record in run.records.exclude(problem_code=""):
        assert "onbekend" not in record.problem.explain(record.problem_facts).replace("Onbekende", "")
        assert SOMEONE not in str(record.problem_facts)


def assert_says(sba: Sba, case: Case) -> None:
    """No value but the right one, ever."""
    expected = {**SAYS, **case.says}
    name = expected.pop("facts", {}).get("name", sba.facts["name"])
    assert {field: getattr(sba, field) for field in expected} == expected
    assert sba.facts["name"] == name


def read_alone(content: bytes) -> str | tuple[str, ...]:
    """How a file ends where only the readers look at it."""
    archive, rejected = attempt(lambda: Archive(BytesIO(content), EXPORT))
    if archive is None:
        return rejected.problem.code
    return tuple(read_member(member) for member in archive.members())


def read_member(member: object) -> str:
    if not member.is_candidate:
        return "other"
    _, rejected = attempt(lambda: notice.read(member.read()))
    return rejected.problem.code if rejected else "read"


def foreseen(case: Case) -> str | tuple[str, ...]:
    """What the readers alone make of it: whose an SBA is, and what stands twice, they do not know."""
    if isinstance(case.ends, str):
        return case.ends
    return tuple("read" if end in READABLE else end for end in case.ends)


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.is_heavy], ids=lambda case: case.name)
def test_a_heavy_file_costs_little(case: Case) -> None:
    def read(content: bytes) -> None:
        assert read_alone(content) == foreseen(case)

    cost = cost_of(case.build, read)
    assert cost < Cost(seconds=30, megabytes=200), cost


REACHES_OUT: Final = ("XML in ", "fetch: ")
"""Cases with a DTD, an entity, an inclusion, a stylesheet or a schema, in every encoding."""


def test_what_reaches_out_or_swells_is_done_with_at_once() -> None:
    """X1: a tenth of a second of work at the most; the best of three, since others use the machine too."""
    contents = {case.name: case.build() for case in CASES.values() if case.name.startswith(REACHES_OUT)}
    assert len(contents) > 50
    assert not {name: took for name, content in contents.items() if (took := best_of_three(content)) > 0.1}


def best_of_three(content: bytes) -> float:
    def work() -> float:
        began = process_time()
        read_alone(content)
        return process_time() - began

    return min(work() for _ in range(3))


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 150
