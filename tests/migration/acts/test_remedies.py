"""From the log of a record: make the client, note a former one, make one active again; for all records of a number."""

import re
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import remedies
from migration.models import Run
from migration.road import pipeline
from portal.models import AuditEvent, Client, Office, User
from sba.samples import document
from tests.factories import ClientFactory
from tests.migration.conftest import FORMER, UNKNOWN
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_of_one(imported: Import, client_of_ours: object) -> Run:
    """Three records of somebody who is no client here."""
    return imported([document(tax_id=UNKNOWN, name="U. Onbekend", year=year) for year in (2017, 2018, 2019)])


def url_of(run: Run, name: str, position: int = 1) -> str:
    return reverse(f"migration:{name}", args=[run.pk, position])


def log(browser: Browser, run: Run, position: int = 1) -> str:
    return unescape(browser.get(url_of(run, "record_log", position)).content.decode())


def press(browser: Browser, run: Run, what: str, position: int = 1, **fields: str) -> str:
    response = browser.post(url_of(run, what, position), fields, follow=True)
    pipeline.move(run.pk)
    run.refresh_from_db()
    return unescape(response.content.decode())


def endings(run: Run) -> list[tuple[str, str]]:
    return list(run.records.order_by("position").values_list("outcome", "problem_code"))


def test_the_log_offers_what_helps_and_says_for_how_many(browser: Browser, three_of_one: Run) -> None:
    html = log(browser, three_of_one)
    for button in ("Maak klant aan", "Dit is een voormalige klant", "Opnieuw proberen", "Negeren"):
        assert button in html
    assert "Geldt ook voor de 2 andere records van deze klant" in html


def test_a_client_is_made_and_all_its_records_arrive(browser: Browser, olga: User, three_of_one: Run) -> None:
    page = press(browser, three_of_one, "create_client", name="Uma Onbekend", kind="person")
    assert "De klant is aangemaakt" in page
    client = Client.objects.get(tax_id=UNKNOWN)
    assert (client.name, client.kind, client.office) == ("Uma Onbekend", "person", olga.office)
    assert endings(three_of_one) == [("new", "")] * 3
    assert client.sbas.count() == 3
    assert AuditEvent.objects.filter(
        actor=olga, action="client.create", subject=f"{three_of_one.reference}/0001"
    ).exists()


def test_the_form_proposes_what_the_message_says_and_masks_the_number(browser: Browser, three_of_one: Run) -> None:
    html = unescape(browser.get(url_of(three_of_one, "create_client")).content.decode())
    assert 'value="U. Onbekend"' in html
    assert "net als de 2 andere records van deze klant" in html
    assert UNKNOWN not in html


@pytest.mark.parametrize("number", ["234567892", "2345 67892"])
def test_a_number_in_the_name_of_the_message_is_masked_in_what_is_proposed(
    browser: Browser, imported: Import, number: str
) -> None:
    run = imported([document(tax_id=UNKNOWN, name=f"P. Pieters {number}")])
    html = unescape(browser.get(url_of(run, "create_client")).content.decode())
    assert 'value="P. Pieters •••••7892"' in html
    assert "67892" not in html
    assert 'value="P. Pieters"' in browser.get(url_of(run, "link_client")).content.decode()


@pytest.mark.parametrize(("tax", "chosen"), [("IB", ["person"]), ("ZVW", ["person"]), ("VPB", ["company"]), ("OB", [])])
def test_the_form_proposes_the_kind_of_client_that_pays_this_tax(
    tax: str, chosen: list[str], browser: Browser, imported: Import
) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    run.records.update(tax=tax)
    html = browser.get(url_of(run, "create_client")).content.decode()
    assert [radio for radio in ("person", "company") if re.search(f'value="{radio}"[^>]* checked', html)] == chosen


@pytest.mark.parametrize("what", ["create_client", "link_client"])
def test_a_form_with_something_wrong_is_not_answered_as_if_all_were_well(
    browser: Browser, three_of_one: Run, what: str
) -> None:
    assert browser.post(url_of(three_of_one, what), {}).status_code == 422


def test_a_client_needs_a_name(browser: Browser, three_of_one: Run) -> None:
    assert "Vul de naam van de klant in." in press(browser, three_of_one, "create_client", name=" ", kind="person")
    assert not Client.objects.filter(tax_id=UNKNOWN).exists()


def test_a_client_that_a_colleague_just_made_is_not_made_twice(
    browser: Browser, office: Office, three_of_one: Run
) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    assert "De klant is er al" in press(browser, three_of_one, "create_client", name="Uma Onbekend", kind="person")
    assert Client.objects.filter(tax_id=UNKNOWN).count() == 1


def test_a_client_of_another_office_is_no_reason_not_to_make_one(
    browser: Browser, other_office: Office, three_of_one: Run
) -> None:
    ClientFactory(office=other_office, tax_id=UNKNOWN)
    press(browser, three_of_one, "create_client", name="Uma Onbekend", kind="person")
    assert endings(three_of_one) == [("new", "")] * 3


def test_no_client_is_made_while_the_run_does_not_rest(browser: Browser, three_of_one: Run) -> None:
    Run.objects.filter(pk=three_of_one.pk).update(state=Run.State.UNDONE)
    press(browser, three_of_one, "create_client", name="Uma Onbekend", kind="person")
    assert not Client.objects.filter(tax_id=UNKNOWN).exists()
    assert not AuditEvent.objects.filter(action="client.create").exists()


def test_a_former_client_is_made_active_again(browser: Browser, partly: Run) -> None:
    assert ">Klant weer actief maken</button>" in log(browser, partly, 2)
    press(browser, partly, "reactivate", position=2)
    assert not Client.objects.get(tax_id=FORMER).former
    assert endings(partly)[1] == ("new", "")
    assert AuditEvent.objects.filter(action="client.reactivate").exists()


def test_of_two_former_dossiers_none_is_made_active(browser: Browser, office: Office, partly: Run) -> None:
    ClientFactory(office=office, tax_id=FORMER, former=True)
    assert ">Klant weer actief maken</button>" not in log(browser, partly, 2)
    press(browser, partly, "reactivate", position=2)
    assert Client.objects.filter(tax_id=FORMER, former=True).count() == 2


def test_an_attempt_has_its_number(browser: Browser, three_of_one: Run) -> None:
    browser.post(reverse("migration:retry", args=[three_of_one.pk]), {"record": "1"})
    pipeline.move(three_of_one.pk)
    press(browser, three_of_one, "create_client", name="Uma Onbekend", kind="person")
    html = log(browser, three_of_one)
    assert "Poging 2: was SBA-202, nu SBA-202." in html
    assert "Poging 3: was SBA-202, nu nieuw." in html


def test_a_retry_from_the_log_may_be_for_all_records_of_the_client(
    browser: Browser, office: Office, three_of_one: Run
) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    browser.post(reverse("migration:retry", args=[three_of_one.pk]), {"record": "2", "klant": "1"})
    pipeline.move(three_of_one.pk)
    assert endings(three_of_one) == [("new", "")] * 3


def test_ignoring_may_be_for_all_records_of_the_client(browser: Browser, three_of_one: Run) -> None:
    url = reverse("migration:ignore", args=[three_of_one.pk])
    assert "Ook voor de 2 andere records van deze klant" in browser.get(url, {"record": "1"}).content.decode()
    browser.post(url, {"record": "1", "reason": "verhuisd"})
    three_of_one.refresh_from_db()
    assert three_of_one.ignored == 1
    browser.post(url, {"record": "2", "klant": "on", "reason": "verhuisd"})
    three_of_one.refresh_from_db()
    assert three_of_one.ignored == 3


# --- Foreseen --------------------------------------------------------------------------------------------------------


def run_page(browser: Browser, run: Run) -> str:
    return unescape(browser.get(run.get_absolute_url()).content.decode())


def test_a_retry_that_cannot_help_yet_says_so(browser: Browser, three_of_one: Run) -> None:
    html = run_page(browser, three_of_one)
    assert "Opnieuw proberen heeft nu nog geen zin. Zodra de klant bestaat, lukt de import." in html
    assert "worden dan geïmporteerd" not in html


def test_what_a_retry_would_bring_is_said_before_one_asks(
    browser: Browser, imported: Import, office: Office, three_of_one: Run
) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    html = run_page(browser, three_of_one)
    assert "Opnieuw proberen: 3 van 3 records worden dan geïmporteerd." in html
    assert 'aria-label="Records met SBA-202 opnieuw proberen"' in html


def test_a_code_that_no_retry_helps_says_why(browser: Browser, partly: Run) -> None:
    assert "Opnieuw proberen heeft geen zin: hetzelfde bestand geeft dezelfde fout." in run_page(browser, partly)


# --- 'Koppel aan bestaande klant' ------------------------------------------------------------------------------------


@pytest.fixture
def misnumbered(office: Office) -> Client:
    """Who is meant, with a number that somebody typed wrongly."""
    return ClientFactory(office=office, name="Uma Onbekend")


def test_a_client_whose_number_was_wrong_gets_the_right_one(
    browser: Browser, olga: User, three_of_one: Run, misnumbered: Client
) -> None:
    html = unescape(browser.get(url_of(three_of_one, "link_client")).content.decode())
    assert "Uma Onbekend" in html  # found by the surname in the message
    assert misnumbered.tax_id not in html
    before = misnumbered.tax_id
    press(browser, three_of_one, "link_client", client=str(misnumbered.pk), understood="on")
    misnumbered.refresh_from_db()
    assert misnumbered.tax_id == UNKNOWN
    assert endings(three_of_one) == [("new", "")] * 3
    about = f"{three_of_one.reference}/0001: klant {misnumbered.pk}, was •••••{before[-4:]}"
    assert AuditEvent.objects.get(actor=olga, action="client.link").subject == about
    history = unescape(browser.get(reverse("migration:history", args=[three_of_one.pk])).content.decode())
    assert "koppelde record 1 aan een klant" in history


def test_a_number_that_a_colleague_just_gave_to_a_client_is_not_given_twice(
    olga: User, office: Office, three_of_one: Run, misnumbered: Client
) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN)
    assert not remedies.link(three_of_one.records.get(position=1), olga, misnumbered)
    assert Client.objects.filter(tax_id=UNKNOWN).count() == 1


def test_no_number_changes_without_the_tick(browser: Browser, three_of_one: Run, misnumbered: Client) -> None:
    page = press(browser, three_of_one, "link_client", client=str(misnumbered.pk))
    assert "Zet een vinkje als u het BSN/FI hebt gecontroleerd." in page
    misnumbered.refresh_from_db()
    assert misnumbered.tax_id != UNKNOWN


def test_a_client_with_sbas_is_somebody_else(
    browser: Browser, imported: Import, three_of_one: Run, misnumbered: Client
) -> None:
    imported([document(tax_id=misnumbered.tax_id)])
    assert "Geen klant zonder SBA's gevonden" in unescape(
        browser.get(url_of(three_of_one, "link_client")).content.decode()
    )
    press(browser, three_of_one, "link_client", client=str(misnumbered.pk), understood="on")
    misnumbered.refresh_from_db()
    assert misnumbered.tax_id != UNKNOWN


def test_what_comes_into_the_dossier_meanwhile_stops_the_link(
    olga: User, imported: Import, three_of_one: Run, misnumbered: Client
) -> None:
    imported([document(tax_id=misnumbered.tax_id)])
    assert not remedies.link(three_of_one.records.get(position=1), olga, misnumbered)
    misnumbered.refresh_from_db()
    assert misnumbered.tax_id != UNKNOWN
    assert not AuditEvent.objects.filter(action="client.link").exists()


def test_a_client_of_another_office_cannot_be_chosen(
    browser: Browser, other_office: Office, three_of_one: Run, misnumbered: Client
) -> None:
    theirs = ClientFactory(office=other_office, name="Uma Onbekend")
    press(browser, three_of_one, "link_client", client=str(theirs.pk), understood="on")
    theirs.refresh_from_db()
    assert theirs.tax_id != UNKNOWN


def test_a_number_in_the_address_finds_nobody(browser: Browser, three_of_one: Run, misnumbered: Client) -> None:
    html = browser.get(url_of(three_of_one, "link_client"), {"q": misnumbered.tax_id}).content.decode()
    assert misnumbered.tax_id not in html
    assert "Uma Onbekend" not in html


@pytest.mark.parametrize("mark", ["", " "])
def test_a_number_that_is_typed_finds_nobody_and_stays_out_of_the_address(
    browser: Browser, three_of_one: Run, misnumbered: Client, mark: str
) -> None:
    typed = mark.join(misnumbered.tax_id)
    answer = browser.post(url_of(three_of_one, "link_client"), {"q": typed}, follow=True)
    assert answer.redirect_chain == []
    assert typed not in answer.content.decode()
    assert "Geen klant zonder SBA's gevonden" in unescape(answer.content.decode())


def test_a_name_that_is_typed_stands_in_the_address(browser: Browser, three_of_one: Run, misnumbered: Client) -> None:
    answer = browser.post(url_of(three_of_one, "link_client"), {"q": "Uma"})
    assert answer["Location"] == url_of(three_of_one, "link_client") + "?q=Uma"
    assert "Uma Onbekend" in unescape(browser.get(answer["Location"]).content.decode())


def test_a_note_alone_is_taken_back_by_its_own_button(browser: Browser, three_of_one: Run) -> None:
    press(browser, three_of_one, "note_former")
    html = log(browser, three_of_one)
    assert html.count("Toch geen voormalige klant") == 2  # the step, and the button it names
    assert "Klant weer actief maken" not in html


def test_a_former_dossier_is_made_active_by_its_own_button(browser: Browser, partly: Run) -> None:
    html = log(browser, partly, 2)
    assert html.count("Klant weer actief maken") == 2
    assert "Toch geen voormalige klant" not in html
