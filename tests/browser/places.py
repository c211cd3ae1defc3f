"""Every page of the product in every state it can be in: one list, which the tests of looks and access walk.

A place is a name and the way there, for whoever is signed in. What must exist first stands in `Made`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from sba.samples import ClientRow, document, write_clients
from sba.samples.people import people
from tests.browser.conftest import Portal
from tests.browser.test_the_road import PATIENCE, button, choose, upload

OVERVIEW: Final = "/instellingen/migratie/"
WIZARD: Final = f"{OVERVIEW}upload/"
LOG: Final = re.compile(r"^Log van record \d+, Mislukt$")


@dataclass(frozen=True, slots=True)
class Made:
    """What the places show: addresses of runs, a file to choose and one of no use."""

    run: str  # with failures of every kind
    refused: str
    undone: str
    stopped: str
    doubtful: str  # with records that wait for a choice, and one that came too late
    client: str
    file: Path
    useless: Path


Way = Callable[[Page, Made], None]


def at(address: str) -> Way:
    """A page that only needs its address; `{run}` and the like stand for those of Made."""
    return lambda page, made: go(page, address.format(**{name: getattr(made, name) for name in Made.__slots__}))


def go(page: Page, address: str) -> None:
    page.goto(address)


def wizard_second(page: Page, made: Made) -> None:
    page.goto(WIZARD)
    button(page, "Volgende")
    expect(page.get_by_role("heading", name="Wat wilt u importeren?")).to_be_visible()


def wizard_second_wrong(page: Page, made: Made) -> None:
    """Nothing is chosen; whoever was here before chose something in this session, so begin anew."""
    page.goto(WIZARD)
    button(page, "Annuleren")
    wizard_second(page, made)
    button(page, "Volgende")
    expect(page.get_by_role("alert")).to_be_focused()


def wizard_third(page: Page, made: Made) -> None:
    page.goto(WIZARD)
    button(page, "Annuleren")
    wizard_second(page, made)
    page.get_by_role("radio", name="Afgehandeld").check()
    button(page, "Volgende")
    expect(page.get_by_role("heading", name="Kies het bestand")).to_be_visible()


def wizard_third_wrong(page: Page, made: Made) -> None:
    wizard_third(page, made)
    page.get_by_label("Selecteer een bestand").set_input_files(made.useless)
    expect(page.get_by_role("alert")).to_be_visible()


def wizard_checked(page: Page, made: Made) -> None:
    wizard_third(page, made)
    page.get_by_label("Selecteer een bestand").set_input_files(made.file)
    expect(page.get_by_role("heading", name="Controle van het bestand")).to_be_visible()
    expect(page.get_by_text("zullen waarschijnlijk mislukken")).to_be_visible(timeout=PATIENCE)


def wizard_attention(page: Page, made: Made) -> None:
    wizard_checked(page, made)
    page.get_by_role("link", name="Toon alleen aandachtspunten").click()
    expect(page.locator("#attention .by-client > li").first).to_be_visible()


def cause_open(page: Page, made: Made) -> None:
    page.goto(made.run)
    page.locator("summary").filter(has_text="Per klant").first.click()
    expect(page.locator(".by-client > li").first).to_be_visible()


def log_open(page: Page, made: Made) -> None:
    page.goto(made.run)
    page.get_by_role("link", name=LOG).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def log_page(page: Page, made: Made) -> None:
    log_open(page, made)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SBA-")


def bsn_shown(page: Page, made: Made) -> None:
    log_open(page, made)
    button(page, "Kopieer met BSN/FI")
    expect(page.get_by_label("Foutmelding met BSN/FI")).to_be_visible()


def menu_open(page: Page, made: Made) -> None:
    page.goto(made.run)
    page.locator("summary").filter(has_text="Download log").click()
    page.get_by_text("Geschiedenis", exact=True).click()
    expect(page.locator("#history")).to_be_visible()


def ignore_wrong(page: Page, made: Made) -> None:
    page.goto(f"{made.run}negeren/?code=SBA-202")
    button(page, "Negeren")
    expect(page.get_by_role("alert")).to_be_visible()


def remedy(words: str) -> Way:
    """What the log of a record without a client leads to."""

    def way(page: Page, made: Made) -> None:
        page.goto(f"{made.run}?code=SBA-202")
        page.get_by_role("link", name=LOG).first.click()
        page.get_by_role("dialog").get_by_role("link", name=words).click()
        expect(page.get_by_role("heading", name=words, level=1)).to_be_visible()

    return way


def choice(code: str, words: str, heading: str = "") -> Way:
    """What the log of such a record offers, in the dialog."""

    def way(page: Page, made: Made) -> None:
        page.goto(f"{made.doubtful}?toon=mislukt&code={code}")
        page.get_by_role("link", name=LOG).first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        for fold in dialog.get_by_text("Toch iets doen met dit record").all():  # of what asks no more
            fold.click()
        dialog.get_by_role("link", name=words).click()
        expect(dialog.get_by_role("heading", name=heading or words)).to_be_visible()

    return way


def as_page(in_dialog: Way) -> Way:
    """The same at its own address, as without JavaScript."""

    def way(page: Page, made: Made) -> None:
        in_dialog(page, made)
        page.goto(page.locator("[data-address]").get_attribute("data-address") or "")
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    return way


CHOOSE_DOSSIER: Final = choice("SBA-203", "Kies dossier")
CHOOSE_VERSION: Final = choice("SBA-403", "Kies versie")
DIFFERENCES: Final = choice("SBA-402", "Toon verschillen", "Verschillen")


def nothing_chosen(way: Way, words: str) -> Way:
    def wrong(page: Page, made: Made) -> None:
        as_page(way)(page, made)
        button(page, words)
        expect(page.get_by_role("alert")).to_be_visible()

    return wrong


def undo_wrong(page: Page, made: Made) -> None:
    page.goto(f"{made.run}terugdraaien/")
    button(page, "Import terugdraaien")
    expect(page.get_by_role("alert")).to_be_visible()


PLACES: Final[dict[str, Way]] = {
    "the clients": at("/klanten/"),
    "the clients, none found": at("/klanten/?q=niemand"),
    "a dossier": at("{client}"),
    "the settings": at("/instellingen/"),
    "the overview": at(OVERVIEW),
    "the overview, filtered": at(f"{OVERVIEW}?toon=actie&periode=week"),
    "the overview, nothing left": at(f"{OVERVIEW}?toon=bezig&periode=week"),
    "the wizard, first page": at(WIZARD),
    "the wizard, second page": wizard_second,
    "the wizard, second page with an error": wizard_second_wrong,
    "the wizard, third page": wizard_third,
    "the wizard, third page with an error": wizard_third_wrong,
    "the wizard, the check's result": wizard_checked,
    "the wizard, what deserves a look": wizard_attention,
    "a run with failures": at("{run}"),
    "all records of a run": at("{run}?toon=alle"),
    "one cause of a run": at("{run}?code=SBA-202"),
    "the clients of a cause": at("{run}oorzaken/SBA-202/"),
    "a cause, opened to its clients": cause_open,
    "the records of a run, by client": at("{run}?toon=alle&sorteer=klant"),
    "records sought in a run": at("{run}?zoek=de"),
    "a run, menu and history open": menu_open,
    "a refused upload": at("{refused}"),
    "a stopped run": at("{stopped}"),
    "an undone run": at("{undone}"),
    "a log in the dialog": log_open,
    "a log with the BSN": bsn_shown,
    "a log as a page": log_page,
    "ignore": at("{run}negeren/?code=SBA-202"),
    "ignore, with an error": ignore_wrong,
    "undo": at("{run}terugdraaien/"),
    "undo, with an error": undo_wrong,
    "a new client": remedy("Maak klant aan"),
    "a client to link": remedy("Koppel aan bestaande klant"),
    "a dossier to choose": CHOOSE_DOSSIER,
    "a dossier to choose, as a page": as_page(CHOOSE_DOSSIER),
    "a dossier to choose, with an error": nothing_chosen(CHOOSE_DOSSIER, "Kies dit dossier"),
    "a version to choose": CHOOSE_VERSION,
    "a version to choose, as a page": as_page(CHOOSE_VERSION),
    "a version to choose, with an error": nothing_chosen(CHOOSE_VERSION, "Importeer deze versie"),
    "the last versions to choose": at("{doubtful}versies/"),
    "the differences": DIFFERENCES,
    "the differences, as a page": as_page(DIFFERENCES),
    "the file to remove": at("{run}verwijdering/"),
    "the security": at("/instellingen/beveiliging/"),
    "the colleagues": at("/instellingen/gebruikers/"),
    "an invitation": at("/instellingen/gebruikers/uitnodiging/"),
    "the audit trail": at("/instellingen/logboek/"),
    "the audit trail, filtered": at("/instellingen/logboek/?wat=aanmelden&periode=week"),
    "the history": at("{run}geschiedenis/"),
    "the report": at("{run}rapport/"),
    "the support package": at("{run}download/supportpakket/"),
    "a search": at(f"{OVERVIEW}zoeken/?q=SBA-202"),
    "a search that finds nothing": at(f"{OVERVIEW}zoeken/?q=niemand en niets"),
    "not found": at("/instellingen/migratie/999999/"),
}


def make(portal: Portal, page: Page) -> Made:
    """Bring it all about, by the road that users go."""
    file = portal.export("123456782 toegankelijk.zip", seed=61_000, count=60, former=3, unknown=6, broken=8)
    useless, broken = portal.folder / "a.txt", portal.folder / "geweigerd.zip"
    useless.write_text("hallo")
    broken.write_bytes(b"PK\x03\x04" + bytes(50))
    run = made_run(page, file, "Volledigheid")
    page.goto("/klanten/")
    client = page.get_by_role("row").get_by_role("link").first.get_attribute("href")
    assert client
    undone = made_run(page, portal.export("terug-a.zip", seed=62_000, count=5), "Volledigheid")
    page.goto(f"{undone}terugdraaien/")
    page.get_by_label("Ik begrijp dit").check()
    button(page, "Import terugdraaien")
    expect(page.get_by_text("Migratie teruggedraaid: 5 verwijderd")).to_be_visible(timeout=PATIENCE)
    stopped = made_run(page, portal.export("stop-a.zip", seed=63_000, count=5), "Volledigheid")
    portal.manage("shell", "-v0", "-c", STOPPED.format(pk=stopped.rstrip("/").rpartition("/")[2]))
    refused, doubtful = made_run(page, broken, "SBA-10"), made_doubtful(portal, page)
    return Made(run, refused, undone, stopped, doubtful, client, file, useless)


STOPPED: Final = "from migration.models import Run; Run.objects.filter(pk={pk}).update(state='stopped')"


def made_doubtful(portal: Portal, page: Page) -> str:
    """One client has two dossiers, of one the file holds two versions, and one of them is there in a later version."""
    double, twice, late = islice(people(seed=65_000), 3)
    add_clients(portal, "eerst", double, replace(double, client_number="2000", name=f"{double.name} (oud)"), twice)
    page.goto(OVERVIEW)
    choose(page, zipped(portal.folder / "twijfel.zip", of(double), of(twice), of(twice, amount=2), of(late)))
    expect(page.get_by_role("heading", name="Dubbele dossiers: 1")).to_be_visible(timeout=PATIENCE)  # read, then go on
    button(page, "Volgende")
    expect(page.get_by_role("heading", name="Volledigheid")).to_be_visible(timeout=PATIENCE)
    run = page.url
    add_clients(portal, "later", late)
    made_run(page, zipped(portal.folder / "later.zip", of(late, amount=2)), "Volledigheid")
    page.goto(f"{run}?toon=mislukt&code=SBA-202")  # it asks nothing any more, and can be tried again all the same
    page.get_by_role("link", name=LOG).first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("details", has=page.locator("[name=record]")).locator("summary").first.click()
    with page.expect_navigation():
        dialog.get_by_role("button", name="Opnieuw proberen").click()
    expect(page.get_by_role("heading", name="Volledigheid")).to_be_visible(timeout=PATIENCE)
    page.goto(f"{run}?toon=mislukt&code=SBA-402")
    expect(page.get_by_role("cell", name="SBA-402").first).to_be_visible()
    return run


def of(client: ClientRow, amount: int = 1) -> bytes:
    return document(tax_id=client.tax_id, name=client.name, amount=amount)


def add_clients(portal: Portal, name: str, *clients: ClientRow) -> None:
    path = portal.folder / f"{name}.csv"
    write_clients(path, [replace(one, client_number=f"65-{one.client_number}") for one in clients])
    portal.manage("import_clients", path, "--office", "kantoor")


def zipped(path: Path, *documents: bytes) -> Path:
    with ZipFile(path, "w") as archive:
        for number, content in enumerate(documents, start=1):
            archive.writestr(f"{number}.xbrl", content)
    return path


def made_run(page: Page, file: Path, until: str) -> str:
    page.goto(OVERVIEW)
    upload(page, file)
    expect(page.get_by_role("heading", name=until)).to_be_visible(timeout=PATIENCE)
    return page.url
