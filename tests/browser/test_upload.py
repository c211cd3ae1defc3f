"""The third page of the wizard with JavaScript: what happens while a file is on its way."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints, Open, Portal
from tests.browser.test_the_road import PATIENCE, button

pytestmark = pytest.mark.browser
UPLOAD = "/instellingen/migratie/upload/"


@pytest.fixture(scope="package")
def file(portal: Portal) -> Path:
    return portal.export("klein.zip", seed=41_000, count=8)


@pytest.fixture
def page(signed_in: Open) -> Page:
    """Where one chooses the file."""
    page = signed_in()
    page.goto(UPLOAD)
    button(page, "Volgende")
    page.get_by_role("radio", name="Te beoordelen").check()
    button(page, "Volgende")
    return page


def choose(page: Page, *paths: Path) -> None:
    page.get_by_label("Selecteer een bestand").set_input_files(list(paths))


def test_a_chosen_file_is_sent_and_checked_at_once(page: Page, file: Path) -> None:
    choose(page, file)
    expect(page.get_by_text("11 bestanden, waarvan 8 SBA's en 3 overige bestanden")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("8 nieuw", exact=True)).to_be_visible()
    page.get_by_role("link", name="Vorige").click()
    expect(page.get_by_role("radio", name="Te beoordelen")).to_be_checked()
    button(page, "Volgende")
    expect(page.get_by_text("klein.zip")).to_be_visible()  # it need not be sent again
    button(page, "Ander bestand")
    expect(page.get_by_label("Selecteer een bestand")).to_be_attached()
    button(page, "Annuleren")
    expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()


def test_what_is_no_zip_is_not_even_sent(page: Page, tmp_path: Path) -> None:
    useless = tmp_path / "aangifte.pdf"
    useless.write_bytes(b"%PDF-1.4" + bytes(3_000_000))
    with page.expect_request(lambda request: request.method == "POST") as sent:
        choose(page, useless)
    expect(page.get_by_role("alert")).to_contain_text('Het bestand moet een ZIP-bestand zijn. U koos "aangifte.pdf".')
    assert int(sent.value.headers.get("content-length", "0")) < 2000
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "id_file"


def test_without_a_file_volgende_says_so(page: Page) -> None:
    button(page, "Volgende")
    expect(page.get_by_role("alert")).to_contain_text("Selecteer een bestand.")
    expect(page).to_have_title("Fout: Kies het bestand (stap 3 van 3) – Upload migratiebestand – Nextens")


def test_a_broken_connection_keeps_the_choice(page: Page, file: Path, complaints: Complaints) -> None:
    page.route(
        "**/upload/bestand/", lambda route: route.abort() if route.request.method == "POST" else route.fallback()
    )
    choose(page, file)
    expect(page.get_by_role("alert")).to_contain_text("De verbinding is verbroken. Uw keuze is bewaard.")
    expect(page.get_by_text("klein.zip")).to_be_visible()
    assert any("ERR_FAILED" in complaint for complaint in complaints)
    complaints.clear()
    page.unroute_all()
    button(page, "Opnieuw proberen")
    expect(page.get_by_role("heading", name="Controle van het bestand")).to_be_visible()
    button(page, "Annuleren")
    expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()


def hold_uploads(page: Page) -> list[Route]:
    """Uploads wait until the test lets them go."""
    held: list[Route] = []
    page.route("**/upload/bestand/", lambda one: held.append(one) if one.request.method == "POST" else one.fallback())
    return held


def test_an_upload_can_be_stopped(page: Page, file: Path, complaints: Complaints) -> None:
    hold_uploads(page)
    choose(page, file)
    expect(page.get_by_role("progressbar")).to_be_visible()
    button(page, "Upload stoppen")
    expect(page.get_by_role("alert")).to_contain_text("Het uploaden is gestopt.")
    button(page, "kies een ander bestand")
    assert page.evaluate("document.activeElement.id") == "id_file"
    assert complaints == ["htmx:afterRequest, [object HTMLDivElement]", "htmx:sendAbort, [object HTMLDivElement]"]
    complaints.clear()


def test_an_early_volgende_starts_the_import_as_soon_as_the_file_is_there(page: Page, portal: Portal) -> None:
    held = hold_uploads(page)
    choose(page, portal.export("vroeg.zip", seed=42_000, count=8))
    expect(page.get_by_role("progressbar")).to_be_visible()
    button(page, "Volgende")
    expect(page.get_by_text("De import start zodra het bestand is ontvangen en gecontroleerd.")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text("Migratie succesvol: 8 van 8 records geïmporteerd.")).to_be_visible(timeout=PATIENCE)


def test_a_file_of_no_use_leads_to_its_log(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "kapot.zip"
    broken.write_bytes(b"PK\x03\x04" + bytes(500))
    choose(page, broken)
    expect(page.get_by_role("heading", name="SBA-10")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Toon het log").click()
    expect(page.get_by_text("Fout bij migratie: het bestand is geweigerd.")).to_be_visible()
