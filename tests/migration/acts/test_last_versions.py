"""'Kies voor alle … de laatste in het bestand', at the cause: of everything that stands there in several versions."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from migration.acts import choices, failures
from migration.acts import runs as acts
from migration.findings.versions import Undecided, count_undecided
from migration.models import Choice, Run
from migration.upkeep.integrity import damages
from portal.models import AuditEvent, Client, Office, User
from sba.models import Sba
from sba.samples import SOMEONE, document
from tests.acting import some
from tests.factories import ClientFactory
from tests.markup import unfolded
from tests.migration.conftest import SignIn
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db

DAYS = [date(2019, 1, 1) + timedelta(days=n) for n in range(60)]
BUTTON = "de laatste in het bestand"


def versions(count: int, *amounts: int) -> list[bytes]:
    """So many assessments, all of them in each of these versions."""
    return [document(dated_on=day, volume=n, amount=a) for a in amounts for n, day in enumerate(DAYS[:count], start=1)]


@pytest.fixture
def twice(imported: Import, client_of_ours: Client) -> Run:
    """Three assessments in two versions, and a fourth of which the last version came first, too."""
    other = {"year": 2016, "dated_on": date(2017, 5, 1)}
    return imported([document(amount=8, **other), *versions(3, 1, 2), *(document(amount=a, **other) for a in (9, 8))])


def address(run: Run) -> str:
    return reverse("migration:choose_last_versions", args=[run.pk])


def page(browser: Browser, url: str) -> str:
    response = browser.get(url)
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


def endings(run: Run) -> list[str]:
    return [record.problem_code or record.outcome for record in run.records.order_by("position")]


def is_sound(run: Run) -> bool:
    run.refresh_from_db()
    return run.sums_up and run.state == Run.State.FINISHED and not list(damages())


def test_the_cause_offers_it_with_the_number_of_things(browser: Browser, twice: Run) -> None:
    html = page(browser, twice.get_absolute_url())
    assert f"Kies voor alle 4 {BUTTON}" in html
    assert f'href="{address(twice)}"' in html


def test_of_one_thing_it_is_not_said_for_how_many(browser: Browser, imported: Import, client_of_ours: Client) -> None:
    run = imported(versions(1, 1, 2))
    assert f"Kies {BUTTON}" in page(browser, run.get_absolute_url())
    assert "2 records in het bestand gaan over hetzelfde" in page(browser, address(run))


def test_a_cause_of_another_sort_offers_nothing_of_it(browser: Browser, partly: Run) -> None:
    assert BUTTON not in page(browser, partly.get_absolute_url())
    assert browser.get(address(partly))["Location"] == partly.get_absolute_url()


def test_the_page_says_what_will_happen(browser: Browser, twice: Run) -> None:
    html = page(browser, address(twice))
    assert "Van 4 SBA's staan er meer versies in het bestand, samen 9 records." in html
    assert "de laatste versie van elk</dt><dd>4</dd>" in html
    assert "komen er niet dubbel in</dt><dd>1</dd>" in html
    assert "omdat een andere versie is gekozen; ze vragen geen actie meer</dt> <dd>4</dd>" in html
    assert "Op de dagtekening kan niet worden gekozen" in html


def test_what_it_says_comes_true(browser: Browser, olga: User, twice: Run) -> None:
    answer = browser.post(address(twice), {"aantal": "4"}, follow=True)
    assert "4 keer is de laatste versie gekozen" in answer.content.decode()
    moved(twice)
    assert endings(twice) == ["new", *["SBA-404"] * 3, *["new"] * 3, "SBA-404", "unchanged"]
    assert set(Sba.objects.exclude(year=2016).values_list("amount", flat=True)) == {2}
    assert Sba.objects.get(year=2016).amount == 8
    assert (twice.failed, twice.expected, twice.needs_action) == (4, 4, 0)
    assert AuditEvent.objects.get(action="run.last_versions").subject == twice.reference
    history = page(browser, reverse("migration:history", args=[twice.pk]))
    assert history.count(f"{olga.name} koos 4 keer de laatste versie in het bestand.") == 1
    assert is_sound(twice)


def test_they_are_kept_as_single_choices_are(olga: User, twice: Run, imported: Import) -> None:
    other = imported([document(year=2015, amount=a, dated_on=date(2016, 5, 1)) for a in (1, 2)])
    choices.choose_version(other.records.get(position=2), olga)
    choices.choose_last_versions(twice, olga)
    kept = Choice.objects.filter(run=twice)
    assert (kept.count(), kept.filter(client=None).count()) == (4, 4)
    assert Choice.objects.exclude(run=twice).count() == 1


def test_an_undo_takes_them_back(olga: User, anna: User, twice: Run, imported: Import) -> None:
    assert choices.choose_last_versions(twice, olga) == 4
    moved(twice)
    assert acts.undo(twice, anna)
    moved(twice)
    assert not Sba.objects.exists()
    assert endings(imported(versions(1, 1, 2))) == ["SBA-403"] * 2


def test_a_dossier_that_was_chosen_before_stays_chosen(imported: Import, office: Office, olga: User) -> None:
    first, _ = ClientFactory.create_batch(2, office=office, tax_id=SOMEONE)
    run = imported(versions(2, 1, 2))
    assert choices.choose_dossier(run.records.get(position=1), olga, first.pk, with_others=True)
    moved(run)
    assert endings(run) == ["SBA-403"] * 4
    assert choices.choose_last_versions(run, olga) == 2
    moved(run)
    assert endings(run) == ["SBA-404"] * 2 + ["new"] * 2
    assert set(Choice.objects.values_list("client", flat=True)) == {first.pk}
    assert is_sound(run)


def test_what_somebody_ignored_is_not_chosen(olga: User, twice: Run) -> None:
    failures.ignore(some(twice, twice.records.filter(position__in=(2, 5))), olga, "onbelangrijk")
    assert count_undecided(twice) == Undecided(things=3, records=7, outvoted=3)
    assert choices.choose_last_versions(twice, olga) == 3
    moved(twice)
    assert [endings(twice)[at] for at in (1, 4)] == ["SBA-403"] * 2


def test_a_number_that_changed_since_is_shown_once_more(browser: Browser, twice: Run) -> None:
    answer = browser.post(address(twice), {"aantal": "3"})
    assert "Het aantal is veranderd" in answer.content.decode()
    assert not Choice.objects.exists()


def test_of_two_windows_the_second_finds_nothing_left(browser: Browser, twice: Run) -> None:
    browser.post(address(twice), {"aantal": "4"})
    second = browser.post(address(twice), {"aantal": "4"}, follow=True)
    assert "iemand anders is u voor geweest" in second.content.decode()
    moved(twice)
    assert browser.get(address(twice))["Location"] == twice.get_absolute_url()
    assert AuditEvent.objects.filter(action="run.last_versions").count() == 1


@pytest.mark.parametrize("state", [Run.State.UNDONE, Run.State.STOPPED, Run.State.WRITING])
def test_nothing_is_chosen_while_the_run_cannot_be_tried_again(
    browser: Browser, olga: User, twice: Run, state: Run.State
) -> None:
    Run.objects.filter(pk=twice.pk).update(state=state)
    twice.refresh_from_db()
    assert BUTTON not in page(browser, twice.get_absolute_url())
    assert not choices.choose_last_versions(twice, olga)
    assert not Choice.objects.exists()


def test_who_may_read_may_not_choose(sign_in: SignIn, bram: User, carla: User, twice: Run) -> None:
    assert BUTTON not in page(sign_in(bram), twice.get_absolute_url())
    for user, status in ((bram, 403), (carla, 404)):
        for method in ("get", "post"):
            assert getattr(sign_in(user), method)(address(twice), {"aantal": "4"}).status_code == status
    assert not Choice.objects.exists()


def test_more_of_them_cost_no_more_queries(
    browser: Browser, olga: User, imported: Import, client_of_ours: Client
) -> None:
    counted = []
    for count in (3, 60):
        run = imported(versions(count, count + 1, count + 2))
        browser.get(address(run))
        with CaptureQueriesContext(connection) as of_page:
            browser.get(address(run))
        with CaptureQueriesContext(connection) as of_act:
            assert choices.choose_last_versions(run, olga) == count
        counted.append((len(of_page), len(of_act)))
    assert counted[0] == counted[1]
