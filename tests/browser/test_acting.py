"""What one can do about a run in the browser: try again, ignore, undo, stop and go on, search, filter."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Portal
from tests.browser.test_the_road import FOCUSED_NAME, PATIENCE, button, choose, link, upload
from tests.crash.harness import nobody_writes

pytestmark = pytest.mark.browser
OVERVIEW = "/instellingen/migratie/"
ADD_CLIENTS = """
from migration.models import Record
from portal.models import Client, Office
office = Office.objects.get(slug="kantoor")
unknown = Record.objects.filter(run__file_name={name!r}, problem_code="SBA-202")
for number in set(unknown.values_list("tax_id", flat=True)):
    Client.objects.create(office=office, name="Nagekomen klant", client_number="n" + number, tax_id=number)
"""


def run_of(page: Page, file: Path) -> str:
    """Upload it, wait for the end, and tell where the run is."""
    page.goto(OVERVIEW)
    upload(page, file)
    expect(page.get_by_role("heading", name="Volledigheid")).to_be_visible(timeout=PATIENCE)
    return page.url


@contextmanager
def frozen_worker(portal: Portal) -> Iterator[None]:
    """Nothing moves meanwhile: the worker's processes are stopped as by Ctrl+Z, and go on afterwards."""
    workers = [process for process in psutil.process_iter() if is_worker_of(portal, process)]
    assert workers

    with nobody_writes(f"{portal.environment['DATA_DIR']}/portal.sqlite3"):  # else the web would wait for the worker
        for process in workers:
            process.suspend()
    try:
        yield
    finally:
        for process in workers:
            process.resume()


def is_worker_of(portal: Portal, process: psutil.Process) -> bool:
    try:
        return "celery" in process.cmdline() and process.environ().get("DATA_DIR") == portal.environment["DATA_DIR"]
    except psutil.Error:  # it ended, or is none of ours
        return False


def tab_to(page: Page, name: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED_NAME).startswith(name):
            return
    pytest.fail(f"Tab does not reach {name}")


def test_a_cause_is_tried_again_once_the_client_is_there(portal: Portal, signed_in: Open) -> None:
    file = portal.export("herhaling.zip", seed=71_000, count=20, unknown=3)
    page = signed_in()
    run_of(page, file)
    expect(page.get_by_text("3 records vragen actie.")).to_be_visible()
    expect(page.locator("#favicon")).to_have_attribute("href", re.compile("attention"))
    portal.manage("shell", "-v0", "-c", ADD_CLIENTS.format(name=file.name))
    button(page, "Records met SBA-202 opnieuw proberen")
    expect(page.get_by_text("Migratie succesvol: 20 van 20")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#favicon")).not_to_have_attribute("href", re.compile("attention"))


def test_failures_are_ignored_and_taken_back_without_javascript(portal: Portal, signed_in: Open) -> None:
    file = portal.export("negeren.zip", seed=73_000, count=20, unknown=3)
    page = signed_in(javascript=False)
    page.goto(OVERVIEW)
    upload(page, file)
    expect(page.get_by_text("3 records vragen actie.")).to_be_visible(timeout=PATIENCE)
    link(page, "Records met SBA-202 negeren")
    button(page, "Negeren")
    expect(page.get_by_role("alert")).to_contain_text("Vul in waarom dit mag worden genegeerd.")
    page.get_by_label("Waarom mag dit worden genegeerd?").fill("Klanten van een ander kantoor")
    button(page, "Negeren")
    expect(page.get_by_text("3 records genegeerd.")).to_be_visible()
    expect(page.get_by_text("Migratie succesvol: 17 van 20")).to_be_visible()
    page.get_by_text("Geschiedenis", exact=True).click()
    link(page, "Toon de geschiedenis van deze migratie")
    expect(page.get_by_text("negeerde 3 records (SBA-202): Klanten van een ander kantoor")).to_be_visible()
    page.go_back()
    button(page, "Niet meer negeren: records met SBA-202")
    expect(page.get_by_text("3 records vragen actie.")).to_be_visible()


def test_an_import_is_undone_by_keyboard(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    run_of(page, portal.export("terug.zip", seed=74_000, count=20))
    tab_to(page, "Import terugdraaien")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Import terugdraaien")).to_be_visible()
    expect(page.get_by_role("definition").first).to_have_text("20")
    tab_to(page, "Import terugdraaien")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, "Ik begrijp dit")
    page.keyboard.press("Space")
    tab_to(page, "Import terugdraaien")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Migratie teruggedraaid: 20 verwijderd")).to_be_visible(timeout=PATIENCE)


def test_a_stopped_import_goes_on(portal: Portal, signed_in: Open) -> None:
    file = portal.export("stoppen.zip", seed=90_000, count=200)
    page = signed_in()
    page.goto(OVERVIEW)
    choose(page, file)
    expect(page.get_by_text("200 nieuw")).to_be_visible(timeout=PATIENCE)
    with frozen_worker(portal):  # so that the import is under way for as long as it takes to stop it
        button(page, "Volgende")
        page.get_by_role("link", name="Import stoppen").click(timeout=PATIENCE)
        button(page, "Ja, stop de import")
        expect(page.get_by_text("Migratie gestopt")).to_be_visible(timeout=PATIENCE)
    button(page, "Rest alsnog importeren")
    expect(page.get_by_text(re.compile(r"^Migratie succesvol: 200 van 200"))).to_be_visible(timeout=PATIENCE)


def test_a_number_is_found_and_stays_out_of_the_address(portal: Portal, signed_in: Open) -> None:
    file = portal.export("123456782 zoeken.zip", seed=77_000, count=10, unknown=2)
    page = signed_in()
    run_of(page, file)
    page.goto(OVERVIEW)
    number = next(iter(numbers_in(portal, file)))
    page.get_by_label("Zoek op BSN/FI, naam, bestand, foutcode of referentie").fill(number)
    button(page, "Zoeken")
    expect(page.get_by_role("heading", name="Records")).to_be_visible()
    assert number not in page.url
    assert number not in page.content()
    page.get_by_role("link", name=re.compile("^Log van MIG-")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Zoek op BSN/FI, naam, bestand, foutcode of referentie").fill("niemand en niets")
    button(page, "Zoeken")
    expect(page.get_by_text("Geen record gevonden voor niemand en niets.")).to_be_visible()


def numbers_in(portal: Portal, file: Path) -> set[str]:
    """The BSN/FI's of the clients of this export."""
    rows = (portal.folder / f"{file.name}.csv").read_text().splitlines()
    return {found.group() for row in rows if (found := re.search(r"(?<!\d)\d{9}(?!\d)", row))}


@pytest.mark.parametrize("javascript", [True, False])
def test_tabs_and_filters_of_the_overview(portal: Portal, signed_in: Open, javascript: bool) -> None:
    page = signed_in(javascript=javascript)
    file = portal.export(f"filters-{javascript}.zip", seed=78_000 + 1000 * javascript, count=10, unknown=2)
    page.goto(OVERVIEW)
    upload(page, file)
    expect(page.get_by_text("2 records vragen actie.")).to_be_visible(timeout=PATIENCE)
    page.goto(OVERVIEW)
    tabs = page.get_by_role("navigation", name="Welke migraties")
    tabs.get_by_role("link", name="Actie nodig").click()
    expect(page.get_by_role("row").filter(has_text=file.name)).to_be_visible()
    expect(page).to_have_url(re.compile("toon=actie"))
    page.get_by_label("Gestart door").focus()
    page.get_by_label("Gestart door").select_option("Bram Jansen")
    if javascript:
        expect(page.get_by_label("Gestart door")).to_be_focused()  # the swap keeps it
    else:
        button(page, "Toon")
    expect(page.get_by_text("Geen migraties gevonden met deze filters.")).to_be_visible()
    link(page, "Wis filters")
    expect(page.get_by_role("row").filter(has_text=file.name)).to_be_visible()
    expect(page.get_by_label("Gestart door")).to_have_value("")


def test_what_has_just_come_in_hears_what_is_pressed(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    run_of(page, portal.export("meteen.zip", seed=80_000, count=5))
    page.goto(OVERVIEW)
    page.evaluate(CHOOSE_AT_ONCE)
    page.get_by_role("navigation", name="Welke migraties").get_by_role("link", name="Bezig").click()
    expect(page).to_have_url(re.compile(r"periode=\w+"))
    expect(page).to_have_url(re.compile("toon=bezig"))


CHOOSE_AT_ONCE = """addEventListener("htmx:afterSwap", () => setTimeout(() => {
  const list = document.getElementById("id_periode");
  list.selectedIndex = 1;
  list.dispatchEvent(new Event("change", {bubbles: true}));
}), {once: true})"""
