"""What a person expects of a portal: a password that can be shown, sessions that can be ended, a name for a run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Open
from tests.browser.test_accessibility import is_clean

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Argon2 takes its time on purpose, and a busy machine more."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


# --- 'Wachtwoord tonen' -----------------------------------------------------------------------------------------------


def test_a_password_is_shown_on_demand_and_sent_hidden(open_page: Open) -> None:
    page = open_page()
    page.goto("/inloggen/")
    page.get_by_label("E-mailadres").fill("anna@kantoor.example")
    password, button = page.get_by_label("Wachtwoord"), page.get_by_role("button", name="Wachtwoord tonen")
    password.fill(PASSWORD)
    expect(password).to_have_attribute("type", "password")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Enter")
    expect(password).to_have_attribute("type", "text")
    expect(password).to_have_value(PASSWORD)
    expect(password).to_have_attribute("spellcheck", "false")
    expect(button).to_have_attribute("aria-pressed", "true")
    is_clean(page)
    page.evaluate("document.forms[0].addEventListener('submit', (e) => e.preventDefault())")
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(password).to_have_attribute("type", "password")
    expect(button).to_have_attribute("aria-pressed", "false")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert PASSWORD not in stored


def test_every_password_of_a_form_has_a_button_of_its_own(signed_in: Open) -> None:
    page = signed_in()
    page.goto("/instellingen/beveiliging/wachtwoord/")
    new = page.get_by_label("Nieuw wachtwoord", exact=True)
    page.get_by_role("button", name="Wachtwoord tonen (Nieuw wachtwoord)", exact=True).click()
    expect(new).to_have_attribute("type", "text")
    expect(page.get_by_label("Huidig wachtwoord")).to_have_attribute("type", "password")
    expect(page.get_by_role("button", name="Wachtwoord tonen")).to_have_count(3)
    is_clean(page)


def test_without_javascript_no_button_promises_it(open_page: Open) -> None:
    page = open_page(javascript=False)
    page.goto("/inloggen/")
    expect(page.get_by_label("Wachtwoord")).to_be_visible()
    expect(page.get_by_role("button", name="Wachtwoord tonen")).to_have_count(0)
