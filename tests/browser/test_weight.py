"""A page never jumps: what moves by itself while a run is followed is measured by the browser (layout shift)."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Portal
from tests.browser.test_acting import frozen_worker
from tests.browser.test_progress import hear_news
from tests.browser.test_the_road import upload

pytestmark = pytest.mark.browser
STILL = 0.01
PATIENCE = 120_000
SEEDS = count(120_000, 1_000)  # people whom no other test's export has
WATCH = """
window.shifts = [];
window.polled = 0;
const named = ({ node, previousRect, currentRect }) =>
  [node?.parentElement?.className, node?.nodeName, node?.className, previousRect.y, currentRect.y].join(" ");
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput) window.shifts.push([entry.value, entry.sources.map(named).join("; ")]);
}).observe({ type: "layout-shift", buffered: true });
addEventListener("htmx:afterSwap", () => { window.polled += 1; });
"""


@pytest.fixture(params=[{"width": 1280, "height": 800}, {"width": 390, "height": 844}], ids=["wide", "narrow"])
def page(request: pytest.FixtureRequest, signed_in: Open) -> Page:
    page = signed_in(viewport=request.param)
    page.add_init_script(WATCH)
    return page


@pytest.fixture
def export(portal: Portal) -> str:
    seed = next(SEEDS)
    return str(portal.export(f"{seed}.zip", seed=seed, count=4_000, former=10, unknown=15))


def begun(page: Page, export: str) -> None:
    page.goto("/instellingen/migratie/")
    upload(page, export)  # type: ignore[arg-type]
    expect(page.get_by_role("heading", name=re.compile("^Migratie \\d"))).to_be_visible()


def test_the_overview_stands_still_while_it_follows_a_run(portal: Portal, page: Page, export: str) -> None:
    with frozen_worker(portal):  # so that it is there to be followed
        begun(page, export)
        page.goto("/instellingen/migratie/")
        hear_news(page, target="runs")
    row = page.get_by_role("row").filter(has_text=export.rpartition("/")[2])
    expect(row).to_contain_text("Deels geslaagd", timeout=PATIENCE)
    stands_still(page)


def test_a_run_stands_still_while_it_is_followed(portal: Portal, page: Page, export: str) -> None:
    with frozen_worker(portal):
        begun(page, export)
        hear_news(page, target="progress")
    expect(page.get_by_text("Migratie deels geslaagd")).to_be_visible(timeout=PATIENCE)
    stands_still(page)


def stands_still(page: Page) -> None:
    assert page.evaluate("polled") > 0
    shifts = page.evaluate("shifts")
    assert sum(value for value, _ in shifts) < STILL, shifts
