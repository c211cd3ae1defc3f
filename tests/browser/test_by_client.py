"""From a cause to its clients, and somebody's records within a run: with JavaScript, without it, and by keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sba.samples import document
from tests.browser.conftest import Open, Portal
from tests.browser.places import zipped
from tests.browser.test_the_road import PATIENCE, button, choose, link, upload
from tests.factories import invented_tax_id

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("javascript", [True, False])
OVERVIEW = "/instellingen/migratie/"


def of(seed: int, name: str, count: int) -> list[bytes]:
    tax_id = invented_tax_id(seed)
    return [document(tax_id=tax_id, name=name, tax="VPB", year=2013 + year) for year in range(count)]


def export(portal: Portal, name: str, seed: int) -> Path:
    """Three records of one company that is no client here, two of another."""
    return zipped(portal.folder / name, *of(seed, "Wolkenkamp Bouw B.V.", 3), *of(seed + 1, "Zonneveld B.V.", 2))


def imported(page: Page, portal: Portal, name: str, seed: int) -> None:
    page.goto(OVERVIEW)
    upload(page, export(portal, name, seed))
    expect(page.get_by_role("heading", name="Oorzaken")).to_be_visible(timeout=PATIENCE)


def lines(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".by-client > li > span:first-child").all_inner_texts()]


@BOTH
def test_a_cause_opens_to_its_clients_and_one_answer_serves_all_records(
    portal: Portal, signed_in: Open, javascript: bool
) -> None:
    page = signed_in(javascript=javascript)
    imported(page, portal, f"per-klant-{javascript}.zip", 91_000 + 10 * javascript)
    page.locator("summary").filter(has_text="Per klant").click()
    if not javascript:
        link(page, "Toon de klanten met SBA-202")
        expect(page.get_by_role("heading", name="Klant niet gevonden", level=1)).to_be_visible()
    expect(page.locator(".by-client > li")).to_have_count(2)
    first, second = lines(page)
    assert re.fullmatch(r"Wolkenkamp Bouw B\.V\. •••••\d{4} · 3 SBA's", first)
    assert second.startswith("Zonneveld B.V.")
    page.locator(".by-client > li").first.get_by_role("link", name="Maak klant aan").click()
    expect(page.get_by_label("Naam")).to_have_value("Wolkenkamp Bouw B.V.")
    button(page, "Maak klant aan")
    expect(page).to_have_url(re.compile(r"/oorzaken/SBA-202/$"))
    if not javascript:
        page.wait_for_timeout(2000)
        page.reload()
    expect(page.locator(".by-client > li")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".by-client")).to_contain_text("Zonneveld B.V.")
    expect(page.get_by_role("link", name="Maak klant aan")).to_be_visible(timeout=PATIENCE)


@BOTH
def test_somebody_is_sought_within_a_run_and_all_stand_by_client(
    portal: Portal, signed_in: Open, javascript: bool
) -> None:
    page = signed_in(javascript=javascript)
    imported(page, portal, f"zoek-{javascript}.zip", 92_000 + 10 * javascript)
    page.locator("#order-klant").click()
    expect(page).to_have_url(re.compile("sorteer=klant"))
    expect(page.locator("#order-klant")).to_have_attribute("aria-current", "true")
    page.get_by_label("Zoek in deze migratie").last.fill("zonneveld")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?zoek=zonneveld#records$"))
    expect(page.locator(".list-line")).to_contain_text("2 records")
    page.get_by_label("Zoek in deze migratie").last.fill(invented_tax_id(92_000 + 10 * javascript))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?klant=\d+#records$"))
    expect(page.locator(".list-line")).to_contain_text("3 records")
    link(page, "Wis zoekopdracht")
    expect(page.locator(".list-line")).to_contain_text("5 records")


def test_a_cause_is_opened_by_keyboard(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    imported(page, portal, "toetsen.zip", 93_000)
    page.locator("summary").filter(has_text="Per klant").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".by-client > li")).to_have_count(2)
    page.keyboard.press("Tab")
    expect(page.locator(".by-client > li").first.get_by_role("link", name="Maak klant aan")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Maak klant aan")).to_be_visible()


def test_what_deserves_a_look_stays_on_the_third_page(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    page.goto(OVERVIEW)
    choose(page, export(portal, "aandacht.zip", 94_000))
    link(page, "Toon alleen aandachtspunten")
    expect(page.locator("#attention .by-client > li")).to_have_count(5, timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"/upload/bestand/\?toon=mislukt"))
    page.locator("#attention").get_by_role("link", name="Log van record 1").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/upload/bestand/\?toon=mislukt"))
    page.reload()
    expect(page.locator("#attention .by-client > li")).to_have_count(5)
    link(page, "Verberg")
    expect(page.locator("#attention .by-client")).to_have_count(0)
    expect(page.get_by_role("button", name="Volgende")).to_be_visible()
    button(page, "Annuleren")
