"""A run and its logs in the browser: the dialog, copying, and news that comes by itself."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Portal
from tests.browser.test_acting import frozen_worker
from tests.browser.test_the_road import PATIENCE, button, upload

pytestmark = pytest.mark.browser
LOG = re.compile(r"^Log van record \d+, Mislukt$")


@pytest.fixture(scope="package")
def failures(portal: Portal) -> Path:
    return portal.export("mislukt.zip", seed=51_000, count=20, former=3, unknown=4)


@pytest.fixture(scope="package")
def run_address() -> dict[str, str]:
    """Where the run of this file is, once a test made it."""
    return {}


@pytest.fixture
def page(signed_in: Open, failures: Path, run_address: dict[str, str]) -> Page:
    """A run with failures."""
    page = signed_in(permissions=["clipboard-read", "clipboard-write"])
    if not run_address:
        page.goto("/instellingen/migratie/")
        upload(page, failures)
        expect(page.get_by_text("Migratie deels geslaagd")).to_be_visible(timeout=PATIENCE)
        run_address["url"] = page.url
    page.goto(run_address["url"])
    return page


def test_a_log_opens_in_place_and_has_an_address(page: Page) -> None:
    here = page.url
    page.get_by_role("link", name=LOG).nth(1).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.url.endswith("/log/")
    page.get_by_role("dialog").get_by_role("link", name="Vorige mislukte").click()
    expect(page.get_by_role("dialog").get_by_role("heading").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url(here)


def test_the_address_of_a_log_is_a_page(page: Page) -> None:
    page.get_by_role("link", name=LOG).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("SBA-202 – Klant niet gevonden")


def test_the_message_is_copied_without_a_bsn(page: Page) -> None:
    page.get_by_role("link", name=LOG).first.click()
    button(page, "Kopieer foutmelding")
    expect(page.get_by_role("status").filter(has_text="Gekopieerd")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Referentie: MIG-")
    assert "BSN/FI:" not in copied


def test_the_bsn_is_fetched_only_when_asked_for(page: Page) -> None:
    page.get_by_role("link", name=LOG).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert not re.search(r"BSN/FI: \d{9}", page.content())
    button(page, "Kopieer met BSN/FI")
    expect(page.get_by_role("status").filter(has_text="Gekopieerd")).to_be_visible()
    assert re.search(r"BSN/FI: \d{9}\n$", page.evaluate("navigator.clipboard.readText()"))


def test_a_blocked_clipboard_leaves_the_text_selected(signed_in: Open, page: Page) -> None:
    page.get_by_role("link", name=LOG).first.click()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    button(page, "Kopieer foutmelding")
    expect(page.get_by_role("status").filter(has_text="Druk op Ctrl+C")).to_be_visible()
    assert page.evaluate("getSelection().toString()").startswith("Referentie: MIG-")


def test_filters_are_in_the_address(page: Page) -> None:
    page.get_by_role("navigation", name="Welke records").get_by_role("link", name="Mislukt").click()
    expect(page.get_by_role("link", name=LOG)).to_have_count(7)
    assert "toon=mislukt" in page.url
    page.get_by_role("link", name="Toon records met SBA-201").click()
    expect(page.get_by_role("link", name=LOG)).to_have_count(3)
    page.go_back()
    expect(page.get_by_role("link", name=LOG)).to_have_count(7)


def test_a_reader_sees_everything_and_can_change_nothing(
    signed_in: Open, run_address: dict[str, str], page: Page
) -> None:
    reader = signed_in("bram")
    reader.goto(run_address["url"])
    reader.get_by_role("link", name=LOG).first.click()
    expect(reader.get_by_role("button", name="Kopieer foutmelding")).to_be_visible()
    expect(reader.get_by_role("button", name="Kopieer met BSN/FI")).to_have_count(0)
    reader.goto("/instellingen/migratie/")
    expect(reader.get_by_role("link", name="Upload migratiebestand")).to_have_count(0)


def test_a_session_that_ended_leads_to_signing_in(signed_in: Open, page: Page) -> None:
    page.context.clear_cookies()
    page.get_by_role("link", name=LOG).first.click()
    expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()


def test_the_overview_follows_a_run_by_itself(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    file = portal.export("volgt.zip", seed=52_000, count=20)
    page.goto("/instellingen/migratie/")
    with frozen_worker(portal):  # so that there is something left to follow
        upload(page, file)
        page.goto("/instellingen/migratie/")
        row = page.get_by_role("row").filter(has_text="volgt.zip")
        expect(row).to_contain_text("wacht op Nextens")
        link = row.get_by_role("link")
        link.focus()
    expect(row).to_contain_text("Migratie succesvol", timeout=60_000)
    expect(link).to_be_focused()
