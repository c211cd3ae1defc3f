"""The first two pages of the wizard: /instellingen/migratie/upload/ and …/upload/keuze/"""

from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.models import Run
from migration.road import pipeline
from portal.models import AuditEvent, User
from sba.samples import document
from tests.factories import PASSWORD
from tests.markup import unfolded
from tests.migration.conftest import HTMX, UNKNOWN, SignIn
from tests.portal.people.clock import ago

pytestmark = pytest.mark.django_db

PREPARE, OPTIONS, FILE, CANCEL = (
    reverse(f"migration:{name}") for name in ("wizard_prepare", "wizard_options", "wizard_file", "wizard_cancel")
)
CHOICES = {"importer_slug": "sba", "target": "akkoord", "overwrite_status": "on", "remark": "Eerste proef"}


def answers(browser: Browser) -> dict[str, object]:
    return dict(browser.session.get("migration.wizard", {}))


def test_the_first_page_says_what_one_needs(sign_in: SignIn, olga: User) -> None:
    html = sign_in(olga).get(PREPARE).content.decode()
    for text in ("Stap 1 van 3", "Voorbereiding", "13.0", "ZIP, maximaal 2.000 MB", "Volgende", "Annuleren"):
        assert text in html


def test_the_first_page_leads_to_the_second(sign_in: SignIn, olga: User) -> None:
    response = sign_in(olga).post(PREPARE)
    assert response["Location"] == OPTIONS


def test_a_page_without_the_answers_before_it_goes_back_to_the_first_gap(sign_in: SignIn, olga: User) -> None:
    browser = sign_in(olga)
    assert browser.get(FILE)["Location"] == PREPARE
    assert browser.get(OPTIONS)["Location"] == PREPARE
    browser.post(PREPARE)
    assert browser.get(FILE)["Location"] == OPTIONS
    assert browser.get(OPTIONS).status_code == 200


def test_the_only_kind_is_chosen_and_no_status_is(sign_in: SignIn, olga: User) -> None:
    browser = sign_in(olga)
    browser.post(PREPARE)
    html = browser.get(OPTIONS).content.decode()
    assert html.count("checked") == 1
    for label in ("Te beoordelen", "In behandeling", "Akkoord", "Niet akkoord", "Bezwaar ingediend", "Afgehandeld"):
        assert label in html
    assert "Nog niemand heeft de aanslag bekeken." in html


def test_the_status_must_be_chosen(sign_in: SignIn, olga: User) -> None:
    browser = sign_in(olga)
    browser.post(PREPARE)
    response = browser.post(OPTIONS, {"importer_slug": "sba", "remark": "blijft staan"})
    assert response.status_code == 422
    html = response.content.decode()
    assert html.count("Kies de gewenste status van de SBA&#x27;s.") == 2  # in the summary, and at the field
    assert "Er is een probleem" in html
    assert "blijft staan" in html


def test_the_limits_are_told_before_the_upload(sign_in: SignIn, olga: User) -> None:
    html = sign_in(olga).get(PREPARE).content.decode()
    for text in ("hoogstens 200.000 bestanden in de ZIP", "hoogstens 20 MB, uitgepakt"):
        assert text in html


@pytest.mark.parametrize("wrong", [{"target": "onzin"}, {"importer_slug": "onzin"}, {"remark": "x" * 501}])
def test_an_answer_that_does_not_exist_is_refused(sign_in: SignIn, olga: User, wrong: dict[str, str]) -> None:
    browser = sign_in(olga)
    browser.post(PREPARE)
    assert browser.post(OPTIONS, {**CHOICES, **wrong}).status_code == 422


def test_the_choices_are_kept_and_shown_again(sign_in: SignIn, olga: User) -> None:
    browser = sign_in(olga)
    browser.post(PREPARE)
    assert browser.post(OPTIONS, CHOICES)["Location"] == FILE
    html = browser.get(OPTIONS).content.decode()
    assert html.count("checked") == 3
    assert "Eerste proef" in html


def test_the_way_back_keeps_what_was_filled_in(sign_in: SignIn, olga: User) -> None:
    browser = sign_in(olga)
    browser.post(PREPARE)
    response = browser.post(OPTIONS, {"importer_slug": "sba", "remark": "half af", "back": "1"})
    assert response["Location"] == PREPARE
    assert "half af" in browser.get(OPTIONS).content.decode()
    assert browser.get(FILE)["Location"] == OPTIONS


@pytest.mark.parametrize("number", ["123456782", "1234 56782", "123_456_782"])
def test_a_bsn_in_the_remark_is_not_stored(sign_in: SignIn, olga: User, number: str) -> None:
    browser = sign_in(olga)
    browser.post(PREPARE)
    browser.post(OPTIONS, {**CHOICES, "remark": f"let op {number}"})
    assert answers(browser)["remark"] == "let op •••••6782"


def test_cancelling_forgets_the_answers(sign_in: SignIn, olga: User) -> None:
    browser = sign_in(olga)
    browser.post(PREPARE)
    browser.post(OPTIONS, CHOICES)
    assert browser.post(CANCEL)["Location"] == reverse("migration:overview")
    assert answers(browser) == {}


def test_cancelling_removes_the_file_that_waits(
    at_file_page: Callable[..., Browser], zip_file: Callable[..., object], olga: User
) -> None:
    browser = at_file_page(olga)
    browser.post(FILE, {"file": zip_file()}, headers=HTMX)
    reference = Run.objects.get().reference
    browser.post(CANCEL)
    assert not Run.objects.exists()
    assert AuditEvent.objects.filter(actor=olga, action="run.discard", subject=reference).exists()


def test_other_choices_change_the_file_that_waits(
    at_file_page: Callable[..., Browser], zip_file: Callable[..., object], olga: User
) -> None:
    browser = at_file_page(olga)
    browser.post(FILE, {"file": zip_file()}, headers=HTMX)
    browser.post(OPTIONS, CHOICES)
    run = Run.objects.get()
    assert (run.target, run.overwrite_status, run.remark) == ("akkoord", True, "Eerste proef")


# --- Who chose too late ---------------------------------------------------------------------------------------------

FORM = "application/x-www-form-urlencoded"
HERE = f"http://testserver{OPTIONS}"
KEPT = "uw keuzes zijn bewaard"
NOT_KEPT = "Wat u net verstuurde, is niet verwerkt."


@pytest.fixture
def late(sign_in: SignIn, olga: User) -> Browser:
    """On the second page, which stood open until the session was over; something else was chosen before."""
    browser = sign_in(olga)
    browser.post(PREPARE)
    browser.post(OPTIONS, {"importer_slug": "sba", "target": "te-beoordelen"})
    ago(browser, seen=31)
    return browser


def send(browser: Browser, choices: dict[str, str], referrer: str = HERE, to: str = OPTIONS) -> str:
    """As a browser sends a form; what the page says to which that leads."""
    sent = browser.post(to, urlencode(choices), content_type=FORM, headers={"referer": referrer}, follow=True)
    return str(sent.content.decode())


def signed_in_again(browser: Browser, user: User) -> dict[str, object]:
    browser.post("/inloggen/", {"login": user.email, "password": PASSWORD})
    return answers(browser)


@pytest.mark.usefixtures("no_tries")
@pytest.mark.parametrize("first", [None, "/klanten/"], ids=["ends the session", "comes after its end"])
def test_what_is_chosen_too_late_is_kept(late: Browser, olga: User, first: str | None) -> None:
    if first:
        late.get(first)
    assert KEPT in send(late, CHOICES)
    kept = signed_in_again(late, olga)
    assert (kept["target"], kept["overwrite_status"], kept["remark"]) == ("akkoord", True, "Eerste proef")


@pytest.mark.usefixtures("no_tries")
def test_what_is_chosen_too_late_is_nobody_elses(late: Browser, anna: User) -> None:
    send(late, CHOICES)
    assert signed_in_again(late, anna) == {}


@pytest.mark.usefixtures("no_tries")
def test_what_another_site_sends_is_not_kept(late: Browser, olga: User) -> None:
    assert NOT_KEPT in send(late, CHOICES, referrer="https://kwaad.example/")
    assert signed_in_again(late, olga)["target"] == "te-beoordelen"


@pytest.mark.usefixtures("no_tries")
def test_a_bsn_that_is_typed_too_late_is_not_stored(late: Browser, olga: User) -> None:
    send(late, {**CHOICES, "remark": "let op 123456782"})
    assert "123456782" not in str(dict(late.session))
    assert signed_in_again(late, olga)["remark"] == "let op •••••6782"


@pytest.mark.usefixtures("no_tries")
def test_any_other_form_that_comes_too_late_is_known_to_be_lost(late: Browser, olga: User) -> None:
    page = send(late, {}, to=CANCEL)
    assert NOT_KEPT in page
    assert KEPT not in page
    assert signed_in_again(late, olga)["target"] == "te-beoordelen"


# --- The tick for an e-mail -----------------------------------------------------------------------------------------


def test_who_wants_no_mail_is_told_so_instead_of_being_asked(at_file_page: Callable[..., Browser], olga: User) -> None:
    assert "E-mail mij als de migratie klaar is" in at_file_page(olga).get(FILE).content.decode()
    olga.mail_when = User.MailWhen.NEVER
    olga.save()
    html = unescape(at_file_page(olga).get(FILE).content.decode())
    assert "bij uw gegevens staat 'E-mail bij migratie' op 'Nooit'." in html
    assert f'<a href="{reverse("settings")}">Wijzig dit</a>' in html
    assert "E-mail mij als de migratie klaar is" not in html


# --- 'Toon alleen aandachtspunten' -----------------------------------------------------------------------------------


@pytest.fixture
def checked_here(at_file_page: Callable[..., Browser], zip_file: Callable[..., object], olga: User) -> Browser:
    """The third page, of a file with 27 records of a client whom nobody knows, and one that is good."""
    browser = at_file_page(olga)
    years = [(year, tax) for year in range(2010, 2024) for tax in ("IB", "ZVW")][:27]
    who = {"tax_id": UNKNOWN, "name": "Wolkenkamp"}
    unknown = {f"{year}{tax}.xbrl": document(**who, year=year, tax=tax) for year, tax in years}
    browser.post(FILE, {"file": zip_file(files={**unknown, "z.xbrl": document()})}, headers=HTMX)
    pipeline.move(Run.objects.get().pk)
    return browser


def attention(browser: Browser, query: str, **headers: str) -> str:
    response = browser.get(f"{FILE}?{query}", headers=headers or {})
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


def test_what_deserves_a_look_is_a_part_of_the_third_page(checked_here: Browser) -> None:
    page = attention(checked_here, "")
    assert 'href="/instellingen/migratie/upload/bestand/?toon=mislukt#attention"' in page
    assert "Wolkenkamp" not in page
    page = attention(checked_here, "toon=mislukt")
    assert page.count("<strong>Wolkenkamp</strong>") == 25
    assert '<p role="status">27 records</p>' in page
    assert "SBA-202</span> Klant niet gevonden" in page
    assert ">Volgende</button>" in page
    assert UNKNOWN not in page


def test_its_pages_and_its_end_stay_on_the_third_page(checked_here: Browser) -> None:
    page = attention(checked_here, "toon=mislukt")
    assert f'href="{FILE}?toon=mislukt&na=25#attention"' in page
    assert attention(checked_here, "toon=mislukt&na=25").count("<strong>Wolkenkamp</strong>") == 2
    assert f'<a href="{FILE}" hx-get="{FILE}?toon=niets"' in page
    assert attention(checked_here, "code=SBA-202").count("<strong>Wolkenkamp</strong>") == 25


def test_htmx_gets_that_list_alone(checked_here: Browser) -> None:
    part = attention(checked_here, "toon=mislukt", **HTMX, **{"HX-Target": "attention"})
    assert part.strip().startswith('<section id="attention" class="panel"')
    assert attention(checked_here, "toon=niets", **HTMX, **{"HX-Target": "attention"}).strip() == (
        '<section id="attention"> </section>'
    )


def test_a_log_that_was_opened_there_leads_back_there(checked_here: Browser, sign_in: SignIn, anna: User) -> None:
    log = Run.objects.get().records.get(position=1).get_absolute_url()
    back = f'href="{FILE}?toon=mislukt#attention"'
    assert back in checked_here.get(log).content.decode()
    assert back not in sign_in(anna).get(log).content.decode()


def test_the_page_of_the_run_shows_it_below(checked_here: Browser) -> None:
    run = Run.objects.get()
    html = checked_here.get(run.get_absolute_url()).content.decode()
    assert f'href="{run.get_absolute_url()}?toon=mislukt#records"' in html
    assert 'id="attention"' not in html
