"""What helps against failures, in the browser: one choice for all versions, ignoring with its price, who is meant."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sba.samples import document, write_clients
from sba.samples.people import people
from tests.browser.conftest import Open, Portal
from tests.browser.places import zipped
from tests.browser.test_acting import ADD_CLIENTS, run_of
from tests.browser.test_the_road import PATIENCE, button, link

pytestmark = pytest.mark.browser
BOTH = pytest.mark.parametrize("javascript", [True, False])


def two_versions(portal: Portal, seed: int) -> Path:
    """Of three clients an assessment each, in two versions."""
    known = people(seed=seed)
    clients = [next(known) for _ in range(3)]
    listed = portal.folder / f"versies-{seed}.csv"
    write_clients(listed, clients)
    portal.manage("import_clients", listed, "--office", "kantoor")
    contents = [document(tax_id=one.tax_id, name=one.name, amount=a) for a in (1, 2) for one in clients]
    return zipped(portal.folder / f"versies-{seed}.zip", *contents)


@BOTH
def test_the_last_version_is_chosen_for_all_at_once(portal: Portal, signed_in: Open, javascript: bool) -> None:
    page = signed_in(javascript=javascript)
    run_of(page, two_versions(portal, 91_000 + 1000 * javascript))
    expect(page.get_by_text("6 records vragen actie.")).to_be_visible()
    link(page, "Kies voor alle 3 de laatste in het bestand")
    expect(page.get_by_text("Van 3 SBA's staan er meer versies in het bestand, samen 6 records.")).to_be_visible()
    button(page, "Kies voor alle 3 de laatste")
    expect(page.get_by_text("Migratie succesvol: 3 van 6 records geïmporteerd.")).to_be_visible(timeout=PATIENCE)


@BOTH
def test_who_ignores_what_may_not_be_reads_what_is_lost(portal: Portal, signed_in: Open, javascript: bool) -> None:
    page = signed_in(javascript=javascript)
    run_of(page, portal.export(f"verlies-{javascript}.zip", seed=94_000 + 1000 * javascript, count=10, unknown=2))
    link(page, "Records met SBA-202 negeren")
    expect(page.get_by_role("heading", name="Hiermee komen 2 SBA's in geen enkel dossier")).to_be_visible()
    page.get_by_label("Waarom mag dit worden genegeerd?").fill("Klanten van een ander kantoor")
    button(page, "Negeren")
    expect(page.get_by_text("2 records genegeerd.")).to_be_visible()
    link(page, "Afdrukken")
    expect(page.get_by_text("Klanten van een ander kantoor")).to_be_visible()


@BOTH
def test_a_client_who_came_meanwhile_is_named(portal: Portal, signed_in: Open, javascript: bool) -> None:
    page = signed_in(javascript=javascript)
    file = portal.export(f"inmiddels-{javascript}.zip", seed=97_000 + 1000 * javascript, count=10, unknown=1)
    run = run_of(page, file)
    portal.manage("shell", "-v0", "-c", ADD_CLIENTS.format(name=file.name))
    page.goto(f"{run}?code=SBA-202")
    page.get_by_role("link", name="Log van record").first.click()
    expect(page.get_by_text("Er is inmiddels een klant met dit BSN/FI: Nagekomen klant")).to_be_visible()
    button_in_log(page, "Opnieuw proberen")
    expect(page.get_by_text("Migratie succesvol: 10 van 10")).to_be_visible(timeout=PATIENCE)


def button_in_log(page: Page, name: str) -> None:
    page.locator(".log").get_by_role("button", name=name).click()
