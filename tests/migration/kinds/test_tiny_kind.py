"""A second kind of import goes through the whole portal without a change to it (house.md §3)."""

import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import failures
from migration.acts.failures import Scope
from migration.kinds.protocol import Column, Kind, Place
from migration.kinds.registry import chosen_target
from migration.models import Mail, Run
from migration.pages.facts import fact_of
from migration.problems import CATALOGUE
from migration.takeaway.disclosure import USUAL
from migration.takeaway.sheets import told
from migration.upkeep.integrity import damages
from migration.upkeep.mail import message_about
from portal.masking import mask
from portal.models import Client, Office, User
from tests.factories import ClientFactory, invented_tax_id
from tests.kinds import registered
from tests.migration.conftest import HTMX
from tests.migration.kinds.tiny import PROBLEMS, TinyKind
from tests.sba.conftest import moved

ADA, BOB, CEES, DIRK = (invented_tax_id(number) for number in range(8101, 8105))
LIST = f"nummer;naam\n{ADA};Ada\n{BOB};Bob B.V.\n{CEES};Cees\nkapot;\n{DIRK};Dirk\n"
OPTIONS, FILE = reverse("migration:wizard_options"), reverse("migration:wizard_file")


@pytest.fixture(autouse=True)
def tiny() -> Iterator[Kind]:
    CATALOGUE.update({problem.code: problem for problem in PROBLEMS})
    with registered(TinyKind()) as kind:
        yield kind
    for problem in PROBLEMS:
        del CATALOGUE[problem.code]


@pytest.fixture
def known(office: Office) -> None:
    """Bob has another name here, Cees is a former client, Dirk is known as he is."""
    ClientFactory(office=office, tax_id=BOB, name="Bob")
    ClientFactory(office=office, tax_id=CEES, name="Cees", former=True)
    ClientFactory(office=office, tax_id=DIRK, name="Dirk")


def upload(browser: Browser, content: str = LIST, name: str = "klanten.csv") -> Any:
    browser.post(reverse("migration:wizard_prepare"))
    browser.post(OPTIONS, {"importer_slug": "tiny", "asked": "tiny"})
    return browser.post(FILE, {"file": SimpleUploadedFile(name, content.encode()), "mails": "on"})


@pytest.fixture
def run(browser: Browser, known: None) -> Run:
    """Uploaded by the wizard, checked, and written: 1 new, 1 overwritten, 1 unchanged, 2 failed."""
    upload(browser)
    return moved(Run.objects.get())


def page(browser: Browser, name: str, *args: int, **options: Any) -> str:
    response = browser.get(reverse(f"migration:{name}", args=args), **options)
    assert response.status_code == 200, (name, response.status_code)
    return unescape(b"".join(response).decode(errors="replace"))


# --- The wizard ------------------------------------------------------------------------------------------------------


def test_the_second_page_asks_only_what_the_chosen_kind_asks(browser: Browser) -> None:
    browser.post(reverse("migration:wizard_prepare"))
    html = page(browser, "wizard_options")
    assert all(words in html for words in ("Klanten", "SBA's"))
    assert "Gewenste status" not in html, "nothing is chosen yet"
    asked = browser.post(OPTIONS, {"importer_slug": "sba", "asked": "", "remark": "Proef"})
    assert asked.status_code == 200
    assert "Gewenste status van de SBA's na de import" in unescape(asked.content.decode())
    assert "Proef" in asked.content.decode()
    assert "Kies de gewenste status" not in asked.content.decode(), "a question that was not on the page has no error"
    assert browser.post(OPTIONS, {"importer_slug": "tiny", "asked": ""})["Location"] == FILE
    assert "Gewenste status" not in page(browser, "wizard_options")


def test_the_third_page_has_the_words_of_the_kind(browser: Browser) -> None:
    browser.post(reverse("migration:wizard_prepare"))
    browser.post(OPTIONS, {"importer_slug": "tiny", "asked": "tiny"})
    html = page(browser, "wizard_file")
    assert "CSV, maximaal 2.000 MB." in html
    assert 'accept=".csv,text/csv"' in html
    assert "ZIP" not in html


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("klanten.zip", "PK\x03\x04", 'Het bestand moet een CSV zijn. U koos "klanten.zip".'),
        ("klanten.csv", "", "De lijst is leeg."),
    ],
)
def test_a_file_of_another_sort_is_refused_in_its_words(browser: Browser, name: str, content: str, words: str) -> None:
    assert words in unescape(upload(browser, content, name).content.decode())
    assert not Run.objects.exists()


def test_a_file_that_is_no_such_list_is_refused_whole(browser: Browser) -> None:
    upload(browser, "dit is geen lijst")
    run = moved(Run.objects.get())
    assert (run.state, run.problem_code, run.sums_up) == ("refused", "TST-101", True)
    assert "Geen klantenlijst" in page(browser, "run", run.pk)


def test_a_file_of_another_kind_does_not_become_one_of_this(browser: Browser, known: None) -> None:
    """Back on the second page somebody chooses the other kind: the file that is here is not read as that one."""
    browser.post(reverse("migration:wizard_prepare"))
    browser.post(OPTIONS, {"importer_slug": "tiny", "asked": "tiny"})
    browser.post(FILE, {"file": SimpleUploadedFile("klanten.csv", LIST.encode())}, headers=HTMX)
    assert moved(Run.objects.get()).state == "ready"
    browser.post(OPTIONS, {"importer_slug": "sba", "target": "akkoord", "asked": "sba"})
    assert not Run.objects.exists()
    assert "ZIP, maximaal 2.000 MB" in page(browser, "wizard_file")
    browser.post(OPTIONS, {"importer_slug": "sba", "target": "akkoord", "asked": "sba", "remark": "x" * 600})
    assert browser.session["migration.wizard"]["run_id"] == 0


def test_a_run_without_the_status_that_its_kind_asks_for_imports_nothing(run: Run) -> None:
    other = Run(importer_slug="sba", target="")
    with pytest.raises(StopIteration):
        chosen_target(other)
    assert chosen_target(run) is None


def test_a_column_that_every_record_has_is_refused() -> None:
    class Telling(TinyKind):
        slug = "telling"
        columns = (Column("tax_id", "Nummer", lambda record: record.tax_id, frozenset(Place)),)

    with pytest.raises(ValueError, match="tax_id"), registered(Telling()):
        pass


@pytest.mark.parametrize("place", [Place.SHEET, Place.JSON])
def test_a_number_in_a_column_is_masked_unless_it_holds_none(run: Run, place: Place) -> None:
    column = Column("number", "Nummer", lambda record: record.tax_id, frozenset({place}))
    record = run.records.select_related("run").get(position=1)
    assert told(column, USUAL, record) == mask(ADA)
    assert fact_of(record, column).text == mask(ADA)


# --- The road --------------------------------------------------------------------------------------------------------


def test_it_is_checked_and_written(run: Run, office: Office) -> None:
    assert (run.state, run.new, run.overwritten, run.unchanged, run.failed) == ("finished", 1, 1, 1, 2)
    assert run.sums_up
    assert set(Client.objects.filter(office=office).values_list("name", flat=True)) == {
        "Ada",
        "Bob B.V.",
        "Cees",
        "Dirk",
    }
    assert list(run.records.failures().values_list("problem_code", flat=True)) == ["TST-103", "TST-102"]
    assert not list(damages())


def test_the_check_tells_before_anything_is_written(browser: Browser, known: None, office: Office) -> None:
    browser.post(reverse("migration:wizard_prepare"))
    browser.post(OPTIONS, {"importer_slug": "tiny", "asked": "tiny"})
    browser.post(FILE, {"file": SimpleUploadedFile("klanten.csv", LIST.encode())}, headers=HTMX)
    run = moved(Run.objects.get())
    assert (run.state, run.forecast_new, run.forecast_overwritten, run.failed) == ("ready", 1, 1, 2)
    html = page(browser, "wizard_file")
    assert "5 bestanden, allemaal klanten" in html
    assert "Gekozen status" not in html
    assert not Client.objects.filter(office=office, name="Ada").exists()


def test_a_retry_brings_in_what_can_be_now(run: Run, olga: User) -> None:
    Client.objects.filter(tax_id=CEES).update(former=False)
    assert failures.retry(Scope(run, code="TST-103"), olga)
    moved(run)
    assert (run.state, run.unchanged, run.failed, run.sums_up) == ("finished", 2, 1, True)


def test_an_undo_takes_it_back(run: Run, browser: Browser, sign_in: Callable[[User], Browser], anna: User) -> None:
    manager = sign_in(anna)
    assert "1" in page(manager, "undo", run.pk)
    manager.post(reverse("migration:undo", args=[run.pk]), {"understood": "on"})
    moved(run)
    assert (run.state, run.undo_removed, run.undo_restored, run.undone, run.sums_up) == ("undone", 1, 1, 2, True)
    assert set(Client.objects.values_list("name", flat=True)) == {"Bob", "Cees", "Dirk"}
    assert "teruggedraaid" in page(browser, "run", run.pk)


# --- The pages, and what one takes away ------------------------------------------------------------------------------


def test_every_page_of_a_run_shows_it(run: Run, browser: Browser) -> None:
    html = page(browser, "run", run.pk)
    for words in ("klanten", "regels in de lijst", "Voorletter", "TST-103", "Geen klant"):
        assert words in html
    assert "Klanten" in page(browser, "overview")
    for name in ("history", "report", "support_package"):
        page(browser, name, run.pk)
    for position in range(1, 6):
        is_told = "Voorletter" in page(browser, "record_log", run.pk, position)
        assert is_told is (position != 4), "that one could not be read"
        page(browser, "record_log_text", run.pk, position)
        page(browser, "record_log_json", run.pk, position)


@pytest.mark.parametrize(
    "words", ["SBA", "aanslag", "ezwaar", "agtekening", "Gewenste status", "Gekozen status", "ZIP-bestand"]
)
def test_no_page_of_it_speaks_of_another_kind(run: Run, browser: Browser, words: str) -> None:
    pages = [page(browser, name, run.pk) for name in ("run", "history", "report", "download_all_csv", "download_json")]
    pages += [page(browser, "record_log", run.pk, position) for position in range(1, 6)]
    assert [html for html in pages if words in html] == []


def test_it_is_found_by_the_name_and_the_number_of_a_client(run: Run, browser: Browser) -> None:
    found = unescape(browser.post(reverse("migration:find"), {"q": ADA}).content.decode())
    assert "Voorletter" in found
    assert "teruggedraaid" not in found


def test_the_log_of_what_came_names_no_status(run: Run, browser: Browser) -> None:
    assert "Deze klant stond nog niet in het dossier, en is toegevoegd." in page(browser, "record_log", run.pk, 1)


def test_nobody_makes_a_client_for_a_record_that_wants_none(run: Run, browser: Browser) -> None:
    for name in ("create_client", "link_client"):
        assert browser.get(reverse(f"migration:{name}", args=[run.pk, 3])).status_code == 404


def test_a_list_of_deadlines_is_none_of_its_lists(run: Run, browser: Browser) -> None:
    shown = browser.get(run.get_absolute_url(), {"toon": "termijn"}).context["shown"]
    assert shown.choice == "actie"


def test_what_one_copies_for_support_names_the_kind(run: Run, browser: Browser) -> None:
    for position in (1, 4):
        assert "Soort/jaar: Klanten\n" in page(browser, "record_log_text", run.pk, position)


def test_every_download_has_what_it_tells(run: Run, browser: Browser) -> None:
    assert "Voorletter;Import status" in page(browser, "download_all_csv", run.pk)
    assert "Ada" in page(browser, "download_all_csv", run.pk)
    assert "TST-103" in page(browser, "download_failed_csv", run.pk)
    assert '"initial": "A"' in page(browser, "download_json", run.pk)
    for name in ("download_all_xlsx", "download_failed_xlsx", "download_failed_files"):
        content = b"".join(browser.get(reverse(f"migration:{name}", args=[run.pk])))
        assert zipfile.ZipFile(BytesIO(content)).testzip() is None
    packed = b"".join(browser.post(reverse("migration:support_package", args=[run.pk])))
    assert set(zipfile.ZipFile(BytesIO(packed)).namelist()) == {"run.json", "mislukt.csv", "log.txt"}


def test_the_mail_tells_of_it(run: Run) -> None:
    message = message_about(Mail.objects.select_related("run", "recipient").get())
    assert "2 van 5 geïmporteerd, 1 al aanwezig" in message.subject
    assert "Records in het bestand:  5" in message.body
