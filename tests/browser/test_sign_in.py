"""Signing in with a real browser: a passkey of a (virtual) device, an app's code, and the same without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Open, Portal
from tests.browser.test_accessibility import is_clean
from tests.portal.people.codes import code_now

pytestmark = pytest.mark.browser
SECURITY = "/instellingen/beveiliging/"
INVITE = "/instellingen/gebruikers/uitnodiging/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
NEW_USER = """
from portal.models import Office, User
User.objects.create_user("{who}@kantoor.example", {password!r}, name="Els Bakker", role="{role}",
                         office=Office.objects.get(slug="kantoor"))
"""
AN_HOUR_LATER = """
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from portal.models import User
user = User.objects.get(email="{who}@kantoor.example")
for key in Session.objects.values_list("session_key", flat=True):
    session = SessionStore(key)
    if session.get("_auth_user_id") == str(user.pk):
        session["portal.began"] -= 3600
        session["account_authentication_methods"] = []
        session.save()
"""


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Argon2 takes its time on purpose, and a busy machine more."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def person(portal: Portal, request: pytest.FixtureRequest) -> str:
    """Somebody of this test alone: a second step would be in the way of the others."""
    who = re.sub("[^a-z]", "", request.node.name)
    portal.manage("shell", "-v0", "-c", NEW_USER.format(who=who, password=PASSWORD, role="beheerder"))
    return who


@pytest.fixture
def at_localhost(open_page: Open, portal: Portal) -> Open:
    """Passkeys belong to a name; an address of numbers has none."""
    address = portal.url.replace("127.0.0.1", "localhost")

    def opened(**options: object) -> Page:
        page = open_page(**options)
        page.goto(f"{address}/inloggen/")
        return page

    return opened


def sign_in(page: Page, who: str) -> None:
    page.get_by_label("E-mailadres").fill(f"{who}@kantoor.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def expect_to_be_in(page: Page) -> None:
    expect(page.get_by_role("heading", name="Klanten", exact=True)).to_be_visible()


def open_security(page: Page) -> None:
    page.goto(f"{page.url.partition('/klanten')[0]}{SECURITY}")


def confirm(page: Page) -> None:
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Verder").click()


def with_device(page: Page) -> Page:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return page


def sign_out(page: Page) -> None:
    page.locator("summary").filter(has_text="Bakker").click()
    page.get_by_role("button", name="Uitloggen", exact=True).click()
    expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()


def test_a_passkey_is_made_and_signs_in(at_localhost: Open, person: str) -> None:
    page = with_device(at_localhost())
    sign_in(page, person)
    expect_to_be_in(page)
    open_security(page)
    page.get_by_role("link", name="Toevoegen").click()
    confirm(page)
    page.get_by_label("Naam").fill("Laptop")
    is_clean(page)
    page.get_by_role("button", name="Passkey maken").click()
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    is_clean(page)
    open_security_again(page)
    expect(page.get_by_role("link", name="Verwijderen van Laptop")).to_be_visible()
    is_clean(page)
    sign_out(page)
    page.get_by_role("button", name="Gebruik een passkey").click()
    expect_to_be_in(page)

    sign_out(page)  # with a password the passkey is the second step
    sign_in(page, person)
    expect(page.get_by_role("heading", name="Bevestig dat u het bent")).to_be_visible()
    is_clean(page)
    page.get_by_role("button", name="Gebruik een passkey").click()
    expect_to_be_in(page)

    open_security(page)
    page.get_by_role("link", name="Verwijderen van Laptop").click()
    page.get_by_role("link", name="Gebruik een passkey").click()
    page.get_by_role("button", name="Gebruik een passkey").click()
    page.get_by_role("button", name="Verwijderen").click()
    expect(page.get_by_text("De passkey is verwijderd.")).to_be_visible()


def open_security_again(page: Page) -> None:
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    expect(page.get_by_role("heading", name="Beveiliging")).to_be_visible()


def test_a_passkey_leads_to_the_page_that_was_asked_for(at_localhost: Open, person: str) -> None:
    page = with_device(at_localhost())
    sign_in(page, person)
    expect_to_be_in(page)
    open_security(page)
    page.get_by_role("link", name="Toevoegen").click()
    confirm(page)
    page.get_by_role("button", name="Passkey maken").click()
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    sign_out(page)
    page.goto(f"{page.url.partition('/inloggen')[0]}/instellingen/")
    page.get_by_role("button", name="Gebruik een passkey").click()
    expect(page.get_by_role("heading", name="Uw gegevens")).to_be_visible()


def test_a_device_without_passkey_is_told_in_words(at_localhost: Open, portal: Portal) -> None:
    page = with_device(at_localhost())
    page.get_by_role("button", name="Gebruik een passkey").click()
    expect(page.get_by_role("alert")).to_have_text("Het is niet gelukt of u hebt het afgebroken. Probeer het opnieuw.")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])
def test_an_app_is_set_up_and_its_code_signs_in(at_localhost: Open, person: str, javascript: bool) -> None:
    page = at_localhost(javascript=javascript)
    sign_in(page, person)
    expect_to_be_in(page)
    open_security(page)
    page.get_by_role("link", name="Instellen").click()
    confirm(page)
    expect(page.get_by_role("img", name="QR-code")).to_be_visible()
    if javascript:
        is_clean(page)
    secret = (page.locator(".reference").text_content() or "").replace(" ", "")
    page.get_by_label("Code van zes cijfers").fill(code_now(secret))
    page.get_by_role("button", name="Instellen").click()
    expect(page.get_by_text("Nog 10 van de 10 codes")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download als tekst").click()
    assert len(re.findall(r"^\d{4} \d{4}$", download.value.path().read_text(), re.M)) == 10
    sign_out(page)
    sign_in(page, person)
    page.get_by_label("Code").fill(code_now(secret, periods_ahead=1))
    page.get_by_role("button", name="Verder").click()
    expect_to_be_in(page)


def test_without_javascript_a_passkey_says_that_it_needs_it(at_localhost: Open, person: str) -> None:
    page = at_localhost(javascript=False)
    expect(page.get_by_role("button", name="Gebruik een passkey")).to_have_count(0)
    sign_in(page, person)
    expect_to_be_in(page)
    open_security(page)
    page.get_by_role("link", name="Toevoegen").click()
    confirm(page)
    expect(page.get_by_text("Passkeys werken alleen met JavaScript.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])
def test_an_unlocked_laptop_invites_nobody(at_localhost: Open, portal: Portal, person: str, javascript: bool) -> None:
    page = at_localhost(javascript=javascript)
    sign_in(page, person)
    expect_to_be_in(page)
    page.goto(page.url.replace("/klanten/", INVITE))
    page.get_by_label("Naam").fill("Eva Vermeer")
    page.get_by_label("E-mailadres").fill(f"eva-{person}@kantoor.example")
    page.get_by_role("radio", name="Lezer").check()
    portal.manage("shell", "-v0", "-c", AN_HOUR_LATER.format(who=person))
    page.get_by_role("button", name="Uitnodiging sturen").click()
    expect(page.get_by_role("heading", name="Bevestig dat u het bent")).to_be_visible()
    if javascript:
        is_clean(page)
    confirm(page)
    expect(page.get_by_text("Er is nog niets gewijzigd of verstuurd")).to_be_visible()
    expect(page.get_by_label("Naam")).to_have_value("Eva Vermeer")
    expect(page.get_by_role("radio", name="Lezer")).to_be_checked()
    if javascript:
        is_clean(page)
    page.get_by_role("button", name="Uitnodiging sturen").click()
    expect(page.get_by_text(f"De uitnodiging is verstuurd aan eva-{person}@kantoor.example")).to_be_visible()


def test_a_passkey_answers_the_question_too(at_localhost: Open, portal: Portal, person: str) -> None:
    page = with_device(at_localhost())
    sign_in(page, person)
    expect_to_be_in(page)
    base = page.url.partition("/klanten")[0]
    open_security(page)
    page.get_by_role("link", name="Toevoegen").click()
    confirm(page)
    page.get_by_role("button", name="Passkey maken").click()
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    portal.manage("shell", "-v0", "-c", AN_HOUR_LATER.format(who=person))
    page.goto(base + INVITE)
    page.get_by_role("link", name="Gebruik een passkey").click()
    page.get_by_role("button", name="Gebruik een passkey").click()
    expect(page.get_by_role("heading", name="Gebruiker uitnodigen")).to_be_visible()


def test_the_pages_of_the_manager_are_clean(at_localhost: Open, person: str, portal: Portal) -> None:
    page = at_localhost()
    is_clean(page)
    sign_in(page, person)
    expect_to_be_in(page)
    base = page.url.partition("/klanten")[0]
    settings = f"{base}/instellingen"
    for address in ("beveiliging/", "gebruikers/", "gebruikers/uitnodiging/", "logboek/", "logboek/?wat=gebruikers"):
        page.goto(f"{settings}/{address}")
        is_clean(page)
    page.goto(f"{settings}/gebruikers/uitnodiging/")
    page.get_by_label("Naam").fill("Dirk Bos")
    page.get_by_label("E-mailadres").fill("dirk@kantoor.example")
    page.get_by_role("radio", name="Uitvoerder").check()
    page.get_by_role("button", name="Uitnodiging sturen").click()
    expect(page.get_by_text("De uitnodiging is verstuurd aan dirk@kantoor.example")).to_be_visible()
    is_clean(page)
    page.get_by_role("link", name="Bram Jansen").click()
    is_clean(page)


def test_the_filters_of_the_log_move_only_the_part(at_localhost: Open, person: str) -> None:
    page = at_localhost()
    sign_in(page, person)
    expect_to_be_in(page)
    page.goto(f"{page.url.partition('/klanten')[0]}/instellingen/logboek/")
    page.get_by_label("Wat").select_option("Inloggen")
    expect(page).to_have_url(re.compile("wat=aanmelden"))
    expect(page.get_by_role("cell", name="Ingelogd").first).to_be_visible()
