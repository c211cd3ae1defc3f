"""What one can take away of a run, as a user does it: the menu, the report, the history, the e-mail one wants."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Portal
from tests.browser.test_accessibility import is_clean
from tests.browser.test_the_road import PATIENCE, button, upload

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(portal: Portal) -> Path:
    return portal.export("om mee te nemen.zip", seed=67_000, count=30, former=2, unknown=3, broken=1)


@pytest.fixture
def run_page(signed_in: Open, file: Path) -> Page:
    """The page of a run with failures; the same file again is another run."""
    page = signed_in()
    page.goto("/instellingen/migratie/")
    upload(page, file)
    expect(page.get_by_text("Volledigheid")).to_be_visible(timeout=PATIENCE)
    return page


def test_the_menu_the_history_and_the_report(run_page: Page) -> None:
    page = run_page
    page.get_by_text("Download log").click()
    is_clean(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Alleen mislukte (CSV)").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert download.value.suggested_filename.endswith("-mislukt.csv")
    assert len(lines) == 1 + 6
    page.get_by_role("heading", name="Geschiedenis").click()
    expect(page.get_by_text("Anna de Vries downloadde de mislukte records (CSV).")).to_be_visible()
    is_clean(page)
    page.get_by_role("link", name="Afdrukken").click()
    expect(page.get_by_text("0 kwijt")).to_be_visible()
    is_clean(page)


def test_the_package_for_support(run_page: Page) -> None:
    page = run_page
    page.get_by_text("Download log").click()
    page.get_by_role("link", name="Supportpakket").click()
    is_clean(page)
    with page.expect_download() as download:
        button(page, "Download supportpakket")
    assert download.value.suggested_filename.endswith("-supportpakket.zip")


def test_the_history_without_javascript(signed_in: Open, run_page: Page) -> None:
    page = signed_in(javascript=False)
    page.goto(run_page.url)
    page.get_by_role("heading", name="Geschiedenis").click()
    page.get_by_role("link", name="Toon de geschiedenis van deze migratie").click()
    expect(page.get_by_text("Migratiebestand geüpload door Anna de Vries.")).to_be_visible()


def test_ones_own_settings(signed_in: Open) -> None:
    page = signed_in("bram")
    page.goto("/instellingen/")
    is_clean(page)
    page.get_by_role("radio", name="Nooit").check()
    button(page, "Bewaren")
    expect(page.get_by_text("Uw voorkeur is bewaard.")).to_be_visible()
    expect(page.get_by_role("radio", name="Nooit")).to_be_checked()
