"""Whose a record is: likely clients by the name in it, that name beside every choice, and one who came meanwhile."""

from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.findings.likeness import called_like, telling_words
from migration.models import Run
from migration.road import pipeline
from portal.models import Client, Office, User
from sba.samples import document
from tests.factories import ClientFactory
from tests.markup import unfolded
from tests.migration.conftest import UNKNOWN, SignIn
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown(imported: Import, client_of_ours: object) -> Run:
    """Two records of a company that is no client here."""
    of = {"tax_id": UNKNOWN, "name": "Wolkenkamp Bouw B.V.", "tax": "VPB"}
    return imported([document(year=year, **of) for year in (2017, 2018)])


def url_of(run: Run, name: str, position: int = 1) -> str:
    return reverse(f"migration:{name}", args=[run.pk, position])


def page(browser: Browser, url: str) -> str:
    response = browser.get(url)
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


# --- Who is called like that -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Wolkenkamp Bouw B.V.", ["wolkenkamp", "bouw"]),
        ("A.B. van der Bérg", ["berg"]),
        ("Stichting de Brug", ["brug"]),
        ("dhr. J. Jansen-de Vries jr.", ["jansen", "vries"]),
        ("P. Pieters 234567892", ["pieters"]),
        ("Bakker, A.", ["bakker"]),
        ("B.V.", []),
    ],
)
def test_what_half_of_the_clients_are_called_tells_nothing(name: str, words: list[str]) -> None:
    assert telling_words(name) == words


def test_the_likeliest_stand_on_top(office: Office) -> None:
    names = ("Bouw en Co", "Wolkenkamp Holding B.V.", "Wolkenkamp Bouw B.V.", "Wolkenkamp Bouw Beheer B.V.", "Anders")
    for name in names:
        ClientFactory(office=office, name=name, kind="company")
    found = called_like("Wolkenkamp Bouw B.V.", Client.objects.filter(office=office))
    assert [client.name for client in found] == [
        "Wolkenkamp Bouw B.V.", "Wolkenkamp Bouw Beheer B.V.", "Bouw en Co", "Wolkenkamp Holding B.V.",
    ]  # fmt: skip


def test_a_name_without_a_word_that_tells_is_sought_whole(office: Office) -> None:
    ClientFactory(office=office, name="B.V.", kind="company")
    assert [one.name for one in called_like("B.V.", Client.objects.all())] == ["B.V."]
    assert not called_like(" ", Client.objects.all()).exists()


def test_the_page_looks_for_the_name_in_the_record_at_once(browser: Browser, office: Office, unknown: Run) -> None:
    ClientFactory(office=office, name="Bouwbedrijf Wolkenkamp", kind="company", client_number="1042")
    ClientFactory(office=office, name="Zonnedael B.V.", kind="company")
    html = page(browser, url_of(unknown, "link_client"))
    assert 'value="Wolkenkamp Bouw B.V."' in html
    assert "<dt>Naam in het bestand</dt> <dd>Wolkenkamp Bouw B.V.</dd>" in html
    assert "Klantnummer 1042 · bedrijf · BSN/FI nu •••••" in html
    assert "Zonnedael" not in html, "B.V. alone makes nobody likely"


def test_the_name_in_the_file_stands_beside_the_dossiers(browser: Browser, office: Office, imported: Import) -> None:
    ClientFactory.create_batch(2, office=office, tax_id=UNKNOWN)
    run = imported([document(tax_id=UNKNOWN, name="U. Onbekend", year=2017)])
    html = page(browser, url_of(run, "choose_dossier"))
    assert "<dt>Naam in het bestand</dt> <dd>U. Onbekend</dd>" in html
    assert "<dt>Jaar</dt><dd>2017</dd>" in html


# --- Who came meanwhile ----------------------------------------------------------------------------------------------


def test_a_client_who_came_meanwhile_is_named_and_it_is_tried_again(
    browser: Browser, office: Office, unknown: Run
) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN, name="Wolkenkamp", client_number="1042")
    log = page(browser, url_of(unknown, "record_log"))
    assert "Er is inmiddels een klant met dit BSN/FI" in log
    assert 'href="' + url_of(unknown, "create_client") not in log
    html = page(browser, url_of(unknown, "create_client"))
    assert "De klant is er al" in html
    assert "Wolkenkamp</a> (klantnummer 1042)" in html
    assert "Dat geldt ook voor het andere record van deze klant" in html
    browser.post(reverse("migration:retry", args=[unknown.pk]), {"record": "1", "klant": "1"})
    pipeline.move(unknown.pk)
    assert set(unknown.records.values_list("outcome", flat=True)) == {"new"}


def test_what_is_sent_too_late_makes_no_second_client(browser: Browser, office: Office, unknown: Run) -> None:
    ClientFactory(office=office, tax_id=UNKNOWN, name="Wolkenkamp")
    answer = browser.post(url_of(unknown, "create_client"), {"name": "Wolkenkamp", "kind": "company"})
    assert "De klant is er al" in answer.content.decode()
    assert Client.objects.filter(tax_id=UNKNOWN).count() == 1


@pytest.mark.parametrize(
    ("clients", "words"),
    [
        ([True], "Die staat als voormalig"),
        ([False, False], "Er zijn inmiddels 2 klanten met dit BSN/FI."),
        ([True, False], "U hoeft geen klant aan te maken"),
    ],
)
def test_it_says_what_trying_again_will_bring(
    browser: Browser, office: Office, unknown: Run, clients: list[bool], words: str
) -> None:
    for former in clients:
        ClientFactory(office=office, tax_id=UNKNOWN, former=former)
    assert words in page(browser, url_of(unknown, "create_client"))


def test_a_client_of_another_office_is_not_there(browser: Browser, other_office: Office, unknown: Run) -> None:
    ClientFactory(office=other_office, tax_id=UNKNOWN)
    assert "inmiddels" not in page(browser, url_of(unknown, "record_log"))
    assert "<h1>Maak klant aan</h1>" in page(browser, url_of(unknown, "create_client"))


# --- The number in the name of a file --------------------------------------------------------------------------------


@pytest.fixture
def unreadable(imported: Import) -> Run:
    return imported({f"{UNKNOWN}-2019-ih.xbrl": b"<kapot", "20190512.xbrl": b"<kapot"})


def test_a_manager_copies_the_number_that_is_in_the_name_of_the_file(
    sign_in: SignIn, anna: User, unreadable: Run
) -> None:
    manager = sign_in(anna)
    assert "Kopieer met BSN/FI" in page(manager, url_of(unreadable, "record_log"))
    assert "Kopieer met BSN/FI" not in page(manager, url_of(unreadable, "record_log", 2))
    copied = unescape(manager.post(url_of(unreadable, "record_reveal")).content.decode())
    assert f"BSN/FI: {UNKNOWN} (uit de bestandsnaam)" in copied
    assert f"Bestand: •••••{UNKNOWN[-4:]}-2019-ih.xbrl" in copied
    history = page(manager, reverse("migration:history", args=[unreadable.pk]))
    assert "Anna de Vries kopieerde de foutmelding van record 1, met BSN/FI." in history


def test_nobody_else_does(sign_in: SignIn, olga: User, bram: User, unreadable: Run) -> None:
    for user in (olga, bram):
        browser = sign_in(user)
        assert "Kopieer met BSN/FI" not in page(browser, url_of(unreadable, "record_log"))
        assert browser.post(url_of(unreadable, "record_reveal")).status_code == 403
