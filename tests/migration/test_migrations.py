"""What moves rows when the portal is renewed: the way back to before it, and forward again with rows in it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from migration.models import Alias, Mail, Record, Run
from migration.models.records import NAMELESS
from portal.models import Client, User
from portal.models.sort_name import sort_name

really_committed = pytest.mark.django_db(transaction=True)  # tables are changed
BEFORE_THE_OUTBOX = [("migration", "0001_initial")]
BEFORE_FAULTS_WERE_COUNTED = [("migration", "0008_document")]
BEFORE_TERMS_WERE_MARKED = [("migration", "0006_choices")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    """The models as they were then."""
    executor = MigrationExecutor(connection)
    return executor.migrate(targets).apps


def newest() -> list[tuple[str, str]]:
    return [leaf for leaf in MigrationExecutor(connection).loader.graph.leaf_nodes() if leaf[0] == "migration"]


@pytest.fixture
def before_the_outbox(db: None) -> Iterator[Any]:
    yield migrate(BEFORE_THE_OUTBOX)
    migrate(newest())


@really_committed
def test_a_mail_that_was_due_stands_in_the_outbox(before_the_outbox: Any, anna: User) -> None:
    now = timezone.now()
    run = {"office_id": anna.office_id, "started_by_id": anna.pk, "file_size": 1, "state": "finished"}
    runs = before_the_outbox.get_model("migration", "Run").objects
    waiting = runs.create(**run, mail_due=now + timedelta(minutes=4), mail_tries=2)
    runs.filter(pk=waiting.pk).update(moved_at=now - timedelta(minutes=1))
    runs.create(**run, mailed_at=now)  # has been sent
    migrate(newest())
    mail = Mail.objects.get()
    assert (mail.run, mail.recipient, mail.about) == (Run.objects.get(pk=waiting.pk), anna, Mail.About.ENDED)
    assert (mail.due, mail.tries, mail.sent_at) == (now + timedelta(minutes=4), 2, None)
    assert mail.happened_at == mail.run.moved_at == now - timedelta(minutes=1)


@pytest.fixture
def before_terms_were_marked(db: None) -> Iterator[Any]:
    yield migrate(BEFORE_TERMS_WERE_MARKED)
    migrate(newest())


@really_committed
def test_a_term_that_still_runs_is_marked(before_terms_were_marked: Any, anna: User) -> None:
    today = timezone.localdate()
    run = before_terms_were_marked.get_model("migration", "Run").objects.create(
        office_id=anna.office_id, started_by_id=anna.pk, file_size=1, state="finished"
    )
    terms = [("definitief", today), ("definitief", today - timedelta(days=1)), ("voorlopig", None), ("onbekend", None)]
    for position, (kind, until) in enumerate(terms, start=1):
        run.records.create(position=position, name="x", size=1, kind=kind, until=until, outcome="new", verdict="new")
    migrate(newest())
    assert list(Record.objects.filter(term_ran=True).order_by("position").values_list("position", flat=True)) == [1, 4]


@pytest.fixture
def before_faults_were_counted(db: None) -> Iterator[Any]:
    yield migrate(BEFORE_FAULTS_WERE_COUNTED)
    migrate(newest())


@really_committed
def test_the_version_before_can_still_start_a_run(before_faults_were_counted: Any, anna: User) -> None:
    """While machines are updated one by one, the first of them has moved the database on already."""
    migrate(newest())
    runs = before_faults_were_counted.get_model("migration", "Run").objects
    run = runs.create(office_id=anna.office_id, started_by_id=anna.pk, file_size=1)
    assert Run.objects.get(pk=run.pk).faults == 0


BEFORE_NAMES_WERE_NOTED = [("migration", "0011_run_name")]


@pytest.fixture
def before_names_were_noted(db: None) -> Iterator[Any]:
    yield migrate(BEFORE_NAMES_WERE_NOTED)
    migrate(newest())


@really_committed
def test_the_names_of_what_is_there_are_noted(before_names_were_noted: Any, anna: User) -> None:
    run = before_names_were_noted.get_model("migration", "Run").objects.create(
        office_id=anna.office_id, started_by_id=anna.pk, file_size=1, state="finished"
    )
    client = Client.objects.create(office=anna.office, tax_id="123456782", name="Zoë  Wolkenkamp")
    told = [("123456782", {"name": "Z. Wolkenkamp"}, client.pk), ("111222333", {"name": "Ünal"}, None), ("", {}, None)]
    for position, (tax_id, facts, client_id) in enumerate([*told, *told], start=1):
        run.records.create(
            position=position, name="x", size=1, outcome="new", verdict="new", tax_id=tax_id, facts=facts,
            client_id=client_id,
        )  # fmt: skip
    migrate(newest())
    assert list(Record.objects.order_by("position").values_list("who", flat=True)) == [
        "wolkenkamp , zoe", "unal", NAMELESS, "wolkenkamp , zoe", "unal", NAMELESS,
    ]  # fmt: skip
    noted = Alias.objects.filter(office=anna.office_id).order_by("name").values_list("name", "tax_id")
    assert list(noted) == [("unal", "111222333"), ("z. wolkenkamp", "123456782")]


BEFORE_FAILURES_ASKED_ONCE = [("migration", "0013_worked_ms")]


@pytest.fixture
def before_failures_asked_once(db: None) -> Iterator[Any]:
    yield migrate(BEFORE_FAILURES_ASKED_ONCE)
    migrate(newest())


@really_committed
def test_what_failed_again_before_asks_once(before_failures_asked_once: Any, anna: User) -> None:
    """By key or by content; not for a run that nobody confirmed, nor for one that was undone."""
    today = timezone.localdate()
    runs = before_failures_asked_once.get_model("migration", "Run").objects
    office = {"office_id": anna.office_id, "started_by_id": anna.pk, "file_size": 1, "importer_slug": "sba"}
    terms = {"failing_terms": {today.isoformat(): 1, "past": 1}}
    first = runs.create(**office, state="finished", failed=4, expected=1, breakdown=terms)
    second, third = (runs.create(**office, state=state, failed=1) for state in ("stopped", "finished"))
    undone, waiting = (runs.create(**office, state=state) for state in ("undone", "ready"))
    keys, failed = [uuid4() for _ in range(4)], {"name": "x", "size": 1, "outcome": "failed", "failed": True}
    for position, key in enumerate(keys, start=1):
        until = {1: today, 2: today - timedelta(days=1)}.get(position)
        digest = f"{position:064}"
        first.records.create(**failed, position=position, key=key, digest=digest, expected=position == 4, until=until)
    second.records.create(**failed, position=1, key=keys[0])
    third.records.create(name="x", size=1, position=1, outcome="new", key=keys[0])
    third.records.create(**failed, position=2, digest=f"{4:064}")
    for run in (undone, waiting):
        run.records.create(**failed, position=1, key=keys[2])
    migrate(newest())
    found = Run.objects.get(pk=first.pk)
    assert list(found.records.order_by("position").values_list("superseded_by", flat=True)) == [
        third.pk, None, None, third.pk,
    ]  # fmt: skip
    assert (found.superseded, found.open_actions, found.breakdown["failing_terms"]) == (1, 2, {"past": 1})
    assert list(Record.objects.filter(run=second.pk).values_list("superseded_by", flat=True)) == [third.pk]


BEFORE_NAMES_WERE_SEEN = [("migration", "0016_stood"), ("portal", "0010_questions")]


@pytest.fixture
def before_names_were_seen(db: None) -> Iterator[Any]:
    yield migrate(BEFORE_NAMES_WERE_SEEN)
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


@really_committed
def test_what_is_there_is_searched_as_people_see_it(before_names_were_seen: Any, anna: User) -> None:
    """A number stood in the names of a file, a run, a client, and in those by which they are found and sorted."""
    held, seen = "P. Bos 1234.56.782", "P. Bos •••••6782"
    then = {name: before_names_were_seen.get_model(*name.split(".")) for name in (
        "portal.Client", "migration.Run", "migration.Alias",
    )}  # fmt: skip
    clients = then["portal.Client"].objects
    named = clients.create(office_id=anna.office_id, tax_id="123456782", name=held, sort_name="1234 56 782 , p bos")
    clients.create(office_id=anna.office_id, tax_id="111222333", name="P. Bos", sort_name="bos , p")
    run = then["migration.Run"].objects.create(
        office_id=anna.office_id, started_by_id=anna.pk, file_size=1, state="finished", file_name=f"{held}.zip"
    )
    told = [(held, named.pk, {}), ("a.xbrl", None, {"name": held}), ("b.xbrl", None, {})]
    for position, (name, client, facts) in enumerate(told, start=1):
        who = NAMELESS if position == 3 else "1234 56 782 , p bos"
        run.records.create(
            position=position, name=name, size=1, outcome="new", verdict="new", tax_id="123456782", client_id=client,
            facts=facts, who=who,
        )  # fmt: skip
    for name in ("p. bos 1234.56.782", "p. bos •••••6782", "p. bos"):
        then["migration.Alias"].objects.create(office_id=anna.office_id, tax_id="123456782", name=name)
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert list(Client.objects.order_by("pk").values_list("shown_name", flat=True)) == [seen, ""]
    assert Client.objects.get(pk=named.pk).sort_name == sort_name(held, is_company=False)
    assert Run.objects.get().shown_file_name == f"{seen}.zip"
    records = Record.objects.order_by("position").values_list("shown_name", "who")
    sorted_as = sort_name(held, is_company=False)
    assert list(records) == [(seen, sorted_as), ("", sorted_as), ("", f"{NAMELESS}6782")]
    assert "56" not in sorted_as
    assert sorted(Alias.objects.values_list("name", flat=True)) == ["p. bos", "p. bos •••••6782"]
