"""Single keys: off until one wants them, and then to search, to go from row to row and from failure to failure."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Portal
from tests.browser.test_the_road import PATIENCE, button, upload

pytestmark = pytest.mark.browser
OVERVIEW = "/instellingen/migratie/"
SEARCH = "Zoek op BSN/FI, naam, bestand, foutcode of referentie"
LOG = re.compile(r"^Log van record \d+, Mislukt$")


@pytest.fixture(scope="package")
def addresses() -> dict[str, str]:
    return {}


@pytest.fixture
def page(portal: Portal, signed_in: Open, addresses: dict[str, str]) -> Page:
    """On the page of a run with failures, of somebody who wants keys."""
    page = signed_in("anna")
    page.goto("/instellingen/")
    page.get_by_label("Sneltoetsen gebruiken").check()
    button(page, "Bewaren")
    expect(page.get_by_text("Uw voorkeur is bewaard.")).to_be_visible()
    if "run" not in addresses:
        page.goto(OVERVIEW)
        upload(page, portal.export("toetsen.zip", seed=140_000, count=12, former=1, unknown=3))
        expect(page.get_by_text("Migratie deels geslaagd")).to_be_visible(timeout=PATIENCE)
        addresses["run"] = page.url
    page.goto(addresses["run"])
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_they_search_and_go_from_row_to_row(page: Page) -> None:
    page.goto(OVERVIEW)
    rows = page.locator("#runs a.main")
    press(page, "j")
    expect(rows.first).to_be_focused()
    press(page, "k")
    expect(rows.first).to_be_focused()
    press(page, "/")
    expect(page.get_by_label(SEARCH)).to_be_focused()
    press(page, "j", "?", "/")
    expect(page.get_by_label(SEARCH)).to_have_value("j?/")


def test_they_go_from_failure_to_failure_in_the_list_and_in_a_log(page: Page) -> None:
    press(page, "n")
    expect(page.get_by_role("link", name=LOG).first).to_be_focused()
    press(page, "n")
    expect(page.get_by_role("link", name=LOG).nth(1)).to_be_focused()
    press(page, "Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Volgende mislukte")).to_be_visible()
    here = page.url
    press(page, "j", "n")
    page.wait_for_function("here => location.href !== here", arg=here)
    expect(dialog).to_contain_text("SBA-202")


def test_they_tell_what_they_are(page: Page) -> None:
    press(page, "?")
    told = page.get_by_role("dialog", name="Sneltoetsen")
    expect(told).to_contain_text("Naar het zoekveld")
    press(page, "Escape")
    expect(told).to_be_hidden()
    press(page, "?")
    told.get_by_role("button", name="Sluiten").click()
    expect(told).to_be_hidden()


def test_switched_off_they_do_nothing(page: Page) -> None:
    page.goto("/instellingen/")
    page.get_by_label("Sneltoetsen gebruiken").uncheck()
    button(page, "Bewaren")
    expect(page.get_by_text("Uw voorkeur is bewaard.")).to_be_visible()
    page.goto(OVERVIEW)
    press(page, "j", "/", "?")
    expect(page.locator("body")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
