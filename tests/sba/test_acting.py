"""What can be done with a run that has ended: retry, ignore, go on. Undo stands in test_undoing.py."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from migration.acts import failures
from migration.acts import runs as acts
from migration.models import Run
from portal.models import Client, Office, User
from sba import problems
from sba.models import Sba
from sba.samples import SOMEONE, document
from tests.acting import some
from tests.factories import ClientFactory
from tests.sba.conftest import Import, moved
from tests.sba.test_importing import outcomes

pytestmark = pytest.mark.django_db

UNKNOWN = "123456782"


# --- Retry -----------------------------------------------------------------------------------------------------------


def retried(run: Run, by: User) -> Run:
    assert failures.retry(some(run, run.records.failures()), by)
    return moved(run)


def test_a_retry_imports_what_failed_once_the_client_is_there(
    imported: Import, client_of_ours: Client, office: Office, anna: User
) -> None:
    run = imported([document(), document(tax_id=UNKNOWN), b"<x/>"])
    client = ClientFactory(office=office, tax_id=UNKNOWN)
    retried(run, anna)
    assert outcomes(run) == ["new", "new", "failed"]
    assert Sba.objects.get(tax_id=UNKNOWN).client == client
    assert (run.state, run.new, run.failed, run.unprocessed, run.sums_up) == (Run.State.FINISHED, 2, 1, 0, True)


def test_each_attempt_stays_in_the_log(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    retried(run, anna)
    ClientFactory(office=office, tax_id=UNKNOWN)
    retried(run, anna)
    attempts = run.log_lines.filter(event="attempt", position=1).values_list("facts", flat=True)
    assert list(attempts) == [
        {"before": "SBA-202", "outcome": "failed", "code": "SBA-202"},
        {"before": "SBA-202", "outcome": "new", "code": ""},
    ]


def test_a_retry_of_some_leaves_the_others(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN), document(tax_id=SOMEONE)])
    ClientFactory(office=office, tax_id=UNKNOWN)
    ClientFactory(office=office, tax_id=SOMEONE)
    assert failures.retry(some(run, run.records.filter(position=2)), anna)
    moved(run)
    assert outcomes(run) == ["failed", "new"]


def test_a_client_who_became_former_fails_as_expected_on_retry(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    ClientFactory(office=office, tax_id=UNKNOWN, former=True)
    retried(run, anna)
    assert run.records.get().problem is problems.CLIENT_FORMER
    assert (run.failed, run.expected, run.needs_action) == (1, 1, 0)


def test_a_second_click_does_nothing(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    assert failures.retry(some(run, run.records.failures()), anna)
    assert not failures.retry(some(run, run.records.failures()), anna)


def test_nothing_that_was_imported_is_tried_again(imported: Import, client_of_ours: Client, anna: User) -> None:
    run = imported([document()])
    assert not failures.retry(some(run, run.records.all()), anna)
    run.refresh_from_db()
    assert run.state == Run.State.FINISHED


def test_a_retry_imports_no_contradiction(imported: Import, client_of_ours: Client, office: Office, anna: User) -> None:
    twice = imported([document(amount=1), document(amount=2)])
    assert not failures.retry(some(twice, twice.records.failures()), anna), "a retry cannot choose"
    unknown = imported([document(tax_id=UNKNOWN, amount=1), document(tax_id=UNKNOWN, amount=2)])
    ClientFactory(office=office, tax_id=UNKNOWN)
    retried(unknown, anna)
    assert [record.problem for record in unknown.records.all()] == [problems.TWICE_IN_FILE] * 2
    assert not Sba.objects.exists()


def test_a_retry_of_an_older_run_leaves_the_newer_version(imported: Import, office: Office, anna: User) -> None:
    older = imported([document(tax_id=UNKNOWN, amount=1)])
    ClientFactory(office=office, tax_id=UNKNOWN)
    imported([document(tax_id=UNKNOWN, amount=2)])
    retried(older, anna)
    assert older.records.get().problem is problems.NEWER_PRESENT
    assert (Sba.objects.get().amount, older.sums_up) == (2, True)


def test_a_retry_spares_what_one_can_still_object_to(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN, dated_on=timezone.localdate())], target="afgehandeld")
    ClientFactory(office=office, tax_id=UNKNOWN)
    retried(run, anna)
    assert Sba.objects.get().status == "te-beoordelen"


def test_ignoring_waits_while_a_retry_moves(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    failures.ignore(some(run, run.records.all()), anna, "later")
    assert failures.retry(some(run, run.records.failures()), anna)
    assert failures.heed(some(run, run.records.all()), anna) == 0
    moved(run)
    assert (run.failed, run.ignored, run.records.filter(ignored=True).count()) == (1, 0, 0)


@pytest.mark.parametrize("client", ["unknown", "former"])
def test_a_retry_that_fails_again_costs_no_statement_per_record(
    imported: Import, anna: User, carla: User, client: str
) -> None:
    """But for the reading of its bytes, which are in memory one by one."""
    files = [document(tax_id=UNKNOWN, year=2000 + n) for n in range(20)]
    few, many = imported(files[:3]), imported(files, user=carla)
    if client == "former":
        for user in (anna, carla):
            ClientFactory(office=user.office, tax_id=UNKNOWN, former=True)
    assert len(statements_of_a_retry(few, anna)) == len(statements_of_a_retry(many, carla))
    assert (many.failed, many.unprocessed, many.expected, many.sums_up) == (20, 0, 20 * (client == "former"), True)
    assert many.log_lines.filter(event="attempt").count() == 20


def statements_of_a_retry(run: Run, by: User) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        retried(run, by)
    statements = [one["sql"] for one in captured.captured_queries]
    return [sql for sql in statements if not sql.startswith('SELECT "sba_document"')]


def test_a_retry_keeps_what_it_found_with_the_record(imported: Import, office: Office, anna: User) -> None:
    """A later version of the reader may find more: what the first attempt noted is replaced, field by field."""
    run = imported([document(tax_id=UNKNOWN, year=2016), document(tax_id=UNKNOWN, year=2017)])
    found = list(run.records.order_by("pk").values())
    run.records.update(tax="", year=None, number="", dated_on=None, until=None, facts={}, warnings=["SBA-999"])
    retried(run, anna)
    assert list(run.records.order_by("pk").values()) == found


# --- Ignore ----------------------------------------------------------------------------------------------------------


def test_an_ignored_failure_needs_no_action_until_it_is_taken_back(
    imported: Import, office: Office, anna: User
) -> None:
    run = imported([document(tax_id=UNKNOWN), b"<x/>"])
    assert failures.ignore(some(run, run.records.filter(position=1)), anna, "verhuisd") == 1
    assert (run.failed, run.ignored, run.needs_action) == (2, 1, 1)
    assert failures.ignore(some(run, run.records.filter(position=1)), anna, "verhuisd") == 0
    assert failures.heed(some(run, run.records.all()), anna) == 1
    assert (run.ignored, run.needs_action) == (0, 2)


def test_what_is_expected_need_not_be_ignored(imported: Import, office: Office, anna: User) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, former=True)
    run = imported([document()])
    assert failures.ignore(some(run, run.records.all()), anna, "voormalig") == 0


def test_a_retry_of_an_ignored_failure_counts_rightly(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    failures.ignore(some(run, run.records.all()), anna, "later")
    retried(run, anna)
    assert (run.failed, run.ignored, run.needs_action) == (1, 0, 1)


# --- Stop and go on --------------------------------------------------------------------------------------------------


def test_a_stopped_run_goes_on_where_it_stood(checked: Import, client_of_ours: Client, anna: User) -> None:
    run = checked([document(), document(year=2018)])
    acts.confirm(run, anna)
    assert acts.stop(run, anna)
    moved(run)
    assert outcomes(run) == ["unprocessed", "unprocessed"]
    assert acts.resume(run, anna)
    moved(run)
    assert outcomes(run) == ["new", "new"]
    assert (run.state, run.sums_up) == (Run.State.FINISHED, True)
