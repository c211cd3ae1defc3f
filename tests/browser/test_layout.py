"""A row of the overview is one line, a card three; and a phone reads in the order in which one asks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Portal
from tests.browser.targets import PHONE
from tests.browser.test_acting import frozen_worker
from tests.browser.test_the_road import PATIENCE, upload

pytestmark = pytest.mark.browser
OVERVIEW = "/instellingen/migratie/"
DESK = {"width": 1280, "height": 800}
ONE_LINE = 44
"""Pixels: a line of text, and the room around it."""
ROWS = "#runs tbody tr"
HEIGHTS = "rows => rows.map((row) => row.getBoundingClientRect().height)"
LINES = """cards => cards.map((card) => [...card.cells]
  .filter((cell) => cell.checkVisibility())
  .map((cell) => [Number(getComputedStyle(cell).gridRowStart), cell.getBoundingClientRect().height < 28]))"""
READ = [".verdict", ".panel", "#causes-title", ".counters", ".actions-row", "#sum-title", "#records-title"]
ORDER = """places => {
  const found = [...document.querySelectorAll(places.join())];
  return found.map((one) => [places.findIndex((place) => one.matches(place)), one.getBoundingClientRect().top]);
}"""


def test_a_row_is_one_line_and_a_card_three(portal: Portal, signed_in: Open) -> None:
    page = signed_in(viewport=DESK)
    name = "ECM-SBA-export van alle klanten met een lange naam 2026-03.zip"
    file = portal.export(name, seed=130_000, count=20, former=3, unknown=4)
    page.goto(OVERVIEW)
    with frozen_worker(portal):  # so that one row waits
        upload(page, file)
        page.goto(OVERVIEW)
        expect(page.locator(ROWS).filter(has_text=name)).to_contain_text("wacht op Nextens")
        looks_as_it_should(page)
    row = page.locator(ROWS).filter(has_text=name)
    expect(row).to_contain_text("Deels geslaagd", timeout=PATIENCE)
    expect(row).to_contain_text("3 verwacht")
    looks_as_it_should(page)
    assert page.locator("#runs").bounding_box()["width"] > 1150, "something stands beside the table"  # type: ignore[index]


def looks_as_it_should(page: Page) -> None:
    page.set_viewport_size(DESK)
    assert max(page.locator(ROWS).evaluate_all(HEIGHTS)) <= ONE_LINE
    page.set_viewport_size(PHONE)
    for card in page.locator(ROWS).evaluate_all(LINES):
        assert {row for row, _ in card} == {1, 2, 3}
        assert all(is_one_line for _, is_one_line in card)
    page.set_viewport_size(DESK)


def test_a_phone_begins_with_the_sentence_the_next_step_and_what_failed(portal: Portal, signed_in: Open) -> None:
    page = signed_in(viewport=PHONE)
    page.goto(OVERVIEW)
    upload(page, portal.export("op-de-telefoon.zip", seed=131_000, count=12, unknown=2))
    expect(page.get_by_text("Migratie deels geslaagd")).to_be_visible(timeout=PATIENCE)
    found = page.evaluate(ORDER, READ)
    assert [at for at, _ in found] == list(range(len(READ))), "as it stands in the page"
    tops = [top for _, top in found]
    assert tops == sorted(tops), "and on the screen"
    expect(page.get_by_role("button", name="Mislukte opnieuw proberen")).to_have_count(0)
