"""A failure asks once: where another run came to the same since, it asks nothing (road/superseding.py)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from migration.acts import failures, remedies
from migration.acts import runs as acts
from migration.models import Record, Run
from migration.road import endings
from migration.upkeep import purge
from migration.upkeep.integrity import damages
from portal.models import Client, Office, User
from sba.models import Sba
from sba.samples import document
from tests.acting import some
from tests.factories import ClientFactory, invented_tax_id
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db
really_committed = pytest.mark.django_db(transaction=True)  # a fault closes the connection

UNKNOWN, STRANGER = invented_tax_id(9301), invented_tax_id(9302)
BROKEN = b"<kapot"


def fresh(run: Run) -> Run:
    run.refresh_from_db()
    return run


def superseders(run: Run) -> list[int | None]:
    """By which run each record is superseded, in the order of the file."""
    return list(run.records.order_by("position").values_list("superseded_by", flat=True))


def asks(run: Run) -> int:
    """How many ask, by the counter and by the rows."""
    fresh(run)
    assert run.needs_action == run.records.needing_action().count()
    assert run.superseded == run.records.superseded().count()
    return run.open_actions


def badge(user: User) -> int:
    return Run.objects.visible_to(user).open_actions()


def retried(run: Run, by: User) -> Run:
    assert failures.retry(some(run, run.records.failures()), by)
    return moved(run)


def undone(run: Run, by: User) -> Run:
    assert acts.undo(run, by)
    return moved(run)


@pytest.fixture
def first(imported: Import, office: Office) -> Run:
    """One client is unknown, one document cannot be read."""
    return imported([document(tax_id=UNKNOWN), document(tax_id=UNKNOWN, year=2018), BROKEN])


def test_what_a_later_run_brings_asks_nothing_any_more(
    imported: Import, office: Office, anna: User, first: Run
) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    later = imported([document(tax_id=UNKNOWN), document(tax_id=UNKNOWN, year=2016)])
    assert superseders(first) == [later.pk, None, None]
    assert (asks(first), first.superseded, asks(later), badge(anna)) == (2, 1, 0, 2)
    assert not first.records.get(position=1).needs_action


def test_what_fails_again_asks_in_the_last_run_alone(imported: Import, anna: User, first: Run) -> None:
    content = [BROKEN, document(tax_id=UNKNOWN, year=2018), document(tax_id=UNKNOWN)]
    second, third = imported(content), imported(content)
    assert superseders(first) == superseders(second) == [third.pk] * 3
    assert (asks(first), asks(second), asks(third), badge(anna)) == (0, 0, 3, 3)
    assert not list(damages())


def test_another_version_is_the_same_thing(imported: Import, office: Office, first: Run) -> None:
    later = imported([document(tax_id=UNKNOWN, amount=99)])
    assert superseders(first) == [later.pk, None, None]


def test_another_office_or_another_thing_is_not(imported: Import, carla: User, first: Run) -> None:
    imported([document(tax_id=UNKNOWN), BROKEN], user=carla)
    imported([document(tax_id=STRANGER), b"<ook kapot"])
    assert superseders(first) == [None] * 3


def test_a_check_that_nobody_confirmed_supersedes_nothing(checked: Import, anna: User, first: Run) -> None:
    later = checked([document(tax_id=UNKNOWN), BROKEN])
    assert (superseders(first), asks(first)) == ([None] * 3, 3)
    acts.confirm(later, anna)
    moved(later)
    assert superseders(first) == [later.pk, None, later.pk]


def test_what_a_stop_left_unprocessed_supersedes_nothing(
    checked: Import, office: Office, anna: User, first: Run
) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    later = checked([document(tax_id=UNKNOWN), BROKEN])
    acts.confirm(later, anna)
    assert acts.stop(later, anna)
    assert superseders(first) == [None, None, later.pk], "what failed at its check failed"
    assert acts.resume(later, anna)
    moved(later)
    assert superseders(first) == [later.pk, None, later.pk]


def test_an_undo_brings_the_question_back(imported: Import, office: Office, anna: User, first: Run) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    content = [document(tax_id=UNKNOWN), BROKEN]
    second, third = imported(content), imported([*content, document(tax_id=UNKNOWN, year=2011)])
    undone(third, anna)
    assert superseders(first) == [second.pk, None, second.pk]
    assert superseders(second) == [None] * 2
    assert (asks(first), asks(second), asks(third), badge(anna)) == (1, 1, 0, 2)
    undone(second, anna)
    assert (superseders(first), asks(first), badge(anna)) == ([None] * 3, 3, 3)


def test_the_runs_can_be_undone_in_any_order(imported: Import, office: Office, anna: User, first: Run) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    content = [document(tax_id=UNKNOWN), BROKEN]
    second, third = imported(content), imported([*content, document(tax_id=UNKNOWN, year=2011)])
    undone(second, anna)
    assert superseders(first) == [third.pk, None, third.pk]
    undone(third, anna)
    assert (superseders(first), asks(first)) == ([None] * 3, 3)
    assert not Sba.objects.exists()
    assert not list(damages())


def test_an_older_run_that_is_retried_after_a_newer_one(
    imported: Import, office: Office, anna: User, first: Run
) -> None:
    newer = imported([document(tax_id=UNKNOWN), BROKEN])
    assert remedies.create_client(first.records.get(position=1), anna, "Nieuw", Client.Kind.PERSON)
    moved(first)
    assert list(first.records.order_by("position").values_list("outcome", flat=True)) == ["new", "new", "failed"]
    assert (superseders(first), superseders(newer)) == ([None, None, newer.pk], [first.pk, None])
    assert (asks(first), asks(newer), badge(anna)) == (0, 1, 1)
    undone(first, anna)
    assert (superseders(first), superseders(newer)) == ([None] * 3, [None] * 2)
    assert (asks(newer), badge(anna)) == (2, 2)


def test_what_an_older_run_brought_before_answers_no_later_failure(
    imported: Import, office: Office, anna: User, first: Run
) -> None:
    client = ClientFactory(office=office, tax_id=UNKNOWN)
    retried(first, anna)
    undone(first, anna)
    client.delete()
    newer = imported([document(tax_id=UNKNOWN)])
    assert (superseders(newer), asks(newer)) == ([None], 1)


def test_two_runs_of_the_same_at_once(checked: Import, office: Office, anna: User) -> None:
    """Whichever ends last: the newer one asks."""
    content = [document(tax_id=UNKNOWN), BROKEN]
    for first_to_end in (0, 1):
        one_file = {f"{number}.xbrl": one for number, one in enumerate(content)}
        pair = [checked({**one_file, "a.txt": b"1"}), checked({**one_file, "b.txt": b"2"})]  # another file each
        for run in pair:
            acts.confirm(run, anna)
        moved(pair[first_to_end])
        moved(pair[1 - first_to_end])
        assert (superseders(pair[0]), superseders(pair[1])) == ([pair[1].pk] * 2 + [None], [None] * 3)
        assert (asks(pair[0]), asks(pair[1])) == (0, 2)


def test_ignoring_is_about_what_asks(imported: Import, office: Office, anna: User, first: Run) -> None:
    assert failures.ignore(some(first, first.records.filter(position=1)), anna, "verhuisd") == 1
    later = imported([document(tax_id=UNKNOWN), document(tax_id=UNKNOWN, year=2018)])
    assert superseders(first) == [later.pk, later.pk, None]
    assert (asks(first), first.ignored, first.superseded) == (1, 1, 1)
    assert failures.ignore(some(first, first.records.all()), anna, "kapot") == 1
    assert failures.heed(some(first, first.records.all()), anna) == 2
    assert (asks(first), first.ignored, first.superseded) == (1, 0, 2)


def test_what_was_expected_stays_expected(imported: Import, office: Office, anna: User) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN, former=True)
    former, later = imported([document(tax_id=UNKNOWN)]), imported([document(tax_id=UNKNOWN)])
    assert superseders(former) == [later.pk]
    assert (asks(former), former.expected, former.superseded, former.needs_action) == (0, 1, 0, 0)


def test_one_superseded_record_can_be_tried_alone(imported: Import, office: Office, anna: User, first: Run) -> None:
    imported([document(tax_id=UNKNOWN), document(tax_id=UNKNOWN, year=2018), BROKEN])
    ClientFactory(office=office, tax_id=UNKNOWN)
    assert not failures.retry(failures.Scope(first), anna), "nothing of it asks"
    assert failures.retry(failures.Scope(first, position=1), anna)
    moved(first)
    assert list(first.records.order_by("position").values_list("outcome", flat=True)) == ["new", "failed", "failed"]
    assert (asks(first), first.superseded) == (0, 2)


def test_a_retry_that_fails_again_is_as_superseded_as_before(
    imported: Import, anna: User, office: Office, first: Run
) -> None:
    later = imported([document(tax_id=UNKNOWN), BROKEN])
    retried(first, anna)
    assert superseders(first) == [later.pk, None, later.pk]
    assert (asks(first), first.superseded) == (1, 2)


def test_what_is_not_kept_any_more_brings_no_question_back(
    imported: Import, office: Office, anna: User, first: Run
) -> None:
    ClientFactory(office=office, tax_id=STRANGER)
    later = imported([document(tax_id=UNKNOWN), document(tax_id=UNKNOWN, year=2018), document(tax_id=STRANGER)])
    list(purge.remove_records(later))
    assert not later.records.exists()
    assert superseders(first) == [later.pk, later.pk, None]
    assert retried_alone(first, 3, anna)
    assert superseders(first) == [later.pk, later.pk, None]
    assert (asks(first), first.superseded) == (1, 2)


def retried_alone(run: Run, position: int, by: User) -> bool:
    run.records.filter(position=position).update(problem_code="SBA-202")  # or a retry would not help
    started = failures.retry(failures.Scope(run, position=position), by)
    moved(run)
    return started


def test_what_runs_out_of_time_elsewhere_is_watched_there(imported: Import, office: Office, first: Run) -> None:
    today = timezone.localdate()
    content = [document(tax_id=UNKNOWN, dated_on=today, volume=7), document(tax_id=UNKNOWN, dated_on=today, volume=8)]
    older, newer = imported(content), imported(content[:1])
    assert (fresh(older).failing_terms, fresh(newer).failing_terms) == (1, 1)


@really_committed
def test_a_run_that_a_fault_of_ours_ended_is_settled(
    checked: Import, anna: User, first: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = checked([document(tax_id=UNKNOWN), BROKEN])
    acts.confirm(later, anna)
    monkeypatch.setattr("migration.road.write.check_sums", broken)
    moved_until_it_ends(later)
    assert (later.state, later.gave_up) == (Run.State.STOPPED, True)
    assert superseders(first) == [later.pk, None, later.pk]
    assert asks(first) == 1


def moved_until_it_ends(run: Run) -> None:
    for _ in range(endings.TRIES):
        Run.objects.filter(pk=run.pk).update(lease_until=None)
        moved(run)


def broken(*anything: Any) -> None:
    raise RuntimeError


@really_committed
def test_a_fault_in_the_settling_keeps_no_run_from_its_end(
    checked: Import, anna: User, first: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = checked([document(tax_id=UNKNOWN), BROKEN])
    acts.confirm(later, anna)
    monkeypatch.setattr("migration.road.superseding.settle", broken)
    moved_until_it_ends(later)
    assert (later.state, later.gave_up) == (Run.State.STOPPED, True)
    assert superseders(first) == [None] * 3


def test_it_costs_the_same_however_many_failures_there_are(imported: Import, office: Office) -> None:
    """And a first run nothing."""

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            imported([document(tax_id=UNKNOWN)])
        return sum('"superseded_by_id"' in one["sql"] and one["sql"].startswith("UPDATE") for one in captured)

    first, second = statements(), statements()
    imported([document(tax_id=STRANGER, year=2000 + year) for year in range(20)])
    third = statements()
    assert first <= 2 < second <= third <= second
    assert Record.objects.filter(superseded_by__isnull=False).exists()


def test_files_that_say_nothing_are_about_different_things(imported: Import, office: Office) -> None:
    """By their content nobody can tell which client an empty file was of; a name can."""
    older = imported({"111/aanslag.xbrl": b"", "222/aanslag.xbrl": b"", "333.xbrl": BROKEN, "444.xbrl": BROKEN})
    newer = imported({"999/aanslag.xbrl": b"", "222/aanslag.xbrl": b"", "998.xbrl": BROKEN, "444.xbrl": BROKEN})
    assert superseders(older) == [None, newer.pk, None, newer.pk]
    assert (asks(older), asks(newer)) == (2, 4)
    assert not list(damages())


def test_one_empty_file_is_not_another(imported: Import, office: Office) -> None:
    older = imported({"111.xbrl": b"", "222.xbrl": BROKEN})
    newer = imported({"333.xbrl": b"", "555.xbrl": BROKEN})
    assert superseders(older) == [None, newer.pk]


def test_what_an_older_run_brings_by_the_rest_of_its_file(
    checked: Import, imported: Import, office: Office, anna: User
) -> None:
    client = ClientFactory(office=office, tax_id=UNKNOWN)
    older = checked([document(tax_id=UNKNOWN)])
    acts.confirm(older, anna)
    assert acts.stop(older, anna)
    client.delete()
    newer = imported([document(tax_id=UNKNOWN)])
    assert asks(newer) == 1
    ClientFactory(office=office, tax_id=UNKNOWN)
    assert acts.resume(older, anna)
    moved(older)
    assert (superseders(newer), asks(newer), badge(anna)) == ([older.pk], 0, 0)
    undone(older, anna)
    assert (superseders(newer), asks(newer)) == ([None], 1)


def test_what_an_older_run_brings_that_was_confirmed_later(
    checked: Import, imported: Import, office: Office, anna: User
) -> None:
    client = ClientFactory(office=office, tax_id=UNKNOWN)
    older = checked([document(tax_id=UNKNOWN)])
    client.delete()
    newer = imported([document(tax_id=UNKNOWN)])
    ClientFactory(office=office, tax_id=UNKNOWN)
    acts.confirm(older, anna)
    moved(older)
    assert (superseders(newer), asks(newer), badge(anna)) == ([older.pk], 0, 0)
