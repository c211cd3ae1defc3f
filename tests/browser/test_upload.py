"""The third page of the wizard with JavaScript: what happens while a file is on its way."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Complaints, Open, Portal
from tests.browser.cutting_proxy import cutting_proxy
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
    page.wait_for_url("**/upload/bestand/")  # loaded: what is caught of a page that comes in may slip through
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


def test_the_style_that_a_browser_gave_a_field_is_not_taken_over(page: Page, file: Path) -> None:
    """As an extension does, or whoever drags the corner of a text field; to set it anew is refused (CSP)."""
    page.get_by_label("E-mail mij als de migratie klaar is").evaluate("field => field.style.outlineOffset = '1px'")
    choose(page, file)
    expect(page.get_by_text("8 nieuw", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[style]")).to_have_count(0)
    button(page, "Annuleren")  # the console was silent: whoever opened the page looks after that


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


def test_what_was_wrong_with_the_file_before_is_not_said_of_the_next(
    page: Page, file: Path, tmp_path: Path, complaints: Complaints
) -> None:
    useless = tmp_path / "aangifte.pdf"
    useless.write_bytes(b"%PDF-1.4")
    choose(page, useless)
    wrong = page.get_by_text('U koos "aangifte.pdf".')
    expect(wrong).to_have_count(2)  # in the summary, and at the field
    hold_uploads(page)
    choose(page, file)
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(wrong).to_have_count(0)
    assert page.evaluate("document.activeElement.className") == "chosen-name"
    button(page, "Upload stoppen")
    button(page, "kies een ander bestand")
    expect(page.get_by_label("Selecteer een bestand")).not_to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_count(0)
    complaints.clear()  # the upload that was stopped


def test_an_early_volgende_starts_the_import_as_soon_as_the_file_is_there(page: Page, portal: Portal) -> None:
    held = hold_uploads(page)
    choose(page, portal.export("vroeg.zip", seed=42_000, count=8))
    expect(page.get_by_role("progressbar")).to_be_visible()
    button(page, "Volgende")
    expect(page.get_by_text("De import start zodra het bestand is ontvangen en gecontroleerd.")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text("Migratie succesvol: 8 van 8 records geïmporteerd.")).to_be_visible(timeout=PATIENCE)


def test_a_file_of_no_use_asks_for_another(portal: Portal, page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "kapot.zip"
    broken.write_bytes(b"PK\x03\x04" + bytes(501))
    choose(page, broken)
    expect(page.get_by_role("heading", name="SBA-10")).to_be_visible(timeout=PATIENCE)
    button(page, "Kies een ander bestand")
    choose(page, portal.export("toch-goed.zip", seed=43_000, count=3))
    expect(page.get_by_text("3 nieuw")).to_be_visible(timeout=PATIENCE)


def test_a_file_of_no_use_leads_to_its_log(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "kapot.zip"
    broken.write_bytes(b"PK\x03\x04" + bytes(500))
    choose(page, broken)
    expect(page.get_by_role("heading", name="SBA-10")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Toon het log").click()
    expect(page.get_by_text("Fout bij migratie: het bestand is geweigerd.")).to_be_visible()


# --- When something goes wrong on the way -----------------------------------------------------------------------------


def test_a_network_that_drops_in_the_middle_of_an_upload_is_survived(
    page: Page, portal: Portal, complaints: Complaints
) -> None:
    large = portal.export("afgebroken.zip", seed=43_000, count=60)
    with cutting_proxy(portal.url) as network:
        page.goto(f"{network.url}{UPLOAD}bestand/")
        network.cuts_uploads = True
        choose(page, large)
        expect(page.get_by_role("alert")).to_have_text(BROKEN)
        expect(page.get_by_role("button", name="Opnieuw proberen")).to_be_focused()
        network.cuts_uploads = False
        page.keyboard.press("Enter")
        expect(page.get_by_text("60 nieuw")).to_be_visible(timeout=PATIENCE)
        assert network.was_cut
        button(page, "Annuleren")
        expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()
    assert any("ERR_" in complaint for complaint in complaints)
    complaints.clear()


BROKEN = "De verbinding is verbroken. Uw keuze is bewaard. Opnieuw proberen of kies een ander bestand"


def test_a_session_that_ended_meanwhile_leads_to_signing_in(page: Page, portal: Portal) -> None:
    large = portal.export("verlopen.zip", seed=44_000, count=60)
    page.context.clear_cookies()
    choose(page, large)
    expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()


def test_a_file_that_is_too_large_is_not_even_sent(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "groot.zip"
    with large.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(2_100_000_000)  # a hole: it takes no space
    with page.expect_request(lambda request: request.method == "POST") as sent:
        choose(page, large)
    expect(page.get_by_role("alert")).to_contain_text(
        "Het bestand is te groot (2.100 MB). Het maximum is 2.000 MB. Splits de export per jaar."
    )
    assert int(sent.value.headers.get("content-length", "0")) < 2000


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("leeg.zip", b"", "Het bestand is leeg. Maak in de ECM een nieuw exportbestand."),
        ("brief.zip", b"%PDF-1.4", 'Het bestand moet een ZIP-bestand zijn. U koos "brief.zip".'),
    ],
)
def test_what_only_looks_like_a_zip_is_told_apart(
    page: Page, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    choose(page, tmp_path / name)
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_role("alert")).to_be_focused()


# --- Other ways to get there ------------------------------------------------------------------------------------------


def drag(page: Page, path: Path, target: Locator) -> None:
    """Let go of a file over this element, as the browser itself sees it."""
    box = target.bounding_box()
    assert box
    there = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    tools = page.context.new_cdp_session(page)
    for step in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        tools.send("Input.dispatchDragEvent", {"type": step, **there, "data": data})


def test_a_file_can_be_dropped(page: Page, file: Path) -> None:
    drag(page, file, page.locator(".drop-zone"))
    expect(page.get_by_text("klein.zip")).to_be_visible()
    expect(page.get_by_role("heading", name="Controle van het bestand")).to_be_visible(timeout=PATIENCE)
    button(page, "Annuleren")
    expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()


def test_a_file_beside_the_drop_zone_does_not_leave_the_page(page: Page, file: Path) -> None:
    drag(page, file, page.get_by_role("heading", name="Kies het bestand"))
    expect(page.get_by_role("heading", name="Kies het bestand")).to_be_visible()
    drag(page, file, page.locator(".drop-zone"))
    expect(page.get_by_text("klein.zip")).to_be_visible()
    button(page, "Annuleren")
    expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()


def test_a_double_click_on_volgende_starts_one_import(page: Page, portal: Portal) -> None:
    file = portal.export("dubbelklik.zip", seed=45_000, count=8)
    choose(page, file)
    expect(page.get_by_text("8 nieuw", exact=True)).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Volgende", exact=True).dblclick()
    expect(page.get_by_text("Migratie succesvol: 8 van 8")).to_be_visible(timeout=PATIENCE)
    page.goto("/instellingen/migratie/")
    expect(page.get_by_role("row").filter(has_text=file.name)).to_have_count(1)


def test_a_file_chosen_in_another_window_is_not_started_from_this_one(page: Page, file: Path, portal: Portal) -> None:
    choose(page, file)
    expect(page.get_by_text("8 nieuw", exact=True)).to_be_visible(timeout=PATIENCE)
    other = page.context.new_page()
    other.goto(page.url)
    button(other, "Ander bestand")
    choose(other, portal.export("ander.zip", seed=46_000, count=5))
    expect(other.get_by_text("5 nieuw", exact=True)).to_be_visible(timeout=PATIENCE)
    button(page, "Volgende")
    expect(page.get_by_text("in een ander venster vervangen of verwijderd. Er is niets geïmporteerd.")).to_be_visible()
    expect(page.get_by_text("ander.zip")).to_be_visible()
    button(page, "Annuleren")
    expect(page.get_by_role("heading", name="Migratie overzicht")).to_be_visible()


def test_the_browsers_own_way_back_keeps_the_answers(page: Page) -> None:
    page.go_back()
    expect(page.get_by_role("radio", name="Te beoordelen")).to_be_checked()
    page.get_by_label("Opmerking bij deze migratie").fill("Heen en weer")
    button(page, "Volgende")
    expect(page.get_by_role("heading", name="Kies het bestand")).to_be_visible()  # it has no way back on its way there
    page.go_back()
    expect(page.get_by_label("Opmerking bij deze migratie")).to_have_value("Heen en weer")
    page.go_back()
    expect(page.get_by_role("heading", name="Voorbereiding")).to_be_visible()


def test_enter_is_volgende_once_a_file_is_checked(page: Page, portal: Portal) -> None:
    file = portal.export("enter.zip", seed=47_000, count=5)
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Selecteer een bestand").press("Enter")
    chooser.value.set_files(file)
    expect(page.get_by_text("5 nieuw", exact=True)).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Migratie succesvol: 5 van 5")).to_be_visible(timeout=PATIENCE)
