"""axe finds nothing on any page of the migration: light and dark, wide and narrow."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Portal
from tests.browser.test_run_page import LOG
from tests.browser.test_the_road import PATIENCE, button, upload

pytestmark = pytest.mark.browser
OVERVIEW = "/instellingen/migratie/"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
Check = Callable[[Page], None]


def is_clean(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            found = Axe().run(page).response["violations"]
            assert not found, f"{page.url}, {scheme}: " + "; ".join(
                f"{one['id']}: {one['nodes'][0]['html']}" for one in found
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (
                f"{page.url} scrolls sideways"
            )
    page.set_viewport_size(WIDE)


@pytest.fixture(scope="package")
def file(portal: Portal) -> Path:
    return portal.export("123456782 toegankelijk.zip", seed=61_000, count=60, former=3, unknown=6, broken=8)


def test_every_page_of_the_wizard(signed_in: Open, file: Path, tmp_path: Path) -> None:
    page = signed_in()
    page.goto(OVERVIEW)
    is_clean(page)
    page.goto(f"{OVERVIEW}upload/")
    is_clean(page)
    button(page, "Volgende")
    is_clean(page)
    button(page, "Volgende")
    expect(page.get_by_role("alert")).to_be_visible()
    is_clean(page)
    page.get_by_role("radio", name="Afgehandeld").check()
    button(page, "Volgende")
    is_clean(page)
    wrong = tmp_path / "a.txt"
    wrong.write_text("hallo")
    page.get_by_label("Selecteer een bestand").set_input_files(wrong)
    expect(page.get_by_role("alert")).to_be_visible()
    is_clean(page)
    page.get_by_label("Selecteer een bestand").set_input_files(file)
    expect(page.get_by_text("zullen waarschijnlijk mislukken")).to_be_visible(timeout=PATIENCE)
    is_clean(page)
    button(page, "Annuleren")
    expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()


def test_a_run_and_its_logs(signed_in: Open, file: Path) -> None:
    page = signed_in()
    page.goto(OVERVIEW)
    upload(page, file)
    is_clean(page)  # while it moves
    expect(page.get_by_text("Volledigheid")).to_be_visible(timeout=PATIENCE)
    is_clean(page)
    page.get_by_role("link", name="Alle").click()
    is_clean(page)
    page.get_by_role("link", name="Volgende 50").click()
    expect(page.get_by_role("link", name="Vorige 50")).to_be_visible()
    page.get_by_role("link", name="Toon records met SBA-202").click()
    expect(page.get_by_role("link", name=LOG)).to_have_count(6)
    page.get_by_role("link", name=LOG).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    button(page, "Kopieer met BSN/FI")
    expect(page.get_by_label("Foutmelding met BSN/FI")).to_be_visible()
    is_clean(page)
    page.reload()
    is_clean(page)  # the log as a page
    page.goto(OVERVIEW)
    is_clean(page)


def test_a_refused_upload(signed_in: Open, tmp_path: Path) -> None:
    broken = tmp_path / "geweigerd.zip"
    broken.write_bytes(b"PK\x03\x04" + bytes(50))
    page = signed_in()
    page.goto(OVERVIEW)
    upload(page, broken)
    expect(page.get_by_text("het bestand is geweigerd")).to_be_visible(timeout=PATIENCE)
    is_clean(page)


def test_what_one_can_do_about_a_run(signed_in: Open, file: Path) -> None:
    page = signed_in()
    page.goto(OVERVIEW)
    row = page.get_by_role("row").filter(has_text="toegankelijk.zip")
    if not row.count():
        upload(page, file)
        expect(page.get_by_text("Volledigheid")).to_be_visible(timeout=PATIENCE)
        page.goto(OVERVIEW)
    run = row.first.get_by_role("link").get_attribute("href")
    for address in ("negeren/?code=SBA-202", "terugdraaien/", "geschiedenis/", "rapport/"):
        page.goto(f"{run}{address}")
        is_clean(page)
    page.goto(f"{run}negeren/?code=SBA-202")
    button(page, "Negeren")
    expect(page.get_by_role("alert")).to_be_visible()
    is_clean(page)
    page.goto(f"{OVERVIEW}?toon=actie&periode=week")
    is_clean(page)
    page.goto(f"{OVERVIEW}?toon=bezig&periode=week")
    is_clean(page)
    for term in ("SBA-202", "niemand en niets"):
        page.goto(f"{OVERVIEW}zoeken/?q={term}")
        is_clean(page)
