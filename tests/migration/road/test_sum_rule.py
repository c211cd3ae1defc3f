"""R11: whatever a file holds and however often it is interrupted, every member ends in exactly one outcome.

The expected outcomes come from a few lines that know nothing of chunks, cursors or bulk statements.
"""

import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from migration.models import Run
from migration.road import pipeline
from migration.road.intake import Order, receive
from portal.models import User
from sba.models import Sba
from sba.samples import document
from tests.factories import ClientFactory, OfficeFactory, UserFactory, invented_tax_id

ACTIVE, FORMER, UNKNOWN = (invented_tax_id(seed) for seed in (9101, 9102, 9103))
numbers = count()


@dataclass(frozen=True)
class Doc:
    """The SBA of this client and this year; another edition is another content."""

    tax_id: str
    year: int
    edition: int

    @property
    def content(self) -> bytes:
        return document(tax_id=self.tax_id, year=self.year, amount=self.edition)


BROKEN, OTHER = b"<kapot", None
Item = Doc | bytes | None

docs = st.builds(
    Doc,
    tax_id=st.sampled_from([ACTIVE, ACTIVE, ACTIVE, FORMER, UNKNOWN]),
    year=st.integers(2014, 2019),
    edition=st.integers(1, 2),
)
files = st.lists(st.one_of(docs, docs, docs, st.just(BROKEN), st.just(OTHER)), min_size=1, max_size=14)
interruptions = st.lists(st.booleans(), max_size=12)


@given(several=st.lists(files, min_size=1, max_size=3), interrupted=interruptions)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@pytest.mark.django_db
def test_every_member_of_every_run_ends_in_exactly_one_outcome(
    settings: Any, several: list[list[Item]], interrupted: list[bool]
) -> None:
    settings.MIGRATION_CHUNK = 3
    user = somebody()
    dossiers: dict[tuple[str, int], int] = {}
    for items in several:
        run = import_interrupted(items, user, iter(interrupted))
        if any(item is not OTHER for item in items):
            assert_sums_up(run, expected_outcomes(items, dossiers))
        else:
            assert run.state == Run.State.REFUSED
    assert_dossiers_hold(user, dossiers)


def somebody() -> User:
    office = OfficeFactory(slug=f"somregel-{next(numbers)}")
    ClientFactory(office=office, tax_id=ACTIVE)
    ClientFactory(office=office, tax_id=FORMER, former=True)
    return UserFactory(office=office, email=f"somregel{next(numbers)}@kantoor.example")


def import_interrupted(items: list[Item], user: User, interrupted: Iterator[bool]) -> Run:
    """The whole road, with a worker that stops whenever the next interruption says so."""
    file = ContentFile(zipped(items), name="export.zip")
    run = receive(file, "export.zip", "", Order("sba", "te-beoordelen", confirmed=True), user)
    while run.is_moving:
        pipeline.move(run.pk, should_stop=lambda: next(interrupted, False))
        run.refresh_from_db()
    return run


def zipped(items: list[Item]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for position, item in enumerate(items):
            name = f"{position}.txt" if item is OTHER else f"{position}.xbrl"
            archive.writestr(
                name, item.content if isinstance(item, Doc) else b"een ander bestand" if item is OTHER else item
            )
    return target.getvalue()


# --- What should come of it -------------------------------------------------------------------------------------------


def expected_outcomes(items: list[Item], dossiers: dict[tuple[str, int], int]) -> list[str]:
    """One outcome per member, in order; brings what is imported into `dossiers`."""
    editions: dict[tuple[str, int], set[int]] = {}
    for item in items:
        if isinstance(item, Doc):
            editions.setdefault((item.tax_id, item.year), set()).add(item.edition)
    return [outcome_of(item, editions, dossiers) for item in items]


def outcome_of(item: Item, editions: dict[tuple[str, int], set[int]], dossiers: dict[tuple[str, int], int]) -> str:
    if item is OTHER:
        return "other"
    if not isinstance(item, Doc) or item.tax_id != ACTIVE or len(editions[item.tax_id, item.year]) > 1:
        return "failed"
    key = item.tax_id, item.year
    before, dossiers[key] = dossiers.get(key), item.edition
    return "new" if before is None else "unchanged" if before == item.edition else "overwritten"


# --- Whether it did ---------------------------------------------------------------------------------------------------


def assert_sums_up(run: Run, expected: list[str]) -> None:
    rows = list(run.records.order_by("position").values_list("position", "outcome"))
    assert rows == list(enumerate(expected, start=1))
    assert (run.state, run.problem_code) == (Run.State.FINISHED, "")
    assert run.sums_up
    assert run.unprocessed == 0
    assert counters(run) == Counter(expected)
    assert run.expected == run.records.filter(expected=True).count()
    assert run.failed == run.records.filter(failed=True).count()
    assert run.members == len(expected) == run.others + run.imported + run.failed


def counters(run: Run) -> Counter[str]:
    names = {"other": "others"}
    outcomes = ("new", "overwritten", "unchanged", "failed", "unprocessed", "other")
    return +Counter({name: getattr(run, names.get(name, name)) for name in outcomes})


def assert_dossiers_hold(user: User, dossiers: dict[tuple[str, int], int]) -> None:
    stands = Sba.objects.filter(office=user.office).values_list("tax_id", "year", "amount")
    assert sorted(stands) == sorted((tax_id, year, edition) for (tax_id, year), edition in dossiers.items())
