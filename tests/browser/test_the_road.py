"""The steps of the seed, word by word as they stand on the screen: nine to upload, nine to read a log."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Portal

pytestmark = pytest.mark.browser
JAVASCRIPT = [pytest.param(True, id="with JavaScript"), pytest.param(False, id="without JavaScript")]
PATIENCE = 30_000


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def to_the_overview(page: Page) -> None:
    """User name top right → 'Instellingen' → 'Migratie'."""
    page.locator("header").get_by_text("Anna de Vries", exact=True).click()
    link(page, "Instellingen")
    page.get_by_role("navigation", name="Instellingen").get_by_role("link", name="Migratie").click()
    expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()


def upload(page: Page, file: Path, status: str = "Te beoordelen") -> None:
    """From the overview to the run."""
    choose(page, file, status)
    button(page, "Volgende")
    expect(page.get_by_role("heading", name=re.compile(r"^Migratie \d\d-\d\d-\d{4} \d\d:\d\d$"))).to_be_visible()


def choose(page: Page, file: Path, status: str = "Te beoordelen") -> None:
    """From the overview to the last page of the wizard, with the file chosen."""
    page.get_by_role("link", name="Upload migratiebestand").first.click()
    button(page, "Volgende")
    page.get_by_role("radio", name="SBA's").check()
    page.get_by_role("radio", name=status).check()
    button(page, "Volgende")
    page.get_by_label("Selecteer een bestand").set_input_files(file)


@pytest.mark.parametrize("javascript", JAVASCRIPT)
def test_the_nine_steps_of_an_upload(portal: Portal, signed_in: Open, javascript: bool) -> None:
    file = portal.export(f"negen-{javascript}.zip", seed=11_000 + 1000 * javascript, count=40, former=2)
    page = signed_in(javascript=javascript)
    to_the_overview(page)
    upload(page, file)
    expect(page.get_by_text("Migratie succesvol: 38 van 40 records geïmporteerd.")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("javascript", JAVASCRIPT)
def test_the_nine_steps_to_a_log(portal: Portal, signed_in: Open, javascript: bool) -> None:
    file = portal.export(f"log-{javascript}.zip", seed=21_000 + 1000 * javascript, count=24, unknown=3)
    page = signed_in(javascript=javascript)
    to_the_overview(page)
    upload(page, file)
    expect(page.get_by_text("Migratie deels geslaagd: 21 van 24")).to_be_visible(timeout=PATIENCE)

    to_the_overview(page)
    for heading in ("Datum migratie", "# mislukt"):
        expect(page.get_by_role("columnheader", name=heading)).to_be_visible()
    row = page.get_by_role("row").filter(has_text=file.name)
    expect(row.get_by_text("3 mislukt")).to_be_visible()
    row.get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Import status")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Log van record \d+, Mislukt$")).first.click()
    expect(page.get_by_role("heading", name="SBA-202 – Klant niet gevonden")).to_be_visible()
    expect(page.get_by_text("Er is in uw kantoor geen klant met het BSN/FI van deze SBA.").first).to_be_visible()
    with page.expect_download() as download:
        link(page, "Download (.txt)")
    assert "Foutcode: SBA-202" in download.value.path().read_text()
    if not javascript:
        assert "Foutcode: SBA-202" in page.get_by_label("Foutmelding om te kopiëren").input_value()


def test_all_of_it_by_keyboard(portal: Portal, signed_in: Open) -> None:
    file = portal.export("toetsen.zip", seed=31_000, count=16, unknown=2)
    page = signed_in()

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(FOCUSED_NAME).startswith(name):
                return
        pytest.fail(f"Tab does not reach {name}")

    def press(name: str, key: str = "Enter") -> None:
        tab_to(name)
        page.keyboard.press(key)

    press("Anna de Vries")
    press("Instellingen")
    expect(page.get_by_role("heading", name="Instellingen")).to_be_visible()
    press("Migratie")
    expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()
    press("Upload migratiebestand")
    expect(page.get_by_role("heading", name="Voorbereiding")).to_be_visible()
    page.keyboard.press("Enter")  # Enter = Volgende
    expect(page.get_by_role("heading", name="Wat wilt u importeren?")).to_be_visible()
    press("Te beoordelen", "Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kies het bestand")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        press("Selecteer een bestand")
    chooser.value.set_files(file)
    expect(page.get_by_role("heading", name="Controle van het bestand")).to_be_visible()
    expect(page.get_by_text("2 zullen waarschijnlijk mislukken")).to_be_visible(timeout=PATIENCE)
    press("Volgende")
    expect(page.get_by_text("2 records vragen actie.")).to_be_visible(timeout=PATIENCE)
    press("Log van record")
    expect(page.get_by_role("heading", name="SBA-202 – Klant niet gevonden")).to_be_visible()
    assert page.evaluate(FOCUSED_NAME) == "Kopieer foutmelding"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate(FOCUSED_NAME).startswith("Log van record")  # focus comes back


FOCUSED_NAME = """() => {
  const one = document.activeElement;
  const label = one.labels?.[0]?.querySelector('.label') ?? one.labels?.[0];
  return (one.getAttribute('aria-label') ?? label?.innerText ?? one.innerText ?? '').trim();
}"""
