"""What a person expects of a portal: a password that can be shown, sessions that can be ended, a name for a run."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Open, Portal, enter, running
from tests.browser.test_accessibility import axe_finds, is_clean

pytestmark = pytest.mark.browser
IMPORT = ("--office", "kantoor", "--user", "anna@kantoor.example", "--status", "te-beoordelen")


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


# --- Before a session ends by itself ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that signs out after half a minute, and warns for the second half of it."""
    with running(tmp_path_factory.mktemp("hasty"), SESSION_IDLE_MINUTES="0.5") as portal:
        yield portal


@pytest.fixture
def idle(open_page: Open, hasty: Portal) -> Page:
    page = open_page(base_url=hasty.url)
    enter(page)
    return page


def test_a_warning_comes_before_the_end_and_one_can_stay(idle: Page) -> None:
    dialog = idle.get_by_role("dialog", name="U wordt bijna uitgelogd")
    expect(dialog).to_have_count(0)
    expect(dialog).to_be_visible(timeout=30_000)
    expect(dialog.get_by_text(re.compile(r"Over \d+ seconden logt de portal u uit"))).to_be_visible()
    expect(idle.get_by_role("button", name="Blijf ingelogd")).to_be_focused()
    assert axe_finds(idle) == []
    idle.get_by_role("button", name="Blijf ingelogd").press("Enter")
    expect(dialog).to_have_count(0)
    idle.wait_for_timeout(5_000)
    expect(dialog).to_have_count(0)
    idle.reload()
    expect(idle.get_by_role("heading", name="Klanten", exact=True)).to_be_visible()


def test_it_is_said_aloud_once_or_twice_and_then_it_is_over(idle: Page) -> None:
    idle.evaluate("""
        window.said = [];
        const spoken = document.querySelector("[data-spoken]");
        const hear = () => spoken.textContent && said.push(spoken.textContent);
        new MutationObserver(hear).observe(spoken, {childList: true});
    """)
    over = idle.get_by_role("dialog", name="U bent uitgelogd")
    expect(over).to_be_visible(timeout=60_000)
    assert 1 <= len(idle.evaluate("said")) <= 2
    assert axe_finds(idle) == []
    over.get_by_role("link", name="Opnieuw inloggen").click()
    expect(idle.get_by_role("heading", name="Inloggen")).to_be_visible()
    expect(idle.get_by_text("Uw sessie is verlopen. Log opnieuw in; uw keuzes zijn bewaard.")).to_be_visible()


def test_another_window_that_is_used_keeps_this_one_quiet(idle: Page) -> None:
    other = idle.context.new_page()
    for _ in range(5):
        idle.wait_for_timeout(4_000)
        other.goto("/klanten/")
    expect(idle.get_by_role("dialog")).to_have_count(0)


# --- Signing out everywhere -------------------------------------------------------------------------------------------


def test_one_signs_out_on_all_other_devices(signed_in: Open) -> None:
    there, page = signed_in("bram"), signed_in("bram")
    page.goto("/instellingen/beveiliging/")
    page.get_by_role("button", name="Andere apparaten uitloggen").click()
    expect(page.get_by_text("U bent op alle andere apparaten uitgelogd.")).to_be_visible()
    is_clean(page)
    there.goto("/klanten/")
    expect(there.get_by_role("heading", name="Inloggen")).to_be_visible()
    page.get_by_role("button", name="Overal uitloggen").click()
    expect(page.get_by_text("U bent overal uitgelogd.")).to_be_visible()


# --- A name for a run -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False])
def test_a_run_gets_a_name(signed_in: Open, portal: Portal, javascript: bool) -> None:
    name = f"Export 2024 Zwolle {javascript}"
    portal.manage("import_sba", portal.export(f"naam-{javascript}.zip", seed=61_000 + javascript, count=2), *IMPORT)
    page = signed_in(javascript=javascript)
    page.goto("/instellingen/migratie/")
    page.locator("td.date a").first.click()
    page.get_by_role("link", name="Geef deze migratie een naam").click()
    place = page.get_by_role("dialog") if javascript else page
    place.get_by_label("Naam van deze migratie").fill(name)
    place.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("De naam van deze migratie is bewaard.")).to_be_visible()
    expect(page.locator("#main strong", has_text=name)).to_be_visible()
    if javascript:
        is_clean(page)
    page.goto("/instellingen/migratie/")
    expect(page.get_by_text(name)).to_be_visible()
