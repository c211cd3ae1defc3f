"""Whether a term runs is asked of the database and of one SBA: both say the same of every kind, on every day."""

from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.utils import timezone

from migration.models import Outcome, Record, Run
from portal.models import User
from sba.models import Sba, term_runs, terms_that_run
from tests.factories import ClientFactory

DAYS = (None, -400, -1, 0, 1, 40)
KINDS = ["", *Sba.Kind.values]


@pytest.fixture(params=["today", date(2024, 2, 29), date(2026, 12, 31)], ids=str)
def today(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> date:
    if request.param != "today":
        monkeypatch.setattr(timezone, "localdate", lambda value=None: request.param)
    return timezone.localdate()


def every_kind_of(today: date) -> list[tuple[str, date | None]]:
    return [(kind, None if day is None else today + timedelta(day)) for kind, day in product(KINDS, DAYS)]


@pytest.fixture
def run(anna: User) -> Run:
    file = {"file_name": "a.zip", "file_size": 1, "file_digest": "", "stored_as": uuid4().hex}
    return Run.objects.create(office=anna.office, started_by=anna, importer_slug="sba", target="x", **file)


def test_of_records(today: date, run: Run) -> None:
    of = {"run": run, "name": "a.xbrl", "size": 1, "verdict": Outcome.NEW, "outcome": Outcome.NEW}
    records = Record.objects.bulk_create(
        Record(position=position, kind=kind, until=until, **of)
        for position, (kind, until) in enumerate(every_kind_of(today), start=1)
    )
    running = set(Record.objects.filter(terms_that_run()).values_list("pk", flat=True))
    assert running == {record.pk for record in records if term_runs(record.kind, record.until)}
    assert 0 < len(running) < len(records)


def test_of_sbas(today: date, run: Run) -> None:
    client = ClientFactory(office=run.office)
    document = Sba._meta.get_field("document").related_model.objects.create(digest="0" * 64, body=b"", size=0)
    of = {"office": run.office, "client": client, "document": document, "imported_at": timezone.now(), "year": 2024}
    sbas = Sba.objects.bulk_create(
        Sba(key=uuid4(), kind=kind, until=until, dated_on=today, status=Sba.Status.AGREED, **of)
        for kind, until in every_kind_of(today)
        if kind
    )
    running = set(Sba.objects.filter(terms_that_run()).values_list("pk", flat=True))
    assert running == {sba.pk for sba in sbas if sba.term_runs}
    assert 0 < len(running) < len(sbas)
