"""Acting on a run that ended, from its page: retry, ignore, 'voormalige klant', undo, go on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from migration.acts import failures, remedies
from migration.acts import runs as acts
from migration.acts.failures import Scope
from migration.models import Run
from migration.road import pipeline
from portal.models import AuditEvent, Client, FormerNumber, Office, User
from sba.models import Sba
from sba.samples import document
from tests.acting import some
from tests.factories import ClientFactory
from tests.migration.conftest import FORMER, UNKNOWN, SignIn
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db

OFFER = "Mislukte opnieuw proberen"


@pytest.fixture
def act(sign_in: SignIn, olga: User) -> Callable[..., str]:
    """Press a button on the page of a run, let the worker do it, and read what the page says then."""

    def press(run: Run, name: str, position: int | None = None, user: User = olga, **fields: object) -> str:
        url = reverse(f"migration:{name}", args=[run.pk, position] if position else [run.pk])
        response = sign_in(user).post(url, fields, follow=True)
        pipeline.move(run.pk)
        run.refresh_from_db()
        return response.content.decode()

    return press


def by_position(run: Run) -> list[tuple[str, str]]:
    return list(run.records.order_by("position").values_list("outcome", "problem_code"))


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_one_cause_can_be_tried_again(act: Callable[..., str], office: Office, partly: Run) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    act(partly, "retry", code="SBA-202")
    assert by_position(partly)[2] == ("new", "")
    assert partly.log_lines.filter(event="attempt").count() == 1
    assert "record.retry" in actions()


def test_a_retry_without_anything_to_retry_says_so(act: Callable[..., str], perfect: Run) -> None:
    assert "er is niets meer te doen" in act(perfect, "retry")


def test_a_cause_is_ignored_with_a_reason(act: Callable[..., str], partly: Run) -> None:
    page = act(partly, "ignore", code="SBA-202", reason="verhuisd naar 123456782")
    assert "1 record genegeerd" in page
    assert (partly.ignored, partly.needs_action) == (1, 1)
    assert partly.log_lines.get(event="ignored").facts["reason"] == "verhuisd naar •••••6782"
    assert "record.ignore" in actions()


def test_nothing_is_ignored_without_a_reason(act: Callable[..., str], partly: Run) -> None:
    page = act(partly, "ignore", code="SBA-202", reason=" ")
    assert "Er is een probleem" in page
    assert partly.ignored == 0


def test_ignoring_offers_the_other_open_records_of_the_client(
    sign_in: SignIn, olga: User, imported: Import, client_of_ours: Client
) -> None:
    """As many for a record that is ignored already as for one that is not."""
    run = imported([document(tax_id=UNKNOWN, year=2015 + n) for n in range(3)])
    browser = sign_in(olga)
    assert "Ook voor de 2 andere records" in ignore_page(browser, run, 1)
    failures.ignore(Scope(run, position=1), olga, "verhuisd")
    assert "Ook voor de 2 andere records" in ignore_page(browser, run, 1)
    assert "Ook voor het andere record" in ignore_page(browser, run, 2)
    failures.ignore(Scope(run, position=2, of_client=True), olga, "verhuisd")
    assert "Ook voor" not in ignore_page(browser, run, 1)


def ignore_page(browser: Browser, run: Run, position: int) -> str:
    return browser.get(reverse("migration:ignore", args=[run.pk]), {"record": position}).content.decode()


def test_a_retry_is_offered_only_where_it_can_help(sign_in: SignIn, olga: User, partly: Run) -> None:
    browser = sign_in(olga)
    page = browser.get(partly.get_absolute_url()).content.decode()
    assert OFFER not in page, "nothing has changed since it failed"
    ClientFactory(office=partly.office, tax_id=UNKNOWN)
    assert OFFER in browser.get(partly.get_absolute_url()).content.decode()
    failures.ignore(Scope(partly, code="SBA-202"), olga, "verhuisd")
    page = browser.get(partly.get_absolute_url()).content.decode()
    assert OFFER not in page, "one is expected, one is ignored, and one cannot be read"


def test_no_retry_is_offered_of_failures_that_are_all_expected(
    sign_in: SignIn, olga: User, imported: Import, former_client: None
) -> None:
    run = imported([document(tax_id=FORMER)])
    assert (run.failed, run.expected) == (1, 1)
    assert OFFER not in sign_in(olga).get(run.get_absolute_url()).content.decode()


def test_an_ignoring_can_be_taken_back(act: Callable[..., str], partly: Run) -> None:
    act(partly, "ignore", reason="alles")
    act(partly, "heed")
    assert (partly.ignored, partly.needs_action) == (0, 2)


def test_a_former_client_is_remembered(act: Callable[..., str], imported: Import, partly: Run) -> None:
    act(partly, "note_former", position=3)
    assert by_position(partly)[2] == ("failed", "SBA-201")
    assert (partly.expected, partly.needs_action) == (2, 1)
    assert FormerNumber.objects.get().tax_id == UNKNOWN
    later = imported([document(tax_id=UNKNOWN, year=2014)])
    assert (later.failed, later.expected) == (1, 1)


def test_a_former_client_can_be_taken_back(act: Callable[..., str], partly: Run) -> None:
    act(partly, "note_former", position=3)
    page = act(partly, "note_former", position=3, terug="1")
    assert "Niet meer genoteerd als voormalige klant" in page
    assert not FormerNumber.objects.exists()
    assert by_position(partly)[2] == ("failed", "SBA-202")
    assert (partly.expected, partly.needs_action) == (1, 2)


def test_nothing_is_noted_of_a_run_that_moves(act: Callable[..., str], partly: Run) -> None:
    Run.objects.filter(pk=partly.pk).update(state=Run.State.UNDONE)
    assert "er is niets meer te doen" in act(partly, "note_former", position=3)
    assert not FormerNumber.objects.exists()


def test_a_former_number_of_one_office_says_nothing_to_another(
    act: Callable[..., str], imported: Import, partly: Run, carla: User
) -> None:
    act(partly, "note_former", position=3)
    there = imported([document(tax_id=UNKNOWN)], user=carla)
    assert there.expected == 0


def test_an_undo_shows_first_what_it_does(sign_in: SignIn, anna: User, partly: Run) -> None:
    page = sign_in(anna).get(reverse("migration:undo", args=[partly.pk])).content.decode()
    assert "Worden verwijderd</dt><dd>1<" in page
    assert Sba.objects.count() == 1


def test_an_undo_needs_a_tick(act: Callable[..., str], anna: User, partly: Run) -> None:
    assert "Zet een vinkje" in act(partly, "undo", user=anna)
    assert Sba.objects.count() == 1


def test_a_manager_takes_a_run_back(act: Callable[..., str], anna: User, partly: Run) -> None:
    act(partly, "undo", user=anna, understood="on")
    assert partly.state == Run.State.UNDONE
    assert not Sba.objects.exists()
    assert "run.undo" in actions()


def test_a_stopped_run_goes_on(act: Callable[..., str], ready: Run, olga: User) -> None:
    acts.confirm(ready, olga)
    acts.stop(ready, olga)
    act(ready, "resume")
    assert (ready.state, ready.unprocessed) == (Run.State.FINISHED, 0)


# --- Confirming ------------------------------------------------------------------------------------------------------


def test_whoever_confirms_rings_for_a_worker(
    ready: Run, olga: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert acts.confirm(ready, olga)
    ready.refresh_from_db()
    assert (ready.state, ready.rung_at is not None) == (Run.State.WRITING, True)


def test_who_confirms_too_late_rings_nobody(
    ready: Run, olga: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    acts.confirm(ready, olga)
    with django_capture_on_commit_callbacks() as callbacks:
        assert not acts.confirm(ready, olga)
    assert not callbacks


def test_a_confirmation_looks_for_its_run_once(sign_in: SignIn, olga: User, ready: Run) -> None:
    browser = sign_in(olga)
    with CaptureQueriesContext(connection) as captured:
        browser.post(reverse("migration:confirm", args=[ready.pk]))
    statements = [one["sql"] for one in captured.captured_queries]
    mine = f'"migration_run"."office_id" = {olga.office_id} AND "migration_run"."id" = {ready.pk}'
    found = [sql for sql in statements if 'FROM "migration_run"' in sql and mine in sql]
    assert len(found) == 1


ACTS: dict[str, Callable[[Scope, User], object]] = {
    "retry": failures.retry,
    "ignore": lambda scope, by: failures.ignore(scope, by, "Niet nodig"),
    "heed": failures.heed,
    "note_former": lambda scope, by: remedies.note_former(scope.records[2], by),
}


@pytest.mark.parametrize("verb", ACTS)
def test_who_acts_takes_the_run_first_and_its_records_after(verb: str, partly: Run, olga: User) -> None:
    """The other way round two users at once, or a user and a worker, would each wait for the other."""
    records = partly.records.select_related("run").order_by("position")
    scope = some(partly, records)
    assert records, "they are read before, as the page reads them"
    with CaptureQueriesContext(connection) as captured:
        ACTS[verb](scope, olga)
    tables = [re.search(r'"migration_(run|record)"', query["sql"]) for query in captured]
    assert next(found[1] for found in tables if found) == "run"
