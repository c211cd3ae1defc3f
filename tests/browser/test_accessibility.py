"""No page of the product in any state keeps anybody out: axe, 320 px, 200% zoom, dark, forced colours, no motion.

Nor is anything too small for a finger, or has a style of its own.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Complaints, Open, Portal, enter
from tests.browser.places import OVERVIEW, PLACES, Made, make
from tests.browser.targets import too_small
from tests.browser.test_acting import frozen_worker
from tests.browser.test_the_road import button, choose

pytestmark = pytest.mark.browser
WIDE, ZOOMED, NARROW = ({"width": width, "height": 800} for width in (1280, 640, 320))
"""A window of 1280 px at 200% is 640 px wide for the page."""
NOT_FOUND = "404 (Not Found)"


@pytest.fixture(scope="package")
def made(browser: Browser, portal: Portal) -> Iterator[Made]:
    with browser.new_context(base_url=portal.url) as context:
        page = context.new_page()
        enter(page)
        yield make(portal, page)


def is_clean(page: Page) -> None:
    """axe in both schemes, and where rows are cards; and nothing that scrolls sideways."""
    for scheme, size in (("light", WIDE), ("dark", WIDE), ("light", NARROW)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        assert axe_finds(page) == [], f"{page.url}, {scheme}, {size['width']} px"
    for size in (NARROW, ZOOMED):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{page.url} scrolls sideways"
    page.set_viewport_size(WIDE)


def axe_finds(page: Page) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("place", PLACES)
def test_every_page_in_every_state(signed_in: Open, complaints: Complaints, made: Made, place: str) -> None:
    page = signed_in()
    PLACES[place](page, made)
    assert page.locator("[style]").count() == 0, "an inline style"
    is_clean(page)
    assert too_small(page) == []
    assert page.evaluate(MOVING) == [], "something moves although the user wants no motion"
    complaints[:] = [complaint for complaint in complaints if NOT_FOUND not in complaint]


def test_forced_colours_leave_every_button_an_edge(signed_in: Open, made: Made) -> None:
    page = signed_in(forced_colors="active")
    for place in ("the overview", "the wizard, third page", "a run with failures", "a log in the dialog"):
        PLACES[place](page, made)
        assert page.evaluate(WITHOUT_EDGE) == [], place


def test_pages_before_signing_in(open_page: Open) -> None:
    page = open_page()
    page.goto("/inloggen/")
    is_clean(page)
    page.get_by_label("E-mailadres").fill("niemand@kantoor.example")
    page.get_by_label("Wachtwoord").fill("dit is het niet")
    button(page, "Inloggen")
    expect(page.get_by_role("alert")).to_be_visible()
    is_clean(page)


def test_what_a_reader_sees(signed_in: Open, complaints: Complaints, made: Made) -> None:
    page = signed_in("bram")
    for address in (OVERVIEW, made.run, f"{OVERVIEW}upload/"):  # the last one says whom to ask
        page.goto(address)
        is_clean(page)
    assert any("403" in complaint for complaint in complaints)
    complaints.clear()


def test_while_it_moves(portal: Portal, signed_in: Open) -> None:
    file = portal.export("beweegt.zip", seed=64_000, count=30)
    page = signed_in()
    page.goto(OVERVIEW)
    choose(page, file)
    expect(page.get_by_text("30 nieuw")).to_be_visible()
    with frozen_worker(portal):
        button(page, "Volgende")
        expect(page.get_by_role("progressbar")).to_be_visible()
        is_clean(page)
        page.get_by_role("link", name="Import stoppen").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        is_clean(page)
        page.goto(f"{page.url}stop/")
        is_clean(page)
        page.goto(OVERVIEW)
        is_clean(page)


def test_before_anything_was_imported(portal: Portal, signed_in: Open) -> None:
    portal.manage("shell", "-v0", "-c", ANOTHER_OFFICE)
    page = signed_in("carla")
    page.goto(OVERVIEW)
    expect(page.get_by_role("heading", name="Er zijn nog geen migraties.")).to_be_visible()
    is_clean(page)


ANOTHER_OFFICE = """
from portal.models import Office, User
office = Office.objects.create(slug="ander", name="Ander Kantoor")
carla = User.objects.create_user("carla@kantoor.example", name="Carla Smit", office=office, role="beheerder")
User.objects.filter(pk=carla.pk).update(password=User.objects.get(email="anna@kantoor.example").password)
"""

MOVING = """() => document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().iterations === Infinity
    || one.effect.getComputedTiming().duration > 1)
  .map((one) => one.animationName ?? one.transitionProperty)"""

WITHOUT_EDGE = """() => [...document.querySelectorAll('.button, .input, .select, .textarea, .card, .drop-zone')]
  .filter((one) => one.checkVisibility())
  .filter((one) => ['none', 'transparent', 'rgba(0, 0, 0, 0)'].some((nothing) =>
    [getComputedStyle(one).borderTopStyle, getComputedStyle(one).borderTopColor].includes(nothing)))
  .map((one) => one.outerHTML)"""
