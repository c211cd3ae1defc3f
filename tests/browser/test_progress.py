"""While an import is under way: what is read aloud, how often the page asks, and what it says when nothing moves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Open, Portal
from tests.browser.test_acting import frozen_worker
from tests.browser.test_the_road import PATIENCE, button, choose

pytestmark = pytest.mark.browser
OVERVIEW = "/instellingen/migratie/"
LISTEN = """
window.spoken = [];
new MutationObserver((changes) => {
  const one = changes.find((change) => change.target.id === 'announcer');
  if (one) spoken.push(one.target.textContent);
}).observe(document, {subtree: true, childList: true});
"""
SET_BACK = """
from datetime import timedelta
from django.utils import timezone
from migration.models import Run
Run.objects.filter(file_name={name!r}).update(moved_at=timezone.now() - timedelta(minutes=5), token="x")
"""


def start(page: Page, portal: Portal, name: str, seed: int, count: int, **numbers: int) -> None:
    """To the point where only 'Volgende' is left to press."""
    page.goto(OVERVIEW)
    choose(page, portal.export(name, seed=seed, count=count, **numbers))
    expect(page.get_by_role("heading", name="Controle van het bestand")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Gekozen status")).to_be_visible(timeout=2 * PATIENCE)


def test_a_run_is_read_aloud_in_a_few_sentences(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    page.add_init_script(LISTEN)
    start(page, portal, "hoorbaar.zip", seed=100_000, count=4000, unknown=3)
    button(page, "Volgende")
    expect(page.get_by_text("Migratie deels geslaagd: 3.997 van 4.000")).to_be_visible(timeout=3 * PATIENCE)
    spoken = page.evaluate("spoken")
    assert spoken[0].startswith("De verwerking is bezig.")
    assert spoken[-1] == "Klaar: Deels geslaagd, 3.997 van 4.000 geïmporteerd."
    assert len(spoken) <= 8
    assert sum("Er zijn mislukte records." in sentence for sentence in spoken) == 1
    assert len(set(spoken)) == len(spoken)


def test_the_question_whether_to_stop_keeps_its_numbers_and_the_focus(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    start(page, portal, "vraag.zip", seed=118_000, count=40)
    with frozen_worker(portal):
        button(page, "Volgende")
        page.get_by_role("link", name="Import stoppen").click(timeout=PATIENCE)
        expect(
            page.get_by_text("Ongeveer 0 records blijven geïmporteerd; ongeveer 40 worden niet verwerkt.")
        ).to_be_visible()
        portal.manage("shell", "-v0", "-c", FURTHER.format(name="vraag.zip"))
        expect(
            page.get_by_text("Ongeveer 15 records blijven geïmporteerd; ongeveer 25 worden niet verwerkt.")
        ).to_be_visible()
        expect(page.get_by_role("link", name="Nee, ga door")).to_be_focused()
        portal.manage("shell", "-v0", "-c", BACK.format(name="vraag.zip"))
    expect(page.get_by_text("Migratie succesvol: 40 van 40 records geïmporteerd.")).to_be_visible(timeout=2 * PATIENCE)
    expect(page.get_by_role("dialog")).to_be_hidden()  # there was nothing to stop any more


FURTHER = "from migration.models import Run; Run.objects.filter(file_name={name!r}).update(new=15, unprocessed=25)"
BACK = "from migration.models import Run; Run.objects.filter(file_name={name!r}).update(new=0, unprocessed=40)"


def polls(page: Page) -> list[Request]:
    """What the progress asks for from now on."""
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one) if one.headers.get("hx-target") == "progress" else None)
    return asked


def test_it_asks_every_two_seconds_and_seldom_in_a_tab_that_nobody_sees(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    start(page, portal, "vraagt.zip", seed=105_000, count=10)
    with frozen_worker(portal):
        page.clock.install()
        button(page, "Volgende")
        expect(page.get_by_role("progressbar")).to_be_visible()
        asked = polls(page)
        for _ in range(3):
            with page.expect_response(lambda one: "mislukt=" in one.url):
                page.clock.run_for(2_000)
        assert len(asked) == 3
        page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
        page.clock.run_for(6_000)
        assert len(asked) == 3
        with page.expect_response(lambda one: "mislukt=" in one.url):
            page.clock.run_for(5_000)
        assert len(asked) == 4


def test_news_takes_away_nothing_that_was_pressed_before(portal: Portal, signed_in: Open) -> None:
    """The answer to what was pressed comes late, and finds the place for which it was meant."""
    page = signed_in()
    start(page, portal, "ingedrukt.zip", seed=108_000, count=10)
    with frozen_worker(portal):
        button(page, "Volgende")
        with held(page, "**/stop/"):
            page.get_by_role("link", name="Import stoppen").click()
            hear_news(page, target="progress")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.goto(OVERVIEW)
        tab = page.get_by_role("navigation", name="Welke migraties").get_by_role("link", name="Bezig")
        with held(page, re.compile("toon=bezig")):
            tab.click()
            hear_news(page, target="runs")
        expect(tab).to_have_attribute("aria-current", "page")
    expect(page.get_by_text("Geen migraties gevonden met deze filters.")).to_be_visible(timeout=PATIENCE)


@contextmanager
def held(page: Page, address: str | re.Pattern[str]) -> Iterator[None]:
    """What is asked for at this address is answered afterwards."""
    routes: list[Route] = []
    page.route(address, lambda one: routes.append(one))
    yield
    for route in routes:
        route.continue_()
    page.unroute(address)


def hear_news(page: Page, target: str) -> None:
    """Twice: who asks again is done with the answer before."""
    for _ in range(2):
        with page.expect_response(lambda one: one.request.headers.get("hx-target") == target):
            pass


def test_a_run_that_does_not_move_says_so(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    start(page, portal, "stil.zip", seed=106_000, count=10)
    with frozen_worker(portal):
        button(page, "Volgende")
        expect(page.get_by_role("progressbar")).to_be_visible()
        portal.manage("shell", "-v0", "-c", SET_BACK.format(name="stil.zip"))
        expect(page.get_by_role("heading", name="Geen antwoord van Nextens")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text(STALLED)).to_be_visible()
        expect(page.get_by_text(re.compile("^Referentie MIG-"))).to_be_visible()
        portal.manage("shell", "-v0", "-c", SET_BACK.format(name="stil.zip").replace('token="x"', 'token=""'))


STALLED = re.compile(
    r"^Sinds \d\d:\d\d is er geen voortgang\. Uw gegevens zijn veilig: elk record is helemaal of niet geïmporteerd\."
    r" De import gaat vanzelf verder zodra de verwerking weer reageert\.$"
)


def test_the_title_tells_how_far_it_is(portal: Portal, signed_in: Open) -> None:
    page = signed_in()
    start(page, portal, "titel.zip", seed=107_000, count=10)
    with frozen_worker(portal):
        button(page, "Volgende")
        expect(page).to_have_title(re.compile(r"^\d+% – Migratie"))
        for counter in ("Totaal", "Nieuw", "Overschreven", "Ongewijzigd", "Mislukt", "Nog te doen"):
            expect(page.locator(".counters").get_by_text(counter)).to_be_visible()
        for phase in ("Uploaden – klaar", "Controleren – klaar", "Importeren – bezig", "Afronden"):
            expect(page.get_by_role("listitem").filter(has_text=phase)).to_be_visible()
    expect(page).to_have_title(re.compile(r"^Migratie \d\d-\d\d-\d{4} \d\d:\d\d – "), timeout=PATIENCE)
